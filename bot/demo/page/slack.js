// The Slack side: conversations, messages, composer.

import { Log, avatar, botAvatar, clock, dayName, dots, el, icon } from "./dom.js";
import { fileCard } from "./files.js";
import { blocks } from "./slack_blocks.js";
import { mrkdwn } from "./slack_text.js";

const BOT = "Orderbot";
const GROUPED_SECONDS = 300;

export class Slack {
  /** `api(path, body)` calls the stage; `world` is what /api/people told. */
  constructor(api, world) {
    this.api = api;
    this.world = world;
    this.log = new Log(document.getElementById("slack-log"));
    this.messages = new Map(); // "person channel" -> Map(ts -> message)
    this.unread = new Set(); // "person channel"
    this.place = "dm";
    this.names = (id) => this.world.slack.names[id] || id;
    document.getElementById("slack-dm").addEventListener("click", () => this.open("dm"));
  }

  get channel() {
    return this.place === "dm" ? this.person.slack_dm : this.place;
  }

  /** Be this person, in their own workspace with its channels. */
  as(person) {
    this.person = person;
    document.getElementById("slack-team").textContent = person.slack_team;
    document.getElementById("slack-team-mark").textContent = person.slack_team[0];
    document.getElementById("slack-me").replaceChildren(avatar(person), el("span", {}, person.name));
    document.getElementById("slack-channels").replaceChildren(...person.slack_channels.map((channel) =>
      el("li", {}, el("button", { type: "button", "data-place": channel.id, onclick: () => this.open(channel.id) },
        el("span", { class: "slack-hash", "aria-hidden": "true" }, "#"), el("span", {}, channel.name)))));
    const known = person.slack_channels.some((channel) => channel.id === this.place);
    this.open(known ? this.place : "dm");
  }

