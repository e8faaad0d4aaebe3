// The Telegram side: one's own chat with the bot and groups, bubbles, albums, keyboards, typing, toasts.

import { Log, clock, dayName, dots, el, link } from "./dom.js";
import { fileCard } from "./files.js";
import { Inline } from "./telegram_inline.js";
import { Reply, firstWords } from "./telegram_reply.js";
import { entityText, startPayload } from "./telegram_text.js";
import { WebApp } from "./web_app.js";

const TYPING_SECONDS = 5;
const TOAST_SECONDS = 4;
const ACTIONS = { typing: "typing…", upload_document: "sending a file…" };

export class Telegram {
  constructor(api, world) {
    this.api = api;
    this.world = world;
    this.log = new Log(document.getElementById("telegram-log"));
    this.status = document.getElementById("telegram-status");
    this.toastBox = document.getElementById("telegram-toast");
    this.keys = document.getElementById("telegram-keys");
    const attach = document.getElementById("telegram-file");
    attach.addEventListener("change", () => attached(attach, this.person, (text) => this.toast({ text })));
    this.app = new WebApp(api);
    document.getElementById("telegram-menu").addEventListener("click", () => this.app.open(this.person));
    this.messages = new Map(); // person and chat -> Map(message_id -> message)
    this.unread = new Map(); // person and chat -> how many came while another one was shown
    this.groups = world.telegram.groups;
    this.reply = new Reply();
    this.inline = new Inline(api, world.telegram.bot, (at) => this.post(at), (payload) => this.start(payload));
    this.chats = document.getElementById("telegram-chats");
    this.chats.addEventListener("change", () => this.enter(this.chats.value));
    this.acts = { bot: world.telegram.bot, command: (text) => this.say(text), start: (payload) => this.start(payload) };
  }

  as(person) {
    this.person = person;
    this.inline.as(person);
    this.enter(person.telegram_chat);
  }

  /** Show a chat of the person's. */
  enter(chat) {
    this.chat = chat;
    this.group = this.groups.find((group) => group.id === chat) || null;
    this.unread.delete(this.key(this.person.id, chat));
    document.getElementById("telegram-place").textContent = this.group ? this.group.title : "Orderbot";
    document.getElementById("telegram-menu").hidden = Boolean(this.group);
    document.querySelector(".telegram-attach").hidden = Boolean(this.group);
    document.querySelector(".telegram .pane-head .avatar").hidden = Boolean(this.group);
    document.getElementById("telegram-chips").hidden = this.group?.has_bot === false;
    this.inline.close();
    this.reply.leave();
    this.list();
    this.redraw();
  }

  list() {
    const mine = this.groups.filter((group) => group.members.includes(this.person.id));
    const chats = [{ id: this.person.telegram_chat, title: "Orderbot" }, ...mine];
    this.chats.replaceChildren(...chats.map(({ id, title }) => {
      const unread = this.unread.get(this.key(this.person.id, id));
      return el("option", { value: id, selected: id === this.chat }, unread ? `${title} (${unread} new)` : title);
    }));
    this.chats.hidden = !mine.length;
  }

  key(person, chat) {
    return `${person} ${chat}`;
  }

  get kept() {
    return this.messages.get(this.key(this.person.id, this.chat)) || new Map();
  }

  take(event) {
    const own = this.world.people.some((person) => person.id === event.person && person.telegram_chat === event.conversation);
    if (!own && !this.groups.some((group) => group.id === event.conversation)) return false;
    const key = this.key(event.person, event.conversation);
    const kept = this.messages.get(key) || this.messages.set(key, new Map()).get(key);
    const played = this.person && event.person === this.person.id;
    const shown = played && event.conversation === this.chat;
    const payload = event.payload;
    if (event.kind === "status") {
      if (shown) this.working(payload.action || "typing");
      return false;
    }
    if (event.kind === "toast") {
      if (played && payload.text) this.toast(payload);
      return false;
    }
    if (event.kind === "delete") {
      kept.delete(payload.message_id);
      if (shown) this.redraw();
      return false;
    }
    const known = kept.has(payload.message_id);
    const before = [...kept.values()].at(-1);
    kept.set(payload.message_id, payload);
    const bot = Boolean(payload.from?.is_bot);
    if (!shown) {
      if (!known && played) {
        this.unread.set(key, (this.unread.get(key) || 0) + 1);
        this.list();
      }
      return played && bot;
    }
    if (known) this.replace(payload);
    else {
      if (!this.joins(payload, before)) this.log.append(this.draw(payload, before), this.isMine(payload));
      if (bot) this.working("");
    }
    this.offer();
    return bot;
  }

  isMine(message) {
    return String(message.from?.id) === this.person.telegram_chat;
  }

  forget() {
    this.messages.clear();
    this.unread.clear();
  }

