// The pane beside a conversation: a thread, the bot itself, or the details of an order.

import { dots, el, icon } from "./dom.js";
import { entityDetails } from "./slack_entity.js";
import { BOT, Talk } from "./slack_talk.js";

export class Beside {
  constructor(slack) {
    this.slack = slack;
    this.box = document.getElementById("slack-beside");
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.target.value) this.close();
    });
  }

  close() {
    if (this.box.hidden) return;
    const had = this.box.contains(document.activeElement);
    this.box.hidden = true;
    this.talk = undefined;
    this.details = undefined;
    this.box.replaceChildren();
    if (had) (this.from?.isConnected ? this.from : document.getElementById("slack-input")).focus();
  }

  thread(channel, root) {
    this.lay("Thread", `# ${this.slack.names(channel)}`);
    this.chat(channel, root, `Reply, or ask @${BOT}`);
  }

  /** The bot beside whatever one is reading. */
  agent(channel) {
    this.lay(BOT, "Only you see this chat");
    this.chat(channel, "", `Ask ${BOT}`);
  }

  /** Wait for the details of an address to be told. */
  waiting(channel, entity) {
    this.lay("Order", "Only you see this");
    this.details = el("div", { class: "slack-details", "aria-live": "polite" }, el("p", {}, dots(), " ", entity.entity_payload.attributes.title.text));
    this.channel = channel;
    this.box.append(this.details);
  }

  tell(told) {
    if (!this.details) return;
    this.details.replaceChildren(...entityDetails(told, async (action_id, button) => {
      button.setAttribute("aria-busy", "true");
      await this.slack.call("pane-press", { channel: this.channel, action_id });
      button.removeAttribute("aria-busy");
    }));
  }

  lay(title, note) {
    this.talk = undefined;
    this.details = undefined;
    if (!this.box.contains(document.activeElement)) this.from = document.activeElement;
    this.box.hidden = false;
    this.box.replaceChildren(el("header", {},
      el("h3", { id: "slack-beside-title" }, title), el("p", { class: "pane-note" }, note),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close the pane", onclick: () => this.close() }, icon("close"))));
    this.box.querySelector("button").focus({ preventScroll: true });
  }

  chat(channel, root, placeholder) {
    const log = el("div", { class: "log slack-log", role: "log", "aria-live": "polite", "aria-label": root ? "Thread" : `${BOT} beside`, tabindex: "0" });
    const end = el("button", { type: "button", class: "to-end", hidden: true }, icon("down"), "New messages");
    const input = el("textarea", { rows: "1", maxlength: "4000", placeholder, "aria-label": root ? "Reply in thread" : `Ask ${BOT}`, enterkeyhint: "send" });
    const send = async () => {
      const text = input.value;
      if (!text.trim()) return;
      input.value = "";
      const told = await this.slack.say(text, channel, root);
      if (told.error && told.status === undefined) input.value = text;
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    const form = el("form", { class: "slack-composer", onsubmit: (event) => {
      event.preventDefault();
      send();
    } }, input, el("div", { class: "slack-tools" }, el("span", {}), el("button", { type: "submit", class: "slack-send", "aria-label": "Send" }, icon("send"))));
    this.box.append(el("div", { class: "log-frame" }, log, end), form);
    this.talk = new Talk(this.slack, log);
    this.talk.open(channel, root);
    input.focus({ preventScroll: true });
  }
}
