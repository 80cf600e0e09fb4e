// Non-INVITE client transaction, RFC 3261 §17.1.2 (Figure 6). Timer E does not exist: the transport is
// reliable. The request is not kept, since nothing here sends it a second time.

import type { EpochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import type { Step } from "../base/step";
import { type ClientEffect, type ClientInput, responseClass } from "./client-transaction";
import { defaultTimers, isDue, start, type Timers, type TimerValues } from "./timers";

export interface NonInviteClient {
  readonly kind: "trying" | "proceeding" | "completed" | "terminated";
  readonly timers: Timers;
}

type Next = Step<NonInviteClient, ClientEffect>;

const stay = (state: NonInviteClient): Next => ({ state, effects: [] });

/** Opens the transaction of a request that is neither INVITE nor ACK, given as SIP text. */
export function startNonInviteClient(request: string, now: EpochMs, values = defaultTimers): Next {
  return {
    state: { kind: "trying", timers: start({}, "F", values, now) },
    effects: [{ kind: "send", message: request }],
  };
}

/** RFC 3261 Figure 6. Inputs that have no arrow in a state leave it as it is. */
export function stepNonInviteClient(
  state: NonInviteClient,
  input: ClientInput,
  now: EpochMs,
  values: TimerValues = defaultTimers,
): Next {
  if (input.kind === "timerFired" && !isDue(state.timers, input.timer, now)) return stay(state);
  switch (state.kind) {
    case "trying":
    case "proceeding":
      return waiting(state, input, now, values);
    case "completed":
      // Further responses are retransmissions (§17.1.2.2); there is nothing left that could fail.
      return input.kind === "timerFired" ? terminated([]) : stay(state);
    case "terminated":
      return stay(state);
    default:
      return unreachable(state.kind);
  }
}

/** Trying and Proceeding: on a reliable transport they differ in name only. */
function waiting(state: NonInviteClient, input: ClientInput, now: EpochMs, values: TimerValues): Next {
  switch (input.kind) {
    case "received":
      return response(state, input, now, values);
    case "timerFired":
      return terminated([{ kind: "inform", failure: "timeout" }]);
    case "transportFailed":
      return terminated([{ kind: "inform", failure: "transport" }]);
    default:
      return unreachable(input);
  }
}

function response(
  state: NonInviteClient,
  { status, message }: { readonly status: number; readonly message: string },
  now: EpochMs,
  values: TimerValues,
): Next {
  const effects: ClientEffect[] = [{ kind: "deliver", status, message }];
  switch (responseClass(status)) {
    case "provisional":
      return { state: { kind: "proceeding", timers: state.timers }, effects };
    case "success":
    case "failure":
      if (values.K === 0) return terminated(effects);
      return { state: { kind: "completed", timers: start({}, "K", values, now) }, effects };
    default:
      return stay(state);
  }
}

const terminated = (effects: readonly ClientEffect[]): Next => ({
  state: { kind: "terminated", timers: {} },
  effects: [...effects, { kind: "terminated" }],
});
