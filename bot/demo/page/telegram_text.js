// A Bot API text with its entities as nodes. Offsets are UTF-16 units, as JavaScript strings count.

import { el, link } from "./dom.js";

/** Render `text`; `command` is called with a bot command that was pressed. */
export function entityText(text, entities, command) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, sorted, command);
}

function span(text, from, to, entities, command) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < at) continue;
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inside = entities.slice(index + 1).filter((other) => other.offset >= entity.offset && other.offset + other.length <= end);
    nodes.push(wrap(entity, text.slice(entity.offset, end), span(text, entity.offset, end, inside, command), command));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function wrap(entity, raw, children, command) {
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, children);
  if (entity.type === "text_link") return link(entity.url, children);
  if (entity.type === "url") return link(/^https?:/i.test(raw) ? raw : `https://${raw}`, children);
  if (entity.type === "email") return link(`mailto:${raw}`, children);
  if (entity.type === "bot_command") return el("button", { type: "button", class: "command", onclick: () => command(raw) }, raw);
  return el("span", {}, children);
}
