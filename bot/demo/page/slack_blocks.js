// Block Kit as nodes.

import { el, icon, link } from "./dom.js";
import { openMenu } from "./menu.js";
import { mrkdwn, richText } from "./slack_text.js";

/** Render blocks. `press(action_id, button, option)` is called for a button of ours, or a choice in a menu. */
export function blocks(list, names, press) {
  return list.map((block) => (RENDER[block.type] || unknown)(block, names, press));
}

const RENDER = { header, section, context, divider, actions, rich_text, table, markdown, image: imageNote, task_card, plan };

function text(object, names) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : [object.text];
}

function header(block) {
  return el("h3", { class: "block block-header" }, block.text.text);
}

function section(block, names, press) {
  const body = el("div", { class: "block-section-text" });
  if (block.text) body.append(el("div", { class: "block-text" }, text(block.text, names)));
  if (block.fields) {
    body.append(el("div", { class: "block-fields" }, block.fields.map((field) => el("div", { class: "block-text" }, text(field, names)))));
  }
  return el("div", { class: "block block-section" }, body, block.accessory ? element(block.accessory, press) : null);
}

function context(block, names) {
  return el("div", { class: "block block-context" }, block.elements.map((item) => (item.text ? el("span", {}, text(item, names)) : null)));
}

function divider() {
  return el("hr", { class: "block block-divider" });
}

function actions(block, names, press) {
  return el("div", { class: "block block-actions" }, block.elements.map((item) => element(item, press)));
}

function element(item, press) {
  if (item.type === "button") {
    const look = `slack-button ${item.style === "primary" ? "primary" : ""} ${item.style === "danger" ? "danger" : ""}`;
    if (item.url) {
      const node = link(item.url, item.text.text);
      node.className = look;
      return node;
    }
    return el("button", {
      type: "button",
      class: look,
      "aria-label": item.accessibility_label,
      onclick: (event) => press(item.action_id, event.currentTarget),
    }, item.text.text);
  }
  if (item.type === "overflow") {
    return el("button", {
      type: "button",
      class: "slack-button icon-button",
      "aria-label": "More",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: (event) => {
        const button = event.currentTarget;
        openMenu(button, "More", item.options.map((option) => ({ label: option.text.text, pick: () => press(item.action_id, button, option.value) })));
      },
    }, icon("more"));
  }
  return el("span", { class: "unsupported" }, `[${item.type}]`);
}

function rich_text(block, names) {
  return el("div", { class: "block block-rich" }, richText(block.elements, names));
}

function table(block, names) {
  const cell = (tag, value) => {
    const content = value.type === "rich_text" ? richText(value.elements, names) : [String(value.text ?? value.value ?? "")];
    return el(tag, tag === "th" ? { scope: "col" } : {}, content);
  };
  const [head, ...rows] = block.rows;
  return el("div", { class: "block block-table", tabindex: "0", role: "group", "aria-label": "Table" },
    el("table", {},
      el("thead", {}, el("tr", {}, head.map((value) => cell("th", value)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((value) => cell("td", value)))))));
}

function markdown(block) {
  return el("div", { class: "block block-text" }, block.text);
}

function task_card(block) {
  const marks = { pending: "○", in_progress: "◌", complete: "✓", error: "!" };
  const says = { pending: "waiting", in_progress: "under way", complete: "done", error: "failed" };
  return el("div", { class: `block block-task ${block.status}`, role: "status" },
    el("span", { class: "task-mark", "aria-label": says[block.status] }, marks[block.status]),
    el("span", {}, block.title));
}

function plan(block) {
  return el("div", { class: "block" }, el("strong", {}, block.title), (block.tasks || []).map(task_card));
}

function imageNote(block) {
  return el("div", { class: "block block-context" }, block.alt_text || "Image");
}

function unknown(block) {
  return el("div", { class: "block unsupported" }, `This page does not show blocks of type “${block.type}”.`);
}
