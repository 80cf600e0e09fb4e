// Copies of a MESSAGE, as text: the one forwarded at once, the one sent from the log, and the carbon for the
// sender's other devices. All by splicing: From, To, Date and body stand in each as they were sent.
//
// Copies from the log and carbons are requests of our own (RFC 3428 §7: a relay): no Via but ours, no route,
// no credentials, a full Max-Forwards. Their Call-ID is derived, and must differ from the original's: clients
// take one that begins with their own prefix for a loop (482), and a second request with the Call-ID, From-tag
// and CSeq of one they are still at for a merged one (RFC 3261 §8.2.2.2). Being derived it is the same at each
// try, so a device that took a copy whose answer was lost can tell that it is the same message.

import type { EpochMs } from "../base/brand";
import type { Frame } from "../sip/frame";
import { headerNumber, headerSet } from "../sip/header-name";
import { formatDate } from "../sip/headers/date";
import { fieldCount, fieldNumber, headerField, type SipRequest } from "../sip/message";
import {
  type Edit,
  headerLine,
  insertAt,
  removeFieldAt,
  removeHeaders,
  replaceRequestUri,
  setHeader,
  setValueAt,
  spliceFrame,
} from "../sip/splice";

/** Where a copy goes and where its answer comes back to. */
export interface CopyRoute {
  /** The Contact URI of the device, as it registered it. */
  readonly requestUri: string;
  /** The value of our Via. */
  readonly via: string;
}

/** Says in a copy that it is one of a message the user sent himself, from another device. */
const carbonHeader = "Durasip-Carbon";

/**
 * A client's own claim that a message is a carbon ends here; else anybody could put words into the mouth of
 * the user he writes to.
 */
const carbonName = carbonHeader.toLowerCase();

const maxForwards = headerNumber("max-forwards");
const popped = headerSet(["route", carbonName]);

const hopHeaders = ["via", "route", "record-route", "authorization", "proxy-authorization"] as const;

/**
 * The request as it is forwarded (RFC 3261 §16.6): our Via on top, one hop less, to the device's Contact. What it has
 * of a route names this home, the last there is, and is popped (§16.4).
 */
export function liveCopy(request: SipRequest, route: LiveRoute): Frame {
  const recordRoute = route.recordRoute === undefined ? "" : headerLine("Record-Route", route.recordRoute);
  const edits: Edit[] = [
    replaceRequestUri(request, route.requestUri),
    insertAt(request.headStart, headerLine("Via", route.via) + recordRoute),
  ];
  let hasMaxForwards = false;
  for (let index = 0; index < fieldCount(request); index++) {
    const number = fieldNumber(request, index);
    if (number === maxForwards) {
      hasMaxForwards = true;
      edits.push(setValueAt(request, index, route.maxForwards));
    } else if (popped[number] === 1) edits.push(removeFieldAt(request, index));
  }
  if (!hasMaxForwards) edits.push(setHeader(request, "Max-Forwards", String(route.maxForwards)));
  return spliceFrame(request, edits);
}

export interface LiveRoute extends CopyRoute {
  readonly maxForwards: number;
  /** The value of our Record-Route, for a request that may form a dialog. */
  readonly recordRoute?: string | undefined;
}

export interface StoredCopyRoute extends CopyRoute {
  readonly callId: string;
  /** When we received it: the Date of a message that has none, so that its Expires keeps its meaning. */
  readonly receivedAt: EpochMs;
}

/** The copy the log sends to one device; the same at each try but for Via and Request-URI. */
export function storedCopy(request: SipRequest, route: StoredCopyRoute): Frame {
  const date = headerField(request, "date");
  return spliceFrame(request, [
    ...asOurOwn(request, route),
    // RFC 3428 §4 and §7: Expires counts from Date.
    ...(date === undefined ? [setHeader(request, "Date", formatDate(route.receivedAt))] : []),
  ]);
}

/** The copy of a message the user sent, for another of his devices. */
export function carbonCopy(request: SipRequest, route: CopyRoute & { readonly callId: string }): Frame {
  return spliceFrame(request, [
    ...asOurOwn(request, route),
    insertAt(request.fieldsEnd, headerLine(carbonHeader, "sent")),
  ]);
}

/** The text a copy's Call-ID is derived from, by a keyed function: two pairs never share one. */
export function copyIdentity(messageId: string, device: string): string {
  return `${messageId.length}:${messageId}:${device}`;
}

function asOurOwn(request: SipRequest, route: CopyRoute & { readonly callId: string }): readonly Edit[] {
  return [
    replaceRequestUri(request, route.requestUri),
    insertAt(request.headStart, headerLine("Via", route.via)),
    ...removeHeaders(request, [...hopHeaders, carbonName]),
    setHeader(request, "Call-ID", route.callId),
    setHeader(request, "Max-Forwards", "70"),
  ];
}
