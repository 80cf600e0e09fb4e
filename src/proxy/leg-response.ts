// A response of the next hop on its way to the page that called (RFC 3261 §16.7, RFC 6026 §7.2, §8.3).

import { after, type EpochMs } from "../base/brand";
import { startTimer, stopTimer } from "../base/timer-table";
import type { CallSettings } from "../contracts/call-settings";
import { responseClass } from "../transaction/client-transaction";
import { defaultTimers } from "../transaction/timers";
import { countedAs } from "./cancel-reason";
import { acknowledgeAgain, hangUp, withDialog } from "./leg-dialogs";
import {
  type Leg,
  type LegInput,
  type LegStep,
  type LegTimer,
  sequence,
  stay,
  withEffects,
} from "./leg-state";
import { refuseOurselves, stepTransaction } from "./leg-transaction";

type Response = Extract<LegInput, { kind: "responded" }>;

/** Why a caller's home hangs up for him (RFC 3326). */
export const callerGone = 'SIP;cause=480;text="Caller gone"';

/** Takes a response; what the phase does not wait for is dropped (RFC 6026 §7.3). */
export function relayResponse(state: Leg, response: Response, settings: CallSettings, now: EpochMs): LegStep {
  const { status, toTag = "" } = response;
  const kind = responseClass(status);
  if (kind === undefined || state.phase === "finished") return stay(state);
  if (state.phase === "answered") {
    return kind === "success" ? succeed(state, status, toTag, settings, now) : stay(state);
  }
  if (state.phase === "refused") return kind === "success" ? succeedTooLate(state, toTag) : stay(state);
  const heard = stepTransaction(state, { kind: "received", status, message: "" }, now);
  return sequence(heard.state, [
    (at) => ({ state: at, effects: heard.effects }),
    (at) => {
      if (kind === "provisional") return provisional(at, status);
      return kind === "success" ? succeed(at, status, toTag, settings, now) : fail(at, status, now);
    },
  ]);
}

function provisional(state: Leg, status: number): LegStep {
  const { socket, isTried } = state;
  if (status === 100) {
    // §16.7 step 5: a 100 goes no further than one hop. Ours says that the callee's home has the INVITE.
    if (isTried || socket === undefined) return stay(state);
    return withEffects({ ...state, isTried: true }, { kind: "answer", socket, status: 100 });
  }
  if (socket === undefined) return withEffects({ ...state, kept: "provisional" }, { kind: "keep", status });
  return withEffects({ ...state, isTried: true }, { kind: "relay", socket, status });
}

/** A 2xx, the first, a repeated one, or one of another branch: each is passed on while Timer M runs. */
function succeed(state: Leg, status: number, toTag: string, settings: CallSettings, now: EpochMs): LegStep {
  if (state.dialogs.some((dialog) => dialog.toTag === toTag && dialog.state === "hungUp"))
    return acknowledgeAgain(state, toTag);
  const { acknowledge } = state.timers;
  const answered = withDialog(
    { ...state, phase: "answered", timers: acknowledge === undefined ? {} : { acknowledge } },
    toTag,
  );
  // The caller hung up, or was given up, and is not there to end it himself (RFC 5407 §3.1.2).
  if (state.socket === undefined && state.cancel !== undefined) return hangUp(answered, callerGone);
  const isAwaited = answered.dialogs.some(
    (dialog) => dialog.toTag === toTag && dialog.state === "unacknowledged",
  );
  const timers =
    state.wasCut && isAwaited
      ? startTimer<LegTimer>(answered.timers, "acknowledge", after(now, settings.acknowledgedWithin))
      : answered.timers;
  const timed: Leg = { ...answered, timers };
  if (state.socket !== undefined) return withEffects(timed, { kind: "relay", socket: state.socket, status });
  return withEffects({ ...timed, kept: "final" }, { kind: "keep", status });
}

/** RFC 6026 §8.3: the caller has another final response, so this call is ended for him. */
const succeedTooLate = (state: Leg, toTag: string): LegStep =>
  state.dialogs.some((dialog) => dialog.toTag === toTag)
    ? acknowledgeAgain(state, toTag)
    : hangUp(withDialog(state, toTag), callerGone);

function fail(state: Leg, status: number, now: EpochMs): LegStep {
  const counted = status === 487 && state.cancel !== undefined ? countedAs(state.cancel) : undefined;
  // The caller did not hang up: a 487 would tell him so.
  if (counted !== undefined) return refuseOurselves(state, counted, now);
  const refused: Leg = { ...state, phase: "refused", refusal: { status, own: false } };
  if (state.socket === undefined) {
    const timers = stopTimer<LegTimer>(state.timers, "longest");
    const isOwed = timers.back !== undefined;
    if (!isOwed) return withEffects({ ...refused, phase: "finished", timers: {} }, { kind: "finished" });
    return withEffects({ ...refused, kept: "final", timers }, { kind: "keep", status });
  }
  const timers = startTimer<LegTimer>({}, "forget", after(now, defaultTimers.H));
  return withEffects({ ...refused, timers }, { kind: "relay", socket: state.socket, status });
}
