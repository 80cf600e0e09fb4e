// What verdicts have in common: the ladder as they read it, and how they speak.

import type { LadderLine, Verdict } from "../contracts/ladder";
import type { SipMessage } from "../sip/message";
import type { Lanes } from "./lanes";
import { forgottenEvent } from "./sighting";

export interface JudgedLine extends LadderLine {
  readonly message: SipMessage | undefined;
  /** As `at`, as a number. */
  readonly time: number;
}

/** A ladder as its verdict reads it. */
export interface Case {
  readonly lines: readonly JudgedLine[];
  readonly lanes: Lanes;
  readonly caller: string;
  readonly callee: string;
}

/** Whether the home of a lane has told all that it did of the call: only then is what is not there a finding. */
export const isWhole = ({ lines, lanes }: Case, lane: string): boolean =>
  lanes.isRecorded(lane) &&
  !lines.some(
    ({ kind, label, from }) =>
      kind === "event" && label === forgottenEvent && lanes.ownerOf(from) === lanes.ownerOf(lane),
  );

export const failure = (title: string, explanation: string, line: LadderLine): Verdict => ({
  failed: true,
  title,
  explanation,
  line: line.id,
});

/** ` on Firefox`, or nothing. */
export function clientWords(lanes: Lanes, lane: string): string {
  const client = lane === "" ? undefined : lanes.clientOf(lane);
  return client === undefined ? "" : ` on ${client}`;
}

/** `32 s`, `2 min 5 s`. */
export function spanWords(span: number): string {
  const seconds = Math.max(0, Math.round(span / 1000));
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes === 0) return `${seconds} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
