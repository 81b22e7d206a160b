// The connection to the server: the session's secret, single calls, and the stream of events.

const TOKEN = "sportello.token";
const SILENT_TOO_LONG_MS = 40_000; // The server sends a sign of life every 15 seconds.
const LONGEST_PAUSE_MS = 15_000;

export async function call(path, options = {}) {
  const headers = { "X-Chat-Token": await token(), ...options.headers };
  if (options.body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { ...options, headers });
  if (response.status === 401) forgetSession();
  return response;
}

export function forgetSession() {
  localStorage.removeItem(TOKEN);
}

// Follows the events for ever. `page` has lastId(), onOpen(), onEvent(name, data) and onLoss().
// EventSource cannot send headers, and a token in an address would end up in logs.
export async function listen(page) {
  for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      await follow(page, () => { pause = 1000; });
    } catch {
      // The page says so below; tried again after the pause.
    }
    page.onLoss();
    await sleep(pause);
  }
}

async function follow(page, onLife) {
  const connection = new AbortController();
  let alarm = 0;
  const alive = () => {
    clearTimeout(alarm);
    alarm = setTimeout(() => connection.abort(), SILENT_TOO_LONG_MS);
  };
  alive();
  try {
    const headers = page.lastId() ? { "Last-Event-ID": page.lastId() } : {};
    const response = await call("/chat/events", { headers, signal: connection.signal });
    if (!response.ok) throw new Error(String(response.status));
    page.onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for await (const event of eventsOf(reader, alive)) {
      onLife();
      if (event.name) page.onEvent(event.name, JSON.parse(event.data));
    }
  } finally {
    clearTimeout(alarm);
  }
}

async function* eventsOf(reader, alive) {
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const blocks = (text + value).split(/\r\n\r\n|\n\n/);
    text = blocks.pop();
    for (const block of blocks) yield readEvent(block);
  }
}

function readEvent(block) {
  const event = { name: "", data: "" };
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event: ")) event.name = line.slice(7);
    if (line.startsWith("data: ")) event.data += line.slice(6);
  }
  return event;
}

let wake = () => {};

function sleep(pause) {
  return new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, pause);
  });
}

let opening = null; // Two calls at once must not open two sessions.

async function token() {
  const kept = localStorage.getItem(TOKEN);
  if (kept) return kept;
  opening ??= openSession().finally(() => { opening = null; });
  return opening;
}

async function openSession() {
  const response = await fetch("/chat/sessions", { method: "POST" });
  if (!response.ok) throw new Error(String(response.status));
  const made = (await response.json()).token;
  localStorage.setItem(TOKEN, made);
  return made;
}

window.addEventListener("online", () => wake());
document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
