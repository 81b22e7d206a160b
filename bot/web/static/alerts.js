// New work is called out once, however many pages of the console are open: by the title of each page
// and, where a colleague has switched them on, by a sound and by a notification.
const byId = (id) => document.getElementById(id);
const SINCE = "sportello.alerts.since";
const SOUND = "sportello.alerts.sound";
const NOTIFY = "sportello.alerts.notify";
const EVERY_MS = 20_000;

// --- What was chosen ---------------------------------------------------------------------------

const isOn = (name) => localStorage.getItem(name) === "on";
const choose = (name, on) => localStorage.setItem(name, on ? "on" : "off");
const show = (button, on) => button.setAttribute("aria-pressed", String(on));

const canNotify = "Notification" in window;
const mayNotify = () => canNotify && Notification.permission === "granted";

// --- Sound: two short tones, made here, so that nothing is fetched ------------------------------

let speaker = null;

// Browsers make a page silent until somebody has touched it.
function wakeSpeaker() {
  speaker ??= new AudioContext();
  if (speaker.state === "suspended") speaker.resume();
}

function ring() {
  if (!speaker || speaker.state !== "running") return;
  [660, 880].forEach((pitch, at) => {
    const tone = speaker.createOscillator();
    const volume = speaker.createGain();
    const start = speaker.currentTime + at * 0.18;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.16);
    tone.connect(volume).connect(speaker.destination);
    tone.start(start);
    tone.stop(start + 0.17);
  });
}

// --- Notification ------------------------------------------------------------------------------

function notify(call) {
  if (!document.hidden || !mayNotify()) return;
  try {
    const shown = new Notification("Sportello: una chat aspetta", { body: call.line, tag: call.id });
    shown.addEventListener("click", () => {
      window.focus();
      location.assign(`/desk/chats/${encodeURIComponent(call.id)}`);
      shown.close();
    });
  } catch {
    // Telephones have no such notifications: sound and title remain.
  }
}

// --- Asking ------------------------------------------------------------------------------------

function showWaiting(count) {
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = count ? `(${count}) ${title}` : title;
}

function callOut(calls) {
  if (!calls.length) return;
  byId("called").textContent = calls.map((call) => call.line).join(". ");
  if (isOn(SOUND)) ring();
  if (isOn(NOTIFY)) calls.slice(0, 3).forEach(notify);
}

async function ask() {
  const since = localStorage.getItem(SINCE) ?? "";
  const answer = await fetch(`/desk/alerts?since=${encodeURIComponent(since)}`,
    { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const told = await answer.json();
  localStorage.setItem(SINCE, told.now);
  showWaiting(told.waiting);
  callOut(told.calls);
}

// One page at a time asks, and keeps until when it was told: no call is heard twice.
let asking = false;
async function askInTurn() {
  if (asking) return;
  asking = true;
  try {
    await (navigator.locks ? navigator.locks.request("sportello.alerts", ask) : ask());
  } catch {
    // Not reached: the next time tells what was missed.
  } finally {
    asking = false;
  }
}

// --- The page ----------------------------------------------------------------------------------

const sound = byId("sound");
const notice = byId("notify");
byId("alerts").hidden = false;
show(sound, isOn(SOUND));
notice.hidden = !canNotify;
show(notice, isOn(NOTIFY) && mayNotify());

sound.addEventListener("click", () => {
  choose(SOUND, !isOn(SOUND));
  show(sound, isOn(SOUND));
  if (!isOn(SOUND)) return;
  wakeSpeaker();
  ring();
});
notice.addEventListener("click", async () => {
  const on = !isOn(NOTIFY) || !mayNotify();
  const granted = on && await Notification.requestPermission() === "granted";
  choose(NOTIFY, granted);
  show(notice, granted);
  if (on && !granted) byId("called").textContent = "Il browser non permette le notifiche di questo sito.";
});
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => { if (isOn(SOUND)) wakeSpeaker(); }, { passive: true });
}
document.addEventListener("htmx:sseMessage", (event) => {
  if (event.detail.type === "queue") askInTurn();
});
setInterval(askInTurn, EVERY_MS);
askInTurn();
