// What the bot offers while somebody types after its name, in any chat.

import { el } from "./dom.js";

const WAIT_MS = 250;

export class Inline {
  /** `chosen(at)` posts the offer at that place; `start(payload)` goes to the chat with the bot. */
  constructor(api, bot, chosen, start) {
    this.api = api;
    this.start = start;
    this.chosen = chosen;
    this.mention = `@${bot} `.toLowerCase();
    this.box = document.getElementById("telegram-inline");
    this.input = document.getElementById("telegram-input");
    this.input.addEventListener("input", () => this.typed());
    document.getElementById("telegram-form").addEventListener("submit", () => this.close());
    this.input.addEventListener("keydown", (event) => ["Escape", "Enter"].includes(event.key) && this.close());
  }

  as(person) {
    this.person = person;
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.asked = "";
    this.box.hidden = true;
    this.box.replaceChildren();
  }

  typed() {
    const text = this.input.value;
    if (!text.toLowerCase().startsWith(this.mention)) return this.close();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(text.slice(this.mention.length)), WAIT_MS);
  }

  async ask(text) {
    this.asked = text;
    const told = await this.api("telegram/type", { person: this.person.id, text });
    // Somebody has typed on meanwhile, or sent it.
    if (this.asked !== text || told.error) return;
    const way = told.button?.start_parameter;
    const nodes = [
      way ? el("button", { type: "button", class: "way", onclick: () => this.leave(() => this.start(way)) }, told.button.text) : null,
      ...told.results.map((result, at) =>
        el("button", { type: "button", onclick: () => this.leave(() => this.chosen(at)) }, result.title, result.description ? el("small", {}, result.description) : null)),
    ].filter(Boolean);
    this.box.replaceChildren(...(nodes.length ? nodes : [el("p", {}, "Nothing to post for that.")]));
    this.box.hidden = false;
  }

  leave(act) {
    this.input.value = "";
    this.input.dispatchEvent(new Event("input"));
    this.input.focus();
    return act();
  }
}
