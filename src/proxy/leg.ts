// An INVITE of a page at the caller's home: a stateful proxy with one branch (RFC 3261 §16, RFC 6026 §7) that also
// looks after a caller who is away. One leg is one row, and later the dialog's.
//
// CANCEL and the ACK of a refusal follow the row, never the route. That ACK ends here: between two homes the result
// of the call that carried the response has acknowledged it.
//
// What a page that is away is owed: for a while its answers wait; then the INVITE is cancelled. A 2xx that nobody
// acknowledges is acknowledged and ended by this home, since its callee would talk to nobody until his own timer
// (§13.3.1.4). This is done only for a page that was cut: one that was there all along is trusted to answer.
//
// An 18x writes nothing, nor does the ACK of a page that was never cut: `restoreLeg` assumes both.

import { after, type EpochMs, epochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import { dueTimers, nextDeadline, startTimer, stopTimer } from "../base/timer-table";
import type { CallSettings } from "../contracts/call-settings";
import { startInviteClient } from "../transaction/invite-client";
import { defaultTimers, start } from "../transaction/timers";
import { acknowledged, allAcknowledged, hangUp, hasUnacknowledged } from "./leg-dialogs";
import { callerGone, relayResponse } from "./leg-response";
import {
  type Leg,
  type LegEffect,
  type LegInput,
  type LegStep,
  type LegTimer,
  sequence,
  stay,
  withEffects,
} from "./leg-state";
import { cancelLeg, hopFailed, stepTransaction } from "./leg-transaction";

export type LegOpening = Pick<Leg, "branchIn" | "branchOut" | "nextHop" | "page"> & {
  readonly socket: string;
};

/** Opens the leg of an INVITE that has passed all checks. The page's 100 waits for the next hop's. */
export function openLeg(opening: LegOpening, settings: CallSettings, now: EpochMs): LegStep {
  const leg: Leg = {
    phase: "ringing",
    ...opening,
    wasCut: false,
    client: startInviteClient("", now).state,
    isTried: false,
    dialogs: [],
    timers: startTimer({}, "longest", after(now, settings.longestInvite)),
  };
  const { branchOut: branch, nextHop: to } = opening;
  return withEffects(leg, { kind: "putRow" }, { kind: "sendInvite", branch, to });
}

/** One step. Early and repeated timers, and whatever comes after the end, change nothing. */
export function stepLeg(state: Leg, input: LegInput, settings: CallSettings, now: EpochMs): LegStep {
  if (state.phase === "finished") return stay(state);
  const next = take(state, input, settings, now);
  return { state: next.state, effects: [...rowEffects(state, next.state), ...next.effects] };
}

function take(state: Leg, input: LegInput, settings: CallSettings, now: EpochMs): LegStep {
  switch (input.kind) {
    case "responded":
      return relayResponse(state, input, settings, now);
    case "cancelled": {
      const { reason } = input;
      return sequence(state, [
        // RFC 3261 §9.2: the transaction matched, so 200, also when it is too late to cancel anything.
        (at) => withEffects(at, { kind: "acceptCancel" }),
        (at) => cancelLeg(at, { kind: "caller", ...(reason === undefined ? {} : { reason }) }, now),
      ]);
    }
    case "acknowledged":
      return acknowledgedByPage(state, input.toTag);
    case "flowClosed":
      return stay(cut(state, after(input.since, settings.backWithin)));
    case "pageCame":
      return pageCame(state, input.socket, settings, now);
    case "pageReplaced":
      return stay(pageReplaced(state, after(now, settings.claimedWithin)));
    case "unreachable":
      return hopFailed(state, now);
    case "restarted":
      return cancelLeg(cut(state, after(now, settings.backWithin)), { kind: "restarted" }, now);
    case "timePassed":
      return timePassed(state, now);
    default:
      return unreachable(input);
  }
}

function acknowledgedByPage(state: Leg, toTag = ""): LegStep {
  if (state.phase !== "refused") return stay(acknowledged(state, toTag));
  // RFC 3261 §17.2.1. Of a refusal of our own the next hop knows nothing: it may yet send a 2xx.
  return state.refusal?.own === true ? stay({ ...state, isRefusalHeard: true }) : finish(state);
}

/** The page's socket is gone. */
function cut(state: Leg, backBy: EpochMs): Leg {
  if (state.socket === undefined) return state;
  const { socket: _, ...away } = state;
  // Who has acknowledged a refusal is owed nothing more; one of our own may not have come, and is said once more.
  if (state.phase === "refused") {
    if (state.isRefusalHeard === true) return state;
    return state.refusal?.own === true ? away : { ...away, kept: "final", timers: { back: backBy } };
  }
  if (state.phase === "ringing")
    return { ...away, wasCut: true, timers: startTimer(state.timers, "back", backBy) };
  if (state.phase !== "answered" || !hasUnacknowledged(state)) return away;
  // Its ACK may have been lost with the socket; the callee repeats the 2xx, which asks the page once more.
  return { ...away, wasCut: true, timers: startTimer(state.timers, "acknowledge", backBy) };
}

/** Answers go to the new socket, those that waited first of all. */
function pageCame(state: Leg, socket: string, settings: CallSettings, now: EpochMs): LegStep {
  if (state.socket === socket) return stay(state);
  const { kept, ...rest } = state;
  const wasCut = state.wasCut || state.phase === "ringing";
  const here: Leg = { ...rest, socket, wasCut, timers: stopTimer(state.timers, "back") };
  const effects: readonly LegEffect[] = kept === undefined ? [] : [{ kind: "relayKept", socket }];
  switch (state.phase) {
    case "answered": {
      if (!hasUnacknowledged(here)) return withEffects(here, ...effects);
      const by = after(now, settings.acknowledgedWithin);
      const timers = startTimer<LegTimer>(here.timers, "acknowledge", by);
      return withEffects({ ...here, wasCut: true, timers }, ...effects);
    }
    case "refused": {
      if (state.refusal?.own === true) {
        const isTold = state.socket !== undefined;
        const { status } = state.refusal;
        return isTold ? stay(here) : withEffects(here, { kind: "answer", socket, status });
      }
      const timers = startTimer<LegTimer>({}, "forget", after(now, defaultTimers.H));
      return withEffects({ ...here, timers }, ...effects);
    }
    default:
      return withEffects(here, ...effects);
  }
}

/** A reload: what the old page began ends soon, unless the new page claims it. */
function pageReplaced(state: Leg, by: EpochMs): Leg {
  if (state.socket !== undefined) return state;
  const sooner = (timers: Leg["timers"], name: LegTimer): Leg["timers"] =>
    (timers[name] ?? by) > by ? startTimer(timers, name, by) : timers;
  return { ...state, timers: sooner(sooner(state.timers, "back"), "acknowledge") };
}

function timePassed(state: Leg, now: EpochMs): LegStep {
  const due = (timers: Leg["timers"]) => dueTimers(timers, now);
  return sequence(state, [
    ...dueTimers(state.client.timers, now).map(
      (timer) => (at: Leg) => stepTransaction(at, { kind: "timerFired", timer }, now),
    ),
    (at) =>
      sequence(
        at,
        due(at.timers).map((timer) => (each) => fire(each, timer, now)),
      ),
    // RFC 6026 §8.11: after Timer M no 2xx is passed on any more.
    (at) => (at.phase === "answered" && at.client.kind === "terminated" ? finish(at) : stay(at)),
  ]);
}

function fire(state: Leg, timer: LegTimer, now: EpochMs): LegStep {
  const fired: Leg = { ...state, timers: stopTimer(state.timers, timer) };
  switch (timer) {
    case "back":
      // Given up: the INVITE is cancelled as if the caller had hung up; a refusal has nobody to go to.
      return state.phase === "ringing" ? cancelLeg(fired, { kind: "caller" }, now) : finish(fired);
    case "acknowledge":
      return hangUp(fired, callerGone);
    case "longest":
      return cancelLeg(fired, { kind: "timerC" }, now);
    case "forget":
      return finish(fired);
    default:
      return unreachable(timer);
  }
}

const finish = (state: Leg): LegStep =>
  withEffects({ ...state, phase: "finished", timers: {} }, { kind: "finished" });

/** At most one change of the row, before all else. That of an answered leg goes on as the dialog's. */
function rowEffects(before: Leg, state: Leg): readonly LegEffect[] {
  if (!hasRow(state)) return hasRow(before) && before.phase !== "answered" ? [{ kind: "deleteRow" }] : [];
  return durable(before) === durable(state) ? [] : [{ kind: "putRow" }];
}

/** A refusal that the page has needs no row: all that is left of it is an ACK, which without a row is dropped. */
const hasRow = ({ phase, refusal, socket }: Leg): boolean =>
  phase === "ringing" ||
  phase === "answered" ||
  (phase === "refused" && (refusal?.own === true || socket === undefined));

/** All of a leg that a lost memory could not make good. */
function durable({ phase, cancel, wasCut, refusal, kept, dialogs, socket }: Leg): string {
  const ends = dialogs.map(({ toTag, state }) => [toTag, wasCut || state === "hungUp" ? state : undefined]);
  const isTold = refusal !== undefined && socket !== undefined;
  const isAway = phase === "ringing" && socket === undefined;
  return JSON.stringify([phase, cancel?.kind, wasCut, isAway, refusal, isTold, kept === "final", ends]);
}

/**
 * The leg as its row tells it, when memory begins anew; to be told what has happened since. A provisional response
 * is taken to have come (see `restoreBranch`), and a 2xx to a page that was never cut to be acknowledged.
 */
export function restoreLeg(row: Leg, now: EpochMs): Leg {
  if (row.phase === "answered") return row.wasCut ? row : allAcknowledged(row);
  if (row.phase !== "ringing" || row.cancel !== undefined) return row;
  const timers = start({}, "C", defaultTimers, now);
  return { ...row, client: { kind: "proceeding", request: "", cancelled: false, timers } };
}

/** When to say `timePassed`. */
export function nextLegDeadline({ phase, client, timers }: Leg): EpochMs | undefined {
  if (phase === "finished") return undefined;
  const deadlines = [nextDeadline(client.timers), nextDeadline(timers)].filter(
    (deadline) => deadline !== undefined,
  );
  return deadlines.length === 0 ? undefined : epochMs(Math.min(...deadlines));
}
