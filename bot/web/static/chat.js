// The web chat. Everything that was typed goes through textContent, never through innerHTML.
import { call, forgetSession, listen } from "./connection.js";
import { current, onLanguage, word } from "./language.js";

const DRAFT = "sportello.draft";
const TYPING_AT_MOST_MS = 20_000;

const byId = (id) => document.getElementById(id);
const log = byId("log");
const messages = byId("messages");
const outgoing = byId("outgoing");
const field = byId("text");

// --- Messages ---------------------------------------------------------------------------------

const known = new Set();
let lastId = "";
let lastDay = "";
let status = "bot";

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// Only our own replies get links, and only to the web: a customer's text stays text.
function withLinks(node, text) {
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/g)) {
    node.append(text.slice(from, found.index));
    const link = element("a", "", found[0]);
    link.href = found[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    node.append(link);
    from = found.index + found[0].length;
  }
  node.append(text.slice(from));
}

function bubble(author, text) {
  const item = element("li", `bubble ${author}`);
  const name = element("span", author === "staff" ? "name" : "unseen", word(`by_${author}`));
  name.dataset.author = author;
  const words = element("p", "words");
  if (author === "customer") words.textContent = text;
  else withLinks(words, text);
  item.append(name, words);
  return item;
}

function showEntry(entry) {
  if (known.has(entry.id)) return;
  known.add(entry.id);
  lastId = entry.id;
  const atEnd = isAtEnd();
  showDay(entry.at);
  const item = bubble(entry.author, entry.text);
  const at = new Date(entry.at);
  const time = element("time", "", at.toLocaleTimeString(current(), { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = entry.at;
  item.append(time);
  if (entry.picture) item.querySelector(".words").before(picture(entry.picture));
  if (entry.buttons.length) item.append(choices(entry.buttons));
  if (entry.author === "customer") {
    settle(entry.text);
    messages.querySelectorAll(".choices").forEach((old) => old.remove());
  }
  messages.append(item);
  document.body.classList.add("begun");
  if (atEnd || entry.author === "customer") toEnd();
}

function picture({ src, alt }) {
  const image = element("img", "picture");
  image.addEventListener("load", () => { if (isAtEnd()) toEnd(); });
  image.src = src;
  image.alt = alt;
  return image;
}

function showDay(at) {
  const day = new Date(at).toDateString();
  if (day === lastDay) return;
  lastDay = day;
  const words = new Date(at).toLocaleDateString(current(), { weekday: "long", day: "numeric", month: "long" });
  messages.append(element("li", "day", words));
}

function choices(buttons) {
  const group = element("div", "choices");
  for (const { text, payload } of buttons) {
    const button = element("button", "", text);
    button.type = "button";
    button.addEventListener("click", () => send(text, payload));
    group.append(button);
  }
  return group;
}

const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
function toEnd() { log.scrollTop = log.scrollHeight; }

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
}

function showSpeaker() {
  const text = word(status);
  if (byId("speaker").textContent !== text) byId("speaker").textContent = text;
}

// --- Sending ----------------------------------------------------------------------------------

const unsent = []; // What the server has not shown us yet, oldest first.

function settle(text) {
  const index = unsent.findIndex((one) => one.text === text);
  if (index < 0) return false;
  unsent.splice(index, 1)[0].item.remove();
  return true;
}

function send(text, payload = "") {
  const item = bubble("customer", text);
  item.classList.add("pending");
  item.append(element("span", "progress", word("sending")));
  outgoing.append(item);
  const one = { id: uuid(), text, payload, item, failed: false };
  unsent.push(one);
  document.body.classList.add("begun");
  toEnd();
  deliver(one);
}

async function deliver(one) {
  one.failed = false;
  one.item.classList.remove("failed");
  one.item.querySelector(".progress").textContent = word("sending");
  try {
    const body = JSON.stringify({ id: one.id, text: one.text, payload: one.payload });
    const response = await call("/chat/messages", { method: "POST", body });
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
  const retry = element("button", "quiet", word("retry"));
  retry.type = "button";
  retry.addEventListener("click", () => deliver(one));
  progress.append(retry);
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // Pages without TLS lack randomUUID.
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// --- Composer ---------------------------------------------------------------------------------

function submit() {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  grow();
  send(text);
  field.focus();
}

function grow() {
  sessionStorage.setItem(DRAFT, field.value);
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
  if (event.target instanceof HTMLButtonElement) send(event.target.textContent);
});
byId("restart").addEventListener("click", () => {
  if (!window.confirm(word("restart"))) return;
  forgetSession();
  sessionStorage.removeItem(DRAFT);
  location.reload();
});

field.value = sessionStorage.getItem(DRAFT) ?? "";
onLanguage(() => {
  for (const name of document.querySelectorAll("[data-author]")) {
    name.textContent = word(`by_${name.dataset.author}`);
  }
  showSpeaker();
});
grow();
listen({
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
