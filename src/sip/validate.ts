// Whether a message may be processed at all: a request is refused with a status, a response is dropped
// (RFC 3261 §16.3, §8.2, §18.3).
//
// Strict where it costs somebody else a message: JsSIP and SIP.js throw a whole message away when one of the
// headers they parse first is malformed, and neither peer would ever learn why.

import { octetLength } from "./frame";
import { headerRule, mandatoryHeaders, ruleOf } from "./header-rules";
import { parseContentLength, parseDeltaSeconds } from "./headers/integer";
import {
  fieldCount,
  fieldEnd,
  fieldNumber,
  fieldStart,
  fieldValueAt,
  indexOfHeader,
  plainNumberAt,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "./message";
import { plainLinesEnd, plainRequestEnd } from "./plain-syntax";
import type { Refusal } from "./refusal";
import { standsAt } from "./scan";
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

const mandatory = mandatoryHeaders.reduce((bits, { bit }) => bits | bit, 0);
const cseq = ruleOf("cseq");
const length = ruleOf("content-length");
const event = ruleOf("event");
const referTo = ruleOf("refer-to");
const expires = ruleOf("expires");

const refuse = (status: number, reason: string): Refusal => ({ status, reason });

/** Why the request is refused, or undefined when it may be processed. Never throws. */
export function validateRequest(
  request: SipRequest,
  limits: MessageLimits = defaultMessageLimits,
): Refusal | undefined {
  const { text, requestUri, requestUriStart } = request;
  const isShort = requestUri.length <= Math.min(longestPlain, limits.requestUriLength);
  const plainEnd = isShort ? plainRequestEnd(text, requestUriStart) : 0;
  const refusal = plainEnd === 0 ? refuseStartLine(request, limits) : undefined;
  return refusal ?? refuseFields(request, plainEnd, limits);
}

/** Whether the response may be processed; if not, it is dropped (RFC 3261 §18.3, §16.7 step 1). */
export function validateResponse(
  response: SipResponse,
  limits: MessageLimits = defaultMessageLimits,
): boolean {
  return isVersion2(response) && refuseFields(response, 0, limits) === undefined;
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
  const parsed = parseUri(uri);
  if (!parsed.ok) return refuse(400, "Malformed Request-URI");
  // RFC 3261 §16.3 step 2
  if (parsed.value.kind === "other") return refuse(416, "Unsupported URI Scheme");
  // RFC 3261 §19.1.1 table 1: headers are not allowed in a Request-URI.
  const hasHeaders = parsed.value.kind === "sip" && parsed.value.headers.length > 0;
  return hasHeaders ? refuse(400, "Header in Request-URI") : undefined;
}

/**
 * Every field with a rule: well formed, not twice, none missing, and those that speak of other parts. What stands before
 * `plainEnd` has matched a plain spelling.
 */
function refuseFields(message: SipMessage, plainEnd: number, limits: MessageLimits): Refusal | undefined {
  let seen = 0;
  let plain = plainEnd;
  let contentLength: number | undefined;
  for (let index = 0; index < fieldCount(message); index++) {
    const rule = headerRule(fieldNumber(message, index));
    if (rule === undefined) continue;
    // RFC 3261 §7.3.1: fields that are no list stand once; two readers could believe different ones.
    if (rule.single && (seen & rule.bit) !== 0) return refuse(400, `Repeated ${rule.spelling}`);
    seen |= rule.bit;
    if (rule === length) {
      contentLength = plainNumberAt(message, index) ?? parseContentLength(fieldValueAt(message, index));
      if (contentLength === undefined) return refuse(400, "Malformed Content-Length");
      continue;
    }
    const start = fieldStart(message, index);
    if (start >= plain) plain = plainLinesEnd(message.text, start);
    const isPlain = start < plain && fieldEnd(message, index) - start <= longestPlain;
    if (!isPlain && !rule.accepts(fieldValueAt(message, index))) {
      return refuse(400, `Malformed ${rule.spelling}`);
    }
    if (rule === cseq && message.kind === "request") {
      const refusal = isPlain && isPlainCSeqOf(message, index) ? undefined : refuseCSeq(message, index);
      if (refusal !== undefined) return refusal;
    }
  }
  if ((seen & mandatory) !== mandatory) {
    return refuse(400, `Missing ${mandatoryHeaders.find(({ bit }) => (seen & bit) === 0)?.spelling}`);
  }
  // RFC 3261 §7: the empty line must be there even when there is no body.
  if (message.fieldsEnd === message.bodyStart) return refuse(400, "Missing Empty Line");
  const refusal = refuseBody(message, contentLength, limits);
  return refusal ?? (message.kind === "request" ? refuseForMethod(message, seen) : undefined);
}

function refuseBody(
  message: SipMessage,
  contentLength: number | undefined,
  limits: MessageLimits,
): Refusal | undefined {
  const { text, bodyStart } = message;
  const octets = bodyStart === text.length ? 0 : octetLength(text.slice(bodyStart), message.octets);
  // RFC 3261 §18.3: too short is an error. Of octets behind the body §18.3 says to discard them; they are
  // refused, since one WebSocket message is one SIP message (RFC 7118 §5) and nobody sends noise by mistake.
  if (contentLength !== undefined && contentLength !== octets) return refuse(400, "Content-Length Mismatch");
  return octets > limits.bodyOctets ? refuse(413, "Request Entity Too Large") : undefined;
}

/** RFC 3261 §8.1.1.5: a number is less, so that those that follow in its dialog never wrap (§12.2.1.1). */
const sequenceLimit = 2 ** 31;

/** RFC 3261 §8.1.1.5, of a CSeq that is well formed. */
function refuseCSeq(request: SipRequest, index: number): Refusal | undefined {
  const value = fieldValueAt(request, index);
  if (!isCSeqOf(value, request.method)) return refuse(400, "CSeq Method Mismatch");
  return Number.parseInt(value, 10) >= sequenceLimit ? refuse(400, "CSeq Number Too Large") : undefined;
}

/** Whether a plain CSeq, whose number is below the limit, has the request's method. */
function isPlainCSeqOf(request: SipRequest, index: number): boolean {
  const { text, method } = request;
  const start = fieldEnd(request, index) - 2 - method.length;
  return standsAt(text, start, method) && text.charCodeAt(start - 1) === 0x20;
}

/** Whether a well-formed CSeq value has that method. */
function isCSeqOf(value: string, method: string): boolean {
  if (!value.endsWith(method)) return false;
  const before = value.charCodeAt(value.length - method.length - 1);
  return before === 0x20 || before === 0x09;
}

/** What a method asks of its fields beyond their syntax; `seen` has the bits of those that are there. */
function refuseForMethod(request: SipRequest, seen: number): Refusal | undefined {
  const { method } = request;
  switch (method) {
    case "MESSAGE":
    case "REGISTER":
      return refuseExpires(request, seen);
    // A notifier does not know which type of event is meant (RFC 6665 §4.2.3, RFC 3903 §6 step 2).
    case "SUBSCRIBE":
    case "PUBLISH":
      return (
        refuseExpires(request, seen) ?? ((seen & event.bit) === 0 ? refuse(489, "Bad Event") : undefined)
      );
    // RFC 6665 §8.2.1. 489 is for a type of event that is not known (§4.1.3), and this one names none.
    case "NOTIFY":
      return (seen & event.bit) === 0 ? refuse(400, "Missing Event") : undefined;
    // RFC 3515 §2.4.2: exactly one Refer-To.
    case "REFER":
      return (seen & referTo.bit) === 0 ? refuse(400, "Missing Refer-To") : undefined;
    default:
      return undefined;
  }
}

/** Of the methods whose Expires this element acts on. */
function refuseExpires(request: SipRequest, seen: number): Refusal | undefined {
  if ((seen & expires.bit) === 0) return undefined;
  const index = indexOfHeader(request, "expires");
  const value = plainNumberAt(request, index) ?? parseDeltaSeconds(fieldValueAt(request, index));
  return value === undefined ? refuse(400, "Malformed Expires") : undefined;
}
