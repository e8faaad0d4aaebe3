// What the page asks its own server. The session lives in this tab only, and goes in a header.

import { forget, recall, remember } from "./memory.js";

/** An answer that is none; `text` is for the person, below `title`. `later` it may be another one. */
export class Refused extends Error {
  constructor(text, ended, { title = "", later = false } = {}) {
    super(text);
    this.text = text;
    this.ended = ended;
    this.title = title;
    this.later = later;
  }
}

export function session() {
  return recall("session") || "";
}

/** Open a session with what Telegram handed over. */
export async function enter(initData) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const opened = await post("session", { init_data: initData, time_zone: timeZone || "" });
  remember("session", opened.session);
}

export function get(name, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  return ask(`/app/api/${name}${query ? `?${query}` : ""}`, {});
}

export function post(name, body) {
  return ask(`/app/api/${name}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function ask(url, options) {
  const headers = { ...options.headers };
  if (session()) headers.Authorization = `Bearer ${session()}`;
  let response, body;
  try {
    response = await fetch(url, { ...options, headers, credentials: "omit", cache: "no-store" });
    body = await response.json();
  } catch {
    throw new Refused("", false, { later: true });
  }
  if (response.ok) return body;
  if (body.ended) forget("session");
  throw new Refused(String(body.error || ""), Boolean(body.ended), { title: String(body.title || ""), later: response.status === 503 });
}
