// The forking proxy at the callee's home: one INVITE to all devices of its user (RFC 3261 §16.7 to §16.10, with RFC
// 6026 §7.3, RFC 5393 §5.3 and RFC 3326). One context is one row, its branches are inside.
//
// A row is written when the INVITE forks, when a branch ends without an answer, when the branches are told to stop
// and at the answer. An 18x writes nothing. What a lost memory forgets by that: that a branch has rung, which
// `restoreContext` assumes of each; when Timer C was last set, which then starts anew; and whose early media the
// caller has, so that at worst a second one reaches him. None of it can end a call or ring a device twice.
//
// Once a branch has answered, the ends of the others write nothing either: nobody waits for them, the row is the
// dialog's by then, and a branch that is restored without its end is over after 64·T1 by its own timer.
//
// A page that is away keeps its branch for a while, and a CANCEL that was owed to it. A page that comes back after
// that, while the call still rings, is let in again: it may be ringing, and would ring on when others have answered.

import { after, type EpochMs, epochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import { nextDeadline, startTimer } from "../base/timer-table";
import type { CallSettings } from "../contracts/call-settings";
import { type Answer, bestResponse, type Candidate } from "./best-response";
import { endFork } from "./end-fork";
import { fireTransaction, restoreBranch } from "./fork-branch";
import { deviceCame, flowClosed, hopFailed, losePages, restartFlows } from "./fork-flows";
import { redirected, responded } from "./fork-response";
import { addTargets, giveUpGroup, ringNext } from "./fork-targets";
import {
  type ComingTarget,
  type ContextEffect,
  type ContextInput,
  type ContextStep,
  type ContextTimer,
  eachBranch,
  type ForkBranch,
  isAnswered,
  isOpen,
  type ResponseContext,
  sequence,
  stay,
  type Target,
  withEffects,
} from "./response-context-state";

export interface ContextOpening {
  readonly targets: readonly Omit<Target, "depth">[];
  readonly coming: readonly ComingTarget[];
  /** The page that sent the INVITE, if it is one of this user's. */
  readonly senderPage?: string;
  /** Max-Breadth of the request, if it has one. */
  readonly maxBreadth?: number;
}

/** Opens the context of an INVITE. With nobody to ring it is answered at once, and no row is written. */
export function openContext(opening: ContextOpening, settings: CallSettings, now: EpochMs): ContextStep {
  const { targets, coming, senderPage, maxBreadth = settings.maxBreadth } = opening;
  const empty: ResponseContext = {
    phase: "open",
    ...(senderPage === undefined ? {} : { senderPage }),
    maxBreadth: Math.min(Math.max(1, maxBreadth), settings.maxBreadth),
    groupQ: 1,
    waiting: [],
    coming: coming.slice(0, settings.targets),
    branches: [],
    timers: startTimer({}, "ring", after(now, settings.ringFor)),
  };
  const first = targets.map((target): Target => ({ ...target, depth: 0 }));
  const opened = conclude(addTargets(empty, first, settings), settings, now);
  if (opened.state.phase === "finished") return opened;
  // The 100 says that the INVITE is stored: only now may the caller's side stop to wait for it.
  return { state: opened.state, effects: [{ kind: "putRow" }, { kind: "trying" }, ...opened.effects] };
}

/** One step. Unknown branches, sockets and devices, and early or repeated timers, change nothing. */
export function stepContext(
  state: ResponseContext,
  input: ContextInput,
  settings: CallSettings,
  now: EpochMs,
): ContextStep {
  if (state.phase === "finished") return stay(state);
  const next = sequence(state, [(at) => take(at, input, settings, now), (at) => conclude(at, settings, now)]);
  return { state: next.state, effects: [...rowEffects(state, next), ...next.effects] };
}

function take(
  state: ResponseContext,
  input: ContextInput,
  settings: CallSettings,
  now: EpochMs,
): ContextStep {
  switch (input.kind) {
    case "responded":
      return responded(state, input, settings, now);
    case "redirected":
      return redirected(state, input, settings);
    case "cancelled": {
      const { reason } = input;
      return endFork(state, { kind: "caller", ...(reason === undefined ? {} : { reason }) }, now);
    }
    case "deviceCame":
      return deviceCame(state, input, settings, now);
    case "flowClosed":
      return stay(flowClosed(state, input.socket, after(input.since, settings.backWithin)));
    case "graceOver":
      return stay({ ...state, coming: state.coming.filter(({ device }) => device !== input.device) });
    case "unreachable":
      return hopFailed(state, input.branch);
    case "restarted":
      return sequence(restartFlows(state, after(now, settings.backWithin)), [
        (at) => endFork(at, { kind: "restarted" }, now),
      ]);
    case "timePassed":
      return timePassed(state, settings, now);
    default:
      return unreachable(input);
  }
}

function timePassed(state: ResponseContext, settings: CallSettings, now: EpochMs): ContextStep {
  return sequence(state, [
    // First: a wake that comes late finds both over, and a page that is away is to stay one that may come back.
    (at) => stay(losePages(at, now)),
    (at) => eachBranch(at, (each, index) => fireTransaction(each, index, now)),
    (at) => (isTimerDue(at, "group", now) ? giveUpGroup(at, settings, now) : stay(at)),
    (at) => (isTimerDue(at, "ring", now) ? endFork(at, { kind: "noAnswer" }, now) : stay(at)),
  ]);
}

const isTimerDue = (state: ResponseContext, timer: ContextTimer, now: EpochMs): boolean =>
  (state.timers[timer] ?? now + 1) <= now;

/** Rings whom it may, and ends when nobody is left to wait for (RFC 3261 §16.7 step 6). */
function conclude(state: ResponseContext, settings: CallSettings, now: EpochMs): ContextStep {
  return sequence(state, [
    (at) => ringNext(at, settings, now),
    (at) => {
      if (at.branches.some(isOpen)) return stay(at);
      // RFC 6026 §7.2: further 2xx are passed on until Timer M.
      if (isAnswered(at)) return at.branches.some(isAccepted) ? stay(at) : finish(at);
      if (at.ending === undefined && at.coming.length + at.waiting.length > 0) return stay(at);
      return finish(at, { kind: "answer", ...bestOf(at, settings) });
    },
  ]);
}

const isAccepted = ({ client }: ForkBranch): boolean => client.kind === "accepted";

const finish = (state: ResponseContext, ...effects: readonly ContextEffect[]): ContextStep =>
  withEffects({ ...state, phase: "finished", timers: {} }, ...effects, { kind: "finished" });

function bestOf(state: ResponseContext, settings: CallSettings): Answer {
  const candidates = state.branches.flatMap(({ outcome }, branch): readonly Candidate[] =>
    outcome === undefined || outcome.kind === "spent"
      ? []
      : [{ branch, status: outcome.status, received: outcome.kind === "received" }],
  );
  return bestResponse(candidates, state.ending?.kind === "caller", settings.oneDecline);
}

/** What the step does to the row: at most one change, before all else. */
function rowEffects(before: ResponseContext, { state }: ContextStep): readonly ContextEffect[] {
  if (state.phase === "finished") return isAnswered(state) ? [] : [{ kind: "deleteRow" }];
  return durable(before) === durable(state) ? [] : [{ kind: "putRow" }];
}

/** All of a context that a lost memory could not make good. */
function durable({ ending, waiting, coming, branches }: ResponseContext): string {
  if (ending?.kind === "answeredElsewhere") {
    return JSON.stringify(branches.map(({ outcome }) => outcome !== undefined && outcome.status < 300));
  }
  const ends = branches.map(({ outcome, cancel }) => [outcome?.kind, outcome?.status, cancel?.kind]);
  return JSON.stringify([ending?.kind, waiting.length, coming.length, ends]);
}

/** The context as its row tells it, when memory begins anew; to be told what has happened since. */
export const restoreContext = (row: ResponseContext, now: EpochMs): ResponseContext => ({
  ...row,
  branches: row.branches.map((branch) => restoreBranch(branch, now)),
});

/** When to say `timePassed`; undefined when only others can end the wait. */
export function nextContextDeadline(state: ResponseContext): EpochMs | undefined {
  if (state.phase === "finished") return undefined;
  const deadlines = [nextDeadline(state.timers), ...state.branches.flatMap(deadlinesOf)].filter(
    (deadline) => deadline !== undefined,
  );
  return deadlines.length === 0 ? undefined : epochMs(Math.min(...deadlines));
}

const deadlinesOf = ({ client, backBy, outcome }: ForkBranch): readonly (EpochMs | undefined)[] =>
  outcome?.kind === "lost" ? [] : [nextDeadline(client.timers), backBy];
