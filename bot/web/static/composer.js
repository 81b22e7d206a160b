// The field in which colleagues write: drafts, ready replies, its lock, and who else is there.
const byId = (id) => document.getElementById(id);
const composer = byId("composer");
const GAP = /\[\s*(?:…|\.{3})[^\]\n]*\]/;
const LOOKING_MS = 20_000;
const TYPING_MS = 3_000;

if (composer) {
  const field = byId("text");
  const { chat, path } = composer.dataset;
  const isNote = () => byId("mode-note").checked;
  const show = (id, on) => { byId(id).hidden = !on; };
  const changed = () => field.dispatchEvent(new Event("input", { bubbles: true }));

  // --- Drafts: one for each chat and mode, shared by all tabs ------------------------------------

  const keyOf = (note) => `sportello.draft.${chat}${note ? ".note" : ""}`;
  const kept = () => localStorage.getItem(keyOf(isNote())) ?? "";

  function keep() {
    if (field.value) localStorage.setItem(keyOf(isNote()), field.value);
    else localStorage.removeItem(keyOf(isNote()));
  }

  if (!field.value) field.value = kept();
  field.addEventListener("input", keep);
  composer.addEventListener("change", (event) => {
    if (event.target.name !== "mode") return;
    field.value = kept();
    closeCanned();
    changed();
  });
  // Another tab has written: it is shown, but never over what is being typed here.
  addEventListener("storage", (event) => {
    const isTyping = document.hasFocus() && document.activeElement === field;
    if (event.key !== keyOf(isNote()) || isTyping) return;
    field.value = event.newValue ?? "";
    check();
  });

  // --- Sending -----------------------------------------------------------------------------------

  const isLocked = () => !isNote() && document.querySelector("#window [data-locked]") !== null;

  function check() {
    const gap = !isNote() && GAP.test(field.value);
    field.setCustomValidity(gap ? "Completi […] prima di inviare." : "");
    if (!gap) byId("gaps").textContent = "";
    field.readOnly = isLocked();
    show("locked", isLocked());
    field.setAttribute("aria-describedby", isLocked() ? "gaps locked" : "gaps");
    composer.querySelector("button.main").disabled = isLocked();
  }
  field.addEventListener("input", check);
  for (const name of ["htmx:oobAfterSwap", "htmx:afterRequest"]) {
    document.addEventListener(name, check);
  }

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!isLocked()) composer.requestSubmit();
  });
  // The text may have changed while it was on its way: only what was sent goes.
  let sent = { text: "", key: "" };
  // A reply counts once by its key, however often it comes: another text gets another key.
  let isTried = false;
  function newKey() {
    byId("key").value = [...crypto.getRandomValues(new Uint32Array(4))].map((one) => one.toString(36)).join("");
    isTried = false;
  }
  field.addEventListener("input", () => { if (isTried) newKey(); });
  composer.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== composer) return;
    sent = { text: field.value, key: keyOf(isNote()) };
    isTried = true;
  });
  composer.addEventListener("done", () => {
    newKey();
    if (localStorage.getItem(sent.key) === sent.text) localStorage.removeItem(sent.key);
    if (field.value !== sent.text) return;
    byId("mode-reply").checked = true;
    field.value = kept();
    changed();
    document.dispatchEvent(new Event("desk:sent"));
  });

  // --- A session that has ended ------------------------------------------------------------------

  // The page stays, with what was written; the answer would lead away from it.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const expired = event.detail.xhr.status === 401;
    if (expired) event.preventDefault();
    show("expired", expired);
  });
  composer.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 403) return;
    const line = document.createElement("p");
    const link = document.createElement("a");
    line.className = "notice bad";
    link.href = path;
    link.textContent = "la ricarichi";
    line.append("Questa pagina non è più aggiornata: ", link, ", il testo resta qui.");
    // After the line of plain text that the page shows of every error.
    queueMicrotask(() => byId("notice").replaceChildren(line));
  });

  // --- Who else is there -------------------------------------------------------------------------

  async function here(doing) {
    const body = new URLSearchParams({ token: composer.elements.token.value, doing });
    const headers = { "HX-Request": "true" };
    try {
      const answer = await fetch(`${path}/here`, { method: "POST", body, headers, keepalive: true });
      if (answer.status === 401) show("expired", true);
    } catch { /* Whoever is offline is not there. */ }
  }

  const isSeen = () => document.visibilityState === "visible";
  let typedAt = 0;
  field.addEventListener("input", (event) => {
    if (!event.isTrusted || Date.now() - typedAt < TYPING_MS) return;
    typedAt = Date.now();
    here("typing");
  });
  document.addEventListener("visibilitychange", () => here(isSeen() ? "looking" : "gone"));
  addEventListener("pagehide", () => here("gone"));
  setInterval(() => { if (isSeen() && Date.now() - typedAt > TYPING_MS) here("looking"); }, LOOKING_MS);
  if (isSeen()) here("looking");

  // --- Ready replies -----------------------------------------------------------------------------

  const opener = byId("canned-open");
  const filter = byId("canned-filter");
  const list = byId("canned-list");
  const options = () => [...list.querySelectorAll("[role=option]:not([hidden])")];
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function choose(option) {
    for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
    if (option) filter.setAttribute("aria-activedescendant", option.id);
    else filter.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function narrow() {
    const words = folded(filter.value).split(/\s+/);
    for (const one of list.children) {
      const text = folded(one.textContent);
      one.hidden = !words.every((word) => text.includes(word));
    }
    byId("canned-none").textContent = options().length ? "" : "Nessuna risposta pronta.";
    choose(options()[0]);
  }

  function openCanned() {
    if (!opener || isLocked() || isNote()) return;
    show("canned", true);
    opener.setAttribute("aria-expanded", "true");
    filter.value = "";
    filter.focus();
    filter.setAttribute("aria-expanded", "true");
    list.dispatchEvent(new Event("ask"));
  }

  function closeCanned() {
    if (!opener || byId("canned").hidden) return;
    show("canned", false);
    opener.setAttribute("aria-expanded", "false");
    filter.setAttribute("aria-expanded", "false");
  }

  function insert(text, gaps = "") {
    closeCanned();
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    changed();
    byId("gaps").textContent = gaps ? `Da completare: ${gaps}` : "";
    const gap = GAP.exec(field.value);
    if (gap) field.setSelectionRange(gap.index, gap.index + gap[0].length);
  }

  function move(by) {
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (all.length) choose(all[(at + by + all.length) % all.length]);
  }

  const KEYS = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => {
      const chosen = list.querySelector("[aria-selected=true]");
      if (chosen) insert(chosen.dataset.text, chosen.dataset.gaps);
    },
    Escape: () => { closeCanned(); field.focus(); },
  };

  if (opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => (byId("canned").hidden ? openCanned() : closeCanned()));
    field.addEventListener("beforeinput", (event) => {
      if (event.data !== "/" || field.value || isNote()) return;
      event.preventDefault();
      openCanned();
    });
    filter.addEventListener("input", narrow);
    list.addEventListener("htmx:afterSwap", narrow);
    filter.addEventListener("keydown", (event) => {
      const isSlash = event.key === "/" && !filter.value;  // Whoever wants a slash types it twice.
      const act = isSlash ? () => insert("/") : KEYS[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());  // Focus stays.
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) insert(option.dataset.text, option.dataset.gaps);
    });
    byId("canned").addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      if (to !== opener && !byId("canned").contains(to) && document.hasFocus()) closeCanned();
    });
  }

  show("preview", true);
  check();
  // Only now does the preview listen.
  addEventListener("load", () => { if (field.value) changed(); });
}
