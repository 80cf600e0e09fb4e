// Refreshes that no row tells of (RFC 6665 §4.2.1.4): whoever has refreshed once is kept for longer than was agreed with
// him, and each row is good for the refreshes that fall into that time.
//
// What is agreed moves in steps that the row knows. A memory that begins anew takes the first of them that is not over,
// which is never more than was granted (§4.2.2): a subscriber who is there has refreshed before each that is over.
//
// The numbers of NOTIFYs rise with those of the SUBSCRIBEs that they answer, from the number in the row on. So nothing has
// to be remembered for the order of RFC 3261 §12.2.1.1, and no clock is asked. The row's own counter stands at the last of
// these numbers, and a document's version passes them all at once: whatever else calls for a NOTIFY is behind them.

import { after, type EpochMs, epochMs, millis, type Seconds, toMillis } from "../base/brand";
import type { Subscription } from "./subscription";

/** Refreshes without a row between two that have one. */
const mostSteps = 3;
/** Nobody is kept longer beyond what was agreed, or a watcher who is gone would be told for a day. */
const longestSlack = 3 * 3_600_000;
/** Part of the duration: SIP.js refreshes when nine tenths are over, and the next step must be within what it asks for. */
const stepOfDuration = 7 / 8;
/** What is granted without a row is no less of what was asked for, or the subscriber would come too often. */
const leastGranted = 3 / 4;
/** Numbers set aside for such refreshes, and for clients that count further than by one. */
const numbersAside = 15;

/** The version after that one: past every number that a subscription may have used beside it. None counts from zero. */
export const nextVersion = (version: number): number => (version === 0 ? 1 : version + numbersAside + 1);

/** The part of a NOTIFY's CSeq that is the subscription's own. */
export function numberOf({ counter, sent = counter }: Subscription): number {
  // A version of this program that does not know `sent` has raised the counter beyond it.
  return counter - sent > numbersAside ? counter : sent;
}

/** Until when the subscriber may rely on it; until `expiresAt` it is kept. */
export function agreedUntil({ agreed, expiresAt }: Subscription, now: EpochMs): EpochMs {
  if (agreed === undefined) return expiresAt;
  const { until, step } = agreed;
  const stepsOver = until > now ? 0 : Math.floor((now - until) / step) + 1;
  return epochMs(Math.min(expiresAt, until + stepsOver * step));
}

type Refreshed = Pick<Subscription, "expiresAt" | "counter" | "agreed" | "sent">;

/** What a refresh writes: a number for its own NOTIFY, and room in time and numbers for those to come. */
export function writtenRefresh(counter: number, granted: Seconds, now: EpochMs): Refreshed {
  const until = after(now, toMillis(granted));
  const step = millis(Math.floor(toMillis(granted) * stepOfDuration));
  const steps = Math.min(mostSteps, Math.floor(longestSlack / step));
  if (steps === 0) return { expiresAt: until, counter: counter + 1 };
  return {
    expiresAt: after(until, millis(steps * step)),
    counter: counter + 1 + numbersAside,
    sent: counter + 1,
    agreed: { until, step },
  };
}

/** The subscription after a refresh of that CSeq that needs no row; undefined when it does. */
export function unwrittenRefresh(
  subscription: Subscription,
  cseq: number,
  asked: Seconds,
  now: EpochMs,
): Subscription | undefined {
  const { agreed, expiresAt, counter, remoteSequence } = subscription;
  if (agreed === undefined) return undefined;
  const sent = numberOf(subscription) + cseq - remoteSequence;
  if (cseq <= remoteSequence || sent > counter) return undefined;
  const latest = Math.min(expiresAt, after(now, toMillis(asked)));
  const steps = Math.floor((latest - agreed.until) / agreed.step);
  const until = after(agreed.until, millis(steps * agreed.step));
  if (steps < 0 || until - now < toMillis(asked) * leastGranted) return undefined;
  return { ...subscription, agreed: { ...agreed, until }, sent, remoteSequence: cseq };
}
