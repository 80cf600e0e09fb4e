// The row of a call: its entry in the user's log and, while it goes on, all a home needs to go on with it.

import { type EpochMs, epochMs } from "../base/brand";
import type { CallRecord } from "../contracts/call-record";

/** The end of a call that has none yet. */
export const callIsOpen = epochMs(Number.MAX_SAFE_INTEGER);

export interface CallRow {
  /** That of its record. */
  readonly id: string;
  /** Until when a home reads it at a wake: what is over is an entry of the log, and nothing more. */
  readonly until: EpochMs;
  readonly record: CallRecord;
  /** The call as JSON; undefined when it is over. */
  readonly state: unknown;
}
