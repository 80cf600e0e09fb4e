// What the log owes one device: sent in order, one at a time, until each message is taken or given up.
//
// One in flight, because order matters and because a device that chokes on a message must not be handed the
// rest of the log at once. A message is passed on a 2xx, on a refusal that would come again, and after five
// tries; the tries are counted in the device's row before each send, so that a message that kills the page,
// or us, is not sent for ever. All else here may be forgotten at any instant: an object that wakes up opens
// this machine anew and tells it that the device is live.
//
// While the log owes a device anything, new messages for it go through the log too (`behind`, delivery.ts).

import { after, type EpochMs, type Millis, millis } from "../base/brand";
import { invariant, unreachable } from "../base/invariant";
import type { Step } from "../base/step";
import { startTimer, type TimerTable } from "../base/timer-table";
import { defaultTimers } from "../transaction/timers";
import { judge } from "./verdict";

/** `answer`: Timer F of the copy under way. `retry`: the pause before the next try. */
export type RedeliveryTimer = "answer" | "retry";

export interface RedeliverySettings {
  readonly tries: number;
  /** The pause after the first, second… try that was not acknowledged; the last holds for all further ones. */
  readonly pauses: readonly Millis[];
}

export const defaultRedelivery: RedeliverySettings = {
  tries: 5,
  pauses: [millis(5_000), millis(30_000), millis(120_000), millis(600_000)],
};

export type RedeliveryPhase =
  /** The device is away, or the log owes it nothing. */
  | { readonly kind: "idle" }
  | { readonly kind: "fetching" }
  | { readonly kind: "sending"; readonly seq: number; readonly socket: string; readonly tries: number }
  | { readonly kind: "pausing" };

/** Plain data: survives JSON. */
export interface RedeliveryState {
  /** The device's newest socket; null while it is away. */
  readonly socket: string | null;
  readonly phase: RedeliveryPhase;
  readonly timers: TimerTable<RedeliveryTimer>;
}

export type RedeliveryInput =
  /** The device registered on a socket, after an absence or with a new page; not told for a mere refresh. */
  | { readonly kind: "cameLive"; readonly socket: string }
  /** A delivery has the device no longer in hand; `later` after a failure, so that a pause comes first. */
  | { readonly kind: "released"; readonly retry: "now" | "later" }
  /** The first message the device is owed, and how often the log has sent it so far. */
  | { readonly kind: "fetched"; readonly seq: number; readonly tries: number }
  /** The log owes nothing, or a delivery still has the first message in hand and will release the device. */
  | { readonly kind: "nothingOwed" }
  | { readonly kind: "responded"; readonly seq: number; readonly status: number }
  | { readonly kind: "flowClosed"; readonly socket: string }
  | { readonly kind: "timerFired"; readonly timer: RedeliveryTimer };

export type RedeliveryEffect =
  /** Look up the first message owed to the device; answered by `fetched` or `nothingOwed`. */
  | { readonly kind: "fetchNext" }
  /** Keep `countTry` of the cursor. */
  | { readonly kind: "countTry"; readonly seq: number }
  | { readonly kind: "sendStored"; readonly seq: number; readonly socket: string }
  /** The device's cursor passes the message; harmless when it has. */
  | { readonly kind: "pass"; readonly seq: number; readonly taken: boolean };

type RedeliveryStep = Step<RedeliveryState, RedeliveryEffect>;

/** The machine of a device that is away. */
export const idleRedelivery: RedeliveryState = { socket: null, phase: { kind: "idle" }, timers: {} };

/** One step. Late, repeated and early timers, and answers to copies of long ago, are normal. */
export function stepRedelivery(
  state: RedeliveryState,
  input: RedeliveryInput,
  now: EpochMs,
  settings: RedeliverySettings = defaultRedelivery,
): RedeliveryStep {
  switch (input.kind) {
    case "cameLive":
      return cameLive({ ...state, socket: input.socket });
    case "released":
      return released(state, input.retry, now, settings);
    case "fetched":
      return fetched(state, input.seq, input.tries, now, settings);
    case "nothingOwed":
      return state.phase.kind === "fetching" ? stay(rest(state)) : stay(state);
    case "responded":
      return responded(state, input.seq, input.status, now, settings);
    case "flowClosed":
      return flowClosed(state, input.socket);
    case "timerFired":
      return timerFired(state, input.timer, now, settings);
    default:
      return unreachable(input);
  }
}

