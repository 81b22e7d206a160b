// The connection to the server: the session's secret, single calls, and the stream of events.
import { keep, recall } from "./memory.js";

const SILENT_TOO_LONG_MS = 40_000; // The server sends a sign of life every 15 seconds.
const LONGEST_PAUSE_MS = 15_000;

// `home` is where the server is. `page` has lastId(), onOpen(), onEvent(name, data) and onLoss().
export function connect(home, page) {
  let turn = 0; // Which listening goes on; none while it is even.
  let stream = new AbortController();
  let opening = null; // Two calls at once must not open two sessions.

  async function call(path, options = {}) {
    const headers = { "X-Chat-Token": await token(), ...options.headers };
    if (options.body) headers["Content-Type"] = "application/json";
    const response = await fetch(home + path, { ...options, headers });
    if (response.status === 401) keep("token", "");
    return response;
  }

  async function token() {
    const known = recall("token");
    if (known) return known;
    opening ??= open().finally(() => { opening = null; });
    return opening;
  }

  async function open() {
    const response = await fetch(`${home}/chat/sessions`, { method: "POST" });
    if (!response.ok) throw new Error(String(response.status));
    const made = (await response.json()).token;
    keep("token", made);
    return made;
  }

  // Follows the events until it is told to stop.
  // EventSource cannot send headers, and a token in an address would end up in logs.
  async function listen() {
    if (turn % 2) return;
    turn += 1;
    const mine = turn;
    for (let pause = 1000; mine === turn; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await follow(mine, () => { pause = 1000; });
      } catch {
        // The page says so below; tried again after the pause.
      }
      if (mine !== turn) return;
      page.onLoss();
      await sleep(pause);
    }
  }

  function stop() {
    if (turn % 2) turn += 1;
    stream.abort();
    wake();
  }

  async function follow(mine, onLife) {
    const connection = new AbortController();
    stream = connection;
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
      if (mine !== turn) return;
      page.onOpen();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for await (const event of eventsOf(reader, alive)) {
        if (mine !== turn) return;
        onLife();
        if (event.name) page.onEvent(event.name, JSON.parse(event.data));
      }
    } finally {
      clearTimeout(alarm);
      connection.abort();
    }
  }

  return { call, listen, stop };
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

window.addEventListener("online", () => wake());
document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
