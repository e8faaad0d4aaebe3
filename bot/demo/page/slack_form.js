// What a person fills in: the input blocks of a modal.

import { el } from "./dom.js";

const PAUSE = 120;

/** An input block. `choose(value)` is told what is chosen, `suggest(action_id, typed)` answers options. */
export function inputBlock(block, choose, suggest) {
  const id = `field-${block.block_id}`;
  const make = { static_select: select, external_select: search }[block.element.type];
  return el("div", { class: "block field", "data-block": block.block_id },
    el("label", { for: id }, block.label.text, block.optional ? el("small", {}, " (optional)") : null),
    make ? make(id, block.element, choose, suggest) : el("p", { class: "unsupported" }, `[${block.element.type}]`),
    block.hint ? el("p", { class: "field-hint" }, block.hint.text) : null,
    el("p", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true }));
}

/** Say what must be mended, by block; an empty text ends it. */
export function markErrors(form, errors) {
  for (const field of form.querySelectorAll(".field")) {
    const words = errors[field.dataset.block] || "";
    const note = field.querySelector(".field-error");
    const control = field.querySelector("select, input");
    note.textContent = words;
    note.hidden = !words;
    control?.setAttribute("aria-invalid", String(Boolean(words)));
    if (words) control?.setAttribute("aria-describedby", note.id);
  }
  form.querySelector("[aria-invalid=true]")?.focus();
}

function select(id, element, choose) {
  return el("select", { id, onchange: (event) => choose(event.currentTarget.value) },
    el("option", { value: "" }, element.placeholder?.text || "Choose an option"),
    element.options.map((option) => el("option", { value: option.value }, option.text.text)));
}

function search(id, element, choose, suggest) {
  let asked = 0;
  let timer = 0;
  const list = el("ul", { class: "options", id: `${id}-list`, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const input = el("input", {
    id, type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    placeholder: element.placeholder?.text, autofocus: element.focus_on_load,
  });
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  };
  const pick = (node) => {
    input.value = node.textContent;
    choose(node.dataset.value);
    show(false);
  };
  const mark = (node) => {
    for (const one of list.children) one.setAttribute("aria-selected", String(one === node));
    if (node) input.setAttribute("aria-activedescendant", node.id);
    node?.scrollIntoView({ block: "nearest" });
  };
  const ask = async () => {
    const mine = ++asked;
    const options = await suggest(element.action_id, input.value.trim());
    if (mine !== asked || document.activeElement !== input) return;
    list.replaceChildren(...(options.length ? options.map((option, at) =>
      el("li", { id: `${id}-${at}`, role: "option", "aria-selected": "false", "data-value": option.value, onpointerdown: (event) => {
        event.preventDefault();
        pick(event.currentTarget);
      } }, option.text.text)) : [el("li", { class: "no-options" }, "No results")]));
    show(true);
  };
  // Not over the words that say what is wrong.
  input.addEventListener("focus", () => input.getAttribute("aria-invalid") === "true" || ask());
  input.addEventListener("blur", () => show(false));
  input.addEventListener("input", () => {
    // As in Slack: words that were not chosen from the list are no answer.
    choose("");
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("[role=option]")];
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      show(true);
      mark(all[(at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && !list.hidden && all.length) {
      event.preventDefault();
      pick(all[Math.max(at, 0)]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  return el("div", { class: "combo" }, input, list);
}
