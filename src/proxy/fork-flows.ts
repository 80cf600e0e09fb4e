// Pages that come and go while a call rings (design "When a device is away in a call"; RFC 5626 §5.3).
//
// The same page on a new socket gets the INVITE again: one that still has it takes it for a repetition (RFC 3261
// §17.2.1) and repeats its last response, which the cut may have cost us; one that forgot it rings anew.

import type { EpochMs } from "../base/brand";
import type { CallSettings } from "../contracts/call-settings";
import type { CancelCause } from "./cancel-reason";
import { endBranch, restoreBranch, sendCancel, sendInvite, stepTransaction } from "./fork-branch";
import { addTargets, freeBreadth, ringNext } from "./fork-targets";
import {
  type ContextInput,
  type ContextStep,
  type ForkBranch,
  isOpen,
  type ResponseContext,
  sequence,
  stay,
  withBranch,
  withEffects,
} from "./response-context-state";

type Arrival = Extract<ContextInput, { kind: "deviceCame" }>;

const pageOf = ({ destination }: Pick<ForkBranch, "destination">): string | undefined =>
  destination.kind === "page" ? destination.page : undefined;

const isOfDevice = ({ destination }: Pick<ForkBranch, "destination">, device: string): boolean =>
  destination.kind === "page" && destination.device === device;

/** A socket closed: its branches wait for their page, its targets are still to come. */
export function flowClosed(state: ResponseContext, socket: string, backBy: EpochMs): ResponseContext {
  const isOn = ({ destination }: Pick<ForkBranch, "destination">): boolean =>
    destination.kind === "page" && destination.socket === socket;
  const gone = state.waiting.filter(isOn);
  return {
    ...state,
    branches: state.branches.map((branch) =>
      isOpen(branch) && isOn(branch) && branch.backBy === undefined ? { ...branch, backBy } : branch,
    ),
    waiting: state.waiting.filter((target) => !isOn(target)),
    coming: [
      ...state.coming,
      ...gone.flatMap(({ destination, q }) =>
        destination.kind === "page" ? [{ device: destination.device, q }] : [],
      ),
    ],
  };
}

/** The pages whose time is over count as 480. */
export function losePages(state: ResponseContext, now: EpochMs): ResponseContext {
  return state.branches.reduce(
    (at, { backBy }, index) => (backBy !== undefined && backBy <= now ? loseBranch(at, index) : at),
    state,
  );
}

const loseBranch = (state: ResponseContext, index: number): ResponseContext =>
  endBranch(state, index, { status: 480, kind: "lost" });

/** A device has a live page. */
export function deviceCame(
  state: ResponseContext,
  arrival: Arrival,
  settings: CallSettings,
  now: EpochMs,
): ContextStep {
  const { device, page } = arrival;
  const arrived = { ...state, coming: state.coming.filter((each) => each.device !== device) };
  const index = state.branches.findLastIndex((branch) => pageOf(branch) === page);
  if (index >= 0) return pageReturned(arrived, index, arrival, now);
  const away = arrived.branches.findIndex(
    (branch) => isOpen(branch) && isOfDevice(branch, device) && branch.backBy !== undefined,
  );
  if (away < 0) return lateJoin(arrived, arrival, settings, now);
  // A new page of a device whose old one is away: a reload, so the old one rings no more.
  const isToRing = arrived.ending === undefined && arrived.branches[away]?.cancel === undefined;
  const replaced = loseBranch(arrived, away);
  return isToRing ? lateJoin(replaced, arrival, settings, now) : stay(replaced);
}

/** RFC 3261 §16.5: targets that appear while the request is under way join the set. */
function lateJoin(
  state: ResponseContext,
  arrival: Arrival,
  settings: CallSettings,
  now: EpochMs,
): ContextStep {
  const { device, page, socket, q } = arrival;
  if (state.ending !== undefined || page === state.senderPage) return stay(state);
  const destination = { kind: "page", device, page, socket } as const;
  const isWaiting = state.waiting.some((target) => isOfDevice(target, device));
  if (isWaiting) {
    const waiting = state.waiting.map((target) =>
      isOfDevice(target, device) ? { ...target, destination } : target,
    );
    return stay({ ...state, waiting });
  }
  // One branch per device: it rings on another page, or has said what it has to say.
  const isHeard = state.branches.some(
    (branch) => isOfDevice(branch, device) && branch.outcome?.kind !== "lost",
  );
  if (isHeard) return stay(state);
  // Its lost page is no target any more: the device is counted once.
  const lost = state.branches.filter((branch) => isOfDevice(branch, device));
  const others = { ...state, branches: state.branches.filter((branch) => !lost.includes(branch)) };
  const { waiting } = addTargets(others, [{ destination, q, depth: 0 }], settings);
  return ringNext({ ...state, waiting }, settings, now);
}

