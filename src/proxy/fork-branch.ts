// One branch of a fork: its client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2) as its proxy sees it.
//
// The transaction knows whether a CANCEL has to wait for a provisional response (§9.1) and when Timer C, or the
// wait for the 487, is over. What it does not know is that a page may be away: a CANCEL is then owed, and sent
// when the page is back on another socket. It cannot overtake the INVITE there, which went by the old one.

import type { EpochMs } from "../base/brand";
import { dueTimers } from "../base/timer-table";
import type { ClientEffect } from "../transaction/client-transaction";
import { type InviteClientInput, startInviteClient, stepInviteClient } from "../transaction/invite-client";
import { defaultTimers, start } from "../transaction/timers";
import { type CancelCause, cancelReason, countedAs } from "./cancel-reason";
import {
  type ContextEffect,
  type ContextStep,
  type ForkBranch,
  isOpen,
  type Outcome,
  type ResponseContext,
  sequence,
  stay,
  type Target,
  withBranch,
  withEffects,
} from "./response-context-state";

/** RFC 3261 §16.6 steps 10 and 11: a new branch, with its own client transaction and Timer C. */
export function beginBranch(
  state: ResponseContext,
  { destination, q, depth }: Target,
  breadth: number,
  now: EpochMs,
): ContextStep {
  const branch: ForkBranch = {
    destination,
    q,
    depth,
    breadth,
    client: startInviteClient("", now).state,
  };
  const branches = [...state.branches, branch];
  return withEffects({ ...state, branches }, sendInvite(branch, state.branches.length, false));
}

export const sendInvite = (
  { destination, breadth }: ForkBranch,
  branch: number,
  again: boolean,
): ContextEffect => ({ kind: "sendInvite", branch, destination, maxBreadth: breadth, again });

/** A fact for the branch's transaction; the CANCEL it asks for is sent, or owed to a page that is away. */
export function stepTransaction(
  state: ResponseContext,
  index: number,
  input: InviteClientInput,
  now: EpochMs,
): ContextStep {
  const branch = state.branches[index];
  if (branch === undefined) return stay(state);
  const next = stepInviteClient(branch.client, input, now);
  const stepped: ForkBranch = { ...branch, client: next.state };
  return sequence(
    withBranch(state, index, stepped),
    next.effects.map((effect) => (at) => afterTransaction(at, index, effect)),
  );
}

function afterTransaction(state: ResponseContext, index: number, effect: ClientEffect): ContextStep {
  const branch = state.branches[index];
  if (branch === undefined) return stay(state);
  switch (effect.kind) {
    case "acknowledge":
      return withEffects(state, { kind: "sendAck", branch: index, destination: branch.destination });
    case "cancel": {
      // Without a cause it is Timer C that cancels (§16.8).
      const cancelled: ForkBranch = { ...branch, cancel: branch.cancel ?? { kind: "timerC" } };
      const effects = branch.backBy === undefined ? [sendCancel(cancelled, index)] : [];
      return withEffects(withBranch(state, index, cancelled), ...effects);
    }
    case "inform":
      // §16.8, §16.9: as if it had answered 408; a branch that was cancelled is over as its CANCEL meant it.
      return stay(endBranch(state, index, { status: silence(branch), kind: "ours" }));
    default:
      return stay(state);
  }
}

/** What a branch counts as that never answered. */
const silence = ({ cancel }: ForkBranch): number => (cancel === undefined ? 408 : (countedAs(cancel) ?? 487));

export function sendCancel({ destination, cancel }: ForkBranch, branch: number): ContextEffect {
  const reason = cancel === undefined ? undefined : cancelReason(cancel);
  return { kind: "sendCancel", branch, destination, ...(reason === undefined ? {} : { reason }) };
}

/** The branch with its end, unless it has one. */
export function endBranch(state: ResponseContext, index: number, outcome: Outcome): ResponseContext {
  const branch = state.branches[index];
  if (branch === undefined || !isOpen(branch)) return state;
  const { backBy: _, redirect: __, ...rest } = branch;
  return withBranch(state, index, { ...rest, outcome });
}

/**
 * RFC 3261 §16.7 step 10 for one branch: once, and only while it is pending. A CANCEL that was not sent yet, since
 * it waits for a provisional response or for its page, tells of an answer that came meanwhile.
 */
export function cancelBranch(
  state: ResponseContext,
  index: number,
  cause: CancelCause,
  now: EpochMs,
): ContextStep {
  const branch = state.branches[index];
  if (branch === undefined || !isOpen(branch)) return stay(state);
  if (branch.cancel !== undefined)
    return stay(
      cause.kind === "answeredElsewhere" ? withBranch(state, index, { ...branch, cancel: cause }) : state,
    );
  // A redirect that nobody follows any more stands as the 3xx it was.
  if (branch.redirect !== undefined)
    return stay(endBranch(state, index, { status: branch.redirect, kind: "received" }));
  const cancelled: ForkBranch = { ...branch, cancel: cause };
  return stepTransaction(withBranch(state, index, cancelled), index, { kind: "cancelled" }, now);
}

/** Fires what is due in the branch's transaction. */
export function fireTransaction(state: ResponseContext, index: number, now: EpochMs): ContextStep {
  const branch = state.branches[index];
  if (branch === undefined || branch.outcome?.kind === "lost") return stay(state);
  return sequence(
    state,
    dueTimers(branch.client.timers, now).map(
      (timer) => (at) => stepTransaction(at, index, { kind: "timerFired", timer }, now),
    ),
  );
}

/**
 * The branch as its row tells it. An 18x is in no row, so one is taken to have come: the INVITE was sent, nothing
 * can overtake it on its socket any more, and a CANCEL that waited for a second 18x might wait for ever. Timer C
 * starts anew, as §16.8 allows; the call's own ring timer is in the row and does not.
 */
export function restoreBranch(branch: ForkBranch, now: EpochMs): ForkBranch {
  const { client, redirect, ...rest } = branch;
  if (!isOpen(branch) || branch.cancel !== undefined) return branch;
  // Its contacts are forgotten.
  if (redirect !== undefined) return { ...rest, client, outcome: { status: 480, kind: "ours" } };
  if (client.kind !== "calling" && client.kind !== "proceeding") return branch;
  const timers = start({}, "C", defaultTimers, now);
  return { ...branch, client: { kind: "proceeding", request: "", cancelled: false, timers } };
}
