// Replying: the message that is answered, above the letters until it is sent or left.

import { el, icon } from "./dom.js";

export class Reply {
  constructor() {
    this.box = document.getElementById("telegram-reply");
    this.words = document.getElementById("telegram-reply-words");
    this.input = document.getElementById("telegram-input");
    document.getElementById("telegram-reply-leave").addEventListener("click", () => this.leave());
    this.input.addEventListener("keydown", (event) => event.key === "Escape" && this.leave());
    this.leave();
  }

  leave() {
    this.message = null;
    this.box.hidden = true;
  }

  /** What goes along with what is sent now; it is answered once. */
  taken() {
    const answered = this.message ? { answers: this.message.message_id } : {};
    this.leave();
    return answered;
  }

  button(message) {
    return el("button", { type: "button", class: "reply", "aria-label": "Reply", title: "Reply", onclick: () => this.to(message) }, icon("reply"));
  }

  to(message) {
    this.message = message;
    this.words.textContent = firstWords(message);
    this.box.hidden = false;
    this.input.focus();
  }
}

/** A message in one line. */
export function firstWords(message) {
  const said = message.text || message.caption || message.document?.file_name || (message.photo ? "Photo" : "a message");
  return said.split("\n", 1)[0];
}
