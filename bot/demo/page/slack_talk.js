// One list of messages: a conversation, or a thread of it.

import { Log, avatar, botAvatar, clock, dayName, dots, el, icon } from "./dom.js";
import { fileCard } from "./files.js";
import { openMenu } from "./menu.js";
import { blocks } from "./slack_blocks.js";
import { entityCard } from "./slack_entity.js";
import { mrkdwn } from "./slack_text.js";

export const BOT = "Orderbot";
const GROUPED_SECONDS = 300;

export class Talk {
  /** `slack` keeps messages and acts for the person; the log is drawn into `box`. */
  constructor(slack, box) {
    this.slack = slack;
    this.log = new Log(box);
    this.prompts = el("div", { class: "slack-prompts", role: "group", "aria-label": `Suggested by ${BOT}`, hidden: true });
    this.log.tail.before(this.prompts);
  }

  /** Show a channel, or with `root` one thread of it. */
  open(channel, root = "") {
    this.channel = channel;
    this.root = root;
    this.direct = channel.startsWith("D");
    this.asked = false;
    this.redraw();
  }

  shows(message) {
    const thread = message.thread_ts;
    if (this.root) return message.ts === this.root || thread === this.root;
    // In the direct chat every question begins a thread: read one after another they are the talk.
    return this.direct || !thread || thread === message.ts || message.subtype === "thread_broadcast";
  }

  get shown() {
    return this.slack.messagesIn(this.channel).filter((message) => this.shows(message));
  }

  redraw() {
    const shown = this.shown;
    const nodes = shown.map((message, index) => this.draw(message, shown[index - 1]));
    this.log.replace(nodes.length ? nodes : [this.welcome()]);
    this.suggest(this.direct && !this.root ? this.slack.prompted : null);
    this.working("");
  }

  /** A message of this channel is new, or another than before. */
  take(message, known) {
    if (!this.shows(message)) return known || this.count(message.thread_ts);
    if (known) return this.replace(message);
    const shown = this.shown;
    const own = message.user === this.slack.person.slack_user;
    if (own) {
      this.asked = true;
      this.suggest(null);
    }
    this.log.append(this.draw(message, shown.at(-2)), own);
    if (message.bot_id) this.working("");
  }

  /** One more answer in a thread: the message it begins with counts them. */
  count(root) {
    const message = this.shown.find((one) => one.ts === root);
    if (message) this.replace(message);
  }

  replace(message) {
    const old = [...this.log.items.children].find((node) => node.dataset.ts === message.ts);
    if (!old) return;
    const shown = this.shown;
    const node = this.draw(message, shown[shown.findIndex((other) => other.ts === message.ts) - 1]);
    const focused = old.contains(document.activeElement);
    old.replaceWith(node);
    if (focused) (node.querySelector(".slack-body button") || this.log.box).focus({ preventScroll: true });
    if (this.log.followed) this.log.toEnd();
  }

  status(text, thread) {
    if (this.root ? thread === this.root : this.direct || !thread) this.working(text);
  }

  working(status) {
    clearTimeout(this.timer);
    this.log.working(status ? el("p", { class: "slack-working" }, dots(), el("span", {}, `${BOT} ${status}`)) : null);
    if (status) this.timer = setTimeout(() => this.working(""), 30000);
  }

  /** The questions the bot suggests, until one is asked. */
  suggest(prompted) {
    const shown = prompted && !this.asked;
    this.prompts.hidden = !shown;
    this.prompts.replaceChildren(...(shown ? [el("p", {}, prompted.title), ...prompted.prompts.map((prompt) =>
      el("button", { type: "button", class: "slack-prompt", onclick: () => this.slack.say(prompt.message, this.channel) }, prompt.title))] : []));
    if (shown && this.log.followed) this.log.toEnd();
  }

  welcome() {
    if (this.slack.person.slack_deleted) {
      return el("div", { class: "welcome", "data-welcome": "" }, el("h3", {}, "This account has been deactivated"),
        el("p", {}, "Slack lets this person in no longer. In Telegram they can still write to the bot."));
    }
    const name = this.slack.names(this.channel);
    return el("div", { class: "welcome", "data-welcome": "" },
      botAvatar(),
      el("h3", {}, this.direct ? `This is the start of your direct messages with ${BOT}` : `This is the start of the #${name} channel`),
      el("p", {}, this.direct ? "Ask about an order with any number you have, or pick a question below." : `Mention @${BOT} or use /order. What it answers here, only you see.`));
  }

