// NOTIFY from this home to its watchers (RFC 6665 §4.2.2): the notifier machines between the document, the rows of
// subscriptions and the watchers' homes. One dead watcher holds up nobody but itself.

import { after, type EpochMs, seconds } from "../../base/brand";
import { invariant } from "../../base/invariant";
import type { Notification } from "../../events/notification";
import { type NotifierInput, type NotifierState, notifierStep } from "../../events/notifier";
import { buildNotify } from "../../events/notify";
import type { NotifyOutcome } from "../../events/notify-outcome";
import { intervalOf } from "../../events/rate";
import type { SubscribeOutcome } from "../../events/subscribe";
import type { Subscription } from "../../events/subscription";
import type { TypedBody } from "../../rls/multipart";
import { parseDeltaSeconds } from "../../sip/headers/integer";
import { headerValue, type SipResponse } from "../../sip/message";
import { sendOwn } from "../forward";
import { closeList, listBody, listVersion, stepList } from "../lists/lists";
import { entityOf } from "../tenancy";
import { emit, newBranch, realmOf, type Turn } from "../turn";
import { sourceOf } from "./event-sources";
import { addressOfWatcher, judgeSubscription } from "./presence-rules";
import { noteWatcher } from "./watcher-info";

/** One input to the notifier of a subscription. */
export function advanceNotifier(turn: Turn, subscription: Subscription, input: NotifierInput): void {
  const { notifiers } = turn.state;
  const known: NotifierState = notifiers.get(subscription.id) ?? { kind: "idle", subscription };
  const version = versionFor(turn, subscription);
  const { state, effects } = notifierStep(
    known,
    input,
    version,
    turn.now,
    mayBeToldAt(turn, known.kind === "notifying" ? known.subscription : subscription),
  );
  if (state.kind === "notifying") notifiers.set(subscription.id, state);
  else notifiers.delete(subscription.id);
  for (const effect of effects) {
    if (effect.kind === "sendNotify") sendNotify(turn, effect.subscription, effect.notification);
    else applySubscriptions(turn, [effect]);
  }
  // A row deleted with its final NOTIFY still under way keeps its machine until the answer.
  if (state.kind === "notifying") notifiers.set(subscription.id, state);
}

/** The version of what the watcher is told. */
const versionFor = ({ state }: Turn, { id, event, list }: Subscription): number =>
  list === undefined ? (state.documents.get(event)?.version ?? 0) : listVersion(state, id);

/** The answer to a NOTIFY, or that there will be none. */
export function notifyConcluded(turn: Turn, id: string, cseq: number, outcome: NotifyOutcome): void {
  const notifier = turn.state.notifiers.get(id);
  const subscription =
    notifier?.kind === "notifying" ? notifier.subscription : turn.state.subscriptions.get(id);
  if (subscription === undefined) return;
  const isTaken = outcome.kind === "answered" && outcome.status < 300;
  // RFC 4662 §5.6.2: a subscriber that missed one has a gap in its versions.
  if (subscription.list !== undefined && !isTaken) stepList(turn, id, { kind: "notifyLost" });
  advanceNotifier(turn, subscription, { kind: "answered", cseq, outcome });
}

/** A NOTIFY whose answer will be long in coming. */
export function notifyPending(turn: Turn, id: string, cseq: number): void {
  const notifier = turn.state.notifiers.get(id);
  if (notifier?.kind === "notifying") {
    advanceNotifier(turn, notifier.subscription, { kind: "pending", cseq });
  }
}

export function outcomeOf(response: SipResponse): NotifyOutcome {
  const retryAfter = parseDeltaSeconds(headerValue(response, "retry-after") ?? "");
  return retryAfter === undefined
    ? { kind: "answered", status: response.status }
    : { kind: "answered", status: response.status, retryAfter: seconds(retryAfter) };
}

/** Rows were read into an empty memory: what may not have been told is told once more. */
export function restartNotifiers(turn: Turn): void {
  for (const subscription of [...turn.state.subscriptions.values()]) {
    advanceNotifier(turn, subscription, { kind: "restarted" });
  }
}

/**
 * RFC 6446 §5.2: before that a watcher who asked for a rate is told no news. When it was told last is known from memory
 * alone; what happened before this memory began counts as told at its beginning.
 */
