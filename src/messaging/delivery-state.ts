// The state of one delivery, what happens to it and what it asks for; the machine itself is delivery.ts.

import type { Step } from "../base/step";
import type { TimerTable } from "../base/timer-table";
import type { Treatment } from "./classify-message";
import type { Answer } from "./verdict";

/** `pending`, `store`: see above. `forget`: the branches are given up, 64·T1 after arrival (Timer F). */
export type DeliveryTimer = "pending" | "store" | "forget";

/** `lost`: its socket closed before the answer; the device may be back at any moment. */
export type BranchPhase = "waiting" | "taken" | "refused" | "unacknowledged" | "lost";

export interface DeliveryBranch {
  readonly device: string;
  readonly socket: string;
  readonly phase: BranchPhase;
  /** The final response; 430 for a flow that closed. */
  readonly status?: number;
}

/** Plain data: survives JSON. */
export interface DeliveryState {
  readonly phase: "unanswered" | "answered" | "finished";
  readonly key: string;
  readonly treatment: Treatment;
  readonly recorded: boolean;
  readonly sender?: string | undefined;
  /** True once the message is in the log. */
  readonly stored: boolean;
  readonly branches: readonly DeliveryBranch[];
  /** The branch of the first 2xx. */
  readonly firstTaken?: number;
  readonly timers: TimerTable<DeliveryTimer>;
}

export type DeliveryInput =
  /** A response came on a branch. */
  | { readonly kind: "responded"; readonly branch: number; readonly status: number }
  /** To be told after the device's redelivery, which may be released by it. */
  | { readonly kind: "flowClosed"; readonly socket: string }
  /** A younger message of the same target is about to be stored: to be told to each older delivery, oldest first. */
  | { readonly kind: "overtaken" }
  | { readonly kind: "timerFired"; readonly timer: DeliveryTimer };

export type DeliveryEffect =
  | { readonly kind: "send"; readonly branch: number; readonly device: string; readonly socket: string }
  /**
   * Append to the log. Every device that is not in `owedTo` passes the new message, also one that was no target
   * because a GRUU named another; but a device that came meanwhile is owed what nobody took, and released now.
   */
  | {
      readonly kind: "store";
      readonly owedTo: readonly string[];
      readonly takenBy: readonly string[];
      readonly passedBy: readonly string[];
    }
  /** The device's cursor passes the stored message. */
  | { readonly kind: "pass"; readonly device: string; readonly taken: boolean }
  /** This delivery has the device no longer in hand: tell its redelivery. */
  | { readonly kind: "release"; readonly device: string; readonly retry: "now" | "later" }
  /** No answer yet: the call that brought the request returns `pending`. */
  | { readonly kind: "pending" }
  | ({ readonly kind: "answer" } & Answer)
  /** There will be no answer (RFC 4320 §4.2): the sender's own Timer F tells him. */
  | { readonly kind: "abandon" }
  | { readonly kind: "finished" };

export type DeliveryStep = Step<DeliveryState, DeliveryEffect>;

export const stay = (state: DeliveryState): DeliveryStep => ({ state, effects: [] });

/** One transition after the other, the effects in that order. */
export function sequence(
  from: DeliveryState,
  transitions: readonly ((state: DeliveryState) => DeliveryStep)[],
): DeliveryStep {
  let state = from;
  const effects: DeliveryEffect[] = [];
  for (const transition of transitions) {
    const next = transition(state);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

export const isWaiting = (branch: DeliveryBranch): boolean => branch.phase === "waiting";

/** Whether the message, were it stored now, would be owed to the branch's device. */
export const isOwed = (branch: DeliveryBranch): boolean =>
  branch.phase !== "taken" && branch.phase !== "refused";

/**
 * True while a stored message is still under way to the device: the log must not send it a second time, nor
 * anything that comes after it.
 */
export function holdsDevice(state: DeliveryState, device: string): boolean {
  return (
    state.stored &&
    state.phase !== "finished" &&
    state.branches.some((branch) => branch.device === device && branch.phase === "waiting")
  );
}

/**
 * True when the device did not acknowledge a message that is not in the log yet: for a younger message the
 * device is `behind`.
 */
export function willOweDevice(state: DeliveryState, device: string): boolean {
  return (
    state.treatment === "storable" &&
    state.phase === "unanswered" &&
    !state.stored &&
    state.branches.some((branch) => branch.device === device && isOwed(branch) && branch.phase !== "waiting")
  );
}
