// The console without a mouse: a letter presses what carries it as data-key.
const byId = (id) => document.getElementById(id);
const help = byId("keys");
const opener = document.querySelector('[data-key="?"]');
if (opener) opener.hidden = false;
opener?.addEventListener("click", () => help.showModal());

const rows = () => [...document.querySelectorAll("#list .row, #list .pages a")];
const isShown = (one) => one.checkVisibility?.() ?? one.offsetParent !== null;

function isTyping(element) {
  if (element.isContentEditable || element.matches("textarea, select")) return true;
  return element.matches("input") && !["radio", "checkbox", "button", "submit"].includes(element.type);
}

// From the row in focus, else from the one that is open, else from the first.
function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const inFocus = all.indexOf(document.activeElement);
  const open = all.findIndex((one) => one.getAttribute("aria-current") === "true");
  const from = inFocus >= 0 ? inFocus : open;
  const next = from < 0 ? (step > 0 ? 0 : all.length - 1) : from + step;
  all[Math.min(Math.max(next, 0), all.length - 1)].focus();
}

function write(mode) {
  const field = byId("text");
  if (!field) return;
  const choice = byId(mode);
  if (choice && !choice.checked) choice.click();
  field.focus();
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const target = found.find((one) => !one.disabled && isShown(one)) ?? found.find((one) => one.href);
  target?.click();
  // What a menu offers is at hand, with Tab and Enter.
  if (target?.matches("summary") && target.parentElement.open) {
    target.parentElement.querySelector(".panel select, .panel button, .panel input:not([type=hidden])")?.focus();
  }
  return target !== undefined;
}

const own = {
  j: () => move(1),
  k: () => move(-1),
  r: () => write("mode-reply"),
  n: () => write("mode-note"),
  "/": () => { byId("words")?.focus(); byId("words")?.select(); },
};
// Arrows scroll, unless somebody is on the list.
const onList = { ArrowDown: own.j, ArrowUp: own.k };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  const at = event.target instanceof Element ? event.target : document.body;
  if (help.open) return;
  if (event.key === "Escape") {
    if (isTyping(at)) at.blur();
    return;
  }
  if (isTyping(at)) return;
  const act = own[event.key] ?? (at.closest("#list") || at === document.body ? onList[event.key] : undefined);
  if (act) act();
  else if (event.key.length !== 1 || event.key === " " || !press(event.key)) return;
  event.preventDefault();
});

// A list that is fetched anew keeps the row in focus: htmx would look for it in the part it puts in.
let focused = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "list") return;
  focused = event.detail.target.contains(document.activeElement) ? document.activeElement.id : "";
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "list" || !focused) return;
  byId(focused)?.focus({ preventScroll: true });
});
