// The lazy parser: start line and the places of the header fields (RFC 3261 §7, §25).
//
// One pass, linear in the length of the head. It refuses only what has no structure: no start line, a line
// that is no header field, a bare CR or LF (which a less careful peer would read as a line end: smuggling).
// Whether the fields make sense is validate.ts's question, so that a bad request can still be answered.

import { err, ok, type Result } from "../base/result";
import { type Frame, textOfFrame } from "./frame";
import { canonicalHeaderName, commonHeaderName } from "./header-name";
import type { HeaderField, SipMessage, SipRequest } from "./message";
import { isDigit, isToken } from "./scan";

/** Why there is no message: stable codes for the log. */
export type ParseFailure =
  | "not-utf8"
  | "empty"
  | "start-line"
  | "status-line"
  | "bare-cr-or-lf"
  | "header-field"
  | "too-many-header-fields"
  | "no-end-of-head";

/** Bounds of one message's head. */
export interface ParseLimits {
  /** Header fields in one message. */
  readonly headerFields: number;
}

export const defaultParseLimits: ParseLimits = { headerFields: 256 };

const SP = 0x20;
const HTAB = 0x09;

/** Parses one WebSocket message into one SIP message. Never throws. */
export function parseMessage(
  frame: Frame,
  limits: ParseLimits = defaultParseLimits,
): Result<SipMessage, ParseFailure> {
  const decoded = textOfFrame(frame);
  if (decoded === undefined) return err("not-utf8");
  return parseText(decoded.text, decoded.octets, limits);
}

/** Parses the text of one SIP message. Never throws. */
export function parseText(
  text: string,
  octets = false,
  limits: ParseLimits = defaultParseLimits,
): Result<SipMessage, ParseFailure> {
  // RFC 3261 §7.5: CRLF before the start line is ignored. It is not relayed either: JsSIP would read an empty
  // start line and throw the message away.
  let start = 0;
  while (text.startsWith("\r\n", start)) start += 2;
  if (start > 0) return parseText(text.slice(start), octets, limits);
  const lineEnd = text.indexOf("\r\n");
  if (lineEnd < 0) return err(text === "" ? "empty" : "start-line");
  const headStart = lineEnd + 2;
  const fields: HeaderField[] = [];
  const bodyStart = scanFields(text, headStart, fields, limits.headerFields);
  if (typeof bodyStart !== "number") return err(bodyStart);
  const line = text.slice(0, lineEnd);
  if (line.includes("\n") || line.includes("\r")) return err("bare-cr-or-lf");
  const rest = { text, headStart, fields, bodyStart, octets };
  const isResponse = line.charAt(3) === "/" && /^SIP\//i.test(line);
  return isResponse ? statusLine(line, rest) : requestLine(line, rest);
}

/**
 * The head of a frame that is no SIP message, up to where it stops being one, so that it can be answered 400
 * all the same; undefined when that is no request or lacks what a response copies (RFC 3261 §8.2.6.2).
 */
export function salvageRequest(frame: Frame): SipRequest | undefined {
  const decoded = textOfFrame(frame);
  const text = decoded?.text.replace(/^(?:\r\n)+/, "");
  const lineEnd = text?.indexOf("\r\n") ?? -1;
  if (text === undefined || lineEnd < 0) return undefined;
  const fields: HeaderField[] = [];
  scanFields(text, lineEnd + 2, fields, defaultParseLimits.headerFields);
  const parsed = parseText(text.slice(0, fields.at(-1)?.end));
  if (!parsed.ok || parsed.value.kind !== "request") return undefined;
  const copied = ["via", "from", "to", "call-id", "cseq"];
  return copied.every((name) => fields.some((field) => field.name === name)) ? parsed.value : undefined;
}

type Rest = Pick<SipMessage, "text" | "headStart" | "fields" | "bodyStart" | "octets">;

