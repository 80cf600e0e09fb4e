import type { EpochMs } from "../../../src/base/brand";
import type { AddressOfRecord } from "../../../src/sip/uri/address-of-record";
export type Hop =
  | {
      readonly kind: "socket";
      readonly socket: string;
      readonly device?: string;
      readonly client?: string;
    }
  | {
      readonly kind: "home";
      readonly aor: string;
    };
export type Redaction = "credentials" | "body";
interface Recorded {
  readonly at: EpochMs;
  readonly callId: string;
  readonly hop?: Hop;
}
export interface RecordedMessage extends Recorded {
  readonly kind: "message";
  readonly direction: "in" | "out";
  readonly hop: Hop;
  readonly text: string;
  readonly redacted?: readonly Redaction[];
  readonly truncated?: true;
}
export interface RecordedEvent extends Recorded {
  readonly kind: "event";
  readonly event: string;
  readonly code?: number;
  readonly why?: string;
}
export type FlightRecord = RecordedMessage | RecordedEvent;
export type NumberedRecord = FlightRecord & {
  readonly number: number;
};
export interface Recording {
  readonly since: EpochMs;
  readonly until: EpochMs;
  readonly bodies: boolean;
}
export interface RecorderView {
  readonly recording: Recording | undefined;
  readonly failedCalls: boolean;
  readonly kept: {
    readonly messages: number;
    readonly octets: number;
    readonly oldestAt: EpochMs | undefined;
  };
}
export interface HomeRecords {
  readonly aor: AddressOfRecord;
  readonly records: readonly NumberedRecord[];
  readonly isLive: boolean;
}
export interface Exchange {
  readonly callId: string;
  readonly startedAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly method: string;
  readonly peer: string;
  readonly direction: "incoming" | "outgoing";
  readonly messages: number;
  readonly status?: number;
  readonly failed: boolean;
  readonly summary: string;
}
export interface ExchangePage {
  readonly exchanges: readonly Exchange[];
  readonly next?: string;
}
export interface FlightRecorder {
  readRecorder(): Promise<RecorderView | undefined>;
  startRecording(seconds: number, bodies: boolean): Promise<RecorderView | undefined>;
  stopRecording(forget: boolean): Promise<RecorderView | undefined>;
  listExchanges(before: string | undefined, limit: number): Promise<ExchangePage | undefined>;
  readRecords(callId: string): Promise<HomeRecords | undefined>;
}
