// What a device's response says about a message, and which refusal speaks for all (RFC 3428 §7, RFC 3261 §16.7
// step 6).

/** `unacknowledged`: the device may still take it later; `refused`: it never will. */
export type Verdict = "taken" | "refused" | "unacknowledged";

/**
 * Refusals that speak of the moment and not of the message: no answer, a dead flow, nobody there, busy, a
 * collision, an error on the way. Any other final refusal would come again at every try.
 */
const momentary: ReadonlySet<number> = new Set([408, 430, 480, 486, 491, 500, 503, 504]);

/** The verdict of a final response; undefined for a provisional one, which says nothing. */
export function judge(status: number): Verdict | undefined {
  if (status < 200) return undefined;
  if (status < 300) return "taken";
  return momentary.has(status) ? "unacknowledged" : "refused";
}

/** A branch that ended without a 2xx. A flow that closed counts as 430 (RFC 5626 §5.3). */
export interface BranchRefusal {
  readonly branch: number;
  readonly status: number;
}

/** The answer to the sender: `branch` names the response to relay, without it the response is our own. */
export interface Answer {
  readonly status: number;
  readonly branch?: number;
}

/**
 * The best of the refusals, or undefined when none may be told: a 408 never is (RFC 4320 §4.2).
 *
 * 401 and 407 become 403. Credentials end at the sender's home, so no device can ever check an answer to its
 * challenge; a device that named our realm would harvest a digest of the sender's password.
 */
export function bestRefusal(refusals: readonly BranchRefusal[]): Answer | undefined {
  let best: BranchRefusal | undefined;
  for (const refusal of refusals) {
    if (refusal.status === 408) continue;
    if (best === undefined || rank(refusal.status) < rank(best.status)) best = refusal;
  }
  if (best === undefined) return undefined;
  const status = statusUpstream(best.status);
  return status === best.status ? { status, branch: best.branch } : { status };
}

/** Lower is better. RFC 3261 §16.7 step 6: 6xx, then the lowest class; in it, what helps to send it anew. */
function rank(status: number): number {
  if (status >= 600) return 0;
  if (status < 400) return 1;
  if (status >= 500) return 6;
  if (status === 401 || status === 407 || status === 415 || status === 420 || status === 484) return 2;
  // "Nobody there" says less than any other 4xx; a loop or a dead flow is about the way, not about the user.
  if (status === 480) return 4;
  return status === 430 || status === 482 ? 5 : 3;
}

function statusUpstream(status: number): number {
  if (status === 401 || status === 407) return 403;
  // RFC 5626 §11.5: endpoints should never receive a 430.
  if (status === 430) return 480;
  // RFC 3261 §16.7 step 6: a 503 would say that this home can serve nobody.
  return status === 503 ? 500 : status;
}
