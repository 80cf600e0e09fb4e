// One call as the log of one of its users has it: who, which way, when, how it ended and on which device.

import type { EpochMs } from "../base/brand";

/**
 * How a call went, as this user sees it. `underway`: it rings or is talked; `noAnswer`: nobody took it in time or was
 * there; `cancelled`: the caller hung up before; `forwarded`: the user's rules sent it on and it was taken there.
 */
export type CallOutcome =
  | "underway"
  | "answered"
  | "noAnswer"
  | "busy"
  | "declined"
  | "cancelled"
  | "forwarded"
  | "failed";

export interface CallRecord {
  /** Sorts by when the call began. */
  readonly id: string;
  readonly direction: "incoming" | "outgoing";
  readonly callId: string;
  /** The other side's URI: of From, or of To. */
  readonly peer: string;
  /** The other side's display name, if it gave one. */
  readonly peerName?: string;
  readonly startedAt: EpochMs;
  readonly answeredAt?: EpochMs;
  readonly endedAt?: EpochMs;
  readonly outcome: CallOutcome;
  /** The final status that was not a 2xx. */
  readonly status?: number;
  /** The device that called or answered; "" for one that states no instance-id. */
  readonly device?: string;
  /** Where the user's rules sent it. */
  readonly forwardedTo?: string;
}

/** A call that the user was not there for: another device's answer, or the user's own refusal, is no missed call. */
export const isMissed = ({ direction, outcome }: CallRecord): boolean =>
  direction === "incoming" && (outcome === "noAnswer" || outcome === "cancelled" || outcome === "busy");

/** A call as it is told over HTTP. */
export interface CallView {
  readonly id: string;
  readonly direction: CallRecord["direction"];
  /** Names its ladder. */
  readonly callId: string;
  readonly peer: string;
  readonly peerName?: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly answeredAt?: string;
  /** Absent while it goes on. */
  readonly endedAt?: string;
  /** Seconds from its answer to its end, where that is known. */
  readonly duration?: number;
  readonly outcome: CallOutcome;
  readonly missed: boolean;
  readonly status?: number;
  /** The device that called or answered, by the name it has in the list of devices. */
  readonly device?: string;
  readonly forwardedTo?: string;
}

export interface CallPage {
  readonly calls: readonly CallView[];
  /** Pass as `before` to go on; absent at the end. */
  readonly next?: string;
}
