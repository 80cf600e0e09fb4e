// Responses on their way back (RFC 3261 §16.7): the Via set, Record-Route, From, Call-ID and CSeq a caller gets are
// the ones this element stored, whatever the callee wrote, so that nobody can send a response, or a dialog, astray.

import type { Frame } from "../sip/frame";
import {
  fieldValue,
  type HeaderField,
  headerField,
  headerFields,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../sip/message";
import {
  type Edit,
  insertAt,
  removeField,
  replaceRange,
  setFieldValue,
  spliceFrame,
  spliceText,
} from "../sip/splice";
import { trustedFields } from "./trusted-fields";

const stored = ["from", "call-id", "cseq"] as const;

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
const bodyFields = new Set([
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
  const head = linesOf(request, headerFields(request, "via")) + routes;
  const edits: Edit[] = [insertAt(response.headStart, head), ...contact];
  for (const field of response.fields) {
    const isCut =
      field.name === "via" ||
      (field.name === "record-route" && !isTheirs) ||
      trustedFields.has(field.name) ||
      (stripBody && bodyFields.has(field.name));
    if (isCut) edits.push(removeField(field));
    else if (stripBody && field.name === "content-length") edits.push(setFieldValue(field, "0"));
    else if (field.name === "from" || field.name === "call-id" || field.name === "cseq") {
      const ours = headerField(request, field.name);
      if (ours === undefined) edits.push(removeField(field));
      else if (fieldValue(response, field) !== fieldValue(request, ours)) {
        edits.push(setFieldValue(field, fieldValue(request, ours)));
      }
    }
  }
  for (const name of stored) {
    const ours = headerField(request, name);
    if (ours !== undefined && headerField(response, name) === undefined) {
      edits.push(insertAt(response.bodyStart - 2, linesOf(request, [ours])));
    }
  }
  if (stripBody) edits.push(replaceRange(response.bodyStart, response.text.length, ""));
  return stripBody ? spliceText(response, edits) : spliceFrame(response, edits);
}

/** RFC 3261 §12.1.1: a response that can form a dialog has every Record-Route of its request; others need none. */
function recordRouteOf({ status }: SipResponse, request: SipRequest, ours: string): string {
  return status > 100 && status < 300 ? ours + linesOf(request, headerFields(request, "record-route")) : "";
}

/** The response without its topmost Via line, which the element that calls this had added. */
export function withoutTopVia(response: SipResponse): Frame {
  const top = headerField(response, "via");
  return top === undefined ? spliceFrame(response, []) : spliceFrame(response, [removeField(top)]);
}

const linesOf = (message: SipMessage, fields: readonly HeaderField[]): string =>
  fields.map((field) => message.text.slice(field.start, field.end)).join("");
