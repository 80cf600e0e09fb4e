// What one NOTIFY says: its CSeq, its Subscription-State, and how much of the resource it shows (RFC 6665 §4.2.2).

import type { EpochMs } from "../base/brand";
import { formatSubscriptionState } from "../sip/headers/subscription-state";
import { rateOf } from "./rate";
import type { Subscription } from "./subscription";
import { agreedUntil, numberOf } from "./unwritten-refresh";

/** What the body of a NOTIFY may show. */
export type Disclosure =
  /** The document as this watcher may see it. */
  | "document"
  /** A document that could be true and is not: the watcher is blocked and must not notice (RFC 6665 §6.2). */
  | "decoy"
  /** A document that says nothing, for the watcher is still to be judged (RFC 3856 §6.6.2). */
  | "neutral"
  /** No body. */
  | "nothing";

/** A NOTIFY as it is sent. Plain data: it may be kept with its transaction. */
export interface Notification {
  readonly cseq: number;
  /** The two parts of the CSeq: what the watcher knows once it has taken this NOTIFY. */
  readonly documentVersion: number;
  readonly counter: number;
  /** The value of Subscription-State. */
  readonly subscriptionState: string;
  readonly disclosure: Disclosure;
  /** The last one of its subscription. */
  readonly final: boolean;
}

/**
 * The NOTIFY that tells a watcher where things stand. The version of the document must never fall while there
 * are subscriptions to it, or CSeq falls with it and the subscriber refuses the NOTIFY (RFC 3261 §12.2.2).
 */
export function notifyFor(subscription: Subscription, documentVersion: number, now: EpochMs): Notification {
  const { end, hiddenAt = documentVersion } = subscription;
  const counter = numberOf(subscription);
  const version = isHidden(subscription) ? hiddenAt : documentVersion;
  return {
    cseq: version + counter,
    documentVersion: version,
    counter,
    subscriptionState: subscriptionStateOf(subscription, now),
    disclosure: disclosureOf(subscription),
    final: end !== undefined,
  };
}

const isHidden = ({ state, politelyBlocked }: Subscription): boolean =>
  state === "pending" || politelyBlocked;

/**
 * The subscription as it begins, or ceases, to be hidden from the watcher whose document has that version: from a CSeq
 * that rose with what he does not see he would learn that he is deceived, and when the user comes and goes.
 */
export function hiding(subscription: Subscription, documentVersion: number): Subscription {
  const { hiddenAt, ...rest } = subscription;
  if (!isHidden(subscription)) return hiddenAt === undefined ? subscription : rest;
  return hiddenAt === undefined ? { ...subscription, hiddenAt: documentVersion } : subscription;
}

function subscriptionStateOf(subscription: Subscription, now: EpochMs): string {
  const { state, end } = subscription;
  if (end !== undefined) return formatSubscriptionState({ state: "terminated", reason: end });
  // RFC 6665 §4.2.2: may shorten the subscription but not lengthen it, so the part of a second is cut off.
  const expires = Math.max(0, Math.floor((agreedUntil(subscription, now) - now) / 1000));
  // RFC 6446 §5.2: the rate is reflected, or the subscriber must think that there is none.
  const rate = rateOf(subscription);
  return formatSubscriptionState({ state, expires }) + (rate === undefined ? "" : `;max-rate=${rate}`);
}

function disclosureOf({ state, end, politelyBlocked }: Subscription): Disclosure {
  // RFC 6665 §4.4.3: who only looks once, or unsubscribes, is shown the state in the final NOTIFY.
  if (end !== undefined && end !== "timeout") return "nothing";
  if (state === "pending") return "neutral";
  return politelyBlocked ? "decoy" : "document";
}

/** Whether a change of the document is news to this watcher. */
export function followsDocument(subscription: Subscription): boolean {
  return subscription.end === undefined && disclosureOf(subscription) === "document";
}
