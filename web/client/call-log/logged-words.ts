// What the log tells of a call.

import type { LoggedCall } from "../../line/contract";
import { durationWords } from "../times";

const outcomes: ReadonlyMap<string, string> = new Map([
  ["answered", "answered"],
  ["busy", "busy"],
  ["cancelled", "not answered"],
  ["declined", "declined"],
  ["elsewhere", "answered elsewhere"],
  ["failed", "failed"],
  ["forwarded", "sent on"],
  ["noAnswer", "no answer"],
  ["underway", "goes on"],
]);

/** What the log says of a call: `Missed`, `Outgoing, 2:05`, `Outgoing, busy`. */
export function loggedWords({ direction, missed, outcome, duration, status }: LoggedCall): string {
  if (missed) return "Missed";
  const way = direction === "incoming" ? "Incoming" : "Outgoing";
  if (duration !== undefined) return `${way}, ${durationWords(duration)}`;
  return `${way}, ${outcomes.get(outcome) ?? (status === undefined ? outcome : `refused (${status})`)}`;
}
