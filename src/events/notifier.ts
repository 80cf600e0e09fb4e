// The notifier of one subscription (RFC 6665 §4.2.2): at most one NOTIFY under way, the next one after its answer.
//
// What came up meanwhile is not queued: when the answer is there, the newest state is sent if the watcher has not
// got it. So overtaken states are skipped and the last one never is, and a watcher that does not answer holds
// up nobody but itself. Memory holds only which NOTIFY is under way, and may lose it: what must not be lost is in
// the row (`owed`, `counter`) or beside the document (see announcement.ts). Effects are in order: rows before sends.

import { after, type EpochMs, toMillis } from "../base/brand";
import type { Step } from "../base/step";
import { followsDocument, hiding, type Notification, notifyFor } from "./notification";
import { impactOf, type NotifyOutcome } from "./notify-outcome";
import {
  type EndReason,
  ended,
  isExpired,
  owing,
  type Subscription,
  type SubscriptionChange,
} from "./subscription";
import { numberOf } from "./unwritten-refresh";
import { underVerdict, type Verdict } from "./verdict";

export type NotifierState =
  | { readonly kind: "idle"; readonly subscription: Subscription }
  | NotifyingState
  /** To be forgotten. */
  | { readonly kind: "over" };

interface NotifyingState {
  readonly kind: "notifying";
  /** As it is now; its row is deleted already when `end` is set. */
  readonly subscription: Subscription;
  /** The NOTIFY under way. */
  readonly notification: Notification;
  /** The page has come back since it was sent: an answer that says "absent" is out of date. */
  readonly returned: boolean;
  /** Whoever is to answer takes long over it. */
  readonly slow?: true;
}

export type NotifierInput =
  /** A SUBSCRIBE was accepted; its rows are written and its 200 is sent. */
  | { readonly kind: "subscribed"; readonly subscription: Subscription }
  /** The version has risen. */
  | { readonly kind: "documentChanged" }
  /** The user's rules have changed, or the user has decided. */
  | { readonly kind: "judged"; readonly verdict: Verdict }
  | { readonly kind: "answered"; readonly cseq: number; readonly outcome: NotifyOutcome }
  /** The watcher's home says that it waits for the page. */
  | { readonly kind: "pending"; readonly cseq: number }
  | { readonly kind: "pageReturned" }
  | { readonly kind: "pageGone" }
  /** By the notifier's own decision. `deactivated` and `timeout` make stock clients subscribe anew at once. */
  | { readonly kind: "ended"; readonly reason: EndReason }
  /** Some deadline has come; it may be another's, and may come late or twice. */
  | { readonly kind: "timerFired" }
  /** The row was read into an empty memory. */
  | { readonly kind: "restarted" };

export type NotifierEffect =
  | SubscriptionChange
  | {
      readonly kind: "sendNotify";
      readonly subscription: Subscription;
      readonly notification: Notification;
    };

type NotifierStep = Step<NotifierState, NotifierEffect>;

/**
 * One input. `documentVersion` is that of the resource's document for this event, as stored; `notBefore` the moment
 * before which a watcher who asked for a rate is told no news (RFC 6446 §5.2).
 */
export function notifierStep(
  state: NotifierState,
  input: NotifierInput,
  documentVersion: number,
  now: EpochMs,
  notBefore: EpochMs = now,
): NotifierStep {
  switch (state.kind) {
    case "idle":
      return whileIdle(state.subscription, input, documentVersion, now, notBefore);
    case "notifying":
      return whileNotifying(state, input, documentVersion, now, notBefore);
    case "over":
      return over();
  }
}

/** What a notifier counts of the NOTIFYs that may be under way: one that is slow holds up no other. */
export const weightOfNotifier = (state: NotifierState): number =>
  state.kind === "notifying" && state.slow === undefined ? 1 : 0;

function whileIdle(
  subscription: Subscription,
  input: NotifierInput,
  documentVersion: number,
  now: EpochMs,
  notBefore: EpochMs,
): NotifierStep {
  const stay: NotifierStep = { state: { kind: "idle", subscription }, effects: [] };
  const become = (changed: Subscription) =>
    changed === subscription ? stay : writeAndSend(changed, subscription, documentVersion, now);
  const { owed, retryAt } = subscription;
  const isWaiting = owed === "on-return" || owed === "later";
  switch (input.kind) {
    case "subscribed":
      return send(input.subscription, documentVersion, now);
    case "documentChanged":
      // A NOTIFY that waits will bring the newest state when its time comes.
      if (isWaiting || !followsDocument(subscription)) return stay;
      return notBefore > now
        ? rest(heldBack(subscription, notBefore), subscription)
        : send(subscription, documentVersion, now);
    case "judged":
      return become(judged(subscription, input.verdict, documentVersion));
    case "pageReturned":
      return isWaiting ? become(owing(subscription)) : stay;
    case "pageGone":
      return remove(subscription);
    case "ended":
      return become(ended(subscription, input.reason));
    case "timerFired":
      if (isExpired(subscription, now)) return become(ended(subscription, "timeout"));
      return retryAt !== undefined && retryAt <= now ? become(owing(subscription)) : stay;
    case "restarted":
      return owed === "now" ? become(owing(subscription)) : stay;
    case "answered":
    case "pending":
      return stay;
  }
}

