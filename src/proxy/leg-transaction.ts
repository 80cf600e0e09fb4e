// The transaction of a leg towards its next hop (RFC 3261 §17.1.1, RFC 6026 §7.2): CANCEL, time, and the final
// response that this home gives when the hop gives none.

import { after, type EpochMs } from "../base/brand";
import { startTimer } from "../base/timer-table";
import { type InviteClientInput, stepInviteClient } from "../transaction/invite-client";
import { defaultTimers } from "../transaction/timers";
import { type CancelCause, cancelReason, countedAs } from "./cancel-reason";
import { type Leg, type LegStep, sequence, stay, withEffects } from "./leg-state";

/** A fact for the transaction; the CANCEL it asks for is sent, its end without an answer is answered. */
export function stepTransaction(state: Leg, input: InviteClientInput, now: EpochMs): LegStep {
  const next = stepInviteClient(state.client, input, now);
  return sequence(
    { ...state, client: next.state },
    next.effects.map(({ kind }) => (at) => {
      if (kind === "cancel") return sendCancel(at);
      return kind === "inform" ? refuseOurselves(at, silence(at), now) : stay(at);
    }),
  );
}

/** §16.8: silence is a 408; 64·T1 after a CANCEL the INVITE is over as the CANCEL meant it (§9.1). */
const silence = ({ cancel }: Leg): number => (cancel === undefined ? 408 : (countedAs(cancel) ?? 487));

/** §9.1, §16.10: once, and only while no final response has come. */
export function cancelLeg(state: Leg, cause: CancelCause, now: EpochMs): LegStep {
  if (state.phase !== "ringing" || state.cancel !== undefined) return stay(state);
  return stepTransaction({ ...state, cancel: cause }, { kind: "cancelled" }, now);
}

/** Without a cause it is Timer C that cancels (§16.8). */
function sendCancel(state: Leg): LegStep {
  const { branchOut: branch, nextHop: to, cancel = { kind: "timerC" } } = state;
  const reason = cancelReason(cancel);
  const sent = { kind: "sendCancel", branch, to, ...(reason === undefined ? {} : { reason }) } as const;
  return withEffects({ ...state, cancel }, sent);
}

/** A final response of our own. The hop may still send a 2xx, so the leg stays for 64·T1. */
export function refuseOurselves(state: Leg, status: number, now: EpochMs): LegStep {
  const timers = startTimer({}, "forget", after(now, defaultTimers.H));
  const { kept: _, ...rest } = state;
  const refused: Leg = { ...rest, phase: "refused", refusal: { status, own: true }, timers };
  if (state.socket === undefined) return stay(refused);
  return withEffects(refused, { kind: "answer", socket: state.socket, status });
}

/**
 * The call to the hop failed without a clear answer (design "A request is one call"): 503, since it may be tried
 * again, and a CANCEL for whoever may ring there.
 */
export function hopFailed(state: Leg, now: EpochMs): LegStep {
  if (state.phase !== "ringing") return stay(state);
  const wasSent = state.client.kind === "proceeding" && state.client.cancelled;
  return sequence({ ...state, client: { kind: "terminated", timers: {} } }, [
    (at) => (wasSent ? stay(at) : sendCancel({ ...at, cancel: at.cancel ?? { kind: "unreachable" } })),
    (at) => refuseOurselves(at, 503, now),
  ]);
}
