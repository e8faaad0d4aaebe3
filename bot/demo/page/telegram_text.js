// A Bot API text with its entities as nodes. Offsets are UTF-16 units, as JavaScript strings count.

import { el, link } from "./dom.js";

/** What a link to the bot starts it with (`https://t.me/<bot>?start=<payload>`); null for any other link. */
export function startPayload(url, bot) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  const toBot = ["t.me", "telegram.me"].includes(parsed.hostname) && parsed.pathname.toLowerCase() === `/${bot.toLowerCase()}`;
  return toBot ? parsed.searchParams.get("start") : null;
}

/** Render `text`. `acts.command` is called with a bot command that was pressed, `acts.start` with the
 * payload of a link to the bot, whose name is `acts.bot`. */
export function entityText(text, entities, acts) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, sorted, acts);
}

function span(text, from, to, entities, acts) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < at) continue;
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inside = entities.slice(index + 1).filter((other) => other.offset >= entity.offset && other.offset + other.length <= end);
    nodes.push(wrap(entity, text.slice(entity.offset, end), span(text, entity.offset, end, inside, acts), acts));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function wrap(entity, raw, children, acts) {
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, children);
  if (entity.type === "text_link") return address(entity.url, children, acts);
  if (entity.type === "url") return address(/^https?:/i.test(raw) ? raw : `https://${raw}`, children, acts);
  if (entity.type === "email") return link(`mailto:${raw}`, children);
  if (entity.type === "bot_command") return el("button", { type: "button", class: "command", onclick: () => acts.command(raw) }, raw);
  return el("span", {}, children);
}

function address(url, children, acts) {
  const payload = startPayload(url, acts.bot);
  if (payload === null) return link(url, children);
  return el("button", { type: "button", class: "command", onclick: () => acts.start(payload) }, children);
}