function whileNotifying(
  state: NotifyingState,
  input: NotifierInput,
  documentVersion: number,
  now: EpochMs,
  notBefore: EpochMs,
): NotifierStep {
  const { subscription, notification } = state;
  const stay: NotifierStep = { state, effects: [] };
  const become = (changed: Subscription): NotifierStep => ({
    state: { ...state, subscription: changed },
    effects: [write(changed)],
  });
  if (input.kind === "pending") {
    return input.cseq === notification.cseq ? { state: { ...state, slow: true }, effects: [] } : stay;
  }
  // Its end is settled; only the answer is awaited, and then the final NOTIFY goes.
  if (subscription.end !== undefined && input.kind !== "answered" && input.kind !== "pageGone") return stay;
  switch (input.kind) {
    case "subscribed":
      return { state: { ...state, subscription: input.subscription }, effects: [] };
    case "judged": {
      const changed = judged(subscription, input.verdict, documentVersion);
      return changed === subscription ? stay : become(changed);
    }
    case "pageReturned":
      return { state: { ...state, returned: true }, effects: [] };
    case "pageGone":
      return remove(subscription);
    case "ended":
      return become(ended(subscription, input.reason));
    case "timerFired":
      return isExpired(subscription, now) ? become(ended(subscription, "timeout")) : stay;
    case "answered":
      return input.cseq === notification.cseq
        ? answered(state, input.outcome, documentVersion, now, notBefore)
        : stay;
    case "documentChanged":
    case "restarted":
      return stay;
  }
}

function judged(subscription: Subscription, verdict: Verdict, documentVersion: number): Subscription {
  const changed = underVerdict(subscription, verdict);
  return changed === subscription ? subscription : hiding(changed, documentVersion);
}

/** The answer to the NOTIFY under way, or that there will be none. */
function answered(
  state: NotifyingState,
  outcome: NotifyOutcome,
  documentVersion: number,
  now: EpochMs,
  notBefore: EpochMs,
): NotifierStep {
  const { subscription, notification } = state;
  const impact = impactOf(outcome);
  if (notification.final) return over();
  if (impact.kind === "destroyed") return remove(subscription);
  if (subscription.end !== undefined) {
    return impact.kind === "absent" ? over() : send(subscription, documentVersion, now);
  }
  // A SUBSCRIBE or a change of state came meanwhile, and calls for a NOTIFY of its own.
  const isCalledFor = numberOf(subscription) > notification.counter;
  const sendNext = (row: Subscription) => writeAndSend(row, subscription, documentVersion, now);
  if (impact.kind === "taken") {
    const row = taken(subscription, isCalledFor);
    const isBehind = followsDocument(row) && documentVersion > notification.documentVersion;
    if (isBehind && !isCalledFor && notBefore > now) return rest(heldBack(row, notBefore), subscription);
    return isCalledFor || isBehind ? sendNext(row) : rest(row, subscription);
  }
  const failures = impact.kind === "failed" ? subscription.failures + 1 : subscription.failures;
  // RFC 6665 §4.2.2 SHOULD remove it at the first timeout, but phones lose an answer now and then.
  if (failures >= 2) return remove(subscription);
  const row = failures === subscription.failures ? subscription : { ...subscription, failures };
  if (isCalledFor) return sendNext(row);
  if (state.returned) return sendNext(owing(row));
  const owed = impact.kind === "absent" ? "on-return" : "later";
  return rest({ ...row, owed, retryAt: after(now, toMillis(impact.wait)) }, subscription);
}

/** The news waits for its time, in the row, or a watcher that asks for a low rate would keep the object awake. */
const heldBack = (subscription: Subscription, until: EpochMs): Subscription => ({
  ...subscription,
  owed: "later",
  retryAt: until,
});

/** The row once a NOTIFY was taken: written only where it says something else. */
function taken(subscription: Subscription, isCalledFor: boolean): Subscription {
  const owed = isCalledFor ? subscription.owed : "nothing";
  const isSame = owed === subscription.owed && subscription.failures === 0;
  return isSame ? subscription : { ...subscription, owed, failures: 0 };
}

function rest(row: Subscription, before: Subscription): NotifierStep {
  return { state: { kind: "idle", subscription: row }, effects: row === before ? [] : [write(row)] };
}

/** The row in its new state, and a NOTIFY that says so; a page that is away is not told of the end. */
function writeAndSend(
  row: Subscription,
  before: Subscription,
  documentVersion: number,
  now: EpochMs,
): NotifierStep {
  if (row.end !== undefined && before.owed === "on-return") return remove(before);
  const { state, effects } = send(row, documentVersion, now);
  const isWritten = row === before || effects.length > 1;
  return { state, effects: isWritten ? effects : [write(row), ...effects] };
}

/** Sends what there is to tell. When the subscription's time is over that is the end, and the row goes first. */
function send(subscription: Subscription, documentVersion: number, now: EpochMs): NotifierStep {
  const isOver = subscription.end === undefined && isExpired(subscription, now);
  const current = isOver ? ended(subscription, "timeout") : subscription;
  const notification = notifyFor(current, documentVersion, now);
  const sendNotify: NotifierEffect = { kind: "sendNotify", subscription: current, notification };
  return {
    state: { kind: "notifying", subscription: current, notification, returned: false },
    effects: isOver ? [write(current), sendNotify] : [sendNotify],
  };
}

const write = (subscription: Subscription): SubscriptionChange =>
  subscription.end === undefined
    ? { kind: "putSubscription", subscription }
    : { kind: "deleteSubscription", id: subscription.id };

/** The end without a final NOTIFY: there is nobody to take it. */
function remove({ id, end }: Subscription): NotifierStep {
  const effects: readonly NotifierEffect[] = end === undefined ? [{ kind: "deleteSubscription", id }] : [];
  return { state: { kind: "over" }, effects };
}

const over = (): NotifierStep => ({ state: { kind: "over" }, effects: [] });