  redraw() {
    const kept = [...this.kept.values()];
    this.log.replace(kept.length ? [] : [this.group ? this.empty() : this.welcome()]);
    kept.forEach((message, index) => {
      if (!this.joins(message, kept[index - 1])) this.log.items.append(this.draw(message, kept[index - 1]));
    });
    this.log.toEnd();
    this.working("");
    this.offer();
  }

  replace(message) {
    const old = [...this.log.items.children].find((node) => node.dataset.id === String(message.message_id));
    if (!old) return this.redraw(); // a later part of an album
    const kept = [...this.kept.values()];
    const at = kept.findIndex((other) => other.message_id === message.message_id);
    const node = this.draw(message, kept[at - 1]);
    const focused = old.contains(document.activeElement);
    old.replaceWith(node);
    if (focused) (node.querySelector("button") || this.log.box).focus({ preventScroll: true });
    if (this.log.followed) this.log.toEnd();
  }

  working(action) {
    clearTimeout(this.timer);
    this.status.textContent = ACTIONS[action] || (this.group ? `${this.group.members.length} people` : "bot");
    this.status.classList.toggle("busy", Boolean(ACTIONS[action]));
    this.log.working(action ? el("p", { class: "bubble in typing" }, dots()) : null);
    if (action) this.timer = setTimeout(() => this.working(""), TYPING_SECONDS * 1000);
  }

  toast({ text, show_alert }) {
    if (show_alert) {
      document.getElementById("alert-text").textContent = text;
      document.getElementById("alert").showModal();
      return;
    }
    clearTimeout(this.toastTimer);
    this.toastBox.textContent = text;
    this.toastBox.hidden = false;
    this.toastTimer = setTimeout(() => (this.toastBox.hidden = true), TOAST_SECONDS * 1000);
  }

  welcome() {
    return el("div", { class: "welcome", "data-welcome": "" },
      el("h3", {}, "What can this bot do?"),
      el("p", {}, "It tells where your order is and sends its invoice, when you give it any number you have."),
      el("button", { type: "button", class: "start", onclick: () => this.say("/start") }, "Start"));
  }

  empty() {
    return el("div", { class: "welcome", "data-welcome": "" },
      el("h3", {}, this.group.title),
      el("p", {}, `Ask @${this.world.telegram.bot} where others read along, or type a number after its name to post an order.`));
  }

  /** Add a file to the bubble of the album before it; false where it begins one, or is none. */
  joins(message, before) {
    if (!message.media_group_id || before?.media_group_id !== message.media_group_id) return false;
    const bubble = this.log.items.lastElementChild?.querySelector(".bubble");
    if (!bubble) return false;
    const meta = bubble.querySelector(".meta");
    const room = bubble.querySelector(".meta-room");
    const content = this.content(message);
    meta.before(...content);
    (content.at(-1).matches(".telegram-text") ? content.at(-1) : bubble).append(room);
    bubble.append(meta);
    if (this.log.followed) this.log.toEnd();
    return true;
  }

  content(message) {
    const body = [];
    if (message.document) {
      const file = message.document;
      body.push(fileCard(file.file_name || "document", file.file_size, `/files/telegram/${encodeURIComponent(file.file_id)}`));
    }
    if (message.photo) {
      const photo = message.photo.at(-1);
      body.push(fileCard("photo.jpg", photo.file_size, `/files/telegram/${encodeURIComponent(photo.file_id)}`));
    }
    if (message.text) body.push(el("div", { class: "telegram-text" }, entityText(message.text, message.entities, this.acts)));
    if (message.caption) body.push(el("div", { class: "telegram-text" }, entityText(message.caption, message.caption_entities, this.acts)));
    if (message.contact) body.push(contactCard(message.contact));
    return body;
  }

  /** What is answered; in a group also who speaks, and through which bot. */
  heading(message, mine) {
    const answered = message.reply_to_message;
    return [
      mine || !this.group ? null : el("span", { class: "telegram-who" }, message.from.is_bot ? "Orderbot" : nameOf(message.from)),
      message.via_bot ? el("span", { class: "telegram-who" }, `via @${message.via_bot.username}`) : null,
      answered ? el("span", { class: "telegram-quote" }, firstWords(answered)) : null,
    ].filter(Boolean);
  }

