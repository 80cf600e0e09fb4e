// Responses on their way back (RFC 3261 §16.7): the Via set, Record-Route, From, Call-ID and CSeq a caller gets are
// the ones this element stored, whatever the callee wrote, so that nobody can send a response, or a dialog, astray.

import type { Frame } from "../sip/frame";
import { headerNumber, headerSet } from "../sip/header-name";
import {
  fieldCount,
  fieldNumber,
  fieldValueAt,
  indexOfNumber,
  linesOf,
  type SipRequest,
  type SipResponse,
} from "../sip/message";
import {
  type Edit,
  insertAt,
  removeFieldAt,
  replaceRange,
  setValueAt,
  spliceFrame,
  spliceText,
} from "../sip/splice";
import { trustedFields } from "./trusted-fields";

const via = headerNumber("via");
const recordRoutes = headerNumber("record-route");
const contentLength = headerNumber("content-length");
const stored = ["from", "call-id", "cseq"].map(headerNumber);

export interface PassBackOptions {
  /**
   * Where the request was given a Record-Route behind this element's back: `ours`, whole lines that stand before the
   * stored ones; `theirs`, another home has answered for the whole set. Absent: the stored ones are all.
   */
  readonly recordRoute?: { readonly kind: "ours"; readonly lines: string } | { readonly kind: "theirs" };
  /** Without body, and without the fields that describe it. */
  readonly stripBody?: boolean;
  /** What becomes of its Contact. */
  readonly contact?: readonly Edit[];
}

/** RFC 3261 §20.11 to §20.15. */
const bodyFields = headerSet([
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "mime-version",
]);

/** The response to pass back for `request`, as it reached this element. */
export function passBack(response: SipResponse, request: SipRequest, options: PassBackOptions = {}): Frame {
  const { recordRoute, stripBody = false, contact = [] } = options;
  const isTheirs = recordRoute?.kind === "theirs";
  const routes = isTheirs ? "" : recordRouteOf(response, request, recordRoute?.lines ?? "");
  const edits: Edit[] = [insertAt(response.headStart, linesOf(request, via) + routes), ...contact];
  for (let index = 0; index < fieldCount(response); index++) {
    const number = fieldNumber(response, index);
    const isCut =
      number === via ||
      (number === recordRoutes && !isTheirs) ||
      trustedFields[number] === 1 ||
      (stripBody && bodyFields[number] === 1);
    if (isCut) edits.push(removeFieldAt(response, index));
    else if (stripBody && number === contentLength) edits.push(setValueAt(response, index, "0"));
    else if (stored.includes(number)) edits.push(...asStored(response, index, request));
  }
  for (const number of stored) {
    if (indexOfNumber(response, number) < 0) {
      edits.push(insertAt(response.bodyStart - 2, linesOf(request, number)));
    }
  }
  if (stripBody) edits.push(replaceRange(response.bodyStart, response.text.length, ""));
  return stripBody ? spliceText(response, edits) : spliceFrame(response, edits);
}

/** The edit that makes a field what the request had, where it is not. */
function asStored(response: SipResponse, index: number, request: SipRequest): readonly Edit[] {
  const ours = indexOfNumber(request, fieldNumber(response, index));
  if (ours < 0) return [removeFieldAt(response, index)];
  const value = fieldValueAt(request, ours);
  return fieldValueAt(response, index) === value ? [] : [setValueAt(response, index, value)];
}

/** RFC 3261 §12.1.1: a response that can form a dialog has every Record-Route of its request; others need none. */
function recordRouteOf({ status }: SipResponse, request: SipRequest, ours: string): string {
  return status > 100 && status < 300 ? ours + linesOf(request, recordRoutes) : "";
}

/** The response without its topmost Via line, which the element that calls this had added. */
export function withoutTopVia(response: SipResponse): Frame {
  const top = indexOfNumber(response, via);
  return spliceFrame(response, top < 0 ? [] : [removeFieldAt(response, top)]);
}
