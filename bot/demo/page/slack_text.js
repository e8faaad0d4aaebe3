// Slack's mrkdwn and rich text as nodes.

import { el, link, told } from "./dom.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔", x: "❌", warning: "⚠", hourglass: "⏳", lock: "🔒",
  hourglass_flowing_sand: "⏳", package: "📦", truck: "🚚", page_facing_up: "📄", receipt: "🧾", email: "✉",
  mag: "🔍", wave: "👋", bulb: "💡", clock3: "🕒", information_source: "ℹ", link: "🔗", bell: "🔔",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", white_circle: "⚪", arrow_right: "→",
};

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// In order: code block, code, <…>, then *bold*, _italic_ and ~strike~ standing free as Slack wants them.
const TOKEN = new RegExp(
  [
    "```([\\s\\S]+?)```",
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*[^*\\s])\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)([^_\\n]*[^_\\s])_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)([^~\\n]*[^~\\s])~(?![\\w~])",
    ":([a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

/** Render mrkdwn. `names` tells what `<@U…>` and `<#C…>` are called. */
export function mrkdwn(text, names) {
  const nodes = [];
  const lines = text.split("\n");
  let quote = [];
  const flush = () => {
    if (quote.length) nodes.push(el("blockquote", {}, inline(quote.join("\n"), names)));
    quote = [];
  };
  const plain = [];
  const flushPlain = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), names));
    plain.length = 0;
  };
  for (const line of lines) {
    const quoted = /^&gt; ?(.*)$/.exec(line) || /^> ?(.*)$/.exec(line);
    if (quoted) {
      flushPlain();
      quote.push(quoted[1]);
    } else {
      flush();
      plain.push(line);
    }
  }
  flush();
  flushPlain();
  return nodes;
}

function inline(text, names) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) nodes.push(unescape(text.slice(at, match.index)));
    nodes.push(token(match, names));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(unescape(text.slice(at)));
  return nodes;
}

function token([whole, block, code, angle, bold, italic, strike, emoji], names) {
  if (block !== undefined) return el("pre", {}, unescape(block.replace(/^\n/, "")));
  if (code !== undefined) return el("code", {}, unescape(code));
  if (angle !== undefined) return reference(angle, names);
  if (bold !== undefined) return el("b", {}, inline(bold, names));
  if (italic !== undefined) return el("i", {}, inline(italic, names));
  if (strike !== undefined) return el("s", {}, inline(strike, names));
  return EMOJI[emoji] ?? whole;
}

function reference(body, names) {
  const [target, ...rest] = body.split("|");
  const label = rest.length ? unescape(rest.join("|")) : "";
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${names(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${names(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, `@${names(target.slice(9)) || label}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention" }, `@${target.slice(1).split("^")[0]}`);
  const url = unescape(target);
  return link(url, label || url.replace(/^mailto:/, ""));
}

const DATE_FORMS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { month: "short", day: "numeric", year: "numeric" },
  date_short_pretty: { month: "short", day: "numeric", year: "numeric" },
  date: { month: "long", day: "numeric", year: "numeric" },
  date_pretty: { month: "long", day: "numeric", year: "numeric" },
  date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  date_long_pretty: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

function date(target, fallback) {
  const [, seconds, form, url] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const text = (form || "{date_short}").replace(/\{(\w+)\}/g, (all, name) =>
    DATE_FORMS[name] ? told(at, DATE_FORMS[name]) : all,
  );
  const time = el("time", { datetime: at.toISOString() }, text);
  return url ? link(url, time) : time;
}

/** Render the elements of a rich_text block. */
export function richText(elements, names) {
  return elements.map((part) => {
    if (part.type === "rich_text_preformatted") return el("pre", {}, runs(part.elements, names));
    if (part.type === "rich_text_quote") return el("blockquote", {}, runs(part.elements, names));
    if (part.type === "rich_text_list") {
      return el(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((item) => el("li", {}, runs(item.elements, names))));
    }
    return el("p", {}, runs(part.elements, names));
  });
}

function runs(elements, names) {
  return elements.map((run) => {
    let node;
    if (run.type === "link") node = link(run.url, run.text || run.url);
    else if (run.type === "user") node = el("span", { class: "mention" }, `@${names(run.user_id)}`);
    else if (run.type === "channel") node = el("span", { class: "mention" }, `#${names(run.channel_id)}`);
    else if (run.type === "emoji") node = document.createTextNode(EMOJI[run.name] ?? `:${run.name}:`);
    else if (run.type === "date") node = date(`!date^${run.timestamp}^${run.format}`, run.fallback || "");
    else node = document.createTextNode(run.text ?? "");
    const style = run.style || {};
    for (const [name, tag] of [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"]]) {
      if (style[name]) node = el(tag, {}, node);
    }
    return node;
  });
}
