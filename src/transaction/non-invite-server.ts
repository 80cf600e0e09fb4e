// Non-INVITE server transaction, RFC 3261 §17.2.2 (Figure 8) with RFC 4320: no provisional response but 100,
// a 100 at the latest when a client would have slowed down to T2, and never a 408. A transaction whose user
// stays silent therefore ends without a final response, when the client's Timer F has long fired.
//
// A transport error is told and ends nothing: RFC 6026 §8.8 rewrites RFC 3261 §17.2.4 for every server
// transaction, though it leaves Figure 8, which still ends there, as it was. The later text is followed,
// so that a second copy of the request is known as one.

import type { EpochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import type { Step } from "../base/step";
import { stopTimer } from "../base/timer-table";
import { responseClass } from "./client-transaction";
import type { ServerEffect, ServerInput } from "./server-transaction";
import { defaultTimers, isDue, start, type Timers, type TimerValues } from "./timers";

export type NonInviteServer =
  | { readonly kind: "trying"; readonly timers: Timers }
  | { readonly kind: "proceeding"; readonly provisional: string; readonly timers: Timers }
  | { readonly kind: "completed"; readonly final: string; readonly timers: Timers }
  | { readonly kind: "terminated"; readonly timers: Timers };

type Next = Step<NonInviteServer, ServerEffect>;
type In<Kind extends NonInviteServer["kind"]> = Extract<NonInviteServer, { kind: Kind }>;

const stay = (state: NonInviteServer): Next => ({ state, effects: [] });

/** Opens the transaction of a request the core has read and that is neither INVITE nor ACK. */
export function startNonInviteServer(now: EpochMs, values = defaultTimers): Next {
  const timers = start(start({}, "nonInviteTrying", values, now), "nonInviteExpiry", values, now);
  return stay({ kind: "trying", timers });
}

/** RFC 3261 Figure 8. Inputs that have no arrow in a state leave it as it is. */
export function stepNonInviteServer(
  state: NonInviteServer,
  input: ServerInput,
  now: EpochMs,
  values: TimerValues = defaultTimers,
): Next {
  if (input.kind === "timerFired" && !isDue(state.timers, input.timer, now)) return stay(state);
  switch (state.kind) {
    case "trying":
      return trying(state, input, now, values);
    case "proceeding":
      return proceeding(state, input, now, values);
    case "completed":
      return completed(state, input);
    case "terminated":
      return stay(state);
    default:
      return unreachable(state);
  }
}

function trying(state: In<"trying">, input: ServerInput, now: EpochMs, values: TimerValues): Next {
  switch (input.kind) {
    case "received":
    case "transportFailed":
      // §17.2.2: retransmissions are discarded here; and nothing was sent yet that could have failed.
      return stay(state);
    case "responded":
      return response(state, input, now, values);
    case "timerFired":
      return waited(state, input.timer === "nonInviteTrying");
    default:
      return unreachable(input);
  }
}

function proceeding(state: In<"proceeding">, input: ServerInput, now: EpochMs, values: TimerValues): Next {
  switch (input.kind) {
    case "received":
      return { state, effects: [{ kind: "send", message: state.provisional }] };
    case "responded":
      return response(state, input, now, values);
    case "timerFired":
      return waited(state, input.timer === "nonInviteTrying");
    case "transportFailed":
      return { state, effects: [{ kind: "inform", failure: "transport" }] };
    default:
      return unreachable(input);
  }
}

function completed(state: In<"completed">, input: ServerInput): Next {
  switch (input.kind) {
    case "received":
      return { state, effects: [{ kind: "send", message: state.final }] };
    case "responded":
      return stay(state);
    case "timerFired":
      return terminated([]);
    case "transportFailed":
      return { state, effects: [{ kind: "inform", failure: "transport" }] };
    default:
      return unreachable(input);
  }
}

function response(
  state: In<"trying"> | In<"proceeding">,
  { status, message }: { readonly status: number; readonly message: string },
  now: EpochMs,
  values: TimerValues,
): Next {
  const effects: ServerEffect[] = [{ kind: "send", message }];
  switch (responseClass(status)) {
    case "provisional": {
      // RFC 4320 §4.1: no provisional response but 100.
      if (status !== 100) return stay(state);
      const timers = stopTimer(state.timers, "nonInviteTrying");
      return { state: { kind: "proceeding", provisional: message, timers }, effects };
    }
    case "success":
    case "failure":
      // RFC 4320 §4.2: a 408 says what the client knows, too late. Nothing is sent instead.
      if (status === 408) return stay(state);
      if (values.J === 0) return terminated(effects);
      return { state: { kind: "completed", final: message, timers: start({}, "J", values, now) }, effects };
    default:
      return stay(state);
  }
}

/** A wait for the TU has run out: it owes a 100 (RFC 4320 §4.1), or its time is over (§4.2). */
function waited(state: In<"trying"> | In<"proceeding">, owesTrying: boolean): Next {
  if (!owesTrying) return terminated([{ kind: "inform", failure: "timeout" }]);
  const timers = stopTimer(state.timers, "nonInviteTrying");
  return { state: { ...state, timers }, effects: [{ kind: "answerTrying" }] };
}

const terminated = (effects: readonly ServerEffect[]): Next => ({
  state: { kind: "terminated", timers: {} },
  effects: [...effects, { kind: "terminated" }],
});
