// Forwarding by splicing: a proxy changes a few places and leaves every other byte as it came
// (RFC 3261 §16.6: what a proxy must not touch it must not even re-format).

import { invariant } from "../base/invariant";
import { type Frame, frameOfText } from "./frame";
import {
  fieldEnd,
  fieldStart,
  type HeaderField,
  indexOfHeader,
  type SipMessage,
  type SipRequest,
} from "./message";

/** One change: the characters from `start` to `end` become `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const insertAt = (at: number, text: string): Edit => ({ start: at, end: at, text });
export const replaceRange = (start: number, end: number, text: string): Edit => ({ start, end, text });
export const removeField = (field: HeaderField): Edit => ({ start: field.start, end: field.end, text: "" });

/** The edit that gives a field another value, on one line. */
export const setFieldValue = (field: HeaderField, value: string): Edit => ({
  start: field.valueStart,
  end: field.end,
  text: ` ${value}\r\n`,
});

/** The edit that takes out the field at that place in the order. */
export const removeFieldAt = (message: SipMessage, index: number): Edit => ({
  start: fieldStart(message, index),
  end: fieldEnd(message, index),
  text: "",
});

/** The edit that puts another Request-URI into a request. */
export function replaceRequestUri(request: SipRequest, requestUri: string): Edit {
  invariant(!/\s/.test(requestUri), "a Request-URI holds white space");
  const start = request.requestUriStart;
  return replaceRange(start, start + request.requestUri.length, requestUri);
}

/** The edit that gives the header of that name the value where it stands; one that is not there is added last. */
export function setHeader(message: SipMessage, name: string, value: string): Edit {
  const index = indexOfHeader(message, name.toLowerCase());
  return index < 0 ? insertAt(message.fieldsEnd, headerLine(name, value)) : setValueAt(message, index, value);
}

/** The edit that gives the field at that place in the order another value. */
export function setValueAt(message: SipMessage, index: number, value: string | number): Edit {
  invariant(typeof value === "number" || !hasLineBreak(value), "a header value holds a line break");
  const start = message.text.indexOf(":", fieldStart(message, index)) + 1;
  return { start, end: fieldEnd(message, index), text: ` ${value}\r\n` };
}

/** A header field as a whole line. */
export function headerLine(name: string, value: string): string {
  invariant(!hasLineBreak(value), "a header value holds a line break");
  return `${name}: ${value}\r\n`;
}

const hasLineBreak = (value: string): boolean => value.includes("\n") || value.includes("\r");

/** The edits that take every field of those canonical names out. */
export function removeHeaders(message: SipMessage, names: readonly string[]): readonly Edit[] {
  const edits: Edit[] = [];
  for (const name of names) {
    for (
      let index = indexOfHeader(message, name);
      index >= 0;
      index = indexOfHeader(message, name, index + 1)
    ) {
      edits.push(removeFieldAt(message, index));
    }
  }
  return edits;
}

/**
 * The message's text with the edits made. Edits may come in any order but must not overlap; of several
 * insertions at one place the first given stands first. Runs in O(text + edits · log edits).
 */
export function spliceText(message: SipMessage, edits: readonly Edit[]): string {
  const { text } = message;
  let out = "";
  let at = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start > at) out += text.slice(at, edit.start);
    out += edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

/** The frame of the spliced message: binary if its body is no text. No edit may touch the body. */
export function spliceFrame(message: SipMessage, edits: readonly Edit[]): Frame {
  const text = spliceText(message, edits);
  const bodyLength = message.text.length - message.bodyStart;
  return frameOfText(text, message.octets, text.length - bodyLength);
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  for (let i = 1; i < edits.length; i++) {
    if (byPlace(edits[i - 1] as Edit, edits[i] as Edit) > 0) return [...edits].sort(byPlace);
  }
  return edits;
}

/** An insertion stands before what is taken out at its place: behind it, it would bring that back. */
const byPlace = (a: Edit, b: Edit): number => a.start - b.start || a.end - b.end;
