import type { EpochMs } from "../../../src/base/brand";
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
  readonly id: string;
  readonly direction: "incoming" | "outgoing";
  readonly callId: string;
  readonly peer: string;
  readonly peerName?: string;
  readonly startedAt: EpochMs;
  readonly answeredAt?: EpochMs;
  readonly endedAt?: EpochMs;
  readonly outcome: CallOutcome;
  readonly status?: number;
  readonly device?: string;
  readonly forwardedTo?: string;
}
export declare const isMissed: ({ direction, outcome }: CallRecord) => boolean;
export interface CallView {
  readonly id: string;
  readonly direction: CallRecord["direction"];
  readonly callId: string;
  readonly peer: string;
  readonly peerName?: string;
  readonly startedAt: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly duration?: number;
  readonly outcome: CallOutcome;
  readonly missed: boolean;
  readonly status?: number;
  readonly device?: string;
  readonly forwardedTo?: string;
}
export interface CallPage {
  readonly calls: readonly CallView[];
  readonly next?: string;
}
