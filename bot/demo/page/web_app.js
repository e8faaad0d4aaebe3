// The bot's web apps in a frame, opened from Telegram's menu button or a button of a message.

import { el } from "./dom.js";

// As Telegram's own clients in a browser frame them: what is downloaded, they download.
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox";

export class WebApp {
  constructor(api) {
    this.api = api;
    this.dialog = document.getElementById("web-app");
    this.frameBox = this.dialog.querySelector(".web-app-frame");
    this.back = this.dialog.querySelector(".web-app-back");
    this.back.addEventListener("click", () => this.tell("back_button_pressed"));
    this.dialog.querySelector(".web-app-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.frameBox.replaceChildren());
    window.addEventListener("message", (event) => this.hear(event));
  }

  /** Open the menu's, or what a button of a message opens: `{ message_id, url, text }`. */
  async open(person, button = { text: "Orders" }) {
    const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const { text, ...asked } = button;
    const { url } = await this.api("telegram/app", { person: person.id, scheme, ...asked });
    if (!url) return;
    this.frame = el("iframe", { title: text, src: url, sandbox: SANDBOX });
    this.back.hidden = true;
    this.frameBox.replaceChildren(this.frame);
    this.dialog.showModal();
  }

  hear(event) {
    if (!this.frame || event.source !== this.frame.contentWindow) return;
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    const data = message.eventData || {};
    if (message.eventType === "web_app_setup_back_button") this.back.hidden = !data.is_visible;
    if (message.eventType === "web_app_open_link" && /^https?:/.test(data.url)) window.open(data.url, "_blank", "noopener");
    if (message.eventType === "web_app_request_file_download" && /^https?:/.test(data.url)) this.offer(data.url, String(data.file_name));
    if (message.eventType === "web_app_close") this.dialog.close();
  }

  /** Ask the person whether to download what the web app offers. */
  offer(url, name) {
    const question = document.getElementById("download");
    document.getElementById("download-name").textContent = name;
    question.returnValue = "";
    question.addEventListener("close", () => {
      const wanted = question.returnValue === "yes";
      if (wanted) el("a", { href: url, download: name }).click();
      this.tell("file_download_requested", { status: wanted ? "downloading" : "cancelled" });
    }, { once: true });
    question.showModal();
  }

  tell(type, data = {}) {
    this.frame.contentWindow?.postMessage(JSON.stringify({ eventType: type, eventData: data }), new URL(this.frame.src).origin);
  }
}
