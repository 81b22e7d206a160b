// The language of the chat: Italian as written in it, or the English of its data-en attributes.
import { keep, recall } from "./memory.js";

const tidy = (text) => text.replace(/\s+/g, " ").trim();

// `root` holds the chat, `top` is the element that says its language; `asked` are languages in the
// order in which they count, some perhaps empty. A choice of the customer goes before them.
export function speak(root, top, asked) {
  const byId = (id) => root.getElementById(id);
  const listeners = [];
  const wanted = recall("language") || asked.find(Boolean) || "it";
  let language = wanted.toLowerCase().startsWith("it") ? "it" : "en";

  function word(name) {
    const node = byId("words").content.querySelector(`[data-word="${name}"]`);
    return language === "en" ? node.dataset.en : tidy(node.textContent);
  }

  // Calls the listener now and whenever the language changes.
  function onLanguage(listener) {
    listeners.push(listener);
    listener();
  }

  function translate() {
    for (const node of root.querySelectorAll("[data-en]")) {
      node.dataset.it ??= tidy(node.textContent);
      node.textContent = node.dataset[language];
    }
    translateAttribute("aria-label", "label", "Label");
    translateAttribute("placeholder", "placeholder", "Placeholder");
  }

  function translateAttribute(name, suffix, key) {
    for (const node of root.querySelectorAll(`[data-en-${suffix}]`)) {
      node.dataset[`it${key}`] ??= node.getAttribute(name);
      node.setAttribute(name, node.dataset[language + key]);
    }
  }

  function show() {
    top.lang = language;
    translate();
    byId("language").textContent = language === "en" ? "Italiano" : "English";
    byId("language").lang = language === "en" ? "it" : "en";
  }

  byId("language").addEventListener("click", () => {
    language = language === "en" ? "it" : "en";
    keep("language", language);
    listeners.forEach((listener) => listener());
  });
  onLanguage(show);
  return { current: () => language, word, onLanguage };
}
