// How a virtual subscription goes on after what its notifier has said (RFC 6665 §4.1.3, RFC 4662 §4.5): the reason
// shown to the list's subscriber, and whether and when it is tried again.
// Attempts grow apart as long as subscriptions do not last, whoever ends them: a notifier that accepts and
// terminates in a circle must not keep us busy.

import { after, type EpochMs, type Millis, millis, type Seconds, seconds, toMillis } from "../base/brand";
import type { SubscriptionState } from "../sip/headers/subscription-state";
import type { BackEnd, ListResource } from "./list-state";

/** The parts of a NOTIFY's Subscription-State that count. */
export interface BackEndState extends Pick<SubscriptionState, "state"> {
  readonly reason?: string | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

const soon = seconds(2);
const patience = seconds(30);
const mostPatience = seconds(3600);
/** Whatever a Retry-After asks for. */
const longestWait = seconds(86_400);
/** A virtual subscription that lived as long was a good one. */
const lasting = millis(600_000);
const mostAttempts = 10;

/** RFC 6665 §4.1.3: not to be tried again. */
const finalReasons = new Set(["rejected", "noresource", "invariant"]);
/** To be tried again at once; Retry-After has no meaning with them. */
const promptReasons = new Set(["deactivated", "timeout"]);

/** The resource after a NOTIFY. A state that RFC 6665 does not have says no more than that somebody is there. */
export function afterNotify(resource: ListResource, told: BackEndState, now: EpochMs): ListResource {
  if (told.state === "terminated") {
    const reason = reasonOf(told);
    // Over already, by silence say: the notifier's own word comes late, and counts if it is the last one.
    const isLate = resource.backEnd.kind === "terminated";
    const isFinal = finalReasons.has(reason) && retryAtOf(resource) !== undefined;
    return isLate && !isFinal ? resource : terminated(resource, reason, told.retryAfter, now);
  }
  const kind = told.state === "active" ? "active" : "pending";
  if (resource.backEnd.kind === kind) return resource;
  // The one before was shown as terminated, so this is another instance.
  const isNew = "reason" in resource.backEnd;
  const instance = isNew ? resource.instance + 1 : resource.instance;
  return { ...resource, backEnd: { kind }, instance };
}

/** RFC 4662 §5.5: there MUST be a reason. One that we do not know is tried again, and that is `probation`. */
function reasonOf({ reason }: BackEndState): string {
  const isKnown = finalReasons.has(reason ?? "") || promptReasons.has(reason ?? "") || reason === "giveup";
  return isKnown && reason !== undefined ? reason : "probation";
}

/** The resource after a final answer other than 2xx to the SUBSCRIBE. */
export function afterRefusal(
  resource: ListResource,
  status: number,
  retryAfter: Seconds | undefined,
  now: EpochMs,
): ListResource {
  if (resource.backEnd.kind === "terminated") return resource;
  return terminated(resource, reasonOfStatus(status), retryAfter, now);
}

/** The resource after no answer, or no NOTIFY, in time (RFC 6665 §4.1.2.4). */
export function afterSilence(resource: ListResource, now: EpochMs): ListResource {
  if (resource.backEnd.kind === "terminated") return resource;
  return terminated(resource, "probation", undefined, now);
}

/** Not allowed, whoever says so. */
const forbidding = new Set([401, 403, 407, 603, 607]);
/** Of this moment: worth another try. 481: the notifier has lost the subscription. */
const passing = new Set([408, 423, 429, 430, 480, 481, 486, 491, 500, 502, 503, 504, 600]);

/** A reason of RFC 6665 §4.1.3 for a status; whatever another try would not mend is `noresource`, 404 first of all. */
function reasonOfStatus(status: number): string {
  if (forbidding.has(status)) return "rejected";
  return passing.has(status) ? "probation" : "noresource";
}

function terminated(
  resource: ListResource,
  reason: string,
  retryAfter: number | undefined,
  now: EpochMs,
): ListResource {
  if (finalReasons.has(reason)) return { ...resource, backEnd: { kind: "terminated", reason } };
  const attempts = now - resource.subscribedAt >= lasting ? 0 : resource.attempts;
  const retryAt = after(now, waitFor(reason, attempts, retryAfter ?? 0));
  const backEnd: BackEnd = { kind: "terminated", reason, retryAt };
  return { ...resource, backEnd, attempts: Math.min(attempts + 1, mostAttempts) };
}

function waitFor(reason: string, attempts: number, retryAfter: number): Millis {
  const isPrompt = promptReasons.has(reason);
  const own = Math.min((isPrompt ? soon : patience) * 2 ** attempts, mostPatience);
  const asked = isPrompt ? 0 : Math.min(retryAfter, longestWait);
  return toMillis(seconds(Math.max(own, asked)));
}

/** When it is tried again; undefined for one that is not over, or is for good. */
export const retryAtOf = ({ backEnd }: ListResource): EpochMs | undefined =>
  backEnd.kind === "terminated" ? backEnd.retryAt : undefined;

/** Whether its time to be tried again has come. */
export function isDue(resource: ListResource, now: EpochMs): boolean {
  const retryAt = retryAtOf(resource);
  return retryAt !== undefined && retryAt <= now;
}

/** The resource once its back end was asked again. */
export function askedAgain(resource: ListResource, now: EpochMs): ListResource {
  const reason = "reason" in resource.backEnd ? resource.backEnd.reason : undefined;
  const backEnd: BackEnd = reason === undefined ? { kind: "asked" } : { kind: "asked", reason };
  return { ...resource, backEnd, subscribedAt: now };
}
