// Telegram's side of a Mini App, without its script: what it hands over in the address, and the few events
// these pages need. Source: https://core.telegram.org/api/bots/webapps, /api/web-events

import { recall, remember } from "./memory.js";

const COLOUR = /^#[0-9a-f]{6}$/i;
const THEME = {
  bg_color: "--ground",
  section_bg_color: "--card",
  text_color: "--text",
  hint_color: "--quiet",
  link_color: "--link",
  button_color: "--button",
  button_text_color: "--button-text",
};

let downloadStarted = null;

/** What Telegram handed over, taken out of the address so that it is in no history; null elsewhere. */
export function fromTelegram() {
  const given = new URLSearchParams(location.hash.slice(1));
  const initData = given.get("tgWebAppData");
  if (!initData) return null;
  const theme = parsed(given.get("tgWebAppThemeParams"));
  history.replaceState(null, "", location.pathname);
  remember("telegram", JSON.stringify(theme));
  remember("version", given.get("tgWebAppVersion") || "6.0");
  return { initData };
}

/** Whether this page was opened in Telegram, now or before it was loaded again. */
export function inTelegram() {
  return recall("telegram") !== null;
}

/** Look as Telegram does, and listen to it. `back` is called for its own back button. */
export function joinTelegram(back) {
  dress(parsed(recall("telegram")));
  const hear = (type, data) => {
    if (type === "theme_changed") dress(data?.theme_params || {});
    if (type === "back_button_pressed") back();
    if (type === "file_download_requested" && data?.status === "downloading") downloadStarted?.();
  };
  // Apps call a function of the page; the web client, whose frame it is in, posts messages.
  window.Telegram = { WebView: { receiveEvent: hear } };
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.source === window) return;
    const message = typeof event.data === "string" ? parsed(event.data) : {};
    if (message.eventType) hear(message.eventType, message.eventData);
  });
  tell("web_app_ready");
  tell("web_app_expand");
}

/** Show or hide Telegram's own back button. */
export function backButton(shown) {
  if (inTelegram()) tell("web_app_setup_back_button", { is_visible: shown });
}

/** Whether the client is of this version of Mini Apps, or newer. */
export function knows(version) {
  const [[major, minor], [wanted, least]] = [recall("version") || "6.0", version].map((one) => one.split(".").map(Number));
  return major > wanted || (major === wanted && (minor || 0) >= least);
}

/** Have Telegram ask the person whether to save a file, and save it; `started` is called when it does. */
export function requestDownload(url, name, started) {
  downloadStarted = started;
  tell("web_app_request_file_download", { url, file_name: name });
}

/** Open an address in the browser outside Telegram, where files can be saved; whether anybody was told to. */
export function openOutside(url) {
  return tell("web_app_open_link", { url });
}

function tell(type, data = {}) {
  const said = JSON.stringify({ eventType: type, eventData: data });
  if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(type, JSON.stringify(data));
  else if (window.external && "notify" in window.external) window.external.notify(said);
  // Nothing is told to whoever shows the frame but what they may hear; who that is, our headers say.
  else if (window.parent !== window) window.parent.postMessage(said, "*");
  else return false;
  return true;
}

function dress(theme) {
  const root = document.documentElement;
  for (const [name, variable] of Object.entries(THEME)) {
    if (COLOUR.test(theme[name] || "")) root.style.setProperty(variable, theme[name]);
  }
  if (COLOUR.test(theme.bg_color || "")) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(theme.bg_color.slice(at, at + 2), 16));
    root.style.setProperty("color-scheme", red * 0.3 + green * 0.59 + blue * 0.11 < 128 ? "dark" : "light");
    root.dataset.theme = red * 0.3 + green * 0.59 + blue * 0.11 < 128 ? "dark" : "light";
  }
}

function parsed(text) {
  try {
    const value = JSON.parse(text || "{}");
    return value && typeof value === "object" ? value : {};
  } catch {
    return {};
  }
}
