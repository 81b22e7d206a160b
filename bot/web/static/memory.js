// What a browser keeps of a chat. Before the customer sends a first message nothing is written:
// only from then on is it needed for the service they ask for. There is no cookie.

const NAMES = ["token", "language", "seen", "draft"];
export const TOKEN_KEY = "sportello.token";

const held = {};
let begun = Boolean(read("token"));

export function recall(name) {
  // Of two tabs the one that wrote first gave the chat its token.
  return (name === "token" ? read(name) || held[name] : held[name] ?? read(name)) ?? "";
}

export function keep(name, value) {
  held[name] = value;
  if (begun) write(name, value);
}

// The customer sends a message.
export function begin() {
  if (begun) return;
  begun = true;
  for (const [name, value] of Object.entries(held)) {
    if (name !== "token" || !read(name)) write(name, value);
  }
}

export function forget() {
  for (const name of NAMES) write(name, "");
  const { language } = held;
  for (const name of NAMES) delete held[name];
  if (language) held.language = language;
  begun = false;
}

// The draft belongs to one tab, all else to the browser.
const place = (name) => (name === "draft" ? sessionStorage : localStorage);

// A browser may refuse to keep anything; then the chat lasts as long as its page.
function read(name) {
  try {
    return place(name).getItem(`sportello.${name}`);
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    if (value) place(name).setItem(`sportello.${name}`, value);
    else place(name).removeItem(`sportello.${name}`);
  } catch {
    // As above.
  }
}
