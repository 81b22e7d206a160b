// Files that colleagues send: a picture to be seen, and a link to save any of them.
import { element } from "./bubbles.js";

const MB = 1_000_000;

export function fileParts({ src, name, size, shown }, home, language, onLoad) {
  const address = home + src;
  const line = element("p", "words file");
  const link = element("a", "", name);
  link.href = address;
  link.download = name;
  link.target = "_blank"; // Some browsers show a PDF; the chat stays.
  link.rel = "noopener";
  line.append(link, ` (${inWords(size, language)})`);
  if (!shown) return [line];
  const image = element("img", "picture");
  image.addEventListener("load", onLoad);
  image.src = address;
  image.alt = ""; // Its name is right below.
  return [image, line];
}

export function inWords(size, language) {
  const [count, unit, digits] = size < MB ? [Math.ceil(size / 1000), "kilobyte", 0] : [size / MB, "megabyte", 1];
  return new Intl.NumberFormat(language, { style: "unit", unit, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(count);
}
