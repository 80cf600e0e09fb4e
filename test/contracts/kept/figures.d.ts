import type { EpochMs } from "../../../src/base/brand";
import type { CallOutcome } from "./call-record";
export declare const counterNames: readonly [
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
];
export type CounterName = (typeof counterNames)[number];
export type Counts = Readonly<Partial<Record<CounterName, number>>>;
export interface AccountFigures {
  readonly enabled: boolean;
  readonly live: number;
  readonly calls: number;
  readonly placed: number;
}
export interface EndedCall {
  readonly id: string;
  readonly callId: string;
  readonly caller: string;
  readonly callee: string;
  readonly startedAt: EpochMs;
  readonly answeredAt?: EpochMs;
  readonly endedAt: EpochMs;
  readonly outcome: CallOutcome;
  readonly status?: number;
}
export interface MinuteCounts {
  readonly at: EpochMs;
  readonly counts: Counts;
}
export interface FigureReport {
  readonly id: string;
  readonly aor: string;
  readonly at: EpochMs;
  readonly account: AccountFigures;
  readonly minutes: readonly MinuteCounts[];
  readonly calls: readonly EndedCall[];
}
export interface RealmGauges {
  readonly accounts: number;
  readonly online: number;
  readonly devices: number;
  readonly calls: number;
  readonly inCall: number;
  readonly disabled: number;
}
export interface RealmFigures {
  readonly at: EpochMs;
  readonly now: RealmGauges;
  readonly minutes: readonly MinuteCounts[];
  readonly totals: Counts;
  readonly since: EpochMs | undefined;
}
export interface EndedCallPage {
  readonly calls: readonly EndedCall[];
  readonly next?: string;
}
export interface RealmFigureKeeping {
  report(report: FigureReport): Promise<void>;
  readFigures(minutes: number): Promise<RealmFigures>;
  readRecentCalls(
    before: string | undefined,
    limit: number,
    outcomes?: readonly CallOutcome[],
  ): Promise<EndedCallPage>;
}
export interface TellsFigures {
  tellFigures(): Promise<void>;
}
