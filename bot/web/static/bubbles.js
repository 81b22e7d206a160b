// The parts a chat is made of. What was typed goes through textContent, never through innerHTML.

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function button(className, text, onClick) {
  const node = element("button", className, text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

export function bubble(author, name, text) {
  const item = element("li", `bubble ${author}`);
  const who = element("span", author === "staff" ? "name" : "unseen", name);
  who.dataset.author = author;
  const words = element("p", "words");
  if (author === "customer") words.textContent = text;
  else withLinks(words, text);
  item.append(who, words);
  return item;
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

export function clock(at, language) {
  const time = element("time", "", new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = at;
  return time;
}

export function day(at, language) {
  const words = new Date(at).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
  return element("li", "day", words);
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // Pages without TLS lack randomUUID.
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
