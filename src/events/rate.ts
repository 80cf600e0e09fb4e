// The rate of notifications a watcher asks for (RFC 6446): `max-rate`, in NOTIFYs a second. `min-rate` and
// `adaptive-min-rate` are not served, which their absence from Subscription-State tells (§6.2, §7.2).

import { type EpochMs, type Millis, millis } from "../base/brand";
import { parameter } from "../sip/parameters";
import type { Subscription } from "./subscription";

/** RFC 6446 §9.2: up to two digits, and up to ten behind the point; zero is no rate. */
const positiveNumber = /^[0-9]{1,2}(?:\.[0-9]{1,10})?$/;

/** The rate asked for, as it was written; undefined when none was. */
export function rateOf({ eventParameters }: Pick<Subscription, "eventParameters">): string | undefined {
  const value = parameter(eventParameters, "max-rate") ?? "";
  return positiveNumber.test(value) && Number(value) > 0 ? value : undefined;
}

/** The shortest time between two NOTIFYs; never longer than the subscription lasts (§5.3). */
export function intervalOf(
  subscription: Pick<Subscription, "eventParameters" | "expiresAt">,
  now: EpochMs,
): Millis | undefined {
  const rate = rateOf(subscription);
  if (rate === undefined) return undefined;
  return millis(Math.min(Math.ceil(1000 / Number(rate)), Math.max(0, subscription.expiresAt - now)));
}
