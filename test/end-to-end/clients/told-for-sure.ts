// What a page tells that must not be lost. One that is being loaded anew still hears and answers for a moment in which nobody
// outside hears it any more: neither what it tells nor what it sends is seen by the browser's tools. So it is kept in the
// tab, which outlives the page, until it was heard, and told by the next page otherwise.

import type { Told } from "./steady-client";

const prefix = "told ";

/** Names this page among all that the tab has shown. */
export const pageName = crypto.randomUUID();

export function tellForSure(told: Told): void {
  const key = `${prefix}${crypto.randomUUID()}`;
  sessionStorage.setItem(key, JSON.stringify(told));
  tell(key, told);
}

function tell(key: string, told: Told): void {
  void window.tell(told, key).then(() => sessionStorage.removeItem(key));
}

for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(prefix)))
  tell(key, JSON.parse(sessionStorage.getItem(key) ?? "") as Told);