  draw(message, before) {
    this.log.items.querySelector("[data-welcome]")?.remove();
    const { slack } = this;
    const bot = Boolean(message.bot_id);
    const author = bot ? BOT : slack.names(message.user);
    const person = slack.world.people.find((other) => other.slack_user === message.user);
    const at = Number(message.ts);
    const newDay = !before || new Date(at * 1000).toDateString() !== new Date(Number(before.ts) * 1000).toDateString();
    const grouped = !newDay && !message.is_ephemeral && !before.is_ephemeral && Boolean(before.bot_id) === bot
      && before.user === message.user && at - Number(before.ts) < GROUPED_SECONDS && !(this.root && before.ts === this.root);
    const body = message.blocks?.length
      ? blocks(message.blocks, slack.names, (action, button, option) => this.press(message, action, button, option))
      : message.text ? [el("div", { class: "block-text" }, mrkdwn(message.text, slack.names))] : [];
    const entities = message.unfurled?.entities || [];
    const openPane = (entity, button) => slack.openPane(this.channel, message.ts, entity, button);
    return el("article", { class: `slack-message ${grouped ? "grouped" : ""} ${message.is_ephemeral ? "ephemeral" : ""}`, "data-ts": message.ts, "data-by": bot ? "bot" : "person", "aria-label": `${author}` },
      newDay ? el("p", { class: "day" }, el("span", {}, dayName(at))) : null,
      message.is_ephemeral ? el("p", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
      el("div", { class: "slack-row" },
        grouped ? el("span", { class: "slack-gap" }, clock(at)) : bot ? botAvatar() : avatar(person || { name: author, tone: "plain" }),
        el("div", { class: "slack-body", onclick: (event) => {
          // In Slack an address with a pane opens the pane.
          const entity = entities.find((one) => one.app_unfurl_url === event.target.closest("a")?.href);
          if (!entity) return;
          event.preventDefault();
          openPane(entity, event.target.closest("a"));
        } },
          grouped ? null : el("p", { class: "slack-by" }, el("b", {}, author), bot ? el("span", { class: "app" }, "APP") : this.from(person), clock(at)),
          body,
          (message.files || []).map((file) => fileCard(file.title || file.name, file.size, `/files/slack/${encodeURIComponent(file.id)}`)),
          message.edited ? el("span", { class: "edited" }, "(edited)") : null,
          entities.map((entity) => entityCard(entity, (button) => openPane(entity, button))),
          this.replies(message)),
        this.tools(message)));
  }

  /** Whose guest or which other workspace's person this is, as Slack marks them. */
  from(person) {
    if (!person) return null;
    if (person.slack_team_id !== this.slack.person.slack_team_id) return el("span", { class: "app" }, person.slack_team);
    return person.slack_guest ? el("span", { class: "app" }, "Guest") : null;
  }

  replies(message) {
    if (this.direct || this.root || message.is_ephemeral) return null;
    const count = this.slack.messagesIn(this.channel).filter((one) => one.thread_ts === message.ts && one.ts !== message.ts).length;
    return count ? el("button", { type: "button", class: "slack-replies", onclick: () => this.slack.openThread(this.channel, message.ts) },
      icon("thread"), count === 1 ? "1 reply" : `${count} replies`) : null;
  }

  tools(message) {
    const lookUps = this.slack.person.slack_app ? this.slack.world.slack.shortcuts.filter((one) => one.type === "message") : [];
    const canReply = !this.direct && !this.root && !message.is_ephemeral;
    if (message.is_ephemeral || (!canReply && !lookUps.length)) return null;
    return el("div", { class: "slack-hover" },
      canReply ? el("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread", onclick: () => this.slack.openThread(this.channel, message.ts) }, icon("thread")) : null,
      lookUps.length ? el("button", { type: "button", class: "icon-button", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) =>
        openMenu(event.currentTarget, "More actions", lookUps.map((one) => ({ label: one.name, about: `${BOT} · ${one.description}`, pick: () =>
          this.slack.call("look-up", { channel: this.channel, ts: message.ts, callback_id: one.callback_id }) }))) }, icon("more")) : null);
  }

  async press(message, action, button, option) {
    button.setAttribute("aria-busy", "true");
    const chosen = option === undefined ? {} : { option };
    await this.slack.call("press", { channel: this.channel, ts: message.ts, action_id: action, ...chosen });
    button.removeAttribute("aria-busy");
  }
}
