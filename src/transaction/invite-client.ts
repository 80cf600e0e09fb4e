// INVITE client transaction, RFC 3261 §17.1.1 with RFC 6026 §8.4 (Accepted state, Timer M; Figure 5 there).
//
// Two things of its user live here, because only this machine knows whether a provisional response came:
// a CANCEL waits for one (§9.1), and Timer C (§16.6 step 11, §16.8) ends in a CANCEL. So it ends even if
// nobody at the far side ever speaks again.

import type { EpochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import type { Step } from "../base/step";
import { stopTimer } from "../base/timer-table";
import { type ClientEffect, type ClientInput, responseClass } from "./client-transaction";
import { defaultTimers, isDue, start, type Timers, type TimerValues } from "./timers";

export type InviteClient =
  | {
      readonly kind: "calling";
      readonly request: string;
      /** A CANCEL waits for the first provisional response. */
      readonly cancelled: boolean;
      readonly timers: Timers;
    }
  | {
      readonly kind: "proceeding";
      readonly request: string;
      /** The CANCEL was sent. */
      readonly cancelled: boolean;
      readonly timers: Timers;
    }
  | { readonly kind: "completed"; readonly request: string; readonly timers: Timers }
  | { readonly kind: "accepted"; readonly timers: Timers }
  | { readonly kind: "terminated"; readonly timers: Timers };

export type InviteClientInput = ClientInput | { readonly kind: "cancelled" };

type Next = Step<InviteClient, ClientEffect>;
type In<Kind extends InviteClient["kind"]> = Extract<InviteClient, { kind: Kind }>;

const stay = (state: InviteClient): Next => ({ state, effects: [] });

/** Opens the transaction of an INVITE, given as SIP text. */
export function startInviteClient(request: string, now: EpochMs, values = defaultTimers): Next {
  const timers = start(start({}, "B", values, now), "C", values, now);
  return {
    state: { kind: "calling", request, cancelled: false, timers },
    effects: [{ kind: "send", message: request }],
  };
}

/** RFC 6026 Figure 5. Inputs that have no arrow in a state leave it as it is. */
export function stepInviteClient(
  state: InviteClient,
  input: InviteClientInput,
  now: EpochMs,
  values: TimerValues = defaultTimers,
): Next {
  if (input.kind === "timerFired" && !isDue(state.timers, input.timer, now)) return stay(state);
  switch (state.kind) {
    case "calling":
      return calling(state, input, now, values);
    case "proceeding":
      return proceeding(state, input, now, values);
    case "completed":
      return completed(state, input);
    case "accepted":
      return accepted(state, input);
    case "terminated":
      return stay(state);
    default:
      return unreachable(state);
  }
}

function calling(state: In<"calling">, input: InviteClientInput, now: EpochMs, values: TimerValues): Next {
  switch (input.kind) {
    case "received": {
      if (responseClass(input.status) !== "provisional") return finalResponse(state, input, now, values);
      const timers = stopTimer(state.timers, "B");
      const begun = { kind: "proceeding", request: state.request, cancelled: false, timers } as const;
      const heard = provisionalResponse(begun, input, now, values);
      return state.cancelled ? sendCancel(heard, now, values) : heard;
    }
    case "cancelled":
      // RFC 3261 §9.1: without a provisional response the CANCEL could overtake the INVITE.
      return stay({ ...state, cancelled: true });
    case "timerFired":
      // Only Timer B; Timer C is the longer one, and §16.8 would do the same: as if a 408 had come.
      return failed("timeout");
    case "transportFailed":
      return failed("transport");
    default:
      return unreachable(input);
  }
}

function proceeding(
  state: In<"proceeding">,
  input: InviteClientInput,
  now: EpochMs,
  values: TimerValues,
): Next {
  switch (input.kind) {
    case "received":
      return responseClass(input.status) === "provisional"
        ? provisionalResponse(state, input, now, values)
        : finalResponse(state, input, now, values);
    case "cancelled":
      return sendCancel(stay(state), now, values);
    case "timerFired":
      // RFC 3261 §9.1: 64·T1 after the CANCEL the INVITE is over, answered or not.
      if (input.timer === "cancelled") return failed("timeout");
      return sendCancel(stay(state), now, values);
    case "transportFailed":
      // Nothing of this machine's is under way; that a page is away while it rings is its user's matter.
      return stay(state);
    default:
      return unreachable(input);
  }
}

function completed(state: In<"completed">, input: InviteClientInput): Next {
  switch (input.kind) {
    case "received":
      // A retransmission: the ACK again, the response not (§17.1.1.2).
      if (responseClass(input.status) !== "failure") return stay(state);
      return { state, effects: [{ kind: "acknowledge", request: state.request, response: input.message }] };
    case "timerFired":
      return terminated([]);
    case "transportFailed":
      return failed("transport");
    case "cancelled":
      return stay(state);
    default:
      return unreachable(input);
  }
}

function accepted(state: In<"accepted">, input: InviteClientInput): Next {
  switch (input.kind) {
    case "received":
      // RFC 6026 §7.2: every 2xx goes up, repeated or of another branch; the TU acknowledges it.
      return responseClass(input.status) === "success" ? { state, effects: [deliver(input)] } : stay(state);
    case "timerFired":
      return terminated([]);
    case "transportFailed":
    case "cancelled":
      return stay(state);
    default:
      return unreachable(input);
  }
}

interface Response {
  readonly status: number;
  readonly message: string;
}

const deliver = ({ status, message }: Response): ClientEffect => ({ kind: "deliver", status, message });

function provisionalResponse(
  state: In<"proceeding">,
  input: Response,
  now: EpochMs,
  values: TimerValues,
): Next {
  // RFC 3261 §16.7 step 2: 101 to 199 set Timer C anew, 100 does not; after a CANCEL it no longer runs.
  const prolongs = input.status > 100 && state.timers.C !== undefined;
  const timers = prolongs ? start(state.timers, "C", values, now) : state.timers;
  return { state: { ...state, timers }, effects: [deliver(input)] };
}

function finalResponse(
  state: In<"calling"> | In<"proceeding">,
  input: Response,
  now: EpochMs,
  values: TimerValues,
): Next {
  const { request } = state;
  switch (responseClass(input.status)) {
    case "success":
      return { state: { kind: "accepted", timers: start({}, "M", values, now) }, effects: [deliver(input)] };
    case "failure": {
      const effects: ClientEffect[] = [
        { kind: "acknowledge", request, response: input.message },
        deliver(input),
      ];
      if (values.D === 0) return terminated(effects);
      return { state: { kind: "completed", request, timers: start({}, "D", values, now) }, effects };
    }
    default:
      return stay(state);
  }
}

/** Adds the CANCEL to a step that ends in Proceeding; a second one adds nothing. */
function sendCancel(next: Next, now: EpochMs, values: TimerValues): Next {
  const { state } = next;
  if (state.kind !== "proceeding" || state.cancelled) return next;
  const timers = start(stopTimer(state.timers, "C"), "cancelled", values, now);
  return {
    state: { ...state, cancelled: true, timers },
    effects: [...next.effects, { kind: "cancel", request: state.request }],
  };
}

const terminated = (effects: readonly ClientEffect[]): Next => ({
  state: { kind: "terminated", timers: {} },
  effects: [...effects, { kind: "terminated" }],
});

const failed = (failure: "timeout" | "transport"): Next => terminated([{ kind: "inform", failure }]);
