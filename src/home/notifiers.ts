// What the notifiers of a page's subscriptions are told of it by a call, one to each home: that it is back, or gone.
//
// Nothing hangs on such a call: lost, the notifier finds out by the answer to its next NOTIFY, and one that found the page
// away sends another of its own accord.

import type { DialogName, PageNews } from "../contracts/parcel";
import type { DialogRow } from "../dialog/dialog-table";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { emit, type Turn } from "./turn";

export function tellNotifiers(turn: Turn, news: PageNews, rows: readonly DialogRow[]): void {
  const lists = new Map<AddressOfRecord, DialogName[]>();
  for (const row of rows) {
    const name = namedByNotifier(row);
    if (row.remoteAor === undefined || name === undefined) continue;
    lists.set(row.remoteAor, [...(lists.get(row.remoteAor) ?? []), name]);
  }
  for (const [to, dialogs] of lists) emit(turn, { kind: "sendPageNews", to, news, dialogs });
}

/** The subscriptions that a page made of other homes: a REFER's notifier is a device (RFC 3515 §2.4.4). */
export const subscribedBy = (rows: readonly DialogRow[]): readonly DialogRow[] =>
  rows.filter(
    ({ openedBy, call, usages, state }) =>
      openedBy === "local" &&
      call === undefined &&
      state !== "ended" &&
      usages.some((usage) => usage.kind === "subscription" && usage.event !== "refer"),
  );

/** The same dialog as the other side names it: local and remote change places. */
function namedByNotifier({ callId, localTag, remoteTag }: DialogRow): DialogName | undefined {
  if (localTag === undefined || remoteTag === undefined) return undefined;
  return { callId, localTag: remoteTag, remoteTag: localTag };
}
