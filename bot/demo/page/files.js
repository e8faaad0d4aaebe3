// A file somebody was sent, as a card that opens in a new tab.

import { bytes, el, fileKind, icon } from "./dom.js";

export function fileCard(name, size, url) {
  const kind = fileKind(name);
  return el("a", { class: "file", href: url, target: "_blank", rel: "noopener" },
    el("span", { class: `file-mark file-${kind.toLowerCase()}`, "aria-hidden": "true" }, icon("file"), el("b", {}, kind)),
    el("span", { class: "file-text" }, el("span", { class: "file-name" }, name), el("span", { class: "file-size" }, [bytes(size), "opens in a new tab"].filter(Boolean).join(" · "))));
}
