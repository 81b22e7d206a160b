// Files in the composer: chosen, dropped or pasted, shown with their sizes, and taken away again.
import { inWords } from "./files.js";

const byId = (id) => document.getElementById(id);
const composer = byId("composer");
const box = byId("attach");
const input = byId("files");
const list = byId("files-chosen");
const problem = byId("files-problem");
const text = byId("text");
const limits = {
  files: Number(box.dataset.mostFiles),
  bytes: Number(box.dataset.mostBytes),
  fileBytes: Number(box.dataset.mostFileBytes),
  pictureBytes: Number(box.dataset.mostPictureBytes),
  endings: input.accept.split(","),
};
let chosen = [];

const size = (bytes) => inWords(bytes, "it");
const isPicture = (file) => file.type.startsWith("image/");

function show() {
  const transfer = new DataTransfer();
  for (const file of chosen) transfer.items.add(file);
  input.files = transfer.files;
  list.replaceChildren(...chosen.map(row));
  list.hidden = chosen.length === 0;
  text.required = chosen.length === 0;
}

function row(file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.className = "file-name";
  name.textContent = file.name;
  const large = document.createElement("span");
  large.className = "muted";
  large.textContent = size(file.size);
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "quiet";
  remove.textContent = "Togli";
  remove.setAttribute("aria-label", `Togli ${file.name}`);
  remove.addEventListener("click", () => {
    chosen = chosen.filter((one) => one !== file);
    say("");
    show();
    (list.querySelector("button") ?? input).focus();
  });
  item.append(name, large, remove);
  return item;
}

function say(words) { problem.textContent = words; }

// --- What may go, told before anything is sent --------------------------------------------------

function whyNot(file) {
  const ending = file.name.match(/\.[^.]+$/)?.[0].toLowerCase();
  if (file.size === 0) return `«${file.name}» è vuoto.`;
  if (file.size > limits.bytes) return `«${file.name}» è di ${size(file.size)}: il massimo è ${size(limits.bytes)}.`;
  const most = isPicture(file) ? limits.pictureBytes : limits.fileBytes;
  if (file.size > most) return `«${file.name}» è di ${size(file.size)}: ${box.dataset.channel} ne accetta ${size(most)}.`;
  if (ending && !limits.endings.includes(ending)) return `«${file.name}»: file di questo tipo non si possono inviare su ${box.dataset.channel}.`;
  return "";
}

function add(files) {
  const refusals = [];
  for (const file of files) {
    const reason = whyNot(file);
    const whole = chosen.reduce((sum, one) => sum + one.size, file.size);
    if (reason) refusals.push(reason);
    else if (chosen.length >= limits.files) refusals.push(`«${file.name}»: al massimo ${limits.files} file alla volta.`);
    else if (whole > limits.bytes) refusals.push(`«${file.name}»: con gli altri supera ${size(limits.bytes)}.`);
    else chosen.push(file);
  }
  say(refusals.join(" "));
  show();
}

// --- Where files come from ----------------------------------------------------------------------

input.addEventListener("change", () => add([...input.files]));

text.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  if (!files.length || event.clipboardData.getData("text/plain")) return; // Office copies both.
  event.preventDefault();
  add(files);
});

const bringsFiles = (event) => event.dataTransfer?.types.includes("Files") && byId("mode-reply").checked;
composer.addEventListener("dragover", (event) => {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  composer.classList.add("dropping");
});
composer.addEventListener("dragleave", () => composer.classList.remove("dropping"));
composer.addEventListener("drop", (event) => {
  composer.classList.remove("dropping");
  if (!bringsFiles(event)) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
});

// --- What becomes of them -----------------------------------------------------------------------

// A note takes no files along; those that were chosen wait for the next reply.
composer.addEventListener("change", (event) => {
  if (event.target.name !== "mode") return;
  input.disabled = event.target.value === "note";
  text.required = input.disabled || chosen.length === 0;
});

let sent = [];
composer.addEventListener("htmx:beforeRequest", () => { sent = input.disabled ? [] : chosen; });
composer.addEventListener("done", () => {
  chosen = chosen.filter((file) => !sent.includes(file));
  input.disabled = false; // The composer goes back to replies.
  say("");
  show();
});

// A picture that has come makes the transcript longer: who was at its end stays there.
const transcript = byId("transcript");
transcript.addEventListener("load", ({ target }) => {
  const left = transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight;
  if (left < target.height + 100) transcript.scrollTop = transcript.scrollHeight;
}, true);

box.classList.add("scripted"); // The browser's own list of files would be a second one.
// A page that is loaded again may bring back what its browser remembers.
add([...input.files]);
