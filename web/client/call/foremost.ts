// Which of the open calls is before the user.

import type { Call } from "../../line/contract";

/** Those the stage has a place for: one that rings here is asked about elsewhere. */
export const onStage = (open: readonly Call[]): readonly Call[] =>
  open.filter(({ phase, direction }) => phase !== "ringing" || direction === "outgoing");

/** The one that is talked, else the newest that goes on, else the one that ended last. */
export function foremost(staged: readonly Call[]): Call | undefined {
  const going = staged.filter(({ phase }) => phase !== "ended");
  return going.findLast(({ held }) => !held) ?? going.at(-1) ?? staged.at(-1);
}

/** Milliseconds that a call which is over stays beside another. */
const asideFor = 5000;

/** When a call on the stage that is over has been shown for long enough; undefined while it is the one looked at. */
export function clearedAt(call: Call, open: readonly Call[]): number | undefined {
  const staged = onStage(open);
  const endedAt = call.endedAt ?? 0;
  // Another has begun since, and with it this one is the past.
  if (staged.some(({ startedAt, id }) => id !== call.id && startedAt >= endedAt)) return endedAt;
  return foremost(staged) === call ? undefined : endedAt + asideFor;
}
