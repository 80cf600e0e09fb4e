// The watchers of the user's presence, told to the user (RFC 3857 §4.7): those who watch, those who wait for a word, and
// those whose time ran out before there was one.

import { epochMs } from "../../base/brand";
import { presence } from "../../events/packages/presence";
import {
  composeWatcherInfo,
  type WatcherEntry,
  type WatcherEvent,
} from "../../events/packages/presence-winfo";
import type { Subscription, SubscriptionChange } from "../../events/subscription";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import type { WaitingWatcher } from "../state";
import { entityOf } from "../tenancy";
import { emit, type Turn } from "../turn";
import type { EventSource } from "./event-source";
import { addressOfWatcher, judge, judgeSubscription } from "./presence-rules";
import { rememberEnded, stillTold } from "./recently-ended";

const watched = presence.name;
const winfo = "presence.winfo";

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
  const watchers = [...toTell(presentWatchers(turn)), ...ended];
  return composeWatcherInfo({ resource: entityOf(turn), package: watched, version, watchers });
}

/**
 * Of a crowd those on whom there is something to decide, and then who came last: a document of ten thousand is more than
 * a row holds, and would be made anew whenever one of them comes or goes.
 */
const mostTold = 250;

function toTell(watchers: readonly WatcherEntry[]): readonly WatcherEntry[] {
  if (watchers.length <= mostTold) return watchers;
  const decided = watchers.filter(({ status }) => status === "active");
  const undecided = watchers.filter(({ status }) => status !== "active").slice(-mostTold);
  const room = mostTold - undecided.length;
  const told = new Set([...undecided, ...(room > 0 ? decided.slice(-room) : [])]);
  return watchers.filter((watcher) => told.has(watcher));
}

/** One who is there: terminated ones are told of, and gone. */
export interface PresentWatcher extends WatcherEntry {
  readonly status: "pending" | "active" | "waiting";
  readonly event: "subscribe" | "approved" | "timeout";
}

/** Who watches and who waits, each in the order in which they came. */
export function presentWatchers(turn: Turn): readonly PresentWatcher[] {
  const { subscriptions, waiting } = turn.state;
  // One whose time is over is there until it is swept: only then is known what became of it.
  const live = [...subscriptions.values()].filter(
    ({ event, list }) => event === watched && list === undefined,
  );
  return [
    ...live.map(entryOf),
    ...stillWaiting(waiting, turn.now).map(
      ({ id, watcher }): PresentWatcher => ({
        id,
        uri: `sip:${watcher}`,
        status: "waiting",
        event: "timeout",
      }),
    ),
  ];
}

function entryOf({ id, watcher, state, approved, anonymous }: Subscription): PresentWatcher {
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
  turn.changed.add(winfo);
  if (change.kind === "deleteSubscription") return noteEnd(turn, subscription);
  const aor = addressOfWatcher(subscription.watcher);
  // RFC 3857 §4.7.1: the new subscription makes the one that waited redundant.
  if (aor !== undefined && subscription.anonymous !== true) endWaiting(turn, aor, "giveup");
}

/** Somebody has looked once. Where nobody has decided on him, he waits for that (RFC 3857 §4.7.1). */
export function noteFetch(turn: Turn, subscription: Subscription): void {
  if (subscription.event === watched && subscription.state === "pending") noteEnd(turn, subscription);
}

/** RFC 6665 §4.1.3: who was let in and is to wait for a word again subscribes anew, and waits. */
function endOf(turn: Turn, subscription: Subscription): WatcherEvent {
  const verdict = judgeSubscription(turn, subscription);
  if (verdict === "reject") return "rejected";
  return verdict === "pending" && subscription.state === "active" ? "deactivated" : "timeout";
}

/**
 * RFC 3857 §4.7.1: a pending one whose time is over waits on, whether it ran out or was cut short by the watcher, who
 * still has no answer. One who does not say who he is can be decided on by nobody, and is told of once.
 */
function noteEnd(turn: Turn, subscription: Subscription): void {
  const event = endOf(turn, subscription);
  const isUndecided = subscription.state === "pending" && event === "timeout";
  const aor = addressOfWatcher(subscription.watcher);
  if (isUndecided && subscription.anonymous !== true && aor !== undefined) {
    return keepWaiting(turn, subscription.id, aor);
  }
  noteTerminated(turn, { ...entryOf(subscription), event });
}

function noteTerminated(turn: Turn, entry: Omit<WatcherEntry, "status">): void {
  rememberEnded(turn.state.endedWatchers, entry.id, { ...entry, status: "terminated" }, turn.now);
}

/** However often he comes he waits once, and costs no second row; the longest waiting are given up. */
function keepWaiting(turn: Turn, id: string, watcher: AddressOfRecord): void {
  const others = stillWaiting(turn.state.waiting, turn.now);
  if (others.some((each) => each.watcher === watcher)) return;
  putWaiting(turn, [...others, { id, watcher, since: epochMs(turn.now) }].slice(-mostWaiting));
}

/** The rules have changed: who waited for the user's word has it, if there is one on him now. */
export function settleWaiting(turn: Turn): void {
  for (const { watcher } of turn.state.waiting) {
    const verdict = judge(turn, { watcher }, presence);
    if (verdict === "pending") continue;
    endWaiting(turn, watcher, verdict === "reject" ? "rejected" : "approved");
  }
}

function endWaiting(turn: Turn, watcher: AddressOfRecord, event: WatcherEvent): void {
  const { waiting } = turn.state;
  const over = waiting.find((each) => each.watcher === watcher);
  if (over === undefined) return;
  noteTerminated(turn, { id: over.id, uri: `sip:${watcher}`, event });
  putWaiting(
    turn,
    waiting.filter((each) => each !== over),
  );
}

function putWaiting(turn: Turn, waiting: readonly WaitingWatcher[]): void {
  turn.state.waiting = waiting;
  turn.changed.add(winfo);
  emit(turn, { kind: "putWaiting", waiting });
}
