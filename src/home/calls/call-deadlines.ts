// The moments that the calls of a home must not miss.
//
// Timer C, and the longest an INVITE may live, are minutes: the look that an object takes at its sockets while there is
// a call (lifecycle.ts) comes in time for them. Timers B, H and M end what nobody waits for any more; a call that is
// answered, or was refused, needs no clock for them.

import type { EpochMs } from "../../base/brand";
import { earlier } from "../../base/timer-table";
import { isAnswered, isOpen } from "../../proxy/response-context-state";
import type { Call, IncomingCall, OutgoingCall } from "./call";
import { endsElsewhereBy } from "./call-elsewhere";

/** The next of a call that is in a row: for the alarm. */
export function nextCallAlarm(calls: ReadonlyMap<string, Call>): EpochMs | undefined {
  let next: EpochMs | undefined;
  for (const call of calls.values()) {
    if (call.within === undefined)
      next = earlier(earlier(next, machineDeadline(call)), endsElsewhereBy(call));
    for (const { endsAt } of call.absences) next = earlier(next, endsAt);
  }
  return next;
}

/** The next of an INVITE within a dialog, which is in memory alone: for the timer. */
export function nextCallTick(calls: ReadonlyMap<string, Call>, backWithin: number): EpochMs | undefined {
  let next: EpochMs | undefined;
  for (const call of calls.values()) {
    if (call.within === undefined) continue;
    next = earlier(next, machineDeadline(call));
    const isWaiting = call.side === "callee" && call.context.coming.length > 0;
    if (isWaiting) next = earlier(next, (call.startedAt + backWithin) as EpochMs);
  }
  return next;
}

const machineDeadline = (call: Call): EpochMs | undefined =>
  call.side === "caller" ? legDeadline(call) : contextDeadline(call);

function legDeadline({ leg: { phase, timers, client, refusal } }: OutgoingCall): EpochMs | undefined {
  switch (phase) {
    case "ringing":
      return earlier(timers.back, client.timers.cancelled);
    case "answered":
      return timers.acknowledge;
    case "refused":
      return refusal?.own === true ? earlier(timers.forget, timers.back) : timers.back;
    case "finished":
      return undefined;
  }
}

function contextDeadline({ context, record }: IncomingCall): EpochMs | undefined {
  if (context.phase === "finished") return undefined;
  const isOverButForLosers = record?.endedAt !== undefined;
  const isTakenElsewhere = context.branches.some(
    ({ destination, client }) => destination.kind === "elsewhere" && client.kind === "accepted",
  );
  if (isAnswered(context) && !isOverButForLosers && !isTakenElsewhere) return undefined;
  let next = earlier(context.timers.ring, context.timers.group);
  for (const branch of context.branches) {
    if (isOpen(branch)) next = earlier(earlier(next, branch.backBy), branch.client.timers.cancelled);
    else if (isTakenElsewhere && branch.client.kind === "accepted")
      next = earlier(next, branch.client.timers.M);
  }
  return next;
}
