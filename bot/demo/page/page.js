// Wires the page: who is played, both chats and the mailbox, the ERP switch, tabs on a phone.

import { avatar, el, tellTimesFor } from "./dom.js";
import { whileNothingIsPressed } from "./held.js";
import { Mail } from "./mail.js";
import { Slack } from "./slack.js";
import { Telegram } from "./telegram.js";

const QUESTIONS = ["where is PO-7782?", "what is still open?", "last 5 orders", "invoice of PO-7782", "PO-7800", "help"];
const POSTED = "https://shop.supplier.example/orders/104233";
const STAFF_QUESTIONS = ["company northwind", "open orders", "where is PO-7782?", "help"];
const PANES = ["slack", "telegram", "mail"];
const $ = (id) => document.getElementById(id);

async function api(path, body) {
  try {
    const answer = await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = await answer.json();
    notice(told.error || "");
    return told;
  } catch {
    notice("The stage does not answer. Is the demo still running in the terminal?");
    return { error: "unreachable" };
  }
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

function people(world, choose) {
  const wanted = world.people.find((person) => `#${person.id}` === location.hash) || world.people[0];
  $("people").replaceChildren(...world.people.map((person) =>
    el("label", { class: "person" },
      el("input", { type: "radio", name: "person", value: person.id, checked: person === wanted, onchange: () => choose(person) }),
      el("span", { class: "person-face" }, avatar(person, "round"), el("span", { class: "person-text" }, el("b", {}, person.name), el("small", {}, person.note))))));
  choose(wanted);
}

function composer(name, pane) {
  const form = $(`${name}-form`);
  const input = $(`${name}-input`);
  const fit = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
    form.classList.toggle("filled", input.value.trim() !== "");
  };
  const send = async () => {
    const text = input.value;
    if (!text.trim()) return;
    input.value = "";
    fit();
    const told = await pane.say(text);
    if (told.error) {
      notice(told.error);
      // With a status it was said, and stands in the log; the bot just did not take it.
      if (told.status === undefined && !input.value) input.value = text;
      fit();
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  input.addEventListener("input", fit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      input.value = "";
      fit();
    }
  });
  return (person) => $(`${name}-chips`).replaceChildren(...[...(person.staff ? STAFF_QUESTIONS : QUESTIONS), ...(name === "slack" ? [POSTED] : [])].map((question) =>
    el("button", { type: "button", class: "chip", onclick: () => {
      input.value = pane.suggestion(question);
      send();
    } }, question)));
}

function tabs() {
  const narrow = matchMedia("(max-width: 720px)");
  const select = (name, focus = false) => {
    for (const pane of PANES) {
      const tab = $(`tab-${pane}`);
      const chosen = pane === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) {
        badge(pane, 0);
        if (focus) tab.focus();
      }
    }
    lay();
  };
  const lay = () => {
    for (const pane of PANES) {
      const section = $(pane);
      const chosen = $(`tab-${pane}`).getAttribute("aria-selected") === "true";
      section.hidden = narrow.matches && !chosen;
      if (narrow.matches) {
        section.setAttribute("role", "tabpanel");
        section.setAttribute("aria-labelledby", `tab-${pane}`);
      } else {
        section.removeAttribute("role");
        section.setAttribute("aria-labelledby", `${pane}-title`);
      }
    }
  };
  for (const pane of PANES) $(`tab-${pane}`).addEventListener("click", () => select(pane));
  $("tabs").addEventListener("keydown", (event) => {
    const at = PANES.findIndex((pane) => $(`tab-${pane}`).getAttribute("aria-selected") === "true");
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: PANES.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(PANES[(to + PANES.length) % PANES.length], true);
  });
  narrow.addEventListener("change", lay);
  lay();
}

function badge(pane, count) {
  const mark = $(`tab-${pane}`).querySelector(".badge");
  mark.dataset.count = count;
  mark.textContent = count ? String(count) : "";
  mark.hidden = !count;
  if (count) mark.setAttribute("aria-label", `${count} new`);
}

function erpSwitch() {
  const show = (mode) => {
    for (const radio of document.querySelectorAll("input[name=erp]")) radio.checked = radio.value === mode;
    $("erp").dataset.mode = mode;
  };
  for (const radio of document.querySelectorAll("input[name=erp]")) {
    radio.addEventListener("change", () => {
      show(radio.value);
      api("supplier/faults", { mode: radio.value });
    });
  }
  return show;
}

function listen(panes, showErp) {
  const source = new EventSource("/api/stream");
  let boot = null;
  let live = false;
  const each = (act) => Object.values(panes).forEach(act);
  const take = whileNothingIsPressed();
  const on = (name, act) => source.addEventListener(name, (event) => take(() => act(event)));
  on("hello", (event) => {
    const told = JSON.parse(event.data);
    if (boot !== null && boot !== told.boot) {
      each((pane) => pane.forget());
      each((pane) => pane.redraw());
    }
    boot = told.boot;
    live = panes.slack.live = false;
  });
  on("stage", (event) => {
    const told = JSON.parse(event.data);
    const noticed = panes[told.platform].take(told);
    if (live && noticed && $(told.platform).hidden) {
      badge(told.platform, Number($(`tab-${told.platform}`).querySelector(".badge").dataset.count || 0) + 1);
    }
  });
  on("erp", (event) => showErp(JSON.parse(event.data).mode));
  on("ready", () => {
    each((pane) => pane.redraw());
    live = panes.slack.live = true;
    document.body.dataset.ready = "true";
    notice("");
  });
  source.addEventListener("error", () => notice("The stage does not answer. Is the demo still running in the terminal?"));
}

const world = await (await fetch("/api/people")).json();
const panes = { slack: new Slack(api, world), telegram: new Telegram(api, world), mail: new Mail() };
const showErp = erpSwitch();
const suggest = ["slack", "telegram"].map((name) => composer(name, panes[name]));
people(world, (person) => {
  history.replaceState(null, "", `#${person.id}`);
  tellTimesFor(person);
  Object.values(panes).forEach((pane) => pane.as(person));
  suggest.forEach((show) => show(person));
});
tabs();
listen(panes, showErp);
