// What happens to the branches of a delivery, and the row that makes up for those that ended in nothing.

import {
  type BranchPhase,
  type DeliveryBranch,
  type DeliveryEffect,
  type DeliveryState,
  type DeliveryStep,
  isOwed,
  isWaiting,
  stay,
} from "./delivery-state";
import { judge } from "./verdict";

/** Sends the request on every branch. */
export function send(state: DeliveryState): DeliveryStep {
  const effects = state.branches.map(
    ({ device, socket }, branch): DeliveryEffect => ({ kind: "send", branch, device, socket }),
  );
  return { state, effects };
}

/** Stores the message; `behind` are the devices that have no branch here. */
export function store(state: DeliveryState, behind: readonly string[]): DeliveryStep {
  const devicesOf = (phase: BranchPhase): readonly string[] =>
    state.branches.filter((branch) => branch.phase === phase).map(({ device }) => device);
  const owed = state.branches.filter(isOwed);
  const sender = state.sender === undefined ? [] : [state.sender];
  const effects: readonly DeliveryEffect[] = [
    {
      kind: "store",
      owedTo: [...behind, ...owed.map(({ device }) => device)],
      takenBy: devicesOf("taken"),
      passedBy: [...devicesOf("refused"), ...sender],
    },
    ...behind.map((device) => release(device, "later")),
    ...devicesOf("unacknowledged").map((device) => release(device, "later")),
    ...devicesOf("lost").map((device) => release(device, "now")),
  ];
  return { state: { ...state, stored: true }, effects };
}

/** A final response on a branch that waits, or whose device is back on another socket. */
export function decide(state: DeliveryState, index: number, status: number): DeliveryStep {
  const branch = state.branches[index];
  const verdict = judge(status);
  if (branch === undefined || verdict === undefined) return stay(state);
  if (branch.phase !== "waiting" && (branch.phase !== "lost" || verdict === "unacknowledged"))
    return stay(state);
  const decided = { ...state, branches: state.branches.with(index, { ...branch, phase: verdict, status }) };
  const { device } = branch;
  const taken = verdict === "taken";
  const next = taken && state.firstTaken === undefined ? { ...decided, firstTaken: index } : decided;
  if (!state.stored) return stay(next);
  if (verdict === "unacknowledged") return { state: next, effects: [release(device, "later")] };
  return { state: next, effects: [{ kind: "pass", device, taken }, release(device, "now")] };
}

/** The branches on a socket that closed: nobody acknowledged there. */
export function lose(state: DeliveryState, socket: string): DeliveryStep {
  const isHit = (branch: DeliveryBranch): boolean => isWaiting(branch) && branch.socket === socket;
  const effects = state.stored
    ? state.branches.filter(isHit).map((branch) => release(branch.device, "now"))
    : [];
  const branches = state.branches.map(
    (branch): DeliveryBranch => (isHit(branch) ? { ...branch, phase: "lost", status: 430 } : branch),
  );
  return { state: { ...state, branches }, effects };
}

/** The branches that never answered. */
export function giveUp(state: DeliveryState): DeliveryStep {
  const effects = state.stored
    ? state.branches.filter(isWaiting).map((branch) => release(branch.device, "later"))
    : [];
  const branches = state.branches.map(
    (branch): DeliveryBranch => (isWaiting(branch) ? { ...branch, phase: "unacknowledged" } : branch),
  );
  return { state: { ...state, branches }, effects };
}

const release = (device: string, retry: "now" | "later"): DeliveryEffect => ({
  kind: "release",
  device,
  retry,
});
