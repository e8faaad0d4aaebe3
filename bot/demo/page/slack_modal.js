// Slack's modal: a form to fill in, or an answer. The stage holds what is in it.

import { botAvatar, el, icon } from "./dom.js";
import { blocks } from "./slack_blocks.js";
import { inputBlock, markErrors } from "./slack_form.js";

export class SlackModal {
  /** `call(path, body)` acts as the person who is played. */
  constructor(call, names) {
    this.call = call;
    this.names = names;
    this.dialog = document.getElementById("slack-modal");
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
  }

  take(payload) {
    if (payload.closed) {
      if (this.id === payload.id) this.hide();
    } else this.show(payload.view);
  }

  show(view) {
    this.id = view.id;
    this.chosen = {};
    const form = el("form", { class: "modal", novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      this.submit(form, event.submitter);
    } },
      el("header", {}, botAvatar(), el("h2", { id: "slack-modal-title" }, view.title.text),
        el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => this.close() }, icon("close"))),
      el("div", { class: "modal-body", tabindex: "-1" }, view.blocks.map((block) =>
        block.type === "input"
          ? inputBlock(block, (value) => (this.chosen[block.block_id] = value), (action, typed) => this.suggest(action, typed))
          : blocks([block], this.names, (action, button, option) => this.press(action, button, option)))),
      el("footer", {},
        el("button", { type: "button", class: "slack-button", onclick: () => this.close() }, view.close?.text || "Close"),
        view.submit ? el("button", { type: "submit", class: "slack-button primary" }, view.submit.text) : null));
    this.dialog.replaceChildren(form);
    if (!this.dialog.open) this.dialog.showModal();
    (form.querySelector("[autofocus]") || form.querySelector(".modal-body")).focus();
  }

  hide() {
    this.id = undefined;
    this.dialog.close();
    this.dialog.replaceChildren();
  }

  close() {
    const view = this.id;
    this.hide();
    if (view) this.call("close", { view });
  }

  async suggest(action_id, typed) {
    const told = await this.call("suggest", { view: this.id, action_id, typed });
    return told.options || [];
  }

  async submit(form, button) {
    const values = Object.fromEntries(Object.entries(this.chosen).filter(([, value]) => value));
    button?.setAttribute("aria-busy", "true");
    const told = await this.call("submit", { view: this.id, values });
    button?.removeAttribute("aria-busy");
    markErrors(form, told.errors || {});
  }

  async press(action_id, button, option) {
    button.setAttribute("aria-busy", "true");
    await this.call("view-press", { view: this.id, action_id, ...(option === undefined ? {} : { option }) });
    button.removeAttribute("aria-busy");
  }
}
