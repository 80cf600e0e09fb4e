// What a home's flight recorder keeps and tells: SIP messages in and out with time and hop, redacted, and events.
// Plain data: it is stored as JSON, and read by another deployment's code than the one that wrote it.

import type { EpochMs } from "../base/brand";
import type { AddressOfRecord } from "../sip/uri/address-of-record";

/** Where a message came from or went to, seen from the home that recorded it. */
export type Hop =
  | {
      readonly kind: "socket";
      /** The random name of the socket. */
      readonly socket: string;
      /** The device's name as the administrator's API has it; absent before it has registered. */
      readonly device?: string;
      /** What its client calls itself. */
      readonly client?: string;
    }
  /** Another home; `""` where it is not known which. */
  | { readonly kind: "home"; readonly aor: string };

export type Redaction = "credentials" | "body";

interface Recorded {
  readonly at: EpochMs;
  /** `""` for an event that is of no one call. */
  readonly callId: string;
  /** Absent for an event within the home. */
  readonly hop?: Hop;
}

export interface RecordedMessage extends Recorded {
  readonly kind: "message";
  readonly direction: "in" | "out";
  readonly hop: Hop;
  /** The message as it went, but for what was redacted before it was stored. */
  readonly text: string;
  readonly redacted?: readonly Redaction[];
  readonly truncated?: true;
}

export interface RecordedEvent extends Recorded {
  readonly kind: "event";
  /** Stable words: `socket closed`, `login failed`. */
  readonly event: string;
  /** A close code, or a SIP status. */
  readonly code?: number;
  readonly why?: string;
}

export type FlightRecord = RecordedMessage | RecordedEvent;

/** A record and its number at its home: numbers rise, and are never given twice while a record is kept. */
export type NumberedRecord = FlightRecord & { readonly number: number };

/** A recording that an administrator has switched on. */
export interface Recording {
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** Bodies are kept too; keys and passwords of media never are. */
  readonly bodies: boolean;
}

export interface RecorderView {
  readonly recording: Recording | undefined;
  /** Every failed call is kept, whoever's. */
  readonly failedCalls: boolean;
  readonly kept: {
    readonly messages: number;
    readonly octets: number;
    readonly oldestAt: EpochMs | undefined;
  };
}

/** What one home has of a call. */
export interface HomeRecords {
  readonly aor: AddressOfRecord;
  readonly records: readonly NumberedRecord[];
  /** The call is not over as far as this home knows. */
  readonly isLive: boolean;
}

/** The messages of one Call-ID, as a list has them. */
export interface Exchange {
  readonly callId: string;
  readonly startedAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly method: string;
  /** The other side's URI. */
  readonly peer: string;
  readonly direction: "incoming" | "outgoing";
  readonly messages: number;
  /** The last final response to its first request. */
  readonly status?: number;
  readonly failed: boolean;
  readonly summary: string;
}

export interface ExchangePage {
  readonly exchanges: readonly Exchange[];
  /** Pass as `before` to go on; absent at the end. */
  readonly next?: string;
}

/** The calls made on the object of an address-of-record; undefined where there is no account. Each may be made twice. */
export interface FlightRecorder {
  readRecorder(): Promise<RecorderView | undefined>;
  /** Switches recording on until then, in place of what was on before. */
  startRecording(seconds: number, bodies: boolean): Promise<RecorderView | undefined>;
  /** Switches it off; what was recorded is deleted with `forget`. */
  stopRecording(forget: boolean): Promise<RecorderView | undefined>;
  /** Newest first. */
  listExchanges(before: string | undefined, limit: number): Promise<ExchangePage | undefined>;
  readRecords(callId: string): Promise<HomeRecords | undefined>;
}
