// The orders' page: a list to search in, and one order with its documents.

import { el, section } from "./dom.js";
import { download } from "./download.js";
import { enter, get, post, session } from "./server.js";
import { forget, recall, remember } from "./memory.js";
import { backButton, fromTelegram, inTelegram, joinTelegram, openOutside } from "./telegram.js";

const main = document.getElementById("main");
const status = document.getElementById("status");
const alertBox = document.getElementById("alert");
const wanted = { text: "", state: "", days: "0" };
let start = null;
let words = {};
let turn = 0;

begin();

async function begin() {
  const telegram = fromTelegram();
  if (inTelegram()) joinTelegram(() => (location.hash = "#/"));
  try {
    speak(await get("words"));
    say(words.loading);
    if (telegram) await entered(telegram.initData);
    take(await get("start"));
  } catch (refused) {
    return stop(refused);
  }
  document.getElementById("companies").addEventListener("change", changeCompany);
  window.addEventListener("hashchange", show);
  show();
}

/** Telegram's words count a few times only; a page that is loaded again with the same may still have its session. */
async function entered(initData) {
  const signature = new URLSearchParams(initData).get("hash");
  if (recall("signature") !== signature) forget("session");
  remember("signature", signature);
  try {
    await enter(initData);
  } catch (refused) {
    if (!session()) throw refused;
  }
}

function speak(said) {
  words = said.words;
  document.documentElement.lang = said.locale;
  document.title = words.title;
}

function take(told) {
  start = told;
  speak(told);
  const several = told.companies.length > 1;
  const company = document.getElementById("company");
  company.textContent = told.company;
  company.hidden = several;
  const label = document.getElementById("companies-label");
  label.hidden = !several;
  label.querySelector("span").textContent = words.company;
  document.getElementById("companies").replaceChildren(
    ...told.companies.map((one) => el("option", { value: one.id, selected: one.current }, one.name)));
}

async function changeCompany(event) {
  try {
    take(await post("company", { company: event.target.value }));
  } catch (refused) {
    return stop(refused);
  }
  if (location.hash && location.hash !== "#/") location.hash = "#/";
  else show();
}

function show() {
  const reference = /^#\/order\/([A-Za-z0-9_=-]+)$/.exec(location.hash);
  backButton(Boolean(reference));
  return reference ? showOrder(reference[1]) : showList();
}

// The list

function showList() {
  const results = el("div", { id: "results" });
  const search = el("input", { id: "text", type: "search", name: "text", maxlength: 200, value: wanted.text, placeholder: words.search_hint, autocomplete: "off", enterkeyhint: "search", "aria-describedby": "hint" });
  const form = el("form", { role: "search", class: "search", onsubmit: (event) => {
    event.preventDefault();
    wanted.text = search.value;
    fill(results);
  } },
    el("label", { for: "text" }, words.search),
    el("div", { class: "search-row" }, search, el("button", { type: "submit" }, words.search_button)),
    el("p", { id: "hint", class: "visually-hidden" }, words.search_hint),
    el("div", { class: "filters" },
      filter("state", words.state, start.states, results),
      filter("days", words.period, start.periods, results)));
  const heading = el("h1", { tabindex: "-1" }, words.title);
  main.replaceChildren(heading, form, results);
  heading.focus({ preventScroll: true });
  fill(results);
}

function filter(name, label, choices, results) {
  const select = el("select", { id: name, onchange: () => {
    wanted[name] = select.value;
    fill(results);
  } }, choices.map((one) => el("option", { value: one.value, selected: one.value === wanted[name] }, one.label)));
  return el("label", { for: name }, el("span", {}, label), select);
}

async function fill(results) {
  await busy(async (mine) => {
    results.replaceChildren(...waiting());
    const list = el("ul", { class: "orders" });
    const foot = el("div", { class: "foot" });
    const part = await get("orders", wanted);
    if (mine !== turn) return;
    results.replaceChildren(list, foot);
    add(list, foot, part);
  }, () => fill(results), results);
}

function add(list, foot, part) {
  const first = list.children.length;
  list.append(...part.orders.map((order) =>
    el("li", {}, el("a", { class: "row", href: `#/order/${order.reference}` },
      el("span", { class: "row-title" }, order.title),
      el("span", { class: "row-status" }, order.status),
      el("span", { class: "row-detail" }, order.detail)))));
  const more = part.next ? el("button", { type: "button", class: "more", onclick: () => next(list, foot, part.next) }, words.more) : null;
  const empty = !list.children.length && !part.notices.length ? el("p", { class: "empty" }, words.none) : null;
  foot.replaceChildren(...notices(part.notices), ...[empty, more, part.as_of ? el("p", { class: "as-of" }, part.as_of) : null].filter(Boolean));
  say(list.children.length ? part.shown : words.none);
  if (first) list.children[first]?.querySelector("a").focus();
}

