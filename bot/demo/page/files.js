// A file somebody was sent, as a card that opens it in a new tab, or saves what a browser does not show.

import { bytes, el, fileKind, icon } from "./dom.js";

/** What the demo lets a browser show by itself: the media types of `OPENED` in control.py. */
const SHOWN = ["PDF", "XML"];

export function fileCard(name, size, url) {
  const kind = fileKind(name);
  const then = SHOWN.includes(kind) ? "opens in a new tab" : "is saved";
  return el("a", { class: "file", href: url, target: "_blank", rel: "noopener" },
    el("span", { class: `file-mark file-${kind.toLowerCase()}`, "aria-hidden": "true" }, icon("file"), el("b", {}, kind)),
    el("span", { class: "file-text" }, el("span", { class: "file-name" }, name), el("span", { class: "file-size" }, [bytes(size), then].filter(Boolean).join(" · "))));
}
