// A document somebody was promised in their chat: shown to them alone, and handed over by a press.

import { el } from "./dom.js";
import { download } from "./download.js";
import { get, post } from "./server.js";
import { fromTelegram, joinTelegram } from "./telegram.js";

const FRESH_MS = 90_000; // What it is fetched from is good for two minutes, and Telegram asks first.
const main = document.getElementById("main");
const promise = location.pathname.split("/").at(-1);
const telegram = fromTelegram();
let words = {};
let way = null;

begin();

async function begin() {
  if (telegram) joinTelegram(() => {});
  try {
    const said = await get("words");
    words = said.words;
    speak(said.locale, words.file_heading);
    if (!telegram) return stop(words.file_heading, words.not_vouched);
    show(await asked("promise"));
  } catch (refused) {
    stop(refused.title, refused.text);
  }
}

function asked(name) {
  return post(name, { init_data: telegram.initData, promise });
}

function speak(locale, title) {
  document.documentElement.lang = locale;
  document.title = title;
}

function show(told) {
  speak(told.locale, told.title);
  const said = el("p", { class: "said" }, told.text);
  const button = el("button", { type: "button", onclick: () => hand(button, said, told) }, told.button);
  put(told.title, el("p", { class: "file-name" }, told.file), said, button);
}

async function hand(button, said, told) {
  button.disabled = true;
  try {
    if (!way || performance.now() - way.at > FRESH_MS) way = { at: performance.now(), ...(await asked("proof")) };
    download(way.path, way.name, () => say(said, told.starts));
  } catch (refused) {
    if (!refused.later) return stop(refused.title, refused.text);
    say(said, refused.text || words.offline);
  }
  button.disabled = false;
  button.focus();
}

/** Nothing is handed over here. */
function stop(title, text) {
  const told = text || words.offline || "";
  put(title || document.title, el("p", { class: "notice" }, told));
  announce(told);
}

function put(title, ...nodes) {
  const heading = el("h1", { tabindex: "-1" }, title);
  main.replaceChildren(heading, ...nodes);
  main.setAttribute("aria-busy", "false");
  heading.focus();
}

function say(node, text) {
  node.textContent = text;
  announce(text);
}

function announce(text) {
  document.getElementById("status").textContent = text;
}
