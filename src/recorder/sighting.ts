// What a home's shell shows its recorder: a message that came or went, or an event; and the record that becomes of it.

import type { EpochMs } from "../base/brand";
import type { FlightRecord, Hop } from "../contracts/flight-record";
import type { Frame } from "../sip/frame";
import { headerValue, type SipMessage } from "../sip/message";
import { redactMessage } from "./redact";

export type Sighting =
  | { readonly kind: "message"; readonly direction: "in" | "out"; readonly hop: Hop; readonly frame: Frame }
  | {
      readonly kind: "event";
      readonly event: string;
      readonly hop?: Hop;
      readonly code?: number;
      readonly why?: string;
    };

/** In the place of a 2xx that was seen by a memory that is gone. */
export const answeredEvent = "answered";
/** Where a memory begins in the midst of a call: what the one before had seen is lost, but for what is in the call's row. */
export const forgottenEvent = "forgotten";

/** A record with the message it was made of, for whoever has to judge it. */
export interface Observed {
  readonly record: FlightRecord;
  readonly message?: SipMessage;
}

/** Characters of a Call-ID, and of why something happened. */
export const longestCallId = 256;
const longestWhy = 256;

/** The records of one step; an event in it belongs to the one call that the step was about. */
export function observe(
  sightings: readonly Sighting[],
  at: EpochMs,
  options: { readonly bodies: boolean },
): readonly Observed[] {
  const seen = sightings.flatMap((sighting) => observeOne(sighting, at, options) ?? []);
  const calls = new Set(seen.flatMap(({ record }) => (record.callId === "" ? [] : [record.callId])));
  const [only] = calls;
  if (calls.size !== 1 || only === undefined) return seen;
  return seen.map((each) =>
    each.record.kind === "event" ? { record: { ...each.record, callId: only } } : each,
  );
}

function observeOne(
  sighting: Sighting,
  at: EpochMs,
  options: { readonly bodies: boolean },
): Observed | undefined {
  if (sighting.kind === "event") {
    const { event, hop, code, why } = sighting;
    const record: FlightRecord = {
      kind: "event",
      at,
      callId: "",
      event,
      ...(hop === undefined ? {} : { hop }),
      ...(code === undefined ? {} : { code }),
      ...(why === undefined ? {} : { why: why.slice(0, longestWhy) }),
    };
    return { record };
  }
  const { direction, hop, frame } = sighting;
  // Keep-alives.
  if (frame.length <= 4) return undefined;
  const read = redactMessage(frame, options);
  if (read === undefined) {
    const event = direction === "in" ? "unreadable message" : "unreadable message sent";
    return { record: { kind: "event", at, callId: "", hop, event, why: `${frame.length} long` } };
  }
  const { message, text, redacted, truncated } = read;
  const record: FlightRecord = {
    kind: "message",
    at,
    callId: callIdOf(message),
    direction,
    hop,
    text,
    ...(redacted.length === 0 ? {} : { redacted }),
    ...(truncated ? { truncated } : {}),
  };
  return { record, message };
}

export const callIdOf = (message: SipMessage): string =>
  (headerValue(message, "call-id") ?? "").slice(0, longestCallId);
