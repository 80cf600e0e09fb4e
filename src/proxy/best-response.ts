// The best of the responses that are not 2xx (RFC 3261 §16.7 steps 6 and 7).

import type { CallSettings } from "../contracts/call-settings";

export interface Candidate {
  readonly branch: number;
  readonly status: number;
  /** The response is at hand; else the status is only what its silence counts as. */
  readonly received: boolean;
}

/** The final response: `branch` names the one to pass on, without it the response is our own. */
export interface Answer {
  readonly status: number;
  readonly branch?: number;
  /** Branches whose challenges are to be added to it (step 7). */
  readonly challenges?: readonly number[];
}

/** Whether a 6xx speaks for the user, and not only for the device it came from. */
export const endsFork = (status: number, policy: CallSettings["oneDecline"]): boolean =>
  status >= 600 && (policy === "endsFork" || (status !== 600 && status !== 603));

/**
 * The best candidate; without any the target set was empty, which is a 480 (§16.5): a branch that was silent is a
 * candidate of its own. `cancelled`: the caller asked for a 487, and gets one unless a 6xx stands, which the RFC
 * puts before everything.
 */
export function bestResponse(
  candidates: readonly Candidate[],
  cancelled: boolean,
  policy: CallSettings["oneDecline"],
): Answer {
  let best: Candidate | undefined;
  const order = (candidate: Candidate): number => rank(candidate.status, cancelled, policy);
  for (const candidate of candidates) {
    if (best === undefined || order(candidate) < order(best)) best = candidate;
    // The same rank: a response that somebody gave says more than one that we make up.
    else if (order(candidate) === order(best) && candidate.received && !best.received) best = candidate;
  }
  if (cancelled && (best === undefined || order(best) > 1)) return { status: 487 };
  return best === undefined ? { status: 480 } : answerOf(best, candidates);
}

function answerOf({ branch, status, received }: Candidate, candidates: readonly Candidate[]): Answer {
  const upstream = statusUpstream(status);
  if (!received || upstream !== status) return { status: upstream };
  if (status !== 401 && status !== 407) return { status, branch };
  const challenges = candidates
    .filter((other) => other.branch !== branch && (other.status === 401 || other.status === 407))
    .map((other) => other.branch);
  return challenges.length === 0 ? { status, branch } : { status, branch, challenges };
}

/** Lower is better: the order of the design, and RFC 3261 §16.7 step 6 where it is silent. */
function rank(status: number, cancelled: boolean, policy: CallSettings["oneDecline"]): number {
  if (endsFork(status, policy)) return 0;
  if (cancelled && status === 487) return 1;
  if (status === 401 || status === 407) return 2;
  // Somebody is there, and cannot or does not want to take the call.
  if (status >= 600) return 3;
  if (status === 486) return 4;
  if (status < 400) return 5;
  if (status === 480 || status === 408) return status === 480 ? 8 : 9;
  // A loop or a dead flow is about the way, not about the user.
  if (status === 482) return 11;
  if (status === 430) return 12;
  if (status >= 500) return 10;
  // Step 6: what helps to send the request anew.
  return status === 415 || status === 420 || status === 484 ? 6 : 7;
}

function statusUpstream(status: number): number {
  // RFC 5626 §11.5: endpoints should never receive a 430.
  if (status === 430) return 480;
  // Step 6: a 503 would say that this home can serve nobody.
  return status === 503 ? 500 : status;
}