/** A copy under way on another socket is waited for: that one may be a second tab, alive and well. */
function cameLive(state: RedeliveryState): RedeliveryStep {
  return isAtWork(state) ? stay(state) : fetchNext(state);
}

function released(
  state: RedeliveryState,
  retry: "now" | "later",
  now: EpochMs,
  settings: RedeliverySettings,
): RedeliveryStep {
  if (state.socket === null || isAtWork(state)) return stay(state);
  if (retry === "now") return fetchNext(state);
  return state.phase.kind === "idle" ? pause(state, 1, now, settings) : stay(state);
}

function fetched(
  state: RedeliveryState,
  seq: number,
  tries: number,
  now: EpochMs,
  settings: RedeliverySettings,
): RedeliveryStep {
  const { socket } = state;
  if (state.phase.kind !== "fetching" || socket === null) return stay(state);
  if (tries >= settings.tries) {
    return { state, effects: [{ kind: "pass", seq, taken: false }, { kind: "fetchNext" }] };
  }
  const timers = startTimer({}, "answer", after(now, defaultTimers.F));
  return {
    state: { ...state, phase: { kind: "sending", seq, socket, tries: tries + 1 }, timers },
    effects: [
      { kind: "countTry", seq },
      { kind: "sendStored", seq, socket },
    ],
  };
}

/** An answer counts whenever it comes: a late one spares the device the next copy. */
function responded(
  state: RedeliveryState,
  seq: number,
  status: number,
  now: EpochMs,
  settings: RedeliverySettings,
): RedeliveryStep {
  const verdict = judge(status);
  if (verdict === undefined) return stay(state);
  const isUnderWay = state.phase.kind === "sending" && state.phase.seq === seq;
  if (verdict === "unacknowledged") return isUnderWay ? failed(state, now, settings) : stay(state);
  const next = isUnderWay ? fetchNext(state) : stay(state);
  return {
    state: next.state,
    effects: [{ kind: "pass", seq, taken: verdict === "taken" }, ...next.effects],
  };
}

function flowClosed(state: RedeliveryState, socket: string): RedeliveryStep {
  const left = state.socket === socket ? { ...state, socket: null } : state;
  if (left.phase.kind === "sending" && left.phase.socket === socket) return fetchNext(left);
  return left.socket === null && left.phase.kind !== "sending" ? stay(rest(left)) : stay(left);
}

function timerFired(
  state: RedeliveryState,
  timer: RedeliveryTimer,
  now: EpochMs,
  settings: RedeliverySettings,
): RedeliveryStep {
  const deadline = state.timers[timer];
  if (deadline === undefined || deadline > now) return stay(state);
  switch (timer) {
    case "answer":
      return failed(state, now, settings);
    case "retry":
      return fetchNext(state);
    default:
      return unreachable(timer);
  }
}

/** The copy under way was not acknowledged. After the last try the look-up passes it. */
function failed(state: RedeliveryState, now: EpochMs, settings: RedeliverySettings): RedeliveryStep {
  const { phase } = state;
  invariant(phase.kind === "sending", "only a copy under way can fail");
  return phase.tries >= settings.tries ? fetchNext(state) : pause(state, phase.tries, now, settings);
}

function pause(
  state: RedeliveryState,
  tries: number,
  now: EpochMs,
  settings: RedeliverySettings,
): RedeliveryStep {
  if (state.socket === null) return stay(rest(state));
  const span = settings.pauses[Math.min(tries, settings.pauses.length) - 1] ?? millis(0);
  return stay({ ...state, phase: { kind: "pausing" }, timers: startTimer({}, "retry", after(now, span)) });
}

function fetchNext(state: RedeliveryState): RedeliveryStep {
  if (state.socket === null) return stay(rest(state));
  return { state: { ...state, phase: { kind: "fetching" }, timers: {} }, effects: [{ kind: "fetchNext" }] };
}

const rest = (state: RedeliveryState): RedeliveryState => ({ ...state, phase: { kind: "idle" }, timers: {} });

const stay = (state: RedeliveryState): RedeliveryStep => ({ state, effects: [] });

const isAtWork = ({ phase }: RedeliveryState): boolean =>
  phase.kind === "sending" || phase.kind === "fetching";
