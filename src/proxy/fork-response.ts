// A response on a branch of a fork, RFC 3261 §16.7 steps 2 to 5 and 9 and 10. Step 1 has found the context, and the
// response came from the page or hop that the branch went to; step 3, the Via, is the owner's.

import type { EpochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import type { CallSettings } from "../contracts/call-settings";
import { type ResponseClass, responseClass } from "../transaction/client-transaction";
import { endsFork } from "./best-response";
import { countedAs } from "./cancel-reason";
import { endFork } from "./end-fork";
import { endBranch, stepTransaction } from "./fork-branch";
import { addTargets } from "./fork-targets";
import {
  type ContextInput,
  type ContextStep,
  type ForkBranch,
  isOpen,
  type ResponseContext,
  sequence,
  stay,
  withBranch,
  withEffects,
} from "./response-context-state";

type Response = Extract<ContextInput, { kind: "responded" }>;

/** Takes a response; one that no transaction waits for is dropped (RFC 6026 §7.3). */
export function responded(
  state: ResponseContext,
  response: Response,
  settings: CallSettings,
  now: EpochMs,
): ContextStep {
  const { branch: index, status } = response;
  const branch = state.branches[index];
  const kind = responseClass(status);
  if (branch === undefined || kind === undefined) return stay(state);
  if (!isOpen(branch)) {
    // RFC 6026 §7.2: each 2xx, of each dialog the branch has formed, is passed on while Timer M runs.
    const isLate2xx = branch.client.kind === "accepted" && kind === "success";
    return isLate2xx
      ? withEffects(state, { kind: "relay", branch: index, status, stripSdp: false })
      : stay(state);
  }
  if (branch.redirect !== undefined) return stay(state);
  return sequence(state, [
    // Step 2, the ACK of §17.1.1.3, and a CANCEL that waited for this response, are the transaction's.
    (at) => stepTransaction(at, index, { kind: "received", status, message: "" }, now),
    (at) => forward(at, response, kind, settings, now),
  ]);
}

/** Steps 4 and 5. */
function forward(
  state: ResponseContext,
  response: Response,
  kind: ResponseClass,
  settings: CallSettings,
  now: EpochMs,
): ContextStep {
  switch (kind) {
    case "provisional":
      return response.status === 100 ? stay(state) : relayProvisional(state, response);
    case "success":
      return relaySuccess(state, response, now);
    case "failure":
      return keepFailure(state, response, settings, now);
    default:
      return unreachable(kind);
  }
}

/**
 * Stock clients take the SDP of an unreliable 18x for the answer. So only one branch's may reach the caller, and
 * none while another branch may yet answer. A reliable one is negotiated by PRACK, by clients that know forking.
 */
function relayProvisional(state: ResponseContext, response: Response): ContextStep {
  const { branch, status, hasSdp, reliable } = response;
  const isEarlyMedia = hasSdp && !reliable;
  const others = state.branches.filter((other, index) => index !== branch && isOpen(other)).length;
  const isAlone = others + state.waiting.length + state.coming.length === 0;
  const stripSdp = isEarlyMedia && (!isAlone || (state.earlyMediaOf ?? branch) !== branch);
  const next = isEarlyMedia && !stripSdp ? { ...state, earlyMediaOf: branch } : state;
  return withEffects(next, { kind: "relay", branch, status, stripSdp });
}

/** Steps 5 and 10: a 2xx goes back at once, and the others are cancelled. */
function relaySuccess(state: ResponseContext, { branch, status }: Response, now: EpochMs): ContextStep {
  return sequence(endBranch(state, branch, { status, kind: "received" }), [
    (at) => withEffects(at, { kind: "relay", branch, status, stripSdp: false }),
    (at) => endFork(at, { kind: "answeredElsewhere" }, now),
  ]);
}

/** Step 4: a candidate for the best response, unless it is a redirect that is followed. */
function keepFailure(
  state: ResponseContext,
  { branch: index, status, redirects }: Response,
  settings: CallSettings,
  now: EpochMs,
): ContextStep {
  const branch = state.branches[index];
  if (branch === undefined) return stay(state);
  const counted = status === 487 && branch.cancel !== undefined ? countedAs(branch.cancel) : undefined;
  if (counted !== undefined) return stay(endBranch(state, index, { status: counted, kind: "ours" }));
  const keep = { kind: "keep", branch: index } as const;
  if (redirects && status < 400 && isToFollow(state, branch, settings)) {
    const resolving = withBranch(state, index, { ...branch, redirect: status });
    return withEffects(resolving, keep, { kind: "resolveRedirect", branch: index, depth: branch.depth + 1 });
  }
  const ended = endBranch(state, index, { status, kind: "received" });
  return sequence(ended, [
    (at) => withEffects(at, keep),
    // Step 5: a 6xx is not passed on at once, since a 2xx may yet come of a branch that is being cancelled.
    (at) =>
      endsFork(status, settings.oneDecline)
        ? endFork(at, { kind: "declinedElsewhere", status }, now)
        : stay(at),
  ]);
}

const isToFollow = (state: ResponseContext, branch: ForkBranch, settings: CallSettings): boolean =>
  state.ending === undefined && branch.cancel === undefined && branch.depth < settings.redirects;

/**
 * Step 4: the contacts of a redirect join the target set, and the response is a candidate only for those that do
 * not. A contact that was tried before is not tried again (§16.5), so no circle of redirects lasts.
 */
export function redirected(
  state: ResponseContext,
  { branch: index, targets, leftover }: Extract<ContextInput, { kind: "redirected" }>,
  settings: CallSettings,
): ContextStep {
  const branch = state.branches[index];
  if (branch?.redirect === undefined) return stay(state);
  const { redirect: status, depth } = branch;
  const ended = endBranch(state, index, { status, kind: leftover ? "received" : "spent" });
  const deeper = targets.map((target) => ({ ...target, depth: depth + 1 }));
  return stay(addTargets(ended, deeper, settings));
}
