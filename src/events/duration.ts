// How long a subscription lasts (RFC 6665 §3.1.1, §4.2.1.1): never longer than asked for.

import { type Seconds, seconds } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import type { Refusal } from "../sip/refusal";
import type { EventPackage } from "./event-package";

/** The realm's own bounds; the event package's hold beside them. */
export interface DurationLimits {
  readonly minExpires: Seconds;
  readonly maxExpires: Seconds;
}

/** The duration granted, or 423. `expires` is what was asked for: undefined when there was no Expires. */
export function grantDuration(
  expires: number | undefined,
  event: EventPackage,
  limits: DurationLimits,
): Result<Seconds, Refusal> {
  const longest = Math.min(event.maxExpires, limits.maxExpires);
  const shortest = Math.min(Math.max(event.minExpires, limits.minExpires), longest);
  const asked = expires ?? event.defaultExpires;
  // RFC 6665 §4.2.1.1: 423 if and only if over zero, under an hour and under our least.
  if (asked > 0 && asked < 3600 && asked < shortest) {
    return err({ status: 423, lines: [["Min-Expires", String(shortest)]] });
  }
  return ok(seconds(Math.min(asked, longest)));
}
