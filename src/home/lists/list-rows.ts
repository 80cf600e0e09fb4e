// Lists as rows have them (RFC 4662): the subscription says who is on a list, a row for each entry what its notifier has
// told. How often the subscriber was told is with the socket of its page (list-marks.ts).

import { after, type EpochMs, millis } from "../../base/brand";
import type { Subscription } from "../../events/subscription";
import type { ListResource } from "../../rls/list-state";
import type { HomeState, ListEntryRow, ListRun } from "../state";

/** Where no socket says when they are to be refreshed; a virtual subscription that ends before is begun anew. */
const lookAgain = millis(600_000);

/** Names the row of an entry. */
export const listEntryKey = (list: string, uri: string): string => `${list} ${uri}`;

/** The list subscriptions, and whose virtual subscription each Call-ID is. */
export function listsIn(
  subscriptions: Iterable<Subscription>,
  rows: Iterable<ListEntryRow>,
  now: EpochMs,
): Pick<HomeState, "lists" | "backEnds"> {
  const byList = Map.groupBy(rows, ({ list }) => list);
  const lists = new Map<string, ListRun>();
  const backEnds: HomeState["backEnds"] = new Map();
  for (const subscription of subscriptions) {
    if (subscription.list === undefined) continue;
    const known = byList.get(subscription.id) ?? [];
    lists.set(subscription.id, runOf(subscription, known, now));
    for (const { list, uri, dialog } of known) if (dialog) backEnds.set(dialog.callId, { list, uri });
  }
  return { lists, backEnds };
}

function runOf({ list }: Subscription, rows: readonly ListEntryRow[], now: EpochMs): ListRun {
  const { uri = "", displayNames = [], entries = [] } = list ?? {};
  const known = new Map(rows.map((row) => [row.uri, row]));
  const resources = entries.map(
    (entry): ListResource =>
      known.get(entry.uri)?.resource ?? {
        ...entry,
        backEnd: { kind: "asked" },
        instance: 1,
        subscribedAt: now,
        attempts: 0,
      },
  );
  const found = <Value>(value: (row: ListEntryRow) => Value | undefined): Map<string, Value> =>
    new Map(rows.flatMap((row) => (value(row) === undefined ? [] : [[row.uri, value(row) as Value]])));
  return {
    state: { kind: "open", uri, displayNames, version: 0, owesFull: true, resources },
    documents: found(({ document }) => document),
    dialogs: found(({ dialog }) => dialog),
    // Whoever was asked and is in no row may never have heard of it.
    asking: resources.flatMap((each) => (each.backEnd.kind === "asked" ? [each.uri] : [])),
    refreshAt: after(now, lookAgain),
    sentAt: undefined,
  };
}
