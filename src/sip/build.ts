// Messages of our own: requests, and the response a UAS makes to a request (RFC 3261 §8.2.6).
//
// The strict side of the serializer. Values come from this program or from text that the parser has passed;
// a line break in one would be header injection, so it is a bug and stops here.

import { invariant } from "../base/invariant";
import { octetLength } from "./frame";
import { headerNumber } from "./header-name";
import { fieldValueAt, indexOfNumber, type SipRequest } from "./message";
import { reasonPhrase } from "./reason-phrase";

/** A header field to write: name and value. */
export type HeaderLine = readonly [name: string, value: string];

/** The text of a request. Content-Length is added, last. */
export function buildRequest(
  method: string,
  requestUri: string,
  lines: readonly HeaderLine[],
  body = "",
): string {
  return buildText(`${method} ${requestUri} SIP/2.0`, lines, body);
}

/** The text of a response. Content-Length is added, last. */
export function buildResponse(
  status: number,
  lines: readonly HeaderLine[],
  body = "",
  reason = reasonPhrase(status),
): string {
  return buildText(statusLine(status, reason), lines, body);
}

const statusLine = (status: number, reason: string): string =>
  `SIP/2.0 ${status} ${reason.replace(unfitForReason, " ")}`;

/** RFC 3261 §25.1 Reason-Phrase has no control characters; a phrase is for people, so it is mended and never fails. */
const unfitForReason = /[^ -~\u00a0-\uffff]/g;

export interface ResponseOptions {
  readonly reason?: string;
  /** The tag for a To that has none; required by RFC 3261 §8.2.6.2 for all but 100. */
  readonly toTag?: string;
  readonly lines?: readonly HeaderLine[];
  readonly body?: string;
}

const via = headerNumber("via");
const from = headerNumber("from");
const to = headerNumber("to");
const callId = headerNumber("call-id");
const cseq = headerNumber("cseq");

/** The text of the response to a request: Via, From, To, Call-ID and CSeq copied as RFC 3261 §8.2.6.2 has it. */
export function responseTo(request: SipRequest, status: number, options: ResponseOptions = {}): string {
  const { reason, toTag, lines = [], body = "" } = options;
  // What is copied has passed the parser and holds no line break.
  let copied = "";
  for (let at = indexOfNumber(request, via); at >= 0; at = indexOfNumber(request, via, at + 1)) {
    copied += `Via: ${fieldValueAt(request, at)}\r\n`;
  }
  copied += copiedLine(request, from, "From");
  const toAt = indexOfNumber(request, to);
  if (toAt >= 0) copied += `To: ${withTag(fieldValueAt(request, toAt), toTag)}\r\n`;
  copied += copiedLine(request, callId, "Call-ID") + copiedLine(request, cseq, "CSeq");
  return buildText(statusLine(status, reason ?? reasonPhrase(status)), lines, body, copied);
}

function copiedLine(request: SipRequest, number: number, name: string): string {
  const at = indexOfNumber(request, number);
  return at < 0 ? "" : `${name}: ${fieldValueAt(request, at)}\r\n`;
}

/** A To value with a tag, unless it has one. */
function withTag(value: string, tag: string | undefined): string {
  if (tag === undefined) return value;
  const parameters = value.slice(value.lastIndexOf(">") + 1);
  return parameters !== "" && /;\s*tag\s*=/i.test(parameters) ? value : `${value};tag=${tag}`;
}

/** `first` stands before the lines, and is made of whole lines. */
function buildText(startLine: string, lines: readonly HeaderLine[], body: string, first = ""): string {
  invariant(!startLine.includes("\n"), "a start line holds a line break");
  let text = `${startLine}\r\n${first}`;
  for (const [name, value] of lines) {
    invariant(!name.includes("\n") && !value.includes("\n"), "a header value holds a line break");
    text += `${name}: ${value}\r\n`;
  }
  return `${text}Content-Length: ${octetLength(body)}\r\n\r\n${body}`;
}
