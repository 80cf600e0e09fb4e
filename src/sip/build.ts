// Messages of our own: requests, and the response a UAS makes to a request (RFC 3261 §8.2.6).
//
// The strict side of the serializer. Values come from this program or from text that the parser has passed;
// a line break in one would be header injection, so it is a bug and stops here.

import { invariant } from "../base/invariant";
import { octetLength } from "./frame";
import { fieldValue, headerFields, headerValue, type SipRequest } from "./message";
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
  return buildText(`SIP/2.0 ${status} ${reason.replace(unfitForReason, " ")}`, lines, body);
}

/** RFC 3261 §25.1 Reason-Phrase has no control characters; a phrase is for people, so it is mended and never fails. */
const unfitForReason = /[^ -~\u00a0-\uffff]/g;

export interface ResponseOptions {
  readonly reason?: string;
  /** The tag for a To that has none; required by RFC 3261 §8.2.6.2 for all but 100. */
  readonly toTag?: string;
  readonly lines?: readonly HeaderLine[];
  readonly body?: string;
}

/** The text of the response to a request: Via, From, To, Call-ID and CSeq copied as RFC 3261 §8.2.6.2 has it. */
export function responseTo(request: SipRequest, status: number, options: ResponseOptions = {}): string {
  const lines: HeaderLine[] = headerFields(request, "via").map((field) => [
    "Via",
    fieldValue(request, field),
  ]);
  const copy = (name: string, canonical: string): void => {
    const value = headerValue(request, canonical);
    if (value !== undefined) lines.push([name, value]);
  };
  copy("From", "from");
  const to = headerValue(request, "to");
  if (to !== undefined) lines.push(["To", withTag(to, options.toTag)]);
  copy("Call-ID", "call-id");
  copy("CSeq", "cseq");
  if (options.lines !== undefined) lines.push(...options.lines);
  return buildResponse(status, lines, options.body, options.reason);
}

/** A To value with a tag, unless it has one. */
function withTag(to: string, tag: string | undefined): string {
  if (tag === undefined) return to;
  const parameters = to.slice(to.lastIndexOf(">") + 1);
  return /;\s*tag\s*=/i.test(parameters) ? to : `${to};tag=${tag}`;
}

function buildText(startLine: string, lines: readonly HeaderLine[], body: string): string {
  let text = `${startLine}\r\n`;
  for (const [name, value] of lines) text += `${name}: ${value}\r\n`;
  invariant(countLines(text) === lines.length + 1, "a header value holds a line break");
  return `${text}Content-Length: ${octetLength(body)}\r\n\r\n${body}`;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
