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
import { type Edit, insertAt, removeField, setFieldValue, spliceFrame } from "../sip/splice";
import { trustedFields } from "./trusted-fields";

const stored = ["from", "call-id", "cseq"] as const;

/** The response to pass back for `request`, as it reached this element. */
export function passBack(response: SipResponse, request: SipRequest): Frame {
  const head = linesOf(request, headerFields(request, "via")) + recordRouteOf(response, request);
  const edits: Edit[] = [insertAt(response.headStart, head)];
  for (const field of response.fields) {
    if (field.name === "via" || field.name === "record-route" || trustedFields.has(field.name))
      edits.push(removeField(field));
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
  return spliceFrame(response, edits);
}

/** RFC 3261 §12.1.1: a response that can form a dialog has every Record-Route of its request; others need none. */
function recordRouteOf({ status }: SipResponse, request: SipRequest): string {
  return status > 100 && status < 300 ? linesOf(request, headerFields(request, "record-route")) : "";
}

/** The response without its topmost Via line, which the element that calls this had added. */
export function withoutTopVia(response: SipResponse): Frame {
  const top = headerField(response, "via");
  return top === undefined ? spliceFrame(response, []) : spliceFrame(response, [removeField(top)]);
}

const linesOf = (message: SipMessage, fields: readonly HeaderField[]): string =>
  fields.map((field) => message.text.slice(field.start, field.end)).join("");
