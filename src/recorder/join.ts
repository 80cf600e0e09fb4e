// The halves of a call's homes joined into one sequence of steps: a message that one home sent and another received is
// one step, and stands before all that came of it.
//
// Each home's own order is certain, since a home does one thing at a time; between homes only the messages bind. The
// clocks decide where nothing else does.

import type { HomeRecords, NumberedRecord } from "../contracts/flight-record";
import type { SipMessage } from "../sip/message";
import { parseText } from "../sip/parser";
import { messageIdentity } from "./identity";

/** A record at its home. */
export interface Seen {
  readonly home: string;
  readonly record: NumberedRecord;
  readonly message: SipMessage | undefined;
}

/** One line of a ladder to be: seen where it was sent, where it was received, or both. */
export interface Joined {
  readonly id: string;
  readonly sent: Seen | undefined;
  readonly received: Seen | undefined;
}

/** All that was seen, in an order that no home contradicts. */
export function joinHalves(
  halves: readonly HomeRecords[],
  nameOf: (text: string) => string,
): readonly Joined[] {
  const lists = halves.map(({ aor, records }) => records.map((record) => seenAt(aor, record)));
  const joined = new Map<Seen, Joined>();
  pairUp(lists.flat(), joined, nameOf);
  const count = new Map<string, number>();
  for (const seen of lists.flat()) {
    if (joined.has(seen)) continue;
    const key = keyOf(seen);
    const nth = (count.get(key) ?? 0) + 1;
    count.set(key, nth);
    const id = `d${nameOf(`${key} ${nth}`)}`;
    const isSent = seen.record.kind === "event" || seen.record.direction === "out";
    joined.set(
      seen,
      isSent ? { id, sent: seen, received: undefined } : { id, sent: undefined, received: seen },
    );
  }
  return merge(lists, joined);
}

function seenAt(home: string, record: NumberedRecord): Seen {
  const parsed = record.kind === "message" ? parseText(record.text) : undefined;
  return { home, record, message: parsed?.ok === true ? parsed.value : undefined };
}

/** What a record is, whatever its number: one that was held in memory gets another when it is written. */
function keyOf({ home, record, message }: Seen): string {
  const hop = record.hop?.kind === "socket" ? record.hop.socket : (record.hop?.aor ?? "");
  if (record.kind === "event" || message === undefined) return `${home} ${hop} ${record.kind} ${record.at}`;
  return `${home} ${hop} ${record.direction} ${messageIdentity(message)}`;
}

/** Of messages between homes the n-th that was sent is the n-th that was received. */
function pairUp(all: readonly Seen[], joined: Map<Seen, Joined>, nameOf: (text: string) => string): void {
  const sent = new Map<string, Seen[]>();
  const received = new Map<string, Seen[]>();
  for (const seen of all) {
    const { record, message } = seen;
    if (record.kind !== "message" || record.hop.kind !== "home" || message === undefined) continue;
    const side = record.direction === "out" ? sent : received;
    const identity = messageIdentity(message);
    side.set(identity, [...(side.get(identity) ?? []), seen]);
  }
  for (const identity of new Set([...sent.keys(), ...received.keys()])) {
    const from = sent.get(identity) ?? [];
    const to = received.get(identity) ?? [];
    for (let at = 0; at < Math.max(from.length, to.length); at++) {
      const pair: Joined = { id: `m${nameOf(`${identity} ${at}`)}`, sent: from[at], received: to[at] };
      for (const seen of [from[at], to[at]]) if (seen !== undefined) joined.set(seen, pair);
    }
  }
}

/** Takes the earliest step that no home has anything before; where homes contradict each other, the earliest of all. */
function merge(lists: readonly (readonly Seen[])[], joined: ReadonlyMap<Seen, Joined>): readonly Joined[] {
  const at = lists.map(() => 0);
  const taken = new Set<Joined>();
  const order: Joined[] = [];
  const headOf = (list: number): Joined | undefined => {
    const seen = lists[list]?.[at[list] ?? 0];
    return seen === undefined ? undefined : joined.get(seen);
  };
  for (;;) {
    for (let list = 0; list < lists.length; list++) {
      for (let head = headOf(list); head !== undefined && taken.has(head); head = headOf(list))
        at[list] = (at[list] ?? 0) + 1;
    }
    const heads = lists.flatMap((_, list) => headOf(list) ?? []);
    if (heads.length === 0) return order;
    const isFirst = (one: Joined): boolean => heads.filter((head) => head === one).length === halvesOf(one);
    const ready = heads.filter(isFirst);
    const next = earliest(ready.length > 0 ? ready : heads);
    taken.add(next);
    order.push(next);
  }
}

/** At how many homes' lists it stands. */
const halvesOf = ({ sent, received }: Joined): number =>
  sent !== undefined && received !== undefined && sent.home !== received.home ? 2 : 1;

const earliest = (of: readonly Joined[]): Joined =>
  of.reduce((first, each) => (timeOf(each) < timeOf(first) ? each : first));

/** When it was sent, as far as that is known. */
export const timeOf = ({ sent, received }: Joined): number => (sent ?? received)?.record.at ?? 0;
