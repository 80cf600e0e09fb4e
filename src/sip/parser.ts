// The lazy parser: start line and the places of the header fields (RFC 3261 §7, §25).
//
// One pass, linear in the length of the head. It refuses only what has no structure: no start line, a line
// that is no header field, a bare CR or LF (which a less careful peer would read as a line end: smuggling).
// Whether the fields make sense is validate.ts's question, so that a bad request can still be answered.

import { err, ok, type Result } from "../base/result";
import { type Frame, textOfFrame } from "./frame";
import { canonicalHeaderName, headerNumber, headerNumberAt } from "./header-name";
import { fieldMark, indexOfHeader, longestText, type SipMessage, type SipRequest } from "./message";
import { methodAt } from "./method";
import { isDigit, isToken, standsAt } from "./scan";

/** Why there is no message: stable codes for the log. */
export type ParseFailure =
  | "not-utf8"
  | "empty"
  | "too-long"
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
const CR = 0x0d;
const SLASH = 0x2f;

/** Parses one WebSocket message into one SIP message. Never throws. */
export function parseMessage(
  frame: Frame,
  limits: ParseLimits = defaultParseLimits,
): Result<SipMessage, ParseFailure> {
  if (typeof frame === "string") return parseText(frame, false, limits);
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
  if (text === "") return err("empty");
  if (text.charCodeAt(0) === CR) {
    const start = startOf(text);
    if (start > 0) return parseText(text.slice(start), octets, limits);
  }
  const feed = text.indexOf("\n");
  const lineEnd = feed - 1;
  if (text.indexOf("\r") !== lineEnd || lineEnd < 0) {
    return err(text.includes("\r\n") ? "bare-cr-or-lf" : "start-line");
  }
  const marks: number[] = [];
  const fieldsEnd = scanFields(text, feed + 1, marks, limits.headerFields);
  // Marks have room for no more; a body may be of any length, and is for its reader to refuse (413, 513).
  if (fieldsEnd > longestText) return err("too-long");
  const failure = failureAt(text, fieldsEnd, marks.length, limits.headerFields);
  if (failure !== undefined) return err(failure);
  return isStatusLine(text, lineEnd)
    ? statusLine(text, lineEnd, marks, fieldsEnd, octets)
    : requestLine(text, lineEnd, marks, fieldsEnd, octets);
}

/**
 * RFC 3261 §7.5: CRLF before the start line is ignored. It is not relayed either: JsSIP would read an empty start line
 * and throw the message away.
 */
function startOf(text: string): number {
  let start = 0;
  while (text.startsWith("\r\n", start)) start += 2;
  return start;
}

/**
 * The head of a frame that is no SIP message, up to where it stops being one, so that it can be answered 400
 * all the same; undefined when that is no request or lacks what a response copies (RFC 3261 §8.2.6.2).
 */
export function salvageRequest(frame: Frame): SipRequest | undefined {
  const decoded = textOfFrame(frame);
  const text = decoded?.text.slice(startOf(decoded.text));
  const lineEnd = text?.indexOf("\r\n") ?? -1;
  if (text === undefined || lineEnd < 0) return undefined;
  const end = scanFields(text, lineEnd + 2, [], defaultParseLimits.headerFields);
  const parsed = parseText(text.slice(0, end));
  if (!parsed.ok || parsed.value.kind !== "request") return undefined;
  const request = parsed.value;
  const copied = ["via", "from", "to", "call-id", "cseq"];
  return copied.every((name) => indexOfHeader(request, name) >= 0) ? request : undefined;
}

/** No method holds a slash, and SIP-Version compares without case (RFC 3261 §7.1): `sip/2.0` starts a Status-Line too. */
function isStatusLine(text: string, lineEnd: number): boolean {
  return lineEnd > 3 && text.charCodeAt(3) === SLASH && /^SIP$/i.test(text.slice(0, 3));
}

