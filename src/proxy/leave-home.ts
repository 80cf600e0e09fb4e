// A client's request as it leaves its home (RFC 3261 §16.6): what only a proxy may say is cut, credentials end
// here, and one Via, at most one Record-Route and one identity are added. Every other byte stays.

import { credentialsEndHere } from "../auth/credentials";
import type { Frame } from "../sip/frame";
import { fieldValue, type HeaderField, type SipRequest } from "../sip/message";
import { type Edit, insertAt, removeField, setFieldValue, spliceFrame } from "../sip/splice";
import { maxForwardsOf } from "./admit";
import { trustedFields } from "./trusted-fields";

export interface Departure {
  /** Our Via: a whole line with its CRLF. */
  readonly via: string;
  /** Our Record-Route, for a request that can form a dialog: a whole line with its CRLF. */
  readonly recordRoute: string | undefined;
  /** A P-Asserted-Identity, where From does not say who asks (RFC 3325 §9.1): a whole line with its CRLF. */
  readonly identity: string | undefined;
  /** The Routes that lead on, whole lines, of a request within a dialog. */
  readonly routes?: string;
  /** What becomes of its Contact. */
  readonly contact?: readonly Edit[];
  /** Realms whose digest credentials are ours to judge. */
  readonly realms: readonly string[];
}

/** Routes are set by the elements they name (RFC 3261 §16.6, 3327 §5, 3608 §5). */
const routesOfOthers = new Set(["record-route", "path", "service-route"]);

/** The frame that leaves. The request's Route fields, which named us, are popped. */
export function leaveHome(request: SipRequest, departure: Departure): Frame {
  const { via, recordRoute = "", routes = "", identity = "", contact = [] } = departure;
  const edits: Edit[] = [insertAt(request.headStart, via + recordRoute + routes + identity), ...contact];
  let hasMaxForwards = false;
  for (const field of request.fields) {
    if (field.name === "max-forwards") {
      hasMaxForwards = true;
      edits.push(setFieldValue(field, String(maxForwardsOf(request) - 1)));
    } else if (
      field.name === "route" ||
      routesOfOthers.has(field.name) ||
      trustedFields.has(field.name) ||
      isOurCredentials(request, field, departure.realms)
    ) {
      edits.push(removeField(field));
    }
  }
  if (!hasMaxForwards) edits.push(insertAt(request.headStart, "Max-Forwards: 70\r\n"));
  return spliceFrame(request, edits);
}

/** The frame of a request without the credentials that end here, for what its home keeps of it; undefined if it has none. */
export function withoutCredentials(request: SipRequest, realms: readonly string[]): Frame | undefined {
  const ours = request.fields.filter((field) => isOurCredentials(request, field, realms));
  return ours.length === 0 ? undefined : spliceFrame(request, ours.map(removeField));
}

/**
 * Whether a field holds credentials that end here: any Bearer token, digest credentials for a realm of ours,
 * and whatever cannot be told to be for somebody else.
 */
function isOurCredentials(request: SipRequest, field: HeaderField, realms: readonly string[]): boolean {
  if (field.name !== "authorization" && field.name !== "proxy-authorization") return false;
  const value = fieldValue(request, field);
  return realms.some((realm) => credentialsEndHere(value, realm));
}