async function next(list, foot, cursor) {
  await busy(async (mine) => {
    const part = await get("orders", { next: cursor });
    if (mine === turn) add(list, foot, part);
  }, () => next(list, foot, cursor), foot);
}

// One order

async function showOrder(reference) {
  main.replaceChildren(...waiting());
  await busy(async (mine) => {
    const order = await get("order", { reference });
    if (mine !== turn) return;
    const heading = el("h1", { tabindex: "-1" }, order.title);
    main.replaceChildren(
      el("a", { class: "back", href: "#/" }, words.back),
      heading,
      el("p", { class: "order-status" }, order.status, order.progress ? el("span", { class: "progress", "aria-hidden": "true" }, order.progress) : null),
      ...notices(order.notices),
      order.facts.length ? el("dl", { class: "facts" }, order.facts.map((fact) => el("div", {}, el("dt", {}, fact.label), el("dd", {}, fact.value)))) : "",
      order.shipments.length ? section("shipments", words.shipments, el("ul", { class: "cards" }, order.shipments.map(shipment))) : "",
      order.invoices.length ? section("invoices", words.invoices, el("ul", { class: "cards" }, order.invoices.map((invoice) => el("li", {}, invoice)))) : "",
      section("documents", words.documents, order.documents.length ? el("ul", { class: "documents" }, order.documents.map(documentRow)) : el("p", { class: "empty" }, words.documents_none)),
      section("lines", words.lines, el("ul", { class: "cards lines" }, order.lines.map((line) => el("li", {}, line)))),
      order.footer ? el("p", { class: "as-of" }, order.footer) : "");
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    say(order.title);
  }, () => showOrder(reference), main, true);
}

function shipment(told) {
  return el("li", {},
    told.title ? el("strong", {}, told.title) : null,
    told.facts.map((fact) => el("span", { class: "fact" }, fact)),
    told.links.map((link) => (/^https:\/\//.test(link.url) ? el("a", { href: link.url, target: "_blank", rel: "noopener noreferrer", onclick: outside }, link.text) : el("span", {}, link.text))));
}

function outside(event) {
  if (!inTelegram()) return;
  event.preventDefault();
  openOutside(event.currentTarget.href);
}

function documentRow(told) {
  return el("li", {}, el("button", { type: "button", class: "document", onclick: (event) => hand(told, event.currentTarget) },
    el("span", { class: "document-mark", "aria-hidden": "true" }, "↓"), told.name));
}

async function hand(told, button) {
  button.disabled = true;
  try {
    const { path, name } = await post("document", { reference: told.reference, in_telegram: inTelegram() });
    download(path, name, () => say(words.download_starts));
  } catch (refused) {
    if (refused.ended) return stop(refused);
    complain(refused.text || words.offline);
  }
  button.disabled = false;
  button.focus();
}

// What is said around it

function notices(texts) {
  return texts.map((text) => el("p", { class: "notice" }, text));
}

function waiting() {
  return [el("p", { class: "waiting" }, words.loading)];
}

/** Do what takes a while: of two at once only the later one is shown. */
async function busy(work, again, box, whole = false) {
  const mine = ++turn;
  complain("");
  main.setAttribute("aria-busy", "true");
  try {
    await work(mine);
  } catch (refused) {
    if (mine !== turn) return;
    if (refused.ended) return stop(refused);
    const retry = el("button", { type: "button", class: "more", onclick: again }, words.retry);
    box.replaceChildren(...[whole ? el("a", { class: "back", href: "#/" }, words.back) : null, el("p", { class: "notice" }, refused.text || words.offline), retry].filter(Boolean));
    say(refused.text || words.offline);
  } finally {
    if (mine === turn) main.setAttribute("aria-busy", "false");
  }
}

/** Nothing more can be shown here. */
function stop(refused) {
  turn += 1;
  window.removeEventListener("hashchange", show);
  main.setAttribute("aria-busy", "false");
  document.querySelector(".top").hidden = true;
  const heading = el("h1", { tabindex: "-1" }, words.title || "");
  main.replaceChildren(heading, el("p", { class: "notice" }, refused.text || words.offline || ""));
  heading.focus();
  say(refused.text || words.offline || "");
}

function say(text) {
  status.textContent = text;
}

function complain(text) {
  alertBox.textContent = text;
  alertBox.hidden = !text;
}
