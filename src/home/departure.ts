// A client's request as it leaves its home for another (RFC 3261 §16.6), by whatever road it is then looked after.

import { hasToTag } from "../proxy/admit";
import { leaveHome } from "../proxy/leave-home";
import { anonymousUser, isAnonymous } from "../proxy/privacy";
import { sealContact } from "../proxy/seal-contact";
import type { Frame } from "../sip/frame";
import { parseNameAddr } from "../sip/headers/name-addr";
import { headerValue, type SipMessage, type SipRequest } from "../sip/message";
import type { Edit } from "../sip/splice";
import { parseUri } from "../sip/uri/uri";
import { entityOf } from "./tenancy";
import { type Turn, viaLine } from "./turn";

export interface DepartureOptions {
  /** Our Record-Route, a whole line, for a request that can form a dialog. */
  readonly recordRoute?: string;
  /** The Routes behind our own, whole lines, of a request within a dialog. */
  readonly routes?: string;
  /** The page whose Contact can be routed to from anywhere, once it has left. */
  readonly page?: string;
}

/** The frame that leaves under that branch. */
export function departing(
  turn: Turn,
  request: SipRequest,
  branch: string,
  { recordRoute, routes, page }: DepartureOptions = {},
): Frame {
  return leaveHome(request, {
    via: viaLine(turn, branch),
    recordRoute,
    identity: identityOf(turn, request),
    realms: turn.ports.settings.realms,
    routes,
    contact: page === undefined ? undefined : sealedContact(turn, request, page),
  });
}

/** What makes the Contact of a page's message one that leads to it from anywhere (design "Dialogs"). */
export const sealedContact = (turn: Turn, message: SipMessage, page: string): readonly Edit[] =>
  sealContact(message, turn.ports.keyring.seal("contact"), { aor: turn.state.aor, page });

/** RFC 3325 §9.1: who asks, where From does not say so. */
function identityOf(turn: Turn, request: SipRequest): string | undefined {
  if (hasToTag(request)) return undefined;
  const value = headerValue(request, "from") ?? "";
  // Nearly every From says who it is, and need not be parsed to be seen to.
  if (!value.includes(anonymousUser)) return undefined;
  const from = parseNameAddr(value);
  const uri = from.ok ? parseUri(from.value.uri) : from;
  const isHidden = uri.ok && uri.value.kind === "sip" && isAnonymous(uri.value);
  return isHidden ? `P-Asserted-Identity: <${entityOf(turn)}>\r\n` : undefined;
}
