// A device is here with a page that was not here before: what was parked for it goes out, and the pages it has left
// behind end (design "Socket, page, device, account").

import { after } from "../base/brand";
import type { DialogRow } from "../dialog/dialog-table";
import { deviceCameToCalls, deviceChangedPage } from "./calls/call-flows";
import { endPage } from "./dialogs";
import { deliverOwed } from "./messages/redeliver";
import { tellNotifiers } from "./notifiers";
import { isPageOpen } from "./page";
import type { Turn } from "./turn";

export function deviceCameBack(turn: Turn, id: string): void {
  const device = turn.state.devices.get(id);
  if (device === undefined) return;
  const pages = new Set<string>();
  for (const row of turn.state.dialogs.values()) if (row.device === id) pages.add(row.page);
  for (const page of pages) {
    if (page === device.contact) pageReturned(turn, page);
    // Subscriptions cannot be claimed by another page, so they need not wait for one.
    else if (!isPageOpen(turn, page)) endPage(turn, page);
  }
  turn.state.lostPages.delete(device.contact);
  deviceCameToCalls(turn, id);
  deviceChangedPage(turn, id);
  deliverOwed(turn, id);
}

/**
 * The notifiers of its subscriptions are told, so that each sends the newest state once. Which of them tried in
 * vain is remembered; if this memory is younger than the absence, all are asked.
 */
function pageReturned(turn: Turn, page: string): void {
  const isMemoryYoung = after(turn.state.loadedAt, turn.ports.settings.registration.grace) > turn.now;
  const owed: DialogRow[] = [];
  for (const row of turn.state.dialogs.ofPage(page)) {
    // The dialogs of calls have no notifier: what waits in them waits here.
    if (row.call !== undefined || !(isMemoryYoung || turn.state.missed.has(row.id))) continue;
    turn.state.missed.delete(row.id);
    owed.push(row);
  }
  tellNotifiers(turn, "returned", owed);
}
