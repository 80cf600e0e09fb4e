// When a delivery answers, and what (RFC 3428 §7, RFC 3261 §16.7 steps 5-6). The rules stand in delivery.ts.

import { unreachable } from "../base/invariant";
import { stopTimer } from "../base/timer-table";
import { store } from "./delivery-branches";
import {
  type DeliveryEffect,
  type DeliveryState,
  type DeliveryStep,
  type DeliveryTimer,
  isOwed,
  isWaiting,
  sequence,
  stay,
} from "./delivery-state";
import { type Answer, bestRefusal } from "./verdict";

/** Answers as soon as the rules at the head of delivery.ts allow it. */
export function conclude(state: DeliveryState): DeliveryStep {
  switch (state.treatment) {
    case "storable":
      return mayConclude(state) ? concludeStorable(state) : stay(state);
    case "transient":
      return concludeTransient(state);
    case "composing":
      return concludeComposing(state);
    default:
      return unreachable(state.treatment);
  }
}

function mayConclude(state: DeliveryState): boolean {
  if (!state.branches.some(isWaiting) || state.timers.store === undefined) return true;
  return state.firstTaken !== undefined && (state.stored || state.timers.pending === undefined);
}

function concludeStorable(state: DeliveryState): DeliveryStep {
  const keep = state.recorded && state.firstTaken !== undefined;
  if (!state.stored && (keep || state.branches.some(isOwed))) {
    return sequence(state, [(at) => store(at, []), concludeStorable]);
  }
  const effects = [tell(takenAnswer(state) ?? (state.stored ? { status: 202 } : refusalAnswer(state)))];
  if (!state.branches.some(isWaiting)) return finish(state, effects);
  const timers = stopTimer<DeliveryTimer>(stopTimer<DeliveryTimer>(state.timers, "pending"), "store");
  return { state: { ...state, phase: "answered", timers }, effects };
}

/** RFC 3261 §16.7 step 5: a 2xx at once; step 6: else the best, once all have answered. */
function concludeTransient(state: DeliveryState): DeliveryStep {
  if (state.branches.length === 0) return finish(state, [{ kind: "answer", status: 480 }]);
  if (state.firstTaken === undefined && state.branches.some(isWaiting)) return stay(state);
  return finish(state, [tell(takenAnswer(state) ?? refusalAnswer(state))]);
}

function concludeComposing(state: DeliveryState): DeliveryStep {
  const answer = takenAnswer(state);
  const mayCome = state.branches.some(isWaiting) && state.timers.pending !== undefined;
  if (answer === undefined && mayCome) return stay(state);
  return finish(state, [tell(answer ?? { status: 202 })]);
}

const tell = (answer: Answer | undefined): DeliveryEffect =>
  answer === undefined ? { kind: "abandon" } : { ...answer, kind: "answer" };

function takenAnswer(state: DeliveryState): Answer | undefined {
  const { firstTaken } = state;
  if (firstTaken === undefined) return undefined;
  const status = state.branches[firstTaken]?.status;
  return status === undefined ? undefined : { status, branch: firstTaken };
}

function refusalAnswer(state: DeliveryState): Answer | undefined {
  return bestRefusal(
    state.branches.flatMap(({ status }, branch) => (status === undefined ? [] : [{ branch, status }])),
  );
}

/** The end: nothing that comes later matters. */
export function finish(state: DeliveryState, effects: readonly DeliveryEffect[]): DeliveryStep {
  return { state: { ...state, phase: "finished", timers: {} }, effects: [...effects, { kind: "finished" }] };
}