/** Request-Line = Method SP Request-URI SP SIP-Version. The URI is whatever stands between. */
function requestLine(
  text: string,
  lineEnd: number,
  marks: readonly number[],
  fieldsEnd: number,
  octets: boolean,
): Result<SipMessage, ParseFailure> {
  const first = text.indexOf(" ");
  // To search backwards costs as much as to parse five header fields.
  const isVersion2 = lineEnd > 8 && standsAt(text, lineEnd - 8, " SIP/2.0");
  const last = isVersion2 ? lineEnd - 8 : text.lastIndexOf(" ", lineEnd);
  if (first <= 0 || last <= first) return err("start-line");
  return ok({
    kind: "request",
    method: methodAt(text, first),
    requestUri: text.slice(first + 1, last),
    requestUriStart: first + 1,
    version: isVersion2 ? version2 : text.slice(last + 1, lineEnd),
    text,
    headStart: lineEnd + 2,
    marks,
    fieldsEnd,
    bodyStart: bodyBehind(text, fieldsEnd),
    octets,
  });
}

/** Status-Line = SIP-Version SP Status-Code SP Reason-Phrase; the phrase may be empty (RFC 4475 §3.1.1.13). */
function statusLine(
  text: string,
  lineEnd: number,
  marks: readonly number[],
  fieldsEnd: number,
  octets: boolean,
): Result<SipMessage, ParseFailure> {
  const codeStart = text.indexOf(" ") + 1;
  const status = codeStart + 3 < lineEnd ? statusCodeAt(text, codeStart) : undefined;
  if (status === undefined || text.charCodeAt(codeStart + 3) !== SP) return err("status-line");
  return ok({
    kind: "response",
    status,
    reason: text.slice(codeStart + 4, lineEnd),
    version: codeStart === 8 && standsAt(text, 0, version2) ? version2 : text.slice(0, codeStart - 1),
    text,
    headStart: lineEnd + 2,
    marks,
    fieldsEnd,
    bodyStart: bodyBehind(text, fieldsEnd),
    octets,
  });
}

const version2 = "SIP/2.0";

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

/** A head with no empty line behind it is the whole message: validate.ts refuses it, and can answer. */
function bodyBehind(text: string, fieldsEnd: number): number {
  return fieldsEnd === text.length ? fieldsEnd : fieldsEnd + 2;
}

/** Marks each field; returns where the first thing stands that is none: the empty line, when all is well. */
function scanFields(text: string, from: number, marks: number[], most: number): number {
  let at = from;
  for (;;) {
    const feed = text.indexOf("\n", at);
    // Both searches are the platform's own and far faster than a look at each character.
    if (feed <= at + 1 || text.indexOf("\r", at) !== feed - 1 || marks.length >= most) return at;
    const isFolded = isFoldAt(text, feed + 1);
    const end = isFolded ? endOfFold(text, feed + 1) : feed + 1;
    const number = headerNumberAt(text, at) || unusualHeaderNumber(text, at, end);
    if (end < 0 || number < 0) return at;
    marks.push(fieldMark(at, isFolded, number));
    at = end;
  }
}

function isFoldAt(text: string, at: number): boolean {
  const code = at < text.length ? text.charCodeAt(at) : 0;
  return code === SP || code === HTAB;
}

/** The offset after the line that nothing continues; -1 where a line has no proper end. */
function endOfFold(text: string, from: number): number {
  let at = from;
  while (isFoldAt(text, at)) {
    const feed = text.indexOf("\n", at);
    if (feed < 0 || text.indexOf("\r", at) !== feed - 1) return -1;
    at = feed + 1;
  }
  return at;
}

/** Why what stands behind the fields is no end of a head; undefined when it is one. */
function failureAt(text: string, at: number, count: number, most: number): ParseFailure | undefined {
  if (at === text.length ? count > 0 : standsAt(text, at, "\r\n")) return undefined;
  let line = at;
  do {
    const feed = text.indexOf("\n", line);
    const carriageReturn = text.indexOf("\r", line);
    if (feed < 0 && carriageReturn < 0) return "no-end-of-head";
    if (feed < 0 || carriageReturn !== feed - 1) return "bare-cr-or-lf";
    line = feed + 1;
  } while (isFoldAt(text, line));
  return count >= most ? "too-many-header-fields" : "header-field";
}

/** The number of a name in a spelling that is not common, `unknownName` for one without; -1 for what is no header field. */
function unusualHeaderNumber(text: string, start: number, end: number): number {
  const colon = text.indexOf(":", start);
  if (colon < 0 || colon >= end) return -1;
  let nameEnd = colon;
  // HCOLON = *( SP / HTAB ) ":" SWS
  while (nameEnd > start && isFoldAt(text, nameEnd - 1)) nameEnd--;
  const spelling = text.slice(start, nameEnd);
  return isToken(spelling) ? headerNumber(canonicalHeaderName(spelling)) : -1;
}
