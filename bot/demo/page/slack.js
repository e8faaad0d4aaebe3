// The Slack side: who is where, what they have read, and what the stage tells of it.

import { avatar, dots, el, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { Beside } from "./slack_beside.js";
import { blocks } from "./slack_blocks.js";
import { SlackModal } from "./slack_modal.js";
import { BOT, Talk } from "./slack_talk.js";

const $ = (id) => document.getElementById(id);

export class Slack {
  /** `api(path, body)` calls the stage; `world` is what /api/people told. */
  constructor(api, world) {
    this.api = api;
    this.world = world;
    this.messages = new Map(); // "person channel" -> Map(ts -> message)
    this.unread = new Set(); // "person channel"
    this.homes = new Map(); // person -> view
    this.prompts = new Map(); // person -> prompts
    this.live = false;
    this.place = "dm";
    this.tab = "messages";
    this.names = (id) => this.world.slack.names[id] || id;
    this.talk = new Talk(this, $("slack-log"));
    this.beside = new Beside(this);
    this.modal = new SlackModal((path, body) => this.call(path, body), this.names);
    $("slack-dm").addEventListener("click", () => this.open("dm"));
    for (const tab of ["home", "messages"]) $(`slack-tab-${tab}`).addEventListener("click", () => this.open("dm", tab));
    $("slack-tabs").addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      this.open("dm", this.tab === "home" ? "messages" : "home");
      $(`slack-tab-${this.tab}`).focus();
    });
    $("slack-shortcuts").addEventListener("click", (event) => this.shortcuts(event.currentTarget));
    $("slack-agent").addEventListener("click", () => {
      this.beside.agent(this.person.slack_dm);
      this.call("open", { tab: "messages" });
    });
  }

  get channel() {
    return this.place === "dm" ? this.person.slack_dm : this.place;
  }

  get prompted() {
    return this.prompts.get(this.person.id);
  }

  get atHome() {
    return this.place === "dm" && this.tab === "home";
  }

  messagesIn(channel) {
    return [...(this.messages.get(`${this.person.id} ${channel}`) || new Map()).values()];
  }

  /** Act as the person who is played. */
  call(path, body) {
    return this.api(`slack/${path}`, { person: this.person.id, ...body });
  }

  /** Be this person, in their own workspace with its channels. */
  as(person) {
    this.person = person;
    this.beside.close();
    $("slack").classList.toggle("gone", person.slack_deleted);
    $("slack-team").textContent = person.slack_team;
    $("slack-team-mark").textContent = person.slack_team[0];
    $("slack-me").replaceChildren(avatar(person), el("span", {}, person.name), person.slack_guest ? el("span", { class: "app" }, "Guest") : "");
    $("slack-channels").replaceChildren(...person.slack_channels.map((channel) =>
      el("li", {}, el("button", { type: "button", "data-place": channel.id, onclick: () => this.open(channel.id) },
        el("span", { class: "slack-hash", "aria-hidden": "true" }, channel.shared_with.length ? icon("shared") : channel.private ? icon("lock") : "#"),
        el("span", {}, channel.name)))));
    $("slack-apps").hidden = !person.slack_app;
    $("slack-apps-head").hidden = !person.slack_app;
    $("slack-shortcuts").hidden = !person.slack_app;
    document.querySelector("#slack-form .hint").hidden = !person.slack_app;
    const channels = person.slack_channels.map((channel) => channel.id);
    const places = person.slack_app ? ["dm", ...channels] : channels;
    this.open(places.includes(this.place) ? this.place : places[0] || "dm", this.tab);
  }

  open(place, tab = "messages") {
    if (place !== this.place) this.beside.close();
    this.place = place;
    this.tab = place === "dm" ? tab : "messages";
    const dm = place === "dm";
    for (const button of document.querySelectorAll(".slack-side [data-place]")) {
      if (button.dataset.place === place) {
        button.setAttribute("aria-current", "true");
        button.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else button.removeAttribute("aria-current");
    }
    $("slack-tabs").hidden = !dm || !this.person.slack_app;
    for (const name of ["home", "messages"]) {
      $(`slack-tab-${name}`).setAttribute("aria-selected", String(name === this.tab));
      $(`slack-tab-${name}`).tabIndex = name === this.tab ? 0 : -1;
    }
    $("slack").classList.toggle("at-home", this.atHome);
    $("slack-home").hidden = !this.atHome;
    $("slack-agent").hidden = dm || !this.person.slack_app;
    this.tellOfShared(place);
    this.unread.delete(`${this.person.id} ${this.channel}`);
    this.markUnread();
    $("slack-place").textContent = dm ? BOT : `# ${this.names(place)}`;
    $("slack-input").placeholder = dm ? `Message ${BOT}` : `Message #${this.names(place)}, or @${BOT}`;
    this.redraw();
    // The app hears of it, and fills the home or suggests questions. Nobody waits for that here.
    if (dm && this.person.slack_app && !this.person.slack_deleted) this.call("open", { tab: this.tab });
  }

  tellOfShared(place) {
    const shared = this.person.slack_channels.find((channel) => channel.id === place)?.shared_with || [];
    const teams = shared.map((team) => this.world.slack.teams[team] || team);
    const outside = new Intl.ListFormat("en", { type: "conjunction" }).format(teams);
    $("slack-shared").hidden = !teams.length;
    $("slack-shared").replaceChildren(icon("shared"), `Slack Connect: people at ${outside} read along here.`);
  }

  markUnread() {
    for (const button of document.querySelectorAll(".slack-side [data-place]")) {
      const channel = button.dataset.place === "dm" ? this.person.slack_dm : button.dataset.place;
      button.classList.toggle("unread", this.unread.has(`${this.person.id} ${channel}`));
    }
  }

  /** Take one event of the stage; true when this person would notice it. */
  take(event) {
    const mine = this.person && event.person === this.person.id;
    const payload = event.payload;
    switch (event.kind) {
      case "modal":
        // What was open before the page was is open no longer.
        if (mine && this.live) this.modal.take(payload);
        return false;
      case "home":
        this.homes.set(event.person, payload.view);
        if (mine && this.atHome) this.drawHome();
        return false;
      case "pane":
        if (mine && this.live) this.beside.tell(payload);
        return false;
      case "prompts":
        this.prompts.set(event.person, payload);
        for (const talk of this.talks(event)) if (talk.direct && !talk.root) talk.suggest(payload);
        return false;
      case "status":
        for (const talk of this.talks(event)) talk.status(payload.status, payload.thread_ts);
        return false;
      default:
        return this.takeMessage(event, mine);
    }
  }

  takeMessage(event, mine) {
    const key = `${event.person} ${event.conversation}`;
    const kept = this.messages.get(key) || this.messages.set(key, new Map()).get(key);
    const { payload } = event;
    const known = kept.has(payload.ts);
    if (event.kind === "delete") {
      kept.delete(payload.ts);
      for (const talk of this.talks(event)) talk.redraw();
      return false;
    }
    kept.set(payload.ts, payload);
    const talks = this.talks(event);
    for (const talk of talks) talk.take(payload, known);
    if (mine && !known && !talks.length) {
      this.unread.add(key);
      this.markUnread();
    }
    return Boolean(mine && talks.length && payload.bot_id);
  }

  /** The lists that show where an event is. */
  talks(event) {
    if (!this.person || event.person !== this.person.id) return [];
    return [this.talk, this.beside.talk].filter((talk) => talk && talk.channel === event.conversation);
  }

  forget() {
    this.messages.clear();
    this.unread.clear();
    this.homes.clear();
    this.prompts.clear();
  }

  redraw() {
    this.talk.open(this.channel);
    if (this.beside.talk) this.beside.talk.redraw();
    if (this.atHome) this.drawHome();
  }

  drawHome() {
    const view = this.homes.get(this.person.id);
    const box = $("slack-home");
    const at = box.scrollTop;
    const focused = [...box.querySelectorAll("button, a")].indexOf(document.activeElement);
    box.replaceChildren(...(view
      ? blocks(view.blocks, this.names, async (action_id, button, option) => {
          button.setAttribute("aria-busy", "true");
          await this.call("view-press", { view: view.id, action_id, ...(option === undefined ? {} : { option }) });
          button.removeAttribute("aria-busy");
        })
      : [el("p", { class: "slack-working" }, dots(), el("span", {}, `${BOT} is preparing your home`))]));
    box.scrollTop = at;
    if (focused >= 0) box.querySelectorAll("button, a")[focused]?.focus({ preventScroll: true });
  }

  openThread(channel, root) {
    this.beside.thread(channel, root);
  }

  async openPane(channel, ts, entity, button) {
    this.beside.waiting(channel, entity);
    button.setAttribute("aria-busy", "true");
    await this.call("pane", { channel, ts, url: entity.app_unfurl_url });
    button.removeAttribute("aria-busy");
  }

  /** What the app offers wherever one is. */
  shortcuts(button) {
    const { command, command_about, shortcuts } = this.world.slack;
    const input = $("slack-input");
    openMenu(button, "Shortcuts", [
      ...shortcuts.filter((one) => one.type === "global").map((one) => ({ label: one.name, about: one.description, pick: () =>
        this.call("shortcut", { callback_id: one.callback_id }) })),
      { label: command, about: command_about, pick: () => {
        input.value = `${command} `;
        input.focus();
      } },
    ]);
  }

  /** Say something where one is, in a given channel, or in a thread of it. */
  async say(typed, channel = this.channel, thread = "") {
    const text = typed.trim();
    const to = { channel, ...(thread ? { thread_ts: thread } : {}) };
    // Slack itself makes mentions of the names typed after "@".
    if (!text.startsWith("/")) return this.call("say", { ...to, text });
    const { command } = this.world.slack;
    const [named, ...rest] = text.split(/\s+/);
    if (named.toLowerCase() !== command) {
      return { error: `${named} is not a valid command. In Slack, only ${command} is installed.` };
    }
    if (thread) {
      return { error: `${command} is not supported in threads: Slack takes it in the channel only.` };
    }
    return this.call("command", { ...to, text: rest.join(" ") });
  }

  /** What a suggested question becomes in this conversation. */
  suggestion(text) {
    return this.place === "dm" || text.startsWith("https:") ? text : `@${BOT} ${text}`;
  }
}
