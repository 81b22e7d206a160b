// The language of the page: Italian as written in it, or the English of its data-en attributes.

const LANGUAGE = "sportello.language";

const byId = (id) => document.getElementById(id);
const tidy = (text) => text.replace(/\s+/g, " ").trim();
const listeners = [];

let language = localStorage.getItem(LANGUAGE) ||
  (navigator.language.toLowerCase().startsWith("it") ? "it" : "en");

export const current = () => language;

export function word(name) {
  const node = byId("words").content.querySelector(`[data-word="${name}"]`);
  return language === "en" ? node.dataset.en : tidy(node.textContent);
}

// Calls the listener now and whenever the language changes.
export function onLanguage(listener) {
  listeners.push(listener);
  listener();
}

function translate() {
  for (const node of document.querySelectorAll("[data-en]")) {
    node.dataset.it ??= tidy(node.textContent);
    node.textContent = node.dataset[language];
  }
  translateAttribute("aria-label", "label", "Label");
  translateAttribute("placeholder", "placeholder", "Placeholder");
}

function translateAttribute(name, suffix, key) {
  for (const node of document.querySelectorAll(`[data-en-${suffix}]`)) {
    node.dataset[`it${key}`] ??= node.getAttribute(name);
    node.setAttribute(name, node.dataset[language + key]);
  }
}

function show() {
  document.documentElement.lang = language;
  translate();
  byId("language").textContent = language === "en" ? "Italiano" : "English";
  byId("language").lang = language === "en" ? "it" : "en";
}

byId("language").addEventListener("click", () => {
  language = language === "en" ? "it" : "en";
  localStorage.setItem(LANGUAGE, language);
  listeners.forEach((listener) => listener());
});

onLanguage(show);