  draw(message, before) {
    this.log.items.querySelector("[data-welcome]")?.remove();
    const bot = Boolean(message.from?.is_bot);
    const mine = this.isMine(message);
    const newDay = !before || new Date(message.date * 1000).toDateString() !== new Date(before.date * 1000).toDateString();
    const follows = !newDay && before.from?.id === message.from?.id;
    const body = [...this.heading(message, mine), ...this.content(message)];
    // Keeps the last line of text clear of the clock, which sits in the corner of the bubble.
    const room = el("span", { class: `meta-room ${message.edit_date ? "edited" : ""}` });
    if (body.at(-1)?.matches(".telegram-text")) body.at(-1).append(room);
    else body.push(room);
    return el("article", { class: `telegram-message ${mine ? "out" : "in"} ${follows ? "follows" : ""}`, "data-id": message.message_id, "data-by": bot ? "bot" : "person", "aria-label": bot ? "Orderbot" : mine ? "You" : nameOf(message.from) },
      newDay ? el("p", { class: "day" }, el("span", {}, dayName(message.date))) : null,
      el("div", { class: "telegram-box" },
        el("div", { class: `bubble ${mine ? "out" : "in"}` }, body,
          el("span", { class: "meta" }, message.edit_date ? "edited " : "", clock(message.date), !mine ? null : el("span", { class: "ticks", "aria-hidden": "true" }, "✓✓"))),
        message.reactions?.length ? el("span", { class: "reactions", role: "img", "aria-label": `Orderbot reacted with ${message.reactions.join(" ")}` }, message.reactions.join(" ")) : null,
        this.keyboard(message),
        this.reply.button(message)));
  }

  keyboard(message) {
    const rows = message.reply_markup?.inline_keyboard;
    if (!rows?.length) return null;
    return el("div", { class: "keyboard" }, rows.map((row) => el("div", { class: "keyboard-row" }, row.map((button) => {
      const payload = button.url ? startPayload(button.url, this.acts.bot) : null;
      if (payload !== null) return el("button", { type: "button", class: "key", onclick: () => this.start(payload) }, button.text);
      if (button.web_app) {
        const opens = { message_id: message.message_id, url: button.web_app.url, text: button.text };
        return el("button", { type: "button", class: "key", "aria-haspopup": "dialog", onclick: () => this.app.open(this.person, opens) }, button.text, el("span", { class: "corner", "aria-hidden": "true" }, "▣"));
      }
      if (button.url) {
        const node = link(button.url, button.text, el("span", { class: "corner", "aria-hidden": "true" }, "↗"));
        node.className = "key";
        return node;
      }
      return el("button", { type: "button", class: "key", onclick: (event) => this.press(message, button, event.currentTarget) }, button.text);
    }))));
  }

  async press(message, button, node) {
    if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text);
      this.toast({ text: "Copied" });
      return;
    }
    node.setAttribute("aria-busy", "true");
    await this.api("telegram/press", { ...this.here, message_id: message.message_id, data: button.callback_data });
    node.removeAttribute("aria-busy");
  }

  /** Show the keyboard the bot has put in place of the letters, or none. */
  offer() {
    const rows = offered([...this.kept.values()]);
    this.keys.hidden = !rows.length;
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "keyboard-row" }, row.map((key) => {
      const button = typeof key === "string" ? { text: key } : key;
      return el("button", { type: "button", class: "offered", onclick: () => (button.request_contact ? this.share() : this.say(button.text)) }, button.text);
    }))));
  }

  /** Share the person's own phone number. */
  share() {
    return this.api("telegram/contact", { person: this.person.id });
  }

  /** Follow a link to the bot, from wherever it stands. */
  start(payload) {
    this.enter(this.person.telegram_chat);
    return this.api("telegram/start", { person: this.person.id, payload });
  }

  /** Post what the bot offered. */
  post(at) {
    return this.api("telegram/post", { ...this.here, at });
  }

  say(typed) {
    return this.api("telegram/say", { ...this.here, text: typed.trim(), ...this.reply.taken() });
  }

  get here() {
    return this.group ? { person: this.person.id, chat: Number(this.chat) } : { person: this.person.id };
  }

  suggestion(text) {
    return this.group ? `@${this.world.telegram.bot} ${text}` : text;
  }
}

function nameOf(user) {
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

/** The rows of the reply keyboard that stands after these messages. */
function offered(messages) {
  let markup = null;
  for (const message of messages) {
    if (message.reply_markup?.keyboard) markup = message.reply_markup;
    else if (message.reply_markup?.remove_keyboard) markup = null;
    else if (!message.from?.is_bot && markup?.one_time_keyboard && answers(message, markup)) markup = null;
  }
  return markup?.keyboard || [];
}

/** Whether a message is what one of the keys sends. */
function answers(message, markup) {
  return markup.keyboard.flat().some((key) => (key.request_contact ? message.contact : message.text === (key.text ?? key)));
}

/** Send what was picked; a picture goes as Telegram's clients send pictures. */
async function attached(input, person, tell) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const query = new URLSearchParams({ person: person.id, name: file.name, type: file.type, photo: file.type.startsWith("image/") ? "1" : "" });
  const answer = await fetch(`/api/telegram/attach?${query}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
  const { error } = await answer.json();
  if (error) tell(error);
}

function contactCard(contact) {
  return el("div", { class: "contact" },
    el("b", {}, [contact.first_name, contact.last_name].filter(Boolean).join(" ")),
    el("span", {}, `+${contact.phone_number.replace(/^\+/, "")}`));
}
