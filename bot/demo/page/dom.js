// Small helpers to build nodes. Data becomes text nodes only; nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `el("a", { class: "x", href: url, onclick: f }, "text", otherNode)`. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A link that opens beside the page; what is not http(s) or mailto stays text. */
export function link(url, ...children) {
  let parsed;
  try {
    parsed = new URL(url, location.origin);
  } catch {
    return el("span", {}, ...children);
  }
  if (!["http:", "https:", "mailto:"].includes(parsed.protocol)) return el("span", {}, ...children);
  return el("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  return (words[0][0] + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}

export function avatar(person, shape = "") {
  return el("span", { class: `avatar avatar-${person.tone} ${shape}`, "aria-hidden": "true" }, initials(person.name));
}

export function botAvatar(shape = "") {
  return el("span", { class: `avatar avatar-bot ${shape}`, "aria-hidden": "true" }, icon("bot"));
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { weekday: "long", day: "numeric", month: "long" };
let timeZone;

/** From here on times are told as where this person lives: the bot's answers tell them so too. */
export function tellTimesFor(person) {
  timeZone = person.time_zone;
}

/** A Date in the words of these options of Intl's. */
export function told(at, options) {
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone }).format(at);
}

/** Seconds since 1970 as a clock time, with the full moment on hover. */
export function clock(seconds) {
  const at = new Date(seconds * 1000);
  const title = told(at, { dateStyle: "medium", timeStyle: "medium" });
  return el("time", { datetime: at.toISOString(), title }, told(at, CLOCK));
}

export function dayName(seconds) {
  const day = told(new Date(seconds * 1000), DAY);
  return day === told(new Date(), DAY) ? "Today" : day;
}

export function bytes(size) {
  if (!Number.isFinite(size)) return "";
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(size < 10240 ? 1 : 0)} kB`;
  return `${(size / 1048576).toFixed(1)} MB`;
}

/** "PDF", "XML": what a file card shows in its corner. */
export function fileKind(name) {
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(name || "");
  return ending ? ending[1].toUpperCase() : "FILE";
}

/** A scrolling log that stays at its end unless the reader has scrolled up. */
export class Log {
  constructor(box) {
    this.box = box;
    this.items = el("div", { class: "items" });
    this.tail = el("div", { class: "tail" });
    box.append(this.items, this.tail);
    this.more = box.parentElement.querySelector(".to-end");
    this.followed = true;
    this.endTop = 0;
    this.more.addEventListener("click", () => {
      this.toEnd();
      box.focus();
    });
    box.addEventListener("scroll", () => {
      this.followed = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
      if (this.followed) this.more.hidden = true;
    });
    new ResizeObserver(() => this.followed && this.toEnd()).observe(box);
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    this.endTop = this.box.scrollTop;
    this.followed = true;
    this.more.hidden = true;
  }

  /** Show other messages, without a screen reader reading all of them out. */
  replace(nodes) {
    this.quietly(() => {
      this.items.replaceChildren(...nodes);
      this.toEnd();
    });
  }

  /** Add a message; `own` is followed wherever the reader is. */
  append(node, own = false) {
    // A browser tells of scrolling a frame later: a message may come in between.
    if (this.box.scrollTop < this.endTop - 60) this.followed = false;
    this.items.append(node);
    if (own || this.followed) this.toEnd();
    else this.more.hidden = false;
  }

  /** Show that the bot is at work, or that it no longer is. */
  working(node) {
    this.tail.replaceChildren(...(node ? [node] : []));
    if (this.followed) this.toEnd();
  }

  quietly(change) {
    this.box.setAttribute("aria-live", "off");
    change();
    setTimeout(() => this.box.setAttribute("aria-live", "polite"), 100);
  }
}

export function dots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
}
