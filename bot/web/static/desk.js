// The console: keeps what a colleague is doing while the page around it is refreshed.
const byId = (id) => document.getElementById(id);
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
// Who is at the end stays there, also while menus and lists around it take room and give it back.
if (transcript) new ResizeObserver(() => { if (wasAtEnd && byId("latest")) toEnd(); }).observe(transcript);

// A part in which somebody is typing stays as it is until the next refresh.
function isInUse(part) {
  const active = document.activeElement;
  const isField = active instanceof HTMLInputElement && active.value !== "";
  return part.contains(active) && (isField || active instanceof HTMLSelectElement);
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
  openDetails = [...transcript.querySelectorAll("details[open]")].map((one) => one.id);
});

// Not when all has settled: the button that was pressed may be gone by then, and nobody hears of it.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id !== "latest") return;
  for (const id of openDetails) byId(id)?.setAttribute("open", "");
  if (wasAtEnd) toEnd();
});

// --- Whether the page is live ------------------------------------------------------------------

const say = (live) => { byId("live").dataset.state = live ? "on" : "off"; };
document.addEventListener("htmx:sseOpen", () => say(true));
document.addEventListener("htmx:sseError", () => say(false));

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

// --- What the composer has sent ----------------------------------------------------------------

document.addEventListener("desk:sent", () => {
  if (!transcript) return;
  wasAtEnd = true;
  toEnd();
});

// Who came to look at one message, or at an earlier part, stays there.
if (transcript && byId("latest") && !location.hash) toEnd();
else wasAtEnd = false;
