// Which targets of a fork are rung, and when (RFC 3261 §16.5, §16.6; RFC 5393 §5.3.3).
//
// Targets ring in groups of one q, the highest first, and in a group all at once as far as Max-Breadth goes: the
// rest of the group is rung as breadth comes free (RFC 5393 §5.5). A page is the last hop of its branch, so one
// unit of breadth is enough for it (§5.6); another address, which may fork again, gets its share of all the rest.

import { after, type EpochMs } from "../base/brand";
import { startTimer, stopTimer } from "../base/timer-table";
import type { CallSettings } from "../contracts/call-settings";
import { beginBranch, cancelBranch } from "./fork-branch";
import {
  type ContextStep,
  type Destination,
  eachBranch,
  isOpen,
  isRinging,
  type ResponseContext,
  sequence,
  stay,
  type Target,
} from "./response-context-state";

/** §16.5: equal targets are one; a device is one target, whichever of its pages. */
const nameOf = (destination: Destination): string =>
  destination.kind === "page" ? `page ${destination.device}` : `elsewhere ${destination.uri}`;

/**
 * The context with more targets to ring. Left out: the sending page, a device or address that is in the set
 * already, and what is over the limit. Where all ring at once, q says nothing.
 */
export function addTargets(
  state: ResponseContext,
  targets: readonly Target[],
  settings: CallSettings,
): ResponseContext {
  const known = new Set([...state.branches, ...state.waiting].map(({ destination }) => nameOf(destination)));
  const waiting = [...state.waiting];
  for (const target of targets) {
    const { destination } = target;
    const name = nameOf(destination);
    if (destination.kind === "page" && destination.page === state.senderPage) continue;
    if (known.has(name) || known.size >= settings.targets) continue;
    known.add(name);
    waiting.push(settings.serial ? target : { ...target, q: 1 });
  }
  return { ...state, waiting };
}

/** Rings what may ring now, and goes on to the next group when nothing of this one rings any more. */
export function ringNext(state: ResponseContext, settings: CallSettings, now: EpochMs): ContextStep {
  if (state.ending !== undefined) return stay(state);
  return sequence(state, [
    (at) => ringGroup(at, settings, now),
    (at) => (at.waiting.length > 0 && !at.branches.some(isRinging) ? nextGroup(at, settings, now) : stay(at)),
  ]);
}

/** Begins the group of the highest q that waits. */
function nextGroup(state: ResponseContext, settings: CallSettings, now: EpochMs): ContextStep {
  const groupQ = Math.max(...state.waiting.map(({ q }) => q));
  return sequence({ ...state, groupQ, timers: stopTimer(state.timers, "group") }, [
    (at) => ringGroup(at, settings, now),
  ]);
}

/** The group has rung long enough: its branches are cancelled, and the next group rings. */
export function giveUpGroup(state: ResponseContext, settings: CallSettings, now: EpochMs): ContextStep {
  return sequence({ ...state, timers: stopTimer(state.timers, "group") }, [
    (at) => eachBranch(at, (each, index) => cancelBranch(each, index, { kind: "noAnswer" }, now)),
    (at) => (at.waiting.length > 0 ? nextGroup(at, settings, now) : stay(at)),
  ]);
}

function ringGroup(state: ResponseContext, settings: CallSettings, now: EpochMs): ContextStep {
  const due = state.waiting.filter(({ q }) => q >= state.groupQ);
  const room = Math.min(freeBreadth(state), settings.branches - state.branches.length);
  const rung = due.slice(0, Math.max(0, room));
  const shares = splitBreadth(rung, freeBreadth(state) - state.coming.length);
  const waiting = state.waiting.filter((target) => !rung.includes(target));
  // Out of branches: what is left can never ring.
  const isFull = state.branches.length + rung.length >= settings.branches;
  const begun = { ...state, waiting: isFull ? [] : waiting };
  return sequence(begun, [
    ...rung.map((target, index) => (at: ResponseContext) => beginBranch(at, target, shares[index] ?? 1, now)),
    (at) => stay(timeGroup(at, settings, now)),
  ]);
}

/** The group's own timer runs while another group waits behind it. */
function timeGroup(state: ResponseContext, settings: CallSettings, now: EpochMs): ResponseContext {
  const isFollowed = state.waiting.some(({ q }) => q < state.groupQ);
  if (!isFollowed) return { ...state, timers: stopTimer(state.timers, "group") };
  if (state.timers.group !== undefined) return state;
  return { ...state, timers: startTimer(state.timers, "group", after(now, settings.groupRingsFor)) };
}

/** RFC 5393 §5.3.2: what branches without a final response leave of the incoming Max-Breadth. */
export const freeBreadth = (state: ResponseContext): number =>
  state.branches.filter(isOpen).reduce((free, { breadth }) => free - breadth, state.maxBreadth);

/** One for each page; the others share the rest. At least one each, which `ringGroup` has made sure there is. */
function splitBreadth(targets: readonly Target[], free: number): readonly number[] {
  const elsewhere = targets.filter(({ destination }) => destination.kind === "elsewhere").length;
  const pages = targets.length - elsewhere;
  const share = elsewhere === 0 ? 1 : Math.max(1, Math.floor((free - pages) / elsewhere));
  return targets.map(({ destination }) => (destination.kind === "page" ? 1 : share));
}
