// The Telegram side: bubbles, inline keyboards, typing, toasts.

import { Log, clock, dayName, dots, el, link } from "./dom.js";
import { fileCard } from "./files.js";
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
    attach.addEventListener("change", () => attached(attach, this.person));
    const app = new WebApp(api);
    document.getElementById("telegram-menu").addEventListener("click", () => app.open(this.person));
    this.messages = new Map(); // person -> Map(message_id -> message)
    this.acts = { bot: world.telegram.bot, command: (text) => this.say(text), start: (payload) => this.start(payload) };
  }

  as(person) {
    this.person = person;
    this.redraw();
  }

  take(event) {
    // Groups are not played here: only each person's own chat with the bot.
    if (!this.world.people.some((person) => person.id === event.person && person.telegram_chat === event.conversation)) return false;
    const kept = this.messages.get(event.person) || this.messages.set(event.person, new Map()).get(event.person);
    const shown = this.person && event.person === this.person.id;
    const payload = event.payload;
    if (event.kind === "status") {
      if (shown) this.working(payload.action || "typing");
      return false;
    }
    if (event.kind === "toast") {
      if (shown && payload.text) this.toast(payload);
      return false;
    }
    if (event.kind === "delete") {
      kept.delete(payload.message_id);
      if (shown) this.redraw();
      return false;
    }
    const known = kept.has(payload.message_id);
    kept.set(payload.message_id, payload);
    if (!shown) return false;
    const bot = Boolean(payload.from?.is_bot);
    if (known) this.replace(payload);
    else {
      this.log.append(this.draw(payload, [...kept.values()].at(-2)), !bot);
      if (bot) this.working("");
    }
    this.offer();
    return bot;
  }

  forget() {
    this.messages.clear();
  }

  redraw() {
    const kept = [...(this.messages.get(this.person.id) || new Map()).values()];
    const nodes = kept.map((message, index) => this.draw(message, kept[index - 1]));
    this.log.replace(nodes.length ? nodes : [this.welcome()]);
    this.working("");
    this.offer();
  }

  replace(message) {
    const old = [...this.log.items.children].find((node) => node.dataset.id === String(message.message_id));
    const kept = [...this.messages.get(this.person.id).values()];
    const at = kept.findIndex((other) => other.message_id === message.message_id);
    const node = this.draw(message, kept[at - 1]);
    const focused = old.contains(document.activeElement);
    old.replaceWith(node);
    if (focused) (node.querySelector("button") || this.log.box).focus({ preventScroll: true });
    if (this.log.followed) this.log.toEnd();
  }

  working(action) {
    clearTimeout(this.timer);
    this.status.textContent = ACTIONS[action] || "bot";
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

  draw(message, before) {
    this.log.items.querySelector("[data-welcome]")?.remove();
    const bot = Boolean(message.from?.is_bot);
    const newDay = !before || new Date(message.date * 1000).toDateString() !== new Date(before.date * 1000).toDateString();
    const follows = !newDay && Boolean(before.from?.is_bot) === bot;
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
    // Keeps the last line of text clear of the clock, which sits in the corner of the bubble.
    const room = el("span", { class: `meta-room ${message.edit_date ? "edited" : ""}` });
    if (body.at(-1)?.matches(".telegram-text")) body.at(-1).append(room);
    else body.push(room);
    return el("article", { class: `telegram-message ${bot ? "in" : "out"} ${follows ? "follows" : ""}`, "data-id": message.message_id, "data-by": bot ? "bot" : "person", "aria-label": bot ? "Orderbot" : "You" },
      newDay ? el("p", { class: "day" }, el("span", {}, dayName(message.date))) : null,
      el("div", { class: "telegram-box" },
        el("div", { class: `bubble ${bot ? "in" : "out"}` }, body,
          el("span", { class: "meta" }, message.edit_date ? "edited " : "", clock(message.date), bot ? null : el("span", { class: "ticks", "aria-hidden": "true" }, "✓✓"))),
        this.keyboard(message)));
  }

  keyboard(message) {
    const rows = message.reply_markup?.inline_keyboard;
    if (!rows?.length) return null;
    return el("div", { class: "keyboard" }, rows.map((row) => el("div", { class: "keyboard-row" }, row.map((button) => {
      const payload = button.url ? startPayload(button.url, this.acts.bot) : null;
      if (payload !== null) return el("button", { type: "button", class: "key", onclick: () => this.start(payload) }, button.text);
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
    await this.api("telegram/press", { person: this.person.id, message_id: message.message_id, data: button.callback_data });
    node.removeAttribute("aria-busy");
  }

  /** Show the keyboard the bot has put in place of the letters, or none. */
  offer() {
    const rows = offered([...(this.messages.get(this.person.id) || new Map()).values()]);
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

  start(payload) {
    return this.api("telegram/start", { person: this.person.id, payload });
  }

  say(typed) {
    return this.api("telegram/say", { person: this.person.id, text: typed.trim() });
  }

  suggestion(text) {
    return text;
  }
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
async function attached(input, person) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const query = new URLSearchParams({ person: person.id, name: file.name, type: file.type, photo: file.type.startsWith("image/") ? "1" : "" });
  await fetch(`/api/telegram/attach?${query}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
}

function contactCard(contact) {
  return el("div", { class: "contact" },
    el("b", {}, [contact.first_name, contact.last_name].filter(Boolean).join(" ")),
    el("span", {}, `+${contact.phone_number.replace(/^\+/, "")}`));
}
