// A menu that opens at a button: arrows move in it, Escape and a click elsewhere close it.

import { el } from "./dom.js";

/** Open a menu at `anchor`; `items` have `label`, `about` and `pick`. */
export function openMenu(anchor, label, items) {
  const close = (back) => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", elsewhere, true);
    if (back) anchor.focus();
  };
  const elsewhere = (event) => {
    if (!menu.contains(event.target)) close(false);
  };
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label },
    items.map((item) => el("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => {
      close(true);
      item.pick();
    } }, el("b", {}, item.label), item.about ? el("small", {}, item.about) : null)));
  menu.addEventListener("keydown", (event) => {
    const all = [...menu.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close(true);
    }
  });
  (anchor.closest("dialog") || document.body).append(menu);
  const at = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const above = at.bottom + size.height + 8 > innerHeight && at.top > size.height;
  menu.style.top = `${above ? at.top - size.height - 4 : Math.max(8, Math.min(at.bottom + 4, innerHeight - size.height - 8))}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", elsewhere, true);
  menu.firstElementChild.focus();
}
