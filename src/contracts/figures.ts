// What a home tells its realm of itself for the operator's view, and what the realm makes of it. Only where the
// setting FIGURES is on; never on a message's path.

import type { EpochMs } from "../base/brand";
import type { CallOutcome } from "./call-record";

/** What is counted; each name is also a metric's. New ones are added, none is ever renamed: homes of two deployments overlap. */
export const counterNames = [
  "registers",
  "messages",
  "stored",
  "calls",
  "answered",
  "failedCalls",
  "publishes",
  "subscribes",
  "notifies",
  "refused",
  "errors",
  "frames",
  "requests",
  "rows",
] as const;

export type CounterName = (typeof counterNames)[number];

/** Absent is none. */
export type Counts = Readonly<Partial<Record<CounterName, number>>>;

/** One account now. */
export interface AccountFigures {
  readonly enabled: boolean;
  /** Devices that are live. */
  readonly live: number;
  /** Calls that are not over. */
  readonly calls: number;
  /** Those of them that the user placed: a call between two users of a realm counts once in the realm. */
  readonly placed: number;
}

/** A call that is over, as the realm keeps it. */
export interface EndedCall {
  /** Sorts by when the call began. */
  readonly id: string;
  readonly callId: string;
  /** Addresses-of-record where they are known, else the URI. */
  readonly caller: string;
  readonly callee: string;
  readonly startedAt: EpochMs;
  readonly answeredAt?: EpochMs;
  readonly endedAt: EpochMs;
  readonly outcome: CallOutcome;
  readonly status?: number;
}

/** What was counted in one minute: its beginning. */
export interface MinuteCounts {
  readonly at: EpochMs;
  readonly counts: Counts;
}

/** One telling. The same `id` may come again, and counts once. */
export interface FigureReport {
  readonly id: string;
  readonly aor: string;
  readonly at: EpochMs;
  readonly account: AccountFigures;
  readonly minutes: readonly MinuteCounts[];
  readonly calls: readonly EndedCall[];
}

/** The realm now, as far as its homes have told. */
export interface RealmGauges {
  readonly accounts: number;
  readonly online: number;
  readonly devices: number;
  /** Two users of the realm who talk are one. */
  readonly calls: number;
  /** Accounts that are in one. */
  readonly inCall: number;
  readonly disabled: number;
}

export interface RealmFigures {
  readonly at: EpochMs;
  readonly now: RealmGauges;
  /** Minutes in which something was told of, oldest first. */
  readonly minutes: readonly MinuteCounts[];
  /** Of all time that the realm has been told. */
  readonly totals: Counts;
  readonly since: EpochMs | undefined;
}

export interface EndedCallPage {
  readonly calls: readonly EndedCall[];
  /** Pass as `before` to go on; absent at the end. */
  readonly next?: string;
}

/** What homes and the administrator ask of a realm about figures. */
export interface RealmFigureKeeping {
  /** Resolves when it is on disk. */
  report(report: FigureReport): Promise<void>;
  readFigures(minutes: number): Promise<RealmFigures>;
  readRecentCalls(
    before: string | undefined,
    limit: number,
    outcomes?: readonly CallOutcome[],
  ): Promise<EndedCallPage>;
}

/** What a realm asks of a home that has told it something of late. */
export interface TellsFigures {
  /** Has the home report what it has not told yet. */
  tellFigures(): Promise<void>;
}
