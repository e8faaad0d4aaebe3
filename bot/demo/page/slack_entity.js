// A Work Object: the card under a posted address, and what the pane beside it shows.

import { el, icon } from "./dom.js";

function fields(payload) {
  const known = new Map((payload.custom_fields || []).map((field) => [field.key, field]));
  const order = payload.display_order || [...known.keys()];
  return order.map((key) => known.get(key)).filter(Boolean);
}

/** What everybody sees under the address; `open(button)` opens the pane. */
export function entityCard(entity, open) {
  const payload = entity.entity_payload;
  return el("div", { class: "entity" },
    el("button", { type: "button", class: "entity-title", onclick: (event) => open(event.currentTarget) },
      el("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, icon("bot")),
      el("span", {}, el("b", {}, payload.attributes.title.text), el("small", {}, "Orderbot"))),
    fields(payload).map((field) => el("p", {}, label(field), field.value)));
}

/** The pane's content; `press(action_id, button)` is called for a button of it. */
export function entityDetails(told, press) {
  if (told.error) {
    return [
      el("h4", {}, told.error.custom_title || "This can't be shown"),
      el("p", { class: "block-text" }, told.error.custom_message || ""),
    ];
  }
  const payload = told.metadata.entity_payload;
  const actions = payload.actions || {};
  const buttons = [...(actions.primary_actions || []), ...(actions.overflow_actions || [])];
  return [
    el("h4", {}, payload.attributes.title.text),
    el("dl", { class: "entity-facts" }, fields(payload).map((field) => [
      el("dt", {}, field.label === "·" ? "" : field.label), el("dd", {}, field.value)])),
    buttons.length ? el("div", { class: "block-actions" }, buttons.map((button) =>
      el("button", { type: "button", class: "slack-button", onclick: (event) => press(button.action_id, event.currentTarget) }, button.text))) : null,
  ].filter(Boolean);
}

function label(field) {
  return field.label && field.label !== "·" ? el("b", {}, `${field.label}: `) : null;
}
