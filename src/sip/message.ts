// A SIP message as it came: the text, and where each header field stands in it (RFC 3261 §7).
//
// Nothing is decoded until somebody asks, and nothing is copied: a proxy reads a handful of fields and
// forwards the rest byte for byte (see splice.ts). Field positions are offsets into `text`.

import { canonicalHeaderName, headerNameOf, headerNumber, nameBits, unknownName } from "./header-name";
import { isDigit, isWhite, trimWhite } from "./scan";

/** One header field line, folded continuation lines included. */
export interface HeaderField {
  /** Canonical name: lower case, long form. */
  readonly name: string;
  /** Offset of the first character of the line. */
  readonly start: number;
  /** Offset just after the colon. */
  readonly valueStart: number;
  /** Offset just after the CRLF that ends the field. */
  readonly end: number;
}

interface MessageText {
  /** The whole message. When `octets` is set, the body's characters are octets (Latin-1), else UTF-16. */
  readonly text: string;
  /** Offset of the first header field. */
  readonly headStart: number;
  /**
   * A number for each header field, in order: where its line starts, whether it is folded, and which header it is
   * (`fieldMark`). An object for each would cost more than all the rest of parsing.
   */
  readonly marks: readonly number[];
  /** Offset just after the last header field. */
  readonly fieldsEnd: number;
  /** Offset of the body: just after the empty line, or the end of a text that has none (validate.ts refuses it). */
  readonly bodyStart: number;
  /** True when the body is not UTF-8 and can only travel in a binary frame (RFC 7118 §4). */
  readonly octets: boolean;
  /** The SIP-Version of the start line, as written. */
  readonly version: string;
}

export interface SipRequest extends MessageText {
  readonly kind: "request";
  readonly method: string;
  /** The Request-URI as written. */
  readonly requestUri: string;
  /** Where the Request-URI stands in `text`. */
  readonly requestUriStart: number;
}

