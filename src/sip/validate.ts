// Whether a message may be processed at all: a request is refused with a status, a response is dropped
// (RFC 3261 §16.3, §8.2, §18.3).
//
// Strict where it costs somebody else a message: JsSIP and SIP.js throw a whole message away when one of the
// headers they parse first is malformed, and neither peer would ever learn why.

import { octetLength } from "./frame";
import { type HeaderRule, headerRule, mandatoryHeaders } from "./header-rules";
import { parseContentLength, parseDeltaSeconds } from "./headers/integer";
import {
  fieldCount,
  fieldNumber,
  fieldValueAt,
  headerValue,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "./message";
import { plainRequestUri } from "./plain-syntax";
import type { Refusal } from "./refusal";
import { parseUri } from "./uri/uri";

/** Bounds of what is read from a peer. */
export interface MessageLimits {
  /** Octets of a body; more is 413. */
  readonly bodyOctets: number;
  /** Characters of a Request-URI; more is 414. */
  readonly requestUriLength: number;
}

export const defaultMessageLimits: MessageLimits = { bodyOctets: 61_440, requestUriLength: 2048 };

/** A value longer than this is left to the full parser, whose bounds it then meets. */
const longestPlain = 1024;

const refuse = (status: number, reason: string): Refusal => ({ status, reason });

/** Why the request is refused, or undefined when it may be processed. Never throws. */
export function validateRequest(
  request: SipRequest,
  limits: MessageLimits = defaultMessageLimits,
): Refusal | undefined {
  return refuseStartLine(request, limits) ?? refuseFields(request, limits) ?? refuseForMethod(request);
}

/** Whether the response may be processed; if not, it is dropped (RFC 3261 §18.3, §16.7 step 1). */
export function validateResponse(
  response: SipResponse,
  limits: MessageLimits = defaultMessageLimits,
): boolean {
  return isVersion2(response) && refuseFields(response, limits) === undefined;
}

/** RFC 3261 §7.1: the version compares without case. */
function isVersion2(message: SipMessage): boolean {
  return message.version === "SIP/2.0" || message.version.toUpperCase() === "SIP/2.0";
}

function refuseStartLine(request: SipRequest, limits: MessageLimits): Refusal | undefined {
  if (!isVersion2(request)) {
    return /^SIP\/[0-9]+\.[0-9]+$/i.test(request.version)
      ? refuse(505, "Version Not Supported")
      : refuse(400, "Malformed Request-Line");
  }
  const uri = request.requestUri;
  if (uri.length > limits.requestUriLength) return refuse(414, "Request-URI Too Long");
  if (uri.length <= longestPlain && plainRequestUri.test(uri)) return undefined;
  const parsed = parseUri(uri);
  if (!parsed.ok) return refuse(400, "Malformed Request-URI");
  // RFC 3261 §16.3 step 2
  if (parsed.value.kind === "other") return refuse(416, "Unsupported URI Scheme");
  // RFC 3261 §19.1.1 table 1: headers are not allowed in a Request-URI.
  const hasHeaders = parsed.value.kind === "sip" && parsed.value.headers.length > 0;
  return hasHeaders ? refuse(400, "Header in Request-URI") : undefined;
}

/** Every field with a rule: well formed, not twice, none missing, and the two that speak of other parts. */
function refuseFields(message: SipMessage, limits: MessageLimits): Refusal | undefined {
  let seen = 0;
  let contentLength: number | undefined;
  for (let index = 0; index < fieldCount(message); index++) {
    const rule = headerRule(fieldNumber(message, index));
    if (rule === undefined) continue;
    // RFC 3261 §7.3.1: fields that are no list stand once; two readers could believe different ones.
    if (rule.single && (seen & rule.bit) !== 0) return refuse(400, `Repeated ${rule.spelling}`);
    seen |= rule.bit;
    const value = fieldValueAt(message, index);
    if (!isWellFormed(rule, value)) return refuse(400, `Malformed ${rule.spelling}`);
    if (rule.spelling === "CSeq" && message.kind === "request") {
      // RFC 3261 §8.1.1.5
      if (!isCSeqOf(value, message.method)) return refuse(400, "CSeq Method Mismatch");
      if (Number.parseInt(value, 10) >= sequenceLimit) return refuse(400, "CSeq Number Too Large");
    }
    if (rule.spelling === "Content-Length") contentLength = parseContentLength(value);
  }
  const missing = mandatoryHeaders.find((rule) => (seen & rule.bit) === 0);
  if (missing !== undefined) return refuse(400, `Missing ${missing.spelling}`);
  // RFC 3261 §7: the empty line must be there even when there is no body.
  if (message.fieldsEnd === message.bodyStart) return refuse(400, "Missing Empty Line");
  return refuseBody(message, contentLength, limits);
}

function isWellFormed(rule: HeaderRule, value: string): boolean {
  return (value.length <= longestPlain && rule.plain?.test(value)) || rule.accepts(value);
}

function refuseBody(
  message: SipMessage,
  contentLength: number | undefined,
  limits: MessageLimits,
): Refusal | undefined {
  const octets = octetLength(message.text.slice(message.bodyStart), message.octets);
  // RFC 3261 §18.3: too short is an error. Of octets behind the body §18.3 says to discard them; they are
  // refused, since one WebSocket message is one SIP message (RFC 7118 §5) and nobody sends noise by mistake.
  if (contentLength !== undefined && contentLength !== octets) return refuse(400, "Content-Length Mismatch");
  return octets > limits.bodyOctets ? refuse(413, "Request Entity Too Large") : undefined;
}

/** RFC 3261 §8.1.1.5: a number is less, so that those that follow in its dialog never wrap (§12.2.1.1). */
const sequenceLimit = 2 ** 31;

/** Whether a well-formed CSeq value has that method. */
function isCSeqOf(value: string, method: string): boolean {
  if (!value.endsWith(method)) return false;
  const before = value.charCodeAt(value.length - method.length - 1);
  return before === 0x20 || before === 0x09;
}

/** Methods whose Expires this element acts on. */
const expiring = new Set(["REGISTER", "SUBSCRIBE", "PUBLISH", "MESSAGE"]);

/** Methods of a notifier, who does not know which type of event is meant (RFC 6665 §4.2.3, RFC 3903 §6 step 2). */
const eventful = new Set(["SUBSCRIBE", "PUBLISH"]);

function refuseForMethod(request: SipRequest): Refusal | undefined {
  const { method } = request;
  if (expiring.has(method)) {
    const expires = headerValue(request, "expires");
    if (expires !== undefined && parseDeltaSeconds(expires) === undefined) {
      return refuse(400, "Malformed Expires");
    }
  }
  if (eventful.has(method) && headerValue(request, "event") === undefined) return refuse(489, "Bad Event");
  // RFC 6665 §8.2.1. 489 is for a type of event that is not known (§4.1.3), and this one names none.
  if (method === "NOTIFY" && headerValue(request, "event") === undefined) return refuse(400, "Missing Event");
  // RFC 3515 §2.4.2: exactly one Refer-To.
  if (method === "REFER" && headerValue(request, "refer-to") === undefined) {
    return refuse(400, "Missing Refer-To");
  }
  return undefined;
}
