// A client's request as it leaves its home (RFC 3261 §16.6): what only a proxy may say is cut, credentials end
// here, and one Via, at most one Record-Route and one identity are added. Every other byte stays.

import { credentialsEndHere } from "../auth/credentials";
import type { Frame } from "../sip/frame";
import { headerNumber, headerSet } from "../sip/header-name";
import { fieldCount, fieldNumber, fieldValueAt, type SipRequest } from "../sip/message";
import { type Edit, insertAt, removeFieldAt, setValueAt, spliceFrame } from "../sip/splice";
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
  readonly routes?: string | undefined;
  /** What becomes of its Contact. */
  readonly contact?: readonly Edit[] | undefined;
  /** Realms whose digest credentials are ours to judge. */
  readonly realms: readonly string[];
}

/** Routes are set by the elements they name (RFC 3261 §16.6, 3327 §5, 3608 §5). */
const routesOfOthers = headerSet(["route", "record-route", "path", "service-route"]);

const credentials = headerSet(["authorization", "proxy-authorization"]);
const maxForwards = headerNumber("max-forwards");

/** The frame that leaves. The request's Route fields, which named us, are popped. */
export function leaveHome(request: SipRequest, departure: Departure): Frame {
  const { via, recordRoute = "", routes = "", identity = "", contact = [] } = departure;
  const edits: Edit[] = [insertAt(request.headStart, via + recordRoute + routes + identity), ...contact];
  let hasMaxForwards = false;
  for (let index = 0; index < fieldCount(request); index++) {
    const number = fieldNumber(request, index);
    if (number === maxForwards) {
      hasMaxForwards = true;
      edits.push(setValueAt(request, index, maxForwardsOf(request) - 1));
    } else if (
      routesOfOthers[number] === 1 ||
      trustedFields[number] === 1 ||
      isOurCredentials(request, index, departure.realms)
    ) {
      edits.push(removeFieldAt(request, index));
    }
  }
  if (!hasMaxForwards) edits.push(insertAt(request.headStart, "Max-Forwards: 70\r\n"));
  return spliceFrame(request, edits);
}

/** The frame of a request without the credentials that end here, for what its home keeps of it; undefined if it has none. */
export function withoutCredentials(request: SipRequest, realms: readonly string[]): Frame | undefined {
  const edits: Edit[] = [];
  for (let index = 0; index < fieldCount(request); index++) {
    if (isOurCredentials(request, index, realms)) edits.push(removeFieldAt(request, index));
  }
  return edits.length === 0 ? undefined : spliceFrame(request, edits);
}

/**
 * Whether a field holds credentials that end here: any Bearer token, digest credentials for a realm of ours,
 * and whatever cannot be told to be for somebody else.
 */
function isOurCredentials(request: SipRequest, index: number, realms: readonly string[]): boolean {
  if (credentials[fieldNumber(request, index)] !== 1) return false;
  const value = fieldValueAt(request, index);
  return realms.some((realm) => credentialsEndHere(value, realm));
}