/** Request-Line = Method SP Request-URI SP SIP-Version. The URI is whatever stands between. */
function requestLine(line: string, rest: Rest): Result<SipMessage, ParseFailure> {
  const first = line.indexOf(" ");
  const last = line.lastIndexOf(" ");
  if (first <= 0 || last <= first) return err("start-line");
  const { text, headStart, fields, bodyStart, octets } = rest;
  return ok({
    kind: "request",
    method: line.slice(0, first),
    requestUri: line.slice(first + 1, last),
    requestUriStart: first + 1,
    version: line.slice(last + 1),
    text,
    headStart,
    fields,
    bodyStart,
    octets,
  });
}

/**
 * Status-Line = SIP-Version SP Status-Code SP Reason-Phrase; the phrase may be empty (RFC 4475 §3.1.1.13). No
 * method holds a slash, and SIP-Version compares without case (§7.1), so `sip/2.0` starts one too.
 */
function statusLine(line: string, rest: Rest): Result<SipMessage, ParseFailure> {
  const codeStart = line.indexOf(" ") + 1;
  const status = statusCodeAt(line, codeStart);
  if (status === undefined || line.charCodeAt(codeStart + 3) !== SP) return err("status-line");
  const { text, headStart, fields, bodyStart, octets } = rest;
  return ok({
    kind: "response",
    status,
    reason: line.slice(codeStart + 4),
    version: line.slice(0, codeStart - 1),
    text,
    headStart,
    fields,
    bodyStart,
    octets,
  });
}

/** Status-Code: three digits, the first one of RFC 3261's classes. */
function statusCodeAt(line: string, at: number): number | undefined {
  let status = 0;
  for (let digit = at; digit < at + 3; digit++) {
    const code = line.charCodeAt(digit);
    if (!isDigit(code)) return undefined;
    status = status * 10 + code - 0x30;
  }
  return status >= 100 && status < 700 ? status : undefined;
}

/** Notes each field's place; returns the offset of the body, or why there is none. */
function scanFields(text: string, from: number, fields: HeaderField[], most: number): number | ParseFailure {
  let at = from;
  for (;;) {
    // A head with no empty line behind it is the whole message: validate.ts refuses it, and can answer.
    if (at === text.length && fields.length > 0) return at;
    const end = endOfField(text, at);
    if (typeof end !== "number") return end;
    if (end === at + 2) return end;
    if (fields.length >= most) return "too-many-header-fields";
    const field = headerFieldAt(text, at, end);
    if (field === undefined) return "header-field";
    fields.push(field);
    at = end;
  }
}

/** The offset after the CRLF that is not followed by a fold. */
function endOfField(text: string, start: number): number | ParseFailure {
  let at = start;
  for (;;) {
    const feed = text.indexOf("\n", at);
    if (feed < 0) return text.indexOf("\r", at) >= 0 ? "bare-cr-or-lf" : "no-end-of-head";
    if (text.indexOf("\r", at) !== feed - 1) return "bare-cr-or-lf";
    at = feed + 1;
    const next = text.charCodeAt(at);
    // The empty line ends the head; a body that starts with a space is no fold of it.
    if ((next !== SP && next !== HTAB) || feed - 1 === start) return at;
  }
}

function headerFieldAt(text: string, start: number, end: number): HeaderField | undefined {
  const colon = text.indexOf(":", start);
  if (colon < 0 || colon >= end) return undefined;
  let nameEnd = colon;
  // HCOLON = *( SP / HTAB ) ":" SWS
  while (nameEnd > start && (text.charCodeAt(nameEnd - 1) === SP || text.charCodeAt(nameEnd - 1) === HTAB)) {
    nameEnd--;
  }
  if (nameEnd === start) return undefined;
  const name = commonHeaderName(text, start, nameEnd) ?? unusualHeaderName(text.slice(start, nameEnd));
  return name === undefined ? undefined : { name, start, valueStart: colon + 1, end };
}

function unusualHeaderName(spelling: string): string | undefined {
  return isToken(spelling) ? canonicalHeaderName(spelling) : undefined;
}
