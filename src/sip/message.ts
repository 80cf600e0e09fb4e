// A SIP message as it came: the text, and where each header field stands in it (RFC 3261 §7).
//
// Nothing is decoded until somebody asks, and nothing is copied: a proxy reads a handful of fields and
// forwards the rest byte for byte (see splice.ts). Field positions are offsets into `text`.

import { isWhite, trimWhite } from "./scan";

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
  readonly fields: readonly HeaderField[];
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

/** The first field of that canonical name. */
export function headerField(message: SipMessage, name: string): HeaderField | undefined {
  for (const field of message.fields) if (field.name === name) return field;
  return undefined;
}

/** Every field of that canonical name, in order. */
export function headerFields(message: SipMessage, name: string): readonly HeaderField[] {
  return message.fields.filter((field) => field.name === name);
}

/** A field's value: unfolded (RFC 3261 §7.3.1) and without white space at its ends. */
export function fieldValue(message: SipMessage, field: HeaderField): string {
  const { text } = message;
  let start = field.valueStart;
  let end = field.end - 2;
  while (start < end && isWhite(text.charCodeAt(start))) start++;
  while (start < end && isWhite(text.charCodeAt(end - 1))) end--;
  const raw = text.slice(start, end);
  return raw.includes("\n") ? unfold(raw) : raw;
}

/** The value of the first field of that canonical name. */
export function headerValue(message: SipMessage, name: string): string | undefined {
  const field = headerField(message, name);
  return field === undefined ? undefined : fieldValue(message, field);
}

/** The values of every field of that canonical name, a line each; lists within a line are not taken apart. */
export function headerValues(message: SipMessage, name: string): readonly string[] {
  return headerFields(message, name).map((field) => fieldValue(message, field));
}

export function body(message: SipMessage): string {
  return message.text.slice(message.bodyStart);
}

/** The fold of RFC 3261 §25.1 LWS: CRLF and the white space around it stand for one space. */
function unfold(raw: string): string {
  return raw.split("\r\n").map(trimWhite).join(" ");
}