  open(place) {
    this.place = place;
    for (const button of document.querySelectorAll(".slack-side [data-place]")) {
      if (button.dataset.place === place) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    this.unread.delete(`${this.person.id} ${this.channel}`);
    this.markUnread();
    const dm = place === "dm";
    document.getElementById("slack-place").textContent = dm ? BOT : `# ${this.names(place)}`;
    document.getElementById("slack-input").placeholder = dm ? `Message ${BOT}` : `Message #${this.names(place)}, or @${BOT}`;
    this.redraw();
  }

  markUnread() {
    for (const button of document.querySelectorAll(".slack-side [data-place]")) {
      const channel = button.dataset.place === "dm" ? this.person.slack_dm : button.dataset.place;
      button.classList.toggle("unread", this.unread.has(`${this.person.id} ${channel}`));
    }
  }

  /** Take one event of the stage; true when this person would notice it. */
  take(event) {
    // Windows, homes, panes and prompts are no messages; this page does not draw them.
    if (["modal", "home", "pane", "prompts"].includes(event.kind)) return false;
    const key = `${event.person} ${event.conversation}`;
    const kept = this.messages.get(key) || this.messages.set(key, new Map()).get(key);
    const shown = this.person && key === `${this.person.id} ${this.channel}`;
    const payload = event.payload;
    if (event.kind === "status") {
      if (shown) this.working(payload.status);
      return false;
    }
    if (event.kind === "delete") {
      kept.delete(payload.ts);
      if (shown) this.redraw();
      return false;
    }
    const known = kept.has(payload.ts);
    kept.set(payload.ts, payload);
    if (!shown) {
      if (this.person && event.person === this.person.id && !known) {
        this.unread.add(key);
        this.markUnread();
      }
      return false;
    }
    if (known) this.replace(payload);
    else {
      this.log.append(this.draw(payload, [...kept.values()].at(-2)), payload.user === this.person.slack_user);
      if (this.byBot(payload)) this.working("");
    }
    return this.byBot(payload);
  }

  forget() {
    this.messages.clear();
    this.unread.clear();
  }

  redraw() {
    const kept = [...(this.messages.get(`${this.person.id} ${this.channel}`) || new Map()).values()];
    const nodes = kept.map((message, index) => this.draw(message, kept[index - 1]));
    this.log.replace(nodes.length ? nodes : [this.welcome()]);
    this.working("");
  }

  replace(message) {
    const old = [...this.log.items.children].find((node) => node.dataset.ts === message.ts);
    const kept = [...this.messages.get(`${this.person.id} ${this.channel}`).values()];
    const at = kept.findIndex((other) => other.ts === message.ts);
    const node = this.draw(message, kept[at - 1]);
    const focused = old.contains(document.activeElement);
    old.replaceWith(node);
    if (focused) (node.querySelector("button") || this.log.box).focus({ preventScroll: true });
    if (this.log.followed) this.log.toEnd();
  }

  working(status) {
    clearTimeout(this.timer);
    this.log.working(status ? el("p", { class: "slack-working" }, dots(), el("span", {}, `${BOT} ${status}`)) : null);
    if (status) this.timer = setTimeout(() => this.working(""), 30000);
  }

  byBot(message) {
    return Boolean(message.bot_id);
  }

  welcome() {
    const dm = this.place === "dm";
    return el("div", { class: "welcome", "data-welcome": "" },
      botAvatar(),
      el("h3", {}, dm ? `This is the start of your direct messages with ${BOT}` : `This is the start of the #${this.names(this.place)} channel`),
      el("p", {}, dm ? "Ask about an order with any number you have, or pick a question below." : `Mention @${BOT} or use /order. What it answers here, only you see.`));
  }

  draw(message, before) {
    this.log.items.querySelector("[data-welcome]")?.remove();
    const bot = this.byBot(message);
    const author = bot ? BOT : this.names(message.user);
    const person = this.world.people.find((other) => other.slack_user === message.user);
    const at = Number(message.ts);
    const newDay = !before || new Date(at * 1000).toDateString() !== new Date(Number(before.ts) * 1000).toDateString();
    const grouped = !newDay && !message.is_ephemeral && !before.is_ephemeral && this.byBot(before) === bot
      && before.user === message.user && at - Number(before.ts) < GROUPED_SECONDS;
    const body = message.blocks?.length
      ? blocks(message.blocks, this.names, (action, button) => this.press(message, action, button))
      : message.text ? [el("div", { class: "block-text" }, mrkdwn(message.text, this.names))] : [];
    return el("article", { class: `slack-message ${grouped ? "grouped" : ""} ${message.is_ephemeral ? "ephemeral" : ""}`, "data-ts": message.ts, "data-by": bot ? "bot" : "person", "aria-label": `${author}` },
      newDay ? el("p", { class: "day" }, el("span", {}, dayName(at))) : null,
      message.is_ephemeral ? el("p", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
      el("div", { class: "slack-row" },
        grouped ? el("span", { class: "slack-gap" }, clock(at)) : bot ? botAvatar() : avatar(person || { name: author, tone: "plain" }),
        el("div", { class: "slack-body" },
          grouped ? null : el("p", { class: "slack-by" }, el("b", {}, author), bot ? el("span", { class: "app" }, "APP") : null, clock(at)),
          body,
          (message.files || []).map((file) => fileCard(file.title || file.name, file.size, `/files/slack/${encodeURIComponent(file.id)}`)),
          message.edited ? el("span", { class: "edited" }, "(edited)") : null)));
  }

  async press(message, action, button) {
    button.setAttribute("aria-busy", "true");
    await this.api("slack/press", { person: this.person.id, channel: this.channel, ts: message.ts, action_id: action });
    button.removeAttribute("aria-busy");
  }

  async say(typed) {
    const text = typed.trim();
    const to = { person: this.person.id, channel: this.channel };
    // Slack itself makes mentions of the names typed after "@".
    if (!text.startsWith("/")) return this.api("slack/say", { ...to, text });
    const [command, ...rest] = text.split(/\s+/);
    if (command.toLowerCase() !== this.world.slack.command) {
      return { error: `${command} is not a valid command. In Slack, only ${this.world.slack.command} is installed.` };
    }
    return this.api("slack/command", { ...to, text: rest.join(" ") });
  }

  /** What a suggested question becomes in this conversation. */
  suggestion(text) {
    return this.place === "dm" ? text : `@${BOT} ${text}`;
  }
}