export interface SipResponse extends MessageText {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

const SP = 0x20;

const foldBit = 1 << nameBits;
const startShift = nameBits + 1;

/** The longest head whose marks are small integers on every platform. */
export const longestText = 1 << (30 - startShift);

/** The mark of a field that starts there; `number` is its header's (header-name.ts). */
export const fieldMark = (start: number, isFolded: boolean, number: number): number =>
  (start << startShift) | (isFolded ? foldBit : 0) | number;

/** How many header fields there are. */
export const fieldCount = ({ marks }: SipMessage): number => marks.length;

/** Which header the field at that place in the order is: its number, `unknownName` where it has none. */
export const fieldNumber = ({ marks }: SipMessage, index: number): number =>
  (marks[index] as number) & (foldBit - 1);

/** Offset of the first character of the field's line. */
export const fieldStart = ({ marks }: SipMessage, index: number): number =>
  (marks[index] as number) >>> startShift;

/** Offset just after the CRLF that ends the field. */
export const fieldEnd = (message: SipMessage, index: number): number =>
  index + 1 < message.marks.length ? fieldStart(message, index + 1) : message.fieldsEnd;

/** The place in the order of the first field of that canonical name, from `from` on; -1 when there is none. */
export function indexOfHeader(message: SipMessage, name: string, from = 0): number {
  const number = headerNumber(name);
  let index = indexOfNumber(message, number, from);
  if (number !== unknownName) return index;
  while (index >= 0 && unknownNameAt(message, index) !== name) {
    index = indexOfNumber(message, unknownName, index + 1);
  }
  return index;
}

/** As `indexOfHeader`, by the number of a name that is known. */
export function indexOfNumber(message: SipMessage, number: number, from = 0): number {
  const { marks } = message;
  for (let index = from; index < marks.length; index++) {
    if (((marks[index] as number) & (foldBit - 1)) === number) return index;
  }
  return -1;
}

/** The canonical name of the field at that place. */
export function fieldName(message: SipMessage, index: number): string {
  const number = fieldNumber(message, index);
  return number === unknownName ? unknownNameAt(message, index) : headerNameOf(number);
}

function unknownNameAt(message: SipMessage, index: number): string {
  const start = fieldStart(message, index);
  return canonicalHeaderName(trimWhite(message.text.slice(start, message.text.indexOf(":", start))));
}

/** The field at that place in the order. */
export function fieldAt(message: SipMessage, index: number): HeaderField {
  const start = fieldStart(message, index);
  const valueStart = message.text.indexOf(":", start) + 1;
  return { name: fieldName(message, index), start, valueStart, end: fieldEnd(message, index) };
}

/** Every header field, in order. */
export function allFields(message: SipMessage): readonly HeaderField[] {
  return message.marks.map((_, index) => fieldAt(message, index));
}

/** The first field of that canonical name. */
export function headerField(message: SipMessage, name: string): HeaderField | undefined {
  const index = indexOfHeader(message, name);
  return index < 0 ? undefined : fieldAt(message, index);
}

/** Every field of that canonical name, in order. */
export function headerFields(message: SipMessage, name: string): readonly HeaderField[] {
  const fields: HeaderField[] = [];
  for (
    let index = indexOfHeader(message, name);
    index >= 0;
    index = indexOfHeader(message, name, index + 1)
  ) {
    fields.push(fieldAt(message, index));
  }
  return fields;
}

/** A field's value: unfolded (RFC 3261 §7.3.1) and without white space at its ends. */
export function fieldValue(message: SipMessage, field: HeaderField): string {
  const raw = trimmed(message.text, field.valueStart, field.end - 2);
  return raw.includes("\n") ? unfold(raw) : raw;
}

/** The value of the field at that place in the order. */
export function fieldValueAt(message: SipMessage, index: number): string {
  const mark = message.marks[index] as number;
  const colon = message.text.indexOf(":", mark >>> startShift);
  const raw = trimmed(message.text, colon + 1, fieldEnd(message, index) - 2);
  return (mark & foldBit) === 0 ? raw : unfold(raw);
}

/**
 * The number that is the whole of a field's value, one to nine digits behind one space at most; undefined where it is
 * spelled in any other way, and for what is no number.
 */
export function plainNumberAt(message: SipMessage, index: number): number | undefined {
  const { text } = message;
  const end = fieldEnd(message, index) - 2;
  let at = text.indexOf(":", fieldStart(message, index)) + 1;
  if (text.charCodeAt(at) === SP) at++;
  if (at === end || end - at > 9) return undefined;
  let number = 0;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return undefined;
    number = number * 10 + code - 0x30;
  }
  return number;
}

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isWhite(text.charCodeAt(start))) start++;
  while (start < end && isWhite(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The value of the first field of that canonical name. */
export function headerValue(message: SipMessage, name: string): string | undefined {
  const index = indexOfHeader(message, name);
  return index < 0 ? undefined : fieldValueAt(message, index);
}

/** The values of every field of that canonical name, a line each; lists within a line are not taken apart. */
export function headerValues(message: SipMessage, name: string): readonly string[] {
  const values: string[] = [];
  for (
    let index = indexOfHeader(message, name);
    index >= 0;
    index = indexOfHeader(message, name, index + 1)
  ) {
    values.push(fieldValueAt(message, index));
  }
  return values;
}

/** Every field of the header of that number, as it stands in the text, one behind the other. */
export function linesOf(message: SipMessage, number: number): string {
  let lines = "";
  let index = indexOfNumber(message, number);
  while (index >= 0) {
    const start = fieldStart(message, index);
    // Fields that stand together are one piece.
    while (index + 1 < message.marks.length && fieldNumber(message, index + 1) === number) index++;
    lines += message.text.slice(start, fieldEnd(message, index));
    index = indexOfNumber(message, number, index + 1);
  }
  return lines;
}

export function body(message: SipMessage): string {
  return message.text.slice(message.bodyStart);
}

/** The fold of RFC 3261 §25.1 LWS: CRLF and the white space around it stand for one space. */
function unfold(raw: string): string {
  return raw.split("\r\n").map(trimWhite).join(" ");
}
