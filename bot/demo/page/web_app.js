// The bot's web app in a frame, opened from Telegram's menu button.

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

  async open(person) {
    const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const { url } = await this.api("telegram/app", { person: person.id, scheme });
    if (!url) return;
    const frame = document.createElement("iframe");
    frame.title = "Orders";
    frame.src = url;
    this.frame = frame;
    this.back.hidden = true;
    this.frameBox.replaceChildren(frame);
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
    if (message.eventType === "web_app_close") this.dialog.close();
  }

  tell(type, data = {}) {
    this.frame.contentWindow.postMessage(JSON.stringify({ eventType: type, eventData: data }), new URL(this.frame.src).origin);
  }
}
