// INVITE server transaction, RFC 3261 §17.2.1 with RFC 6026 §8.5-8.8 (Accepted state, Timer L; a transport
// error ends nothing; Figure 7 there). Timer G does not exist: the transport is reliable.
//
// A 2xx is never repeated by this machine. In a proxy the callee repeats it, and each copy passes here.

import type { EpochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import type { Step } from "../base/step";
import { stopTimer } from "../base/timer-table";
import { responseClass } from "./client-transaction";
import type { ServerEffect, ServerInput } from "./server-transaction";
import { defaultTimers, isDue, start, type Timers, type TimerValues } from "./timers";

export type InviteServer =
  /** `provisional` is the newest one the TU passed. */
  | { readonly kind: "proceeding"; readonly provisional?: string; readonly timers: Timers }
  | { readonly kind: "accepted"; readonly timers: Timers }
  | { readonly kind: "completed"; readonly final: string; readonly timers: Timers }
  | { readonly kind: "confirmed"; readonly timers: Timers }
  | { readonly kind: "terminated"; readonly timers: Timers };

type Next = Step<InviteServer, ServerEffect>;
type In<Kind extends InviteServer["kind"]> = Extract<InviteServer, { kind: Kind }>;

const stay = (state: InviteServer): Next => ({ state, effects: [] });

/** Opens the transaction of an INVITE the core has read. A 100 is asked for after 200 ms without a response. */
export function startInviteServer(now: EpochMs, values = defaultTimers): Next {
  const timers = start(start({}, "inviteTrying", values, now), "inviteExpiry", values, now);
  return stay({ kind: "proceeding", timers });
}

/** RFC 6026 Figure 7. Inputs that have no arrow in a state leave it as it is. */
export function stepInviteServer(
  state: InviteServer,
  input: ServerInput,
  now: EpochMs,
  values: TimerValues = defaultTimers,
): Next {
  if (input.kind === "timerFired" && !isDue(state.timers, input.timer, now)) return stay(state);
  // RFC 6026 §7.1: the state must outlive the error, or a repeated INVITE would ring the callee again.
  if (input.kind === "transportFailed") return transportFailed(state);
  switch (state.kind) {
    case "proceeding":
      return proceeding(state, input, now, values);
    case "accepted":
      return accepted(state, input);
    case "completed":
      return completed(state, input, now, values);
    case "confirmed":
      // Absorbs further ACKs (§17.2.1) until Timer I.
      return input.kind === "timerFired" ? terminated([]) : stay(state);
    case "terminated":
      return stay(state);
    default:
      return unreachable(state);
  }
}

type Input = Exclude<ServerInput, { kind: "transportFailed" }>;

function transportFailed(state: InviteServer): Next {
  if (state.kind === "confirmed" || state.kind === "terminated") return stay(state);
  return { state, effects: [{ kind: "inform", failure: "transport" }] };
}

function proceeding(state: In<"proceeding">, input: Input, now: EpochMs, values: TimerValues): Next {
  switch (input.kind) {
    case "received":
      if (input.method !== "INVITE" || state.provisional === undefined) return stay(state);
      return { state, effects: [{ kind: "send", message: state.provisional }] };
    case "responded":
      return response(state, input, now, values);
    case "timerFired":
      if (input.timer === "inviteTrying") {
        const timers = stopTimer(state.timers, "inviteTrying");
        return { state: { ...state, timers }, effects: [{ kind: "answerTrying" }] };
      }
      return terminated([{ kind: "inform", failure: "timeout" }]);
    default:
      return unreachable(input);
  }
}

function response(
  state: In<"proceeding">,
  { status, message }: Extract<Input, { kind: "responded" }>,
  now: EpochMs,
  values: TimerValues,
): Next {
  const effects: ServerEffect[] = [{ kind: "send", message }];
  switch (responseClass(status)) {
    case "provisional": {
      const timers = start({}, "inviteExpiry", values, now);
      return { state: { kind: "proceeding", provisional: message, timers }, effects };
    }
    case "success":
      return { state: { kind: "accepted", timers: start({}, "L", values, now) }, effects };
    case "failure":
      return { state: { kind: "completed", final: message, timers: start({}, "H", values, now) }, effects };
    default:
      return stay(state);
  }
}

function accepted(state: In<"accepted">, input: Input): Next {
  switch (input.kind) {
    case "received":
      // RFC 6026 §7.1: a repeated INVITE is absorbed, an ACK belongs to the TU.
      if (input.method !== "ACK") return stay(state);
      return { state, effects: [{ kind: "deliver", method: input.method, message: input.message }] };
    case "responded":
      if (responseClass(input.status) !== "success") return stay(state);
      return { state, effects: [{ kind: "send", message: input.message }] };
    case "timerFired":
      return terminated([]);
    default:
      return unreachable(input);
  }
}

function completed(state: In<"completed">, input: Input, now: EpochMs, values: TimerValues): Next {
  switch (input.kind) {
    case "received":
      if (input.method === "ACK") return acknowledged(now, values);
      return { state, effects: [{ kind: "send", message: state.final }] };
    case "responded":
      // The final response stands. A late 2xx finds the caller gone (RFC 6026 §8.3): it is discarded.
      return stay(state);
    case "timerFired":
      // §17.2.1: no ACK came, and the TU is told. Figure 7 of RFC 6026 leaves the telling out, its text does not.
      return terminated([{ kind: "inform", failure: "timeout" }]);
    default:
      return unreachable(input);
  }
}

function acknowledged(now: EpochMs, values: TimerValues): Next {
  if (values.I === 0) return terminated([]);
  return stay({ kind: "confirmed", timers: start({}, "I", values, now) });
}

const terminated = (effects: readonly ServerEffect[]): Next => ({
  state: { kind: "terminated", timers: {} },
  effects: [...effects, { kind: "terminated" }],
});
