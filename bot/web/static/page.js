// The chat on a page of its own.
import { mountChat } from "./chat.js";
import { speak } from "./language.js";

const tongue = speak(document, document.documentElement, [navigator.language]);
mountChat(document, tongue, { eager: true });
