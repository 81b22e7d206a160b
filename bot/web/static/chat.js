// The web chat, on its own page and in the widget.
import { bubble, button, clock, day, element, uuid } from "./bubbles.js";
import { fileParts } from "./files.js";
import { connect } from "./connection.js";
import { TOKEN_KEY, begin, forget, keep, recall } from "./memory.js";

const TYPING_AT_MOST_MS = 20_000;

// `root` holds the chat, `tongue` is what language.js made of it, `home` where the server is.
// With `eager` the chat is connected before the customer writes, so that a loss is seen at once.
// `onEntry` hears of each message, `onSettled` of the end of those that were there already.
export function mountChat(root, tongue, { home = "", eager = false, onEntry, onSettled } = {}) {
  const { current, word, onLanguage } = tongue;
  const byId = (id) => root.getElementById(id);
  const log = byId("log");
  const messages = byId("messages");
  const outgoing = byId("outgoing");
  const field = byId("text");
  const known = new Set();
  let unsent = []; // What the server has not shown us yet, oldest first.
  let lastId = "";
  let lastDay = "";
  let status = "bot";

  // --- Messages -------------------------------------------------------------------------------

  function showEntry(entry) {
    if (known.has(entry.id)) return;
    known.add(entry.id);
    lastId = entry.id;
    const atEnd = isAtEnd();
    showDay(entry.at);
    const item = bubble(entry.author, word(`by_${entry.author}`), entry.text);
    item.append(clock(entry.at, current()));
    if (entry.picture) item.querySelector(".words").before(picture(entry.picture));
    if (entry.files?.length) {
      const shown = entry.files.flatMap((file) => fileParts(file, home, current(), () => { if (atEnd) reveal(item); }));
      item.querySelector(".words").replaceWith(...shown);
    }
    if (entry.buttons.length) item.append(choices(entry.buttons));
    if (entry.author === "customer") {
      settle(entry.text);
      messages.querySelectorAll(".choices").forEach((old) => old.remove());
    }
    messages.append(item);
    byId("openers").hidden = true;
    if (entry.author === "customer") toEnd();
    else if (atEnd) reveal(item);
    onEntry?.(entry);
  }

  function picture({ src, alt }) {
    const image = element("img", "picture");
    image.addEventListener("load", () => { if (isAtEnd()) toEnd(); });
    image.src = home + src;
    image.alt = alt;
    return image;
  }

  function showDay(at) {
    if (new Date(at).toDateString() === lastDay) return;
    lastDay = new Date(at).toDateString();
    messages.append(day(at, current()));
  }

  function choices(buttons) {
    const group = element("div", "choices");
    for (const { text, payload } of buttons) {
      group.append(button("", text, () => {
        send(text, payload);
        field.focus(); // The button is about to go.
      }));
    }
    return group;
  }

  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  function toEnd() { log.scrollTop = log.scrollHeight; }

  // A new answer longer than the log is read from its beginning.
  function reveal(item) {
    const [box, space] = [item, log].map((node) => node.getBoundingClientRect());
    if (log.getAttribute("aria-live") === "polite" && box.height > space.height) log.scrollTop += box.top - space.top - 12;
    else toEnd();
  }

  let typingTimer = 0;
  function showState(state) {
    status = state.status;
    showSpeaker();
    clearTimeout(typingTimer);
    const atEnd = isAtEnd();
    byId("typing").hidden = !state.typing;
    if (state.typing) {
      typingTimer = setTimeout(() => { byId("typing").hidden = true; }, TYPING_AT_MOST_MS);
    }
    if (atEnd) toEnd();
    // The history is not read aloud; what comes after it is.
    log.setAttribute("aria-live", "polite");
    onSettled?.();
  }

  function showSpeaker() {
    const text = word(status);
    if (byId("speaker").textContent !== text) byId("speaker").textContent = text;
  }

  // --- Sending --------------------------------------------------------------------------------

  function settle(text) {
    const index = unsent.findIndex((one) => one.text === text);
    if (index >= 0) unsent.splice(index, 1)[0].item.remove();
  }

  function send(text, payload = "") {
    begin();
    const item = bubble("customer", word("by_customer"), text);
    item.classList.add("pending");
    item.append(element("span", "progress"));
    outgoing.append(item);
    const one = { id: uuid(), text, payload, item, failed: false };
    unsent.push(one);
    byId("openers").hidden = true;
    toEnd();
    deliver(one);
    connection.listen();
  }

  async function deliver(one) {
    one.failed = false;
    one.item.classList.remove("failed");
    one.item.querySelector(".progress").textContent = word("sending");
    try {
      const body = JSON.stringify({ id: one.id, text: one.text, payload: one.payload });
      const response = await connection.call("/chat/messages", { method: "POST", body });
      if (!response.ok) throw new Error(String(response.status));
      accepted(one, (await response.json()).text);
    } catch {
      failed(one);
    }
  }

  // The server may have cleaned the text; its own version may be on the page already.
  function accepted(one, text) {
    one.item.querySelector(".progress").textContent = "";
    if (!unsent.includes(one) || one.text === text) return;
    one.text = text;
    const shown = [...messages.querySelectorAll(".customer .words")].slice(-5);
    if (shown.some((words) => words.textContent === text)) settle(text);
  }

  function failed(one) {
    one.failed = true;
    one.item.classList.add("failed");
    const progress = one.item.querySelector(".progress");
    progress.textContent = `${word("unsent")} `;
    progress.append(button("quiet", word("retry"), () => deliver(one)));
  }

  // --- Composer -------------------------------------------------------------------------------

  function submit() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    send(text);
    grow();
    field.focus();
  }

  function grow() {
    keep("draft", field.value);
    field.rows = Math.min(6, Math.max(1, field.value.split("\n").length));
  }

  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    // While an input method composes a character, Enter only confirms it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  byId("openers").addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLButtonElement)) return;
    send(event.target.textContent);
    field.focus();
  });

  // --- Beginning, and beginning again ---------------------------------------------------------

  const connection = connect(home, {
    lastId: () => lastId,
    onOpen: () => {
      byId("connection").hidden = true;
      unsent.filter((one) => one.failed).forEach(deliver);
    },
    onEvent: (name, data) => {
      if (name === "entry") showEntry(data);
      if (name === "state") showState(data);
    },
    onLoss: () => { byId("connection").hidden = false; },
  });

  function start() {
    if (eager || recall("token")) connection.listen();
  }

  function clear() {
    connection.stop();
    known.clear();
    unsent = [];
    lastId = lastDay = "";
    messages.replaceChildren();
    outgoing.replaceChildren();
    log.setAttribute("aria-live", "off");
    byId("openers").hidden = false;
    byId("connection").hidden = true;
    showState({ status: "bot", typing: false });
  }

  byId("restart").addEventListener("click", () => {
    if (!window.confirm(word("restart"))) return;
    forget();
    field.value = "";
    clear();
    start();
    field.focus();
  });
  // Another tab has begun the chat, or a new one.
  window.addEventListener("storage", ({ key, oldValue, newValue }) => {
    if (key !== TOKEN_KEY || oldValue === newValue) return;
    if (!newValue) forget();
    clear();
    start();
  });

  field.value = recall("draft");
  onLanguage(() => {
    for (const name of root.querySelectorAll("[data-author]")) {
      name.textContent = word(`by_${name.dataset.author}`);
    }
    showSpeaker();
  });
  grow();
  start();
}
