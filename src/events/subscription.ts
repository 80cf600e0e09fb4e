// A subscription as its notifier sees it: one row (RFC 6665 §4.2), the dialog included.
//
// A row is written when a SUBSCRIBE or a change of state touches it, never for a NOTIFY that goes well. What
// makes that safe is the counter: a NOTIFY's CSeq is the document's version plus the counter, and whatever
// calls for a NOTIFY raises one of the two in storage before it is sent (but see unwritten-refresh.ts). So CSeq rises strictly over the life
// of the dialog (RFC 3261 §12.2.1.1), through restarts too, and a crash costs at most a NOTIFY sent twice.

import type { EpochMs, Millis } from "../base/brand";
import type { Dialog } from "../dialog/dialog";
import type { Parameters } from "../sip/parameters";
import type { XcapSelection } from "./xcap-selection";

/** Why a subscription ended, of the reasons in RFC 6665 §4.1.3 those that we give. */
export type EndReason =
  /** To be renewed at once, as a new subscription. Never for many at a time: stock clients all do so at once. */
  | "deactivated"
  /** Not allowed any more; not to be tried again. */
  | "rejected"
  /** Expired, unsubscribed or only polled (§4.4.3). */
  | "timeout"
  /** The account is gone; not to be tried again. */
  | "noresource";

/** A NOTIFY that the watcher has not taken and that no change of the document would bring. */
export type Owed =
  | "nothing"
  /** Sent, or about to be: after a restart it is sent again. */
  | "now"
  /** The watcher's page is away: sent once when it returns, and at `retryAt` should nobody say that it has. */
  | "on-return"
  /** A NOTIFY failed: sent once at `retryAt`. */
  | "later";

/** What was agreed when the row was written, and the steps by which it may have moved since. */
interface Agreed {
  readonly until: EpochMs;
  readonly step: Millis;
}

export interface Subscription {
  readonly id: string;
  /** The event type: the name of an event package. */
  readonly event: string;
  /** The id parameter of Event, which every NOTIFY repeats (RFC 6665 §4.5.2). */
  readonly eventId: string | undefined;
  /** The other parameters of Event; what they mean is the package's to say. */
  readonly eventParameters: Parameters;
  readonly callId: string;
  /** Ours: the To-tag of the 200. */
  readonly localTag: string;
  readonly remoteTag: string;
  /** The URI of the SUBSCRIBE's To. */
  readonly localUri: string;
  /** The URI of the SUBSCRIBE's From. */
  readonly remoteUri: string;
  /** The URI of the subscriber's Contact. */
  readonly remoteTarget: string;
  /** Record-Route of the SUBSCRIBE, in order (RFC 3261 §12.1.1). */
  readonly routeSet: readonly string[];
  /** Whom the subscriber proved to be: an address-of-record, or `anonymous`. Never taken from From. */
  readonly watcher: string;
  /** The type of the NOTIFY bodies. */
  readonly contentType: string;
  readonly createdAt: EpochMs;
  /** Until when it is kept, which is never before what was agreed is over. */
  readonly expiresAt: EpochMs;
  /** Where it is kept for longer than was agreed (see unwritten-refresh.ts). */
  readonly agreed?: Agreed;
  readonly state: "pending" | "active";
  /** Set when it is terminated. Never stored: the row is deleted, and this lives on for the final NOTIFY only. */
  readonly end: EndReason | undefined;
  /** The watcher is shown a document that does not change and gives nothing away (RFC 6665 §6.2). */
  readonly politelyBlocked: boolean;
  /** The version of the document when it was hidden from the watcher: he counts from it for as long as it is. */
  readonly hiddenAt?: number;
  /** Raised by each SUBSCRIBE and change of state, and for each NOTIFY that is owed. */
  readonly counter: number;
  /** What its NOTIFYs count with in place of the counter, up to which there is room for refreshes that are not written. */
  readonly sent?: number;
  /** The CSeq number of the last SUBSCRIBE. */
  readonly remoteSequence: number;
  readonly owed: Owed;
  readonly retryAt: EpochMs | undefined;
  /** NOTIFYs in a row that failed. */
  readonly failures: number;
  /** It was pending, and the user has let it in. */
  readonly approved?: true;
  /** What of the user's XCAP documents an xcap-diff subscription selects (RFC 5875 §4.4). */
  readonly xcap?: XcapInterest;
  /** It is to a list, which the subscriber's own home serves (RFC 4662). */
  readonly list?: SubscribedList;
  /** The subscriber does not say who he is, to anybody but his own home (RFC 3323 §4.1.1.3). */
  readonly anonymous?: true;
}

/** What a subscriber of xcap-diff wants to know of. */
export interface XcapInterest {
  /** The XCAP root as the subscriber knows it, with a slash at its end. */
  readonly root: string;
  readonly selections: readonly XcapSelection[];
}

/** The list that a subscription is to, in the order of its entries. */
export interface SubscribedList {
  /** What the SUBSCRIBE was sent to. */
  readonly uri: string;
  /** `service`: one of the user's documents says who is on it, and may come to say otherwise. */
  readonly from: "body" | "service";
  readonly displayNames: readonly ListName[];
  readonly entries: readonly { readonly uri: string; readonly displayNames: readonly ListName[] }[];
}

interface ListName {
  readonly lang?: string;
  readonly text: string;
}

/** Rows to write, before anything is sent. */
export type SubscriptionChange =
  | { readonly kind: "putSubscription"; readonly subscription: Subscription }
  | { readonly kind: "deleteSubscription"; readonly id: string };

/** A refresh that is in no row: memory may lose it. */
export interface RememberedSubscription {
  readonly kind: "rememberSubscription";
  readonly subscription: Subscription;
}

/** Expiry is judged when a row is read: one that has expired is no subscription, swept or not. */
export function isExpired(subscription: Subscription, now: EpochMs): boolean {
  return subscription.expiresAt <= now;
}

/** The dialog of a subscription; its own CSeq is counted by the notifier (see notification.ts). */
export function dialogOf(subscription: Subscription): Dialog {
  const { callId, localTag, remoteTag, localUri, remoteUri, remoteTarget, routeSet } = subscription;
  return {
    id: { callId, localTag, remoteTag },
    phase: "confirmed",
    remoteCSeq: subscription.remoteSequence,
    localUri,
    remoteUri,
    remoteTarget,
    routeSet,
    secure: remoteTarget.slice(0, 5).toLowerCase() === "sips:",
  };
}

/** The row that calls for a NOTIFY of its own, which a restart does not lose. */
export function owing(subscription: Subscription): Subscription {
  const { sent: _, ...rest } = subscription;
  return { ...rest, counter: subscription.counter + 1, owed: "now", retryAt: undefined };
}

/** The subscription with its end before it; only its final NOTIFY remains to be sent. */
export function ended(subscription: Subscription, reason: EndReason): Subscription {
  return { ...owing(subscription), end: reason };
}