function mayBeToldAt(turn: Turn, subscription: Subscription): EpochMs {
  const interval = intervalOf(subscription, turn.now);
  if (interval === undefined) return turn.now;
  return after(turn.state.notifiedAt.get(subscription.id) ?? turn.state.loadedAt, interval);
}

/** Expiries and retries that are due, as many as one wake-up may tell: what is left is due still at the next. */
export function sweepSubscriptions(turn: Turn): void {
  const { state, now, ports } = turn;
  const { subscriptions } = state;
  subscriptions.settleDue();
  if (subscriptions.dueAt === undefined || subscriptions.dueAt > now) return;
  for (const subscription of [...subscriptions.values()]) {
    if (state.burst >= ports.settings.events.notifiesAtOnce) break;
    const { expiresAt, retryAt } = subscription;
    const isDue = expiresAt <= turn.now || (retryAt !== undefined && retryAt <= turn.now);
    if (isDue) advanceNotifier(turn, subscription, { kind: "timerFired" });
  }
  subscriptions.settleDue();
}

/** Where a watcher's requests in the dialog come to: the address-of-record itself, which is this object. */
export const notifierContact = (turn: Turn): string => `<${entityOf(turn)}>`;

/** Makes changes of subscriptions true in memory and in rows. */
export function applySubscriptions(turn: Turn, changes: SubscribeOutcome["changes"]): void {
  for (const change of changes) {
    if (change.kind === "rememberSubscription") {
      turn.state.subscriptions.put(change.subscription);
      continue;
    }
    noteWatcher(turn, change);
    if (change.kind === "deleteSubscription") closeListOf(turn, change.id);
    if (change.kind === "putSubscription") turn.state.subscriptions.put(change.subscription);
    else {
      turn.state.subscriptions.delete(change.id);
      turn.state.notifiers.delete(change.id);
      turn.state.notifiedAt.delete(change.id);
      turn.state.xcapTold.delete(change.id);
    }
    emit(turn, change);
  }
}

function closeListOf(turn: Turn, id: string): void {
  const subscription = turn.state.subscriptions.get(id);
  if (subscription?.list !== undefined) closeList(turn, subscription);
}

function sendNotify(turn: Turn, subscription: Subscription, notification: Notification): void {
  const to = addressOfWatcher(subscription.watcher);
  const branch = newBranch(turn);
  const text = buildNotify(subscription, notification, {
    via: `SIP/2.0/WSS ${realmOf(turn)};branch=${branch}`,
    maxForwards: 70,
    contact: notifierContact(turn),
    document: documentFor(turn, subscription, notification),
  });
  invariant(to !== undefined, "a watcher is an authenticated user of a home");
  turn.state.burst++;
  // Told of the newest state now, he is not told of it again: a second NOTIFY would have the same CSeq.
  turn.state.fanOuts.get(subscription.event)?.queue.delete(subscription.id);
  // Behind its last NOTIFY nobody would forget it.
  const isAtRate = !notification.final && intervalOf(subscription, turn.now) !== undefined;
  if (isAtRate) turn.state.notifiedAt.set(subscription.id, turn.now);
  const purpose = { kind: "notify", subscription: subscription.id, cseq: notification.cseq } as const;
  sendOwn(turn, to, purpose, branch, text);
}

/**
 * What the rules say at this moment holds, though nobody has been judged anew yet: a NOTIFY may go out behind the end of
 * a period and before the alarm for it, which may be late (design "Inside").
 */
function shown(turn: Turn, subscription: Subscription, notification: Notification): Notification {
  const isAdmitted =
    notification.disclosure !== "document" || judgeSubscription(turn, subscription) === "allow";
  return isAdmitted ? notification : { ...notification, disclosure: "neutral" };
}

function documentFor(
  turn: Turn,
  subscription: Subscription,
  notification: Notification,
): TypedBody | undefined {
  if (subscription.list !== undefined) return listBody(turn, subscription, notification.final);
  const body = sourceOf(subscription.event).body(turn, subscription, shown(turn, subscription, notification));
  return body === undefined ? undefined : { contentType: subscription.contentType, body };
}
