// The parts of a SUBSCRIBE that a notifier needs, read once and judged for form (RFC 6665 §3.1).

import { err, ok, type Result } from "../base/result";
import type { DialogRequest } from "../dialog/dialog";
import { parseCSeq } from "../sip/headers/cseq";
import { parseEvent } from "../sip/headers/event";
import { parseDeltaSeconds } from "../sip/headers/integer";
import { tagOf } from "../sip/headers/tag";
import { headerValue, headerValues, type SipRequest } from "../sip/message";
import type { Parameters } from "../sip/parameters";
import type { Refusal } from "../sip/refusal";
import type { EventPackage } from "./event-package";
import { allowEvents, eventPackage } from "./supported-packages";

export interface SubscribeRequest {
  readonly event: RequestedEvent;
  readonly remoteTag: string;
  /** The To-tag: undefined outside a dialog. */
  readonly localTag: string | undefined;
  /** The values a dialog is made of. */
  readonly dialog: DialogRequest;
  /** Seconds; undefined when there is no Expires. */
  readonly expires: number | undefined;
  /** The Accept values; undefined when there is no Accept. */
  readonly accept: readonly string[] | undefined;
}

export interface RequestedEvent {
  readonly package: EventPackage;
  readonly id: string | undefined;
  /** Without `id`. */
  readonly parameters: Parameters;
}

/** Reads a SUBSCRIBE, or says why it is none: 400, or 489 for an event type that we do not serve. */
export function readSubscribe(request: SipRequest): Result<SubscribeRequest, Refusal> {
  const event = readEvent(request);
  if (!event.ok) return event;
  const from = headerValue(request, "from") ?? "";
  const to = headerValue(request, "to") ?? "";
  const remoteTag = tagOf(from);
  // RFC 3261 §8.1.1.3. Without it a NOTIFY could not be told from those of the subscriber's other dialogs.
  if (remoteTag === undefined) return malformed("Missing From Tag");
  const cseq = parseCSeq(headerValue(request, "cseq") ?? "");
  const callId = headerValue(request, "call-id");
  if (!cseq.ok || callId === undefined) return malformed("Bad Dialog Identifiers");
  const expires = headerValue(request, "expires");
  const duration = parseDeltaSeconds(expires ?? "");
  if (expires !== undefined && duration === undefined) return malformed("Bad Expires");
  const accept = headerValues(request, "accept");
  return ok({
    event: event.value,
    remoteTag,
    localTag: tagOf(to),
    dialog: {
      requestUri: request.requestUri,
      from,
      to,
      callId,
      cseq: cseq.value.sequence,
      contact: headerValues(request, "contact"),
      recordRoute: headerValues(request, "record-route"),
      // The dialogs of a notifier are sips only if the subscriber asked for that (RFC 3261 §12.1.1).
      overTls: true,
    },
    expires: duration,
    accept: accept.length === 0 ? undefined : accept,
  });
}

/** RFC 6665 §3.1.2: exactly one Event with exactly one event type. */
function readEvent(request: SipRequest): Result<RequestedEvent, Refusal> {
  const [value, ...more] = headerValues(request, "event");
  // RFC 6665 §4.2.3: a SUBSCRIBE without Event is one of PINT, which we do not serve.
  if (value === undefined) return err(badEvent());
  const event = parseEvent(value);
  if (more.length > 0 || !event.ok) return malformed("Bad Event Header Field");
  // RFC 6665 §8.2.1: byte by byte. `Presence` is not `presence`, and would match none of our NOTIFYs.
  const served = value.startsWith(event.value.package) ? eventPackage(event.value.package) : undefined;
  if (served === undefined) return err(badEvent());
  const parameters = event.value.parameters.filter(({ name }) => name !== "id");
  return ok({ package: served, id: event.value.id, parameters });
}

const badEvent = (): Refusal => ({ status: 489, lines: [["Allow-Events", allowEvents()]] });
const malformed = (reason: string): Result<never, Refusal> => err({ status: 400, reason });
