// Of the rows of the message log what memory keeps beside its numbers: the parcels that are in it, and how much each sender
// has there that nobody took.

import { addShare } from "../../src/home/messages/sender-share";
import type { HomeState } from "../../src/home/state";

type Row = Record<string, SqlStorageValue>;

/** From `key`, `sender`, `taken` and `octets` of all rows. */
export function storedIn(rows: Iterable<Row>): Pick<HomeState, "storedKeys" | "storedBy"> {
  const stored = { storedKeys: new Set<string>(), storedBy: new Map() } satisfies Partial<HomeState>;
  for (const { key, sender, taken, octets } of rows) {
    if (key !== null) stored.storedKeys.add(String(key));
    if (sender !== null && taken === 0) addShare(stored.storedBy, String(sender), 1, Number(octets));
  }
  return stored;
}

/** An entry is gone, or was taken. */
export function leaveShare({ storedBy }: Pick<HomeState, "storedBy">, { sender, octets }: Row): void {
  if (typeof sender === "string") addShare(storedBy, sender, -1, -Number(octets));
}
