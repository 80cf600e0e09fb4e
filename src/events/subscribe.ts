// SUBSCRIBE at the notifier (RFC 6665 §4.2.1): a new subscription, a refresh, an end, or a single look.
//
// The answer is 200 with Expires, and at once after it a NOTIFY: in this order, for JsSIP answers 481 to a NOTIFY
// that comes before it has the 200's tag. Authentication is behind us: here the watcher is who he is.

import { after, type EpochMs, type Seconds, seconds, toMillis } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import { type Dialog, dialogFromRequest } from "../dialog/dialog";
import { receiveWithin } from "../dialog/within-dialog";
import { responseTo } from "../sip/build";
import { accepts } from "../sip/headers/accept";
import { headerValues, type SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import { type DurationLimits, grantDuration } from "./duration";
import type { EventPackage } from "./event-package";
import { readSubscribe, type SubscribeRequest } from "./subscribe-request";
import {
  dialogOf,
  ended,
  isExpired,
  type RememberedSubscription,
  type SubscribedList,
  type Subscription,
  type SubscriptionChange,
  type XcapInterest,
} from "./subscription";
import type { SubscriptionTable } from "./subscription-table";
import { allowEvents } from "./supported-packages";
import { agreedUntil, unwrittenRefresh, writtenRefresh } from "./unwritten-refresh";
import { underVerdict, type Verdict } from "./verdict";

export interface SubscriptionLimits extends DurationLimits {
  /** Subscriptions to one resource. */
  readonly subscriptions: number;
  /** Of these, one watcher's; all anonymous watchers are one. */
  readonly subscriptionsPerWatcher: number;
}

export interface SubscribeFacts {
  readonly request: SipRequest;
  /** Every subscription to this resource, of whatever event. */
  readonly existing: SubscriptionTable;
  /** The subscriber's proven address-of-record. A dialog is for the one who began it. */
  readonly watcher: string;
  /** What the user's rules say of a watcher. */
  readonly judge: (watcher: string, event: EventPackage) => Verdict;
  /** The request may have been served before, by a memory that is lost. */
  readonly isAgain?: true;
  /** The request does not say who subscribes. */
  readonly anonymous: boolean;
  /** What a SUBSCRIBE to xcap-diff selects; absent where a refresh leaves that as it was. */
  readonly xcap?: XcapInterest;
  /** The list that a SUBSCRIBE outside of dialogs is to. */
  readonly list?: SubscribedList;
  readonly limits: SubscriptionLimits;
  /** Fresh, for a subscription that is new. */
  readonly newTag: string;
  readonly newId: string;
}

export interface SubscribeOutcome {
  readonly status: 200;
  readonly toTag: string;
  /** The duration granted. */
  readonly expires: Seconds;
  /** To be written before the 200 goes out. A notifier whose row is deleted, save that of `notify`, is forgotten. */
  readonly changes: readonly (SubscriptionChange | RememberedSubscription)[];
  /** To be sent at once after the 200: the input `subscribed` of the subscription's notifier. */
  readonly notify: { readonly subscription: Subscription; readonly final: boolean };
}

/** Serves a SUBSCRIBE for a resource of ours, or says why not. */
export function processSubscribe(facts: SubscribeFacts, now: EpochMs): Result<SubscribeOutcome, Refusal> {
  const read = readSubscribe(facts.request);
  if (!read.ok) return read;
  return read.value.localTag === undefined
    ? subscribe(read.value, facts, now)
    : resubscribe(read.value, facts, now);
}

/** The 200 to a SUBSCRIBE. `contact` is the Contact value of this notifier: the resource's own GRUU or address. */
export function subscribeResponse(request: SipRequest, outcome: SubscribeOutcome, contact: string): string {
  const isOfList = outcome.notify.subscription.list !== undefined;
  return responseTo(request, outcome.status, {
    toTag: outcome.toTag,
    // RFC 3261 §12.1.1: every Record-Route of the request, or the subscriber's refreshes leave out its own home.
    // RFC 6665 §3.1.1: Expires is a must. RFC 3261 §12.1.1: so is Contact, or JsSIP ends the subscription.
    lines: [
      ...headerValues(request, "record-route").map((value) => ["Record-Route", value] as const),
      ["Expires", String(outcome.expires)],
      ["Contact", contact],
      ["Allow-Events", allowEvents()],
      // RFC 4662 §4.2
      ...(isOfList ? ([["Require", "eventlist"]] as const) : []),
    ],
  });
}

/** Outside a dialog (RFC 6665 §4.2.1.1). */
function subscribe(
  read: SubscribeRequest,
  facts: SubscribeFacts,
  now: EpochMs,
): Result<SubscribeOutcome, Refusal> {
  const earlier = liveOf(facts.existing.ofCallId(read.dialog.callId), now).filter(
    ({ remoteTag, watcher }) => remoteTag === read.remoteTag && watcher === facts.watcher,
  );
  // RFC 3261 §8.2.2.2: the same request on a second path.
  if (earlier.some(({ remoteSequence }) => remoteSequence >= read.dialog.cseq)) return err({ status: 482 });
  const verdict = facts.judge(facts.watcher, read.event.package);
  // RFC 6665 §4.2.1.3
  if (verdict === "reject") return err({ status: 403 });
  const dialog = dialogFromRequest(read.dialog, facts.newTag);
  if (!dialog.ok) return dialog;
  const contentType = negotiate(read.event.package, read.accept);
  if (contentType === undefined) return err({ status: 406 });
  const granted = grantDuration(read.expires, read.event.package, facts.limits);
  if (!granted.ok) return granted;
  const expiresAt = after(now, toMillis(granted.value));
  const subscription = newSubscription(read, dialog.value, facts, {
    contentType,
    createdAt: now,
    expiresAt,
    state: verdict === "pending" ? "pending" : "active",
    politelyBlocked: verdict === "polite-block",
  });
  // RFC 6665 §4.4.3: a single look at the state. Nothing is kept.
  if (granted.value === 0) return accepted(ended(subscription, "timeout"), granted.value, []);
  // A subscriber that never saw our 200 tries again with the same Call-ID and tag: only the new dialog is alive.
  const replaced = earlier.filter(
    ({ event, eventId }) => event === subscription.event && eventId === subscription.eventId,
  );
  if (isFull(facts, replaced, now)) return err(tooMany);
  return accepted(subscription, granted.value, [
    ...replaced.map(removal),
    { kind: "putSubscription", subscription },
  ]);
}

/** Within a dialog: a refresh or an end (RFC 6665 §4.2.1.4). */
function resubscribe(
  read: SubscribeRequest,
  facts: SubscribeFacts,
  now: EpochMs,
): Result<SubscribeOutcome, Refusal> {
  const found = liveOf(facts.existing.ofCallId(read.dialog.callId), now).find(
    ({ localTag, remoteTag, watcher }) =>
      localTag === read.localTag && remoteTag === read.remoteTag && watcher === facts.watcher,
  );
  // RFC 3261 §12.2.2, and whoever else knows the names of the dialog; by RFC 6665 §4.1.2.2 the subscriber then starts anew.
  if (found === undefined) return err({ status: 481, reason: "Subscription Does Not Exist" });
  const { cseq, contact } = read.dialog;
  const received = receiveWithin(dialogOf(found), { method: "SUBSCRIBE", cseq, contact });
  if (!received.ok) return received;
  // RFC 6665 §4.5.2: another event or id asks for a second subscription in this dialog.
  if (found.event !== read.event.package.name || found.eventId !== read.event.id) {
    return err({ status: 403, reason: "Dialog Sharing Not Supported" });
  }
  const { remoteTarget } = received.value;
  // RFC 5875 §4.4: another list replaces the one there was.
  const xcap = facts.xcap === undefined ? {} : { xcap: facts.xcap };
  const current = { ...found, ...xcap, remoteTarget, remoteSequence: cseq };
  if (read.expires === 0) return accepted(ended(current, "timeout"), seconds(0), [removal(found)]);
  // RFC 6665 §3.1.1 lets us shorten to zero: who may not watch any more learns it from the final NOTIFY.
  const judged = underVerdict(current, facts.judge(found.watcher, read.event.package));
  if (judged.end !== undefined) return accepted(judged, seconds(0), [removal(found)]);
  // SIP.js refreshes without the Accept it subscribed with.
  const contentType =
    read.accept === undefined ? found.contentType : negotiate(read.event.package, read.accept);
  if (contentType === undefined) return err({ status: 406 });
  const granted = grantDuration(read.expires, read.event.package, facts.limits);
  if (!granted.ok) return granted;
  const asked = { ...judged, contentType };
  const kept = needsRow(found, asked, facts) ? undefined : unwrittenRefresh(found, cseq, granted.value, now);
  if (kept !== undefined) {
    const expires = seconds(Math.floor((agreedUntil(kept, now) - now) / 1000));
    return accepted(kept, expires, [{ kind: "rememberSubscription", subscription: kept }]);
  }
  const subscription = refreshed(found, asked, granted.value, now);
  return accepted(subscription, granted.value, [{ kind: "putSubscription", subscription }]);
}

/** Whether the row has to say something else than before, or the order of what comes is in doubt. */
const needsRow = (found: Subscription, asked: Subscription, { xcap, isAgain }: SubscribeFacts): boolean =>
  isAgain === true ||
  xcap !== undefined ||
  asked.owed !== "nothing" ||
  asked.failures > 0 ||
  asked.counter !== found.counter ||
  asked.contentType !== found.contentType ||
  asked.remoteTarget !== found.remoteTarget;

const liveOf = (subscriptions: Iterable<Subscription>, now: EpochMs): readonly Subscription[] =>
  [...subscriptions].filter((each) => !isExpired(each, now));

type Beginning = Pick<Subscription, "contentType" | "createdAt" | "expiresAt" | "state" | "politelyBlocked">;

function newSubscription(
  { event, remoteTag, dialog: { callId, cseq } }: SubscribeRequest,
  { localUri, remoteUri, remoteTarget, routeSet }: Dialog,
  facts: SubscribeFacts,
  beginning: Beginning,
): Subscription {
  return {
    id: facts.newId,
    event: event.package.name,
    eventId: event.id,
    eventParameters: event.parameters,
    callId,
    localTag: facts.newTag,
    remoteTag,
    localUri,
    remoteUri,
    remoteTarget,
    routeSet,
    watcher: facts.watcher,
    ...(facts.anonymous ? { anonymous: true as const } : {}),
    ...(facts.list === undefined ? {} : { list: facts.list }),
    ...(facts.xcap === undefined ? {} : { xcap: facts.xcap }),
    ...beginning,
    end: undefined,
    counter: 1,
    remoteSequence: cseq,
    // A crash between the 200 and the NOTIFY would leave a watcher that waits for it in vain.
    owed: "now",
    retryAt: undefined,
    failures: 0,
  };
}

/** The row after a refresh: it calls for a NOTIFY, and a subscriber that subscribes is there. */
function refreshed(before: Subscription, fields: Subscription, granted: Seconds, now: EpochMs): Subscription {
  // A watcher that owes nothing has the state, so a crash before this NOTIFY loses nothing but the NOTIFY. To
  // keep that in the row as well would be a second write for every refresh.
  const owed = fields.owed === "nothing" ? "nothing" : "now";
  const { agreed: _, sent: __, ...rest } = fields;
  const until =
    fields.list === undefined
      ? writtenRefresh(before.counter, granted, now)
      : { expiresAt: after(now, toMillis(granted)), counter: before.counter + 1 };
  return { ...rest, ...until, owed, retryAt: undefined, failures: 0 };
}

/** The type of the bodies to come, or undefined when Accept has none of ours (RFC 6665 §4.1.2.1: 406). */
function negotiate(
  { contentTypes }: EventPackage,
  accept: readonly string[] | undefined,
): string | undefined {
  return accept === undefined ? contentTypes[0] : contentTypes.find((type) => accepts(accept, type));
}

function isFull(
  { existing, limits, watcher }: SubscribeFacts,
  leaving: readonly Subscription[],
  now: EpochMs,
): boolean {
  const own = liveOf(existing.ofWatcher(watcher), now).filter((each) => !leaving.includes(each));
  if (own.length >= limits.subscriptionsPerWatcher) return true;
  // Those that have expired and are not swept yet take no place; they are few, and counted only where it matters.
  if (existing.size - leaving.length < limits.subscriptions) return false;
  return liveOf(existing.values(), now).length - leaving.length >= limits.subscriptions;
}

// It passes by itself, so no 403; and only this resource is full, so no 503, which would turn the sender away from
// the whole server (RFC 3261 §21.5.4).
export const tooMany: Refusal = {
  status: 480,
  reason: "Too Many Subscriptions",
  lines: [["Retry-After", "300"]],
};

function accepted(
  subscription: Subscription,
  expires: Seconds,
  changes: SubscribeOutcome["changes"],
): Result<SubscribeOutcome, Refusal> {
  const final = subscription.end !== undefined;
  return ok({ status: 200, toTag: subscription.localTag, expires, changes, notify: { subscription, final } });
}

const removal = ({ id }: Subscription): SubscriptionChange => ({ kind: "deleteSubscription", id });
