// What a client may send at all: the checks of its own home before anything is routed (RFC 3261 §16.3, RFC 7118
// §5, RFC 5626 §4.3). The request itself has passed validate.ts.

import { headerNumber } from "../sip/header-name";
import { parseMaxForwards } from "../sip/headers/integer";
import { splitList, tokenList } from "../sip/headers/list";
import { tagOf } from "../sip/headers/tag";
import {
  fieldValueAt,
  headerValue,
  headerValues,
  indexOfNumber,
  plainNumberAt,
  type SipRequest,
} from "../sip/message";
import type { Refusal } from "../sip/refusal";

const maxForwards = headerNumber("max-forwards");

/** Methods that live in a dialog only (RFC 3261 §12.2, 3262, 3311, 6086, 6665): outside one they are 481. */
const inDialogOnly = new Set(["BYE", "PRACK", "UPDATE", "INFO", "NOTIFY"]);

/** Why a client's request is refused before its credentials are even looked at; undefined when it is not. */
export function refuseRequest(request: SipRequest): Refusal | undefined {
  // A client is the first hop: a second Via would send the response somewhere else (RFC 3261 §18.2.1).
  const vias = headerValues(request, "via");
  if (vias.length !== 1 || splitList(vias[0] ?? "").length !== 1)
    return { status: 400, reason: "Exactly one Via is needed" };
  if (inDialogOnly.has(request.method) && !hasToTag(request)) {
    return { status: 481, reason: "Outside of a dialog" };
  }
  return undefined;
}

/** Why a request is not forwarded (RFC 3261 §16.3 steps 3 and 5). */
export function refuseForwarding(request: SipRequest): Refusal | undefined {
  if (maxForwardsOf(request) <= 0) return { status: 483, reason: "Too Many Hops" };
  const required = tokenList(headerValues(request, "proxy-require"));
  if (required.length === 0) return undefined;
  return { status: 420, reason: "Bad Extension", lines: [["Unsupported", required.join(", ")]] };
}

/** Max-Forwards, or 70 for a request that has none (RFC 3261 §16.6 step 3). */
export function maxForwardsOf(request: SipRequest): number {
  const index = indexOfNumber(request, maxForwards);
  if (index < 0) return 70;
  const plain = plainNumberAt(request, index);
  return (plain !== undefined && plain < 256 ? plain : parseMaxForwards(fieldValueAt(request, index))) ?? 70;
}

/** Whether the request claims to belong to a dialog. */
export const hasToTag = (request: SipRequest): boolean =>
  tagOf(headerValue(request, "to") ?? "") !== undefined;
