// The console: keeps what a colleague is doing while the page around it is refreshed.
const byId = (id) => document.getElementById(id);
const composer = byId("composer");
const transcript = byId("transcript");
const notice = byId("notice");

// --- What is refreshed, and what is left alone -------------------------------------------------

const lastHtml = new Map(["status", "latest", "card", "window"]
  .filter(byId).map((id) => [id, tidy(byId(id).innerHTML)]));
let wasAtEnd = true;
let openDetails = [];

function tidy(html) { return html.trim(); }

const isAtEnd = () => transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < 80;
function toEnd() { transcript.scrollTop = transcript.scrollHeight; }
// Who reads further up is not taken away from there by what is refreshed elsewhere on the page.
transcript?.addEventListener("scroll", () => { wasAtEnd = isAtEnd(); }, { passive: true });

// A part in which somebody is typing stays as it is until the next refresh.
function isInUse(part) {
  const active = document.activeElement;
  return part.contains(active) && active instanceof HTMLInputElement && active.value !== "";
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!lastHtml.has(target.id)) return;
  const html = tidy(fragment.innerHTML ?? "");
  if (html === lastHtml.get(target.id) || isInUse(target)) {
    event.detail.shouldSwap = false;
    return;
  }
  lastHtml.set(target.id, html);
  if (target.id !== "latest") return;
  wasAtEnd = isAtEnd();
  openDetails = [...transcript.querySelectorAll("details[open]")].map((one) => one.id);
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!transcript) return;
  for (const id of openDetails) byId(id)?.setAttribute("open", "");
  if (wasAtEnd && byId("latest") && !target.closest?.("#queue, #earlier, .older")) toEnd();
});

// --- Whether the page is live ------------------------------------------------------------------

const say = (live) => { byId("live").dataset.state = live ? "on" : "off"; };
document.addEventListener("htmx:sseOpen", () => say(true));
document.addEventListener("htmx:sseError", () => say(false));

// --- Menus: closed by Escape and by a click beside them ----------------------------------------

const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// --- Steps that fail ---------------------------------------------------------------------------

function tell(text) {
  if (!notice) return;
  const line = document.createElement("p");
  line.className = "notice bad";
  line.textContent = text;
  notice.replaceChildren(line);
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  // Pages say themselves what went wrong; other answers are a line of plain text.
  const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  if (requestConfig.verb === "post" && plain) tell(xhr.responseText);
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig.verb === "post") tell("Connessione assente: non inviato. Riprovi.");
});

// --- Composer ----------------------------------------------------------------------------------

if (composer) {
  const field = byId("text");
  const draft = `sportello.draft.${composer.dataset.chat}`;

  if (!field.value) field.value = localStorage.getItem(draft) ?? "";
  field.addEventListener("input", () => {
    if (field.value) localStorage.setItem(draft, field.value);
    else localStorage.removeItem(draft);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  // The text may have changed while it was on its way: only what was sent goes.
  let sent = "";
  composer.addEventListener("htmx:beforeRequest", () => { sent = field.value; });
  composer.addEventListener("done", () => {
    if (field.value !== sent) return;
    field.value = "";
    localStorage.removeItem(draft);
    byId("mode-reply").checked = true;
    wasAtEnd = true;
    toEnd();
  });
}

// Who came to look at one message, or at an earlier part, stays there.
if (transcript && byId("latest") && !location.hash) toEnd();
else wasAtEnd = false;
