// The mailbox: mails to the person being played, newest first, with the code easy to take.

import { clock, el, icon } from "./dom.js";

// An account of Telegram's, `telegram:700003`, has as many digits.
const CODE = /(?<![\d:])\d{6}(?!\d)/;

export class Mail {
  constructor() {
    this.box = document.getElementById("mail-log");
    this.mails = [];
  }

  as(person) {
    this.person = person;
    document.getElementById("mail-address").textContent = person.email;
    this.redraw();
  }

  take(event) {
    this.mails.push(event.payload);
    const mine = this.person && event.payload.to.includes(this.person.email.toLowerCase());
    if (mine) this.redraw();
    return Boolean(mine);
  }

  forget() {
    this.mails = [];
  }

  redraw() {
    const mine = this.mails.filter((mail) => mail.to.includes(this.person.email.toLowerCase())).reverse();
    this.box.replaceChildren(...(mine.length ? mine.map((mail, index) => this.draw(mail, index === 0)) : [this.empty()]));
  }

  empty() {
    return el("p", { class: "mail-empty" }, "No mail yet. The code that links a chat to a company arrives here.");
  }

  draw(mail, newest) {
    const code = CODE.exec(mail.text);
    return el("article", { class: `mail-item ${newest ? "newest" : ""}`, "aria-label": mail.subject },
      el("span", { class: "mail-mark", "aria-hidden": "true" }, icon("mail")),
      el("div", { class: "mail-body" },
        el("p", { class: "mail-head" }, el("b", {}, mail.subject), clock(mail.at)),
        el("p", { class: "mail-from" }, mail.from),
        el("div", { class: "mail-text" }, mail.text.trim())),
      code ? el("button", { type: "button", class: "mail-code", onclick: (event) => copy(code[0], event.currentTarget) },
        el("span", { class: "mail-digits" }, code[0]), el("span", { class: "mail-copy", "aria-live": "polite" }, "Copy code")) : null);
  }
}

async function copy(code, button) {
  const note = button.querySelector(".mail-copy");
  try {
    await navigator.clipboard.writeText(code);
    note.textContent = "Copied";
  } catch {
    note.textContent = "Select and copy";
  }
  setTimeout(() => (note.textContent = "Copy code"), 2500);
}