/** A page that this call has a branch to, on whichever socket. */
function pageReturned(
  state: ResponseContext,
  index: number,
  { device, page, socket }: Arrival,
  now: EpochMs,
): ContextStep {
  const branch = state.branches[index];
  if (branch?.destination.kind !== "page") return stay(state);
  const isNewSocket = branch.destination.socket !== socket || branch.backBy !== undefined;
  const { backBy: _, ...rest } = branch;
  const here: ForkBranch = { ...rest, destination: { kind: "page", device, page, socket } };
  const moved = withBranch(state, index, here);
  if (here.outcome?.kind === "lost") return reopen(moved, index, now);
  if (!isOpen(here) || !isNewSocket || here.redirect !== undefined) return stay(moved);
  // After a CANCEL nobody is rung.
  return here.cancel === undefined
    ? withEffects(moved, sendInvite(here, index, true))
    : cancelOnNewSocket(moved, index, now);
}

/** A page that was given up is there after all: it rings on, or is told why not. */
function reopen(state: ResponseContext, index: number, now: EpochMs): ContextStep {
  const opened = reopened(state, index, now);
  const branch = opened.branches[index];
  if (branch === undefined || !isOpen(branch)) return stay(state);
  const cause = branch.cancel ?? whyNotToRing(opened, index);
  if (cause === undefined) return withEffects(opened, sendInvite(branch, index, true));
  return cancelOnNewSocket(withBranch(opened, index, { ...branch, cancel: cause }), index, now);
}

/** The branch without its loss: its page has been heard of. */
function reopened(state: ResponseContext, index: number, now: EpochMs): ResponseContext {
  const branch = state.branches[index];
  if (branch?.outcome?.kind !== "lost") return state;
  const { outcome: _, ...rest } = branch;
  return withBranch(state, index, restoreBranch(rest, now));
}

/** Why the reopened branch must stop; undefined when it may ring. */
function whyNotToRing(state: ResponseContext, index: number): CancelCause | undefined {
  if (state.ending !== undefined) return state.ending;
  const branch = state.branches[index];
  if (branch?.destination.kind !== "page") return undefined;
  const { device } = branch.destination;
  const isRungElsewhere = state.branches.some(
    (other, at) => at !== index && isOfDevice(other, device) && other.outcome?.kind !== "lost",
  );
  return isRungElsewhere || freeBreadth(state) < 0 ? { kind: "replaced" } : undefined;
}

/**
 * The CANCEL of a page that was away. The one sent before may be lost with the old socket; one that waits for a
 * provisional response waits no more: it overtakes no INVITE, which went by the old socket.
 */
function cancelOnNewSocket(state: ResponseContext, index: number, now: EpochMs): ContextStep {
  const branch = state.branches[index];
  if (branch === undefined) return stay(state);
  const { client } = branch;
  if (client.kind === "proceeding" && client.cancelled) return withEffects(state, sendCancel(branch, index));
  return sequence(state, [
    (at) => stepTransaction(at, index, { kind: "cancelled" }, now),
    (at) =>
      client.kind === "calling"
        ? stepTransaction(at, index, { kind: "received", status: 100, message: "" }, now)
        : stay(at),
  ]);
}

/**
 * The hop of a branch failed without a clear answer: the branch counts as 503 (RFC 3261 §16.9), and a CANCEL is
 * owed to whoever may ring there. For a page this does not exist: its socket closes.
 */
export function hopFailed(state: ResponseContext, index: number): ContextStep {
  const branch = state.branches[index];
  if (branch === undefined || !isOpen(branch) || branch.destination.kind === "page") return stay(state);
  const wasSent = branch.client.kind === "proceeding" && branch.client.cancelled;
  const ended = endBranch(state, index, { status: 503, kind: "ours" });
  const cancel = branch.cancel ?? { kind: "unreachable" };
  return wasSent ? stay(ended) : withEffects(ended, sendCancel({ ...branch, cancel }, index));
}

/** Every socket is gone: pages have their time to return, and those that do are told to stop. */
export const restartFlows = (state: ResponseContext, backBy: EpochMs): ResponseContext => ({
  ...state,
  branches: state.branches.map((branch) =>
    isOpen(branch) && branch.destination.kind === "page" ? { ...branch, backBy } : branch,
  ),
});
