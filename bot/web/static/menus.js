// The menus at the head of a chat: one is open at a time, and stays open while the page refreshes.
const openMenu = () => document.querySelector("details.menu[open]");

function close(menu) {
  if (!menu) return;
  const hadFocus = menu.contains(document.activeElement);
  menu.removeAttribute("open");
  if (hadFocus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  const here = event.target.closest("details.menu");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== here) menu.removeAttribute("open");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close(openMenu());
});
document.addEventListener("htmx:beforeRequest", (event) => {
  close(event.target.closest("details.menu"));
});

// Before others hear of it: what they have not seen is brought by the next refresh.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (!event.detail.target.contains(openMenu())) return;
  event.detail.shouldSwap = false;
  event.stopImmediatePropagation();
}, { capture: true });
