// The watchers of the user's presence, told to the user (RFC 3857 §4.7): those who watch, those who wait for a word, and
// those whose time ran out before there was one.

import { epochMs } from "../base/brand";
import { composeWatcherInfo, type WatcherEntry, type WatcherEvent } from "../events/packages/presence-winfo";
import { isExpired, type Subscription, type SubscriptionChange } from "../events/subscription";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { parseAddressOfRecord } from "../sip/uri/address-of-record";
import type { EventSource } from "./event-source";
import { judgeSubscription } from "./presence-rules";
import { rememberEnded, stillTold } from "./recently-ended";
import type { WaitingWatcher } from "./state";
import { entityOf } from "./tenancy";
import { emit, type Turn } from "./turn";

const watched = "presence";

/** So many wait for a word, so long (RFC 3857 §4.7.1 leaves it to us); then they are given up. */
const mostWaiting = 100;
const waitsFor = 30 * 24 * 3_600_000;

export const watcherInfoSource: EventSource = {
  content: (turn) => ({ text: documentOf(turn, 0, []) }),
  body: (turn, _subscription, { disclosure, cseq }) =>
    disclosure === "document"
      ? documentOf(turn, cseq, stillTold(turn.state.endedWatchers, turn.now))
      : undefined,
};

function documentOf(turn: Turn, version: number, ended: readonly WatcherEntry[]): string {
  const watchers = [...watchersOf(turn), ...ended];
  return composeWatcherInfo({ resource: entityOf(turn), package: watched, version, watchers });
}

/** Who watches and who waits, in the order in which they came. */
export function watchersOf(turn: Turn): readonly WatcherEntry[] {
  const { subscriptions, waiting } = turn.state;
  const live = [...subscriptions.values()].filter(
    (each) => each.event === watched && each.list === undefined && !isExpired(each, turn.now),
  );
  return [
    ...live.map(entryOf),
    ...stillWaiting(waiting, turn.now).map(
      ({ id, watcher }): WatcherEntry => ({ id, uri: `sip:${watcher}`, status: "waiting", event: "timeout" }),
    ),
  ];
}

function entryOf({ id, watcher, state, approved, anonymous }: Subscription): WatcherEntry {
  const uri = anonymous === true ? "sip:anonymous@anonymous.invalid" : `sip:${watcher}`;
  return { id, uri, status: state, event: approved === true ? "approved" : "subscribe" };
}

const stillWaiting = (waiting: readonly WaitingWatcher[], now: number): readonly WaitingWatcher[] =>
  waiting.filter(({ since }) => since + waitsFor > now);

/** A subscription comes, changes or goes: what that is to the user. */
export function noteWatcher(turn: Turn, change: SubscriptionChange): void {
  const known = turn.state.subscriptions.get(
    change.kind === "putSubscription" ? change.subscription.id : change.id,
  );
  const subscription = change.kind === "putSubscription" ? change.subscription : known;
  if (subscription?.event !== watched || subscription.list !== undefined) return;
  turn.changed.add("presence.winfo");
  const aor = parseAddressOfRecord(subscription.watcher);
  if (aor === undefined) return;
  if (change.kind === "putSubscription") return forgetWaiting(turn, aor);
  const isUndecided = subscription.state === "pending" && isExpired(subscription, turn.now);
  if (isUndecided && subscription.anonymous !== true) return keepWaiting(turn, subscription.id, aor);
  const ended: WatcherEntry = {
    ...entryOf(subscription),
    status: "terminated",
    event: endOf(turn, subscription),
  };
  rememberEnded(turn.state.endedWatchers, subscription.id, ended, turn.now);
}

/** RFC 3857 §4.7.1: who unsubscribes is one whose time is over. */
function endOf(turn: Turn, subscription: Subscription): WatcherEvent {
  return judgeSubscription(turn, subscription) === "reject" ? "rejected" : "timeout";
}

function keepWaiting(turn: Turn, id: string, watcher: AddressOfRecord): void {
  const others = stillWaiting(turn.state.waiting, turn.now).filter((each) => each.watcher !== watcher);
  putWaiting(turn, [...others, { id, watcher, since: epochMs(turn.now) }].slice(-mostWaiting));
}

/** He watches again, or the user has decided. */
export function forgetWaiting(turn: Turn, watcher: AddressOfRecord): void {
  const { waiting } = turn.state;
  if (waiting.some((each) => each.watcher === watcher)) {
    putWaiting(
      turn,
      waiting.filter((each) => each.watcher !== watcher),
    );
  }
}

function putWaiting(turn: Turn, waiting: readonly WaitingWatcher[]): void {
  turn.state.waiting = waiting;
  turn.changed.add("presence.winfo");
  emit(turn, { kind: "putWaiting", waiting });
}
