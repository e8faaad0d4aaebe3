// Saving a file: by Telegram, which asks the person first; by the browser outside it, for clients of before
// November 2024, which save nothing themselves; or by this browser.

import { inTelegram, knows, openOutside, requestDownload } from "./telegram.js";

/** Have what is at a path of ours saved under a name; `started` is called once it is on its way. */
export function download(path, name, started) {
  const url = new URL(path, location.origin).href;
  if (inTelegram() && knows("8.0")) return requestDownload(url, name, started);
  if (!inTelegram() || !openOutside(url)) location.assign(url);
  started();
}
