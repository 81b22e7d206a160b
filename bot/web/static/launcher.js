// The chat on another page: a button and a panel in a shadow root, apart from the page's own styles.
import { speak } from "./language.js";
import { keep, recall } from "./memory.js";

export async function launch(home, language) {
  const [parts, sheet] = await Promise.all([markup(home), styles(home)]);
  const host = document.createElement("sportello-chat");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(...document.importNode(parts.body, true).childNodes);
  const asked = [language, document.documentElement.lang, navigator.language];
  const tongue = speak(root, root.querySelector(".widget"), asked);
  whenReady(() => document.body.append(host));
  run(root, tongue, home);
}

// XMLHttpRequest parses HTML without running it; no page's policy on written HTML is in its way.
function markup(home) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", `${home}/chat/window`);
    request.responseType = "document";
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new Error(String(request.status))));
    request.onerror = () => reject(new Error("no answer"));
    request.send();
  });
}

async function styles(home) {
  const response = await fetch(`${home}/widget.css`);
  if (!response.ok) throw new Error(String(response.status));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await response.text());
  return sheet;
}

function whenReady(work) {
  if (document.body) work();
  else document.addEventListener("DOMContentLoaded", work);
}

function run(root, tongue, home) {
  const byId = (id) => root.getElementById(id);
  const panel = byId("panel");
  const launcher = byId("launcher");
  let chat = null;
  let unread = 0;
  let told = 0;
  let lastId = "";
  let isNew = !recall("seen"); // Whether what comes was not there when the chat was last open.

  function mount() {
    chat ??= import("./chat.js").then(({ mountChat }) => mountChat(root, tongue, { home, onEntry, onSettled }));
    chat.catch(() => { chat = null; }); // The next press tries again.
    return chat;
  }

  function onEntry({ id, author }) {
    lastId = id;
    if (author === "customer") unread = 0;
    else if (isNew && panel.hidden) unread += 1;
    isNew ||= id === recall("seen");
  }

  function onSettled() {
    isNew = true;
    if (!panel.hidden) keep("seen", lastId);
    byId("badge").hidden = !unread;
    byId("unread").textContent = unread;
    if (unread > told) byId("news").textContent = tongue.word("news");
    if (!unread) byId("news").textContent = "";
    told = unread;
  }

  async function open() {
    await mount();
    panel.hidden = false;
    launcher.setAttribute("aria-expanded", "true");
    unread = 0;
    onSettled();
    // On a phone the field would call up the keyboard before anything can be read.
    (matchMedia("(pointer: coarse)").matches ? panel : byId("text")).focus();
    byId("log").scrollTop = byId("log").scrollHeight;
  }

  function close() {
    panel.hidden = true;
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
  }

  launcher.addEventListener("pointerenter", mount);
  launcher.addEventListener("click", () => (panel.hidden ? open() : close()));
  byId("close").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) close();
  });
  // What is typed here is no shortcut of the page around.
  for (const kind of ["keydown", "keypress", "keyup"]) {
    panel.addEventListener(kind, (event) => event.stopPropagation());
  }
  if (recall("token")) mount();
}
