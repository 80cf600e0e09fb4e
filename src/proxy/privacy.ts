// Privacy as a user asks for it (RFC 3323 §4, RFC 3325 §7, §9.3): who wrote anonymously is known from home to home, and
// `Privacy: id` keeps it from the devices of the other side.

import type { Frame } from "../sip/frame";
import { headerField, headerValues, type SipRequest } from "../sip/message";
import { removeHeaders, spliceFrame } from "../sip/splice";
import type { SipUri } from "../sip/uri/uri";

export const anonymousUser = "anonymous";

/** RFC 3323 §4.1.1.3: the one From of a user who does not say who he is. */
export const isAnonymous = (uri: SipUri): boolean =>
  uri.user === anonymousUser && uri.host.toLowerCase() === "anonymous.invalid";

/** The request without the asserted identity, when its sender asked for that; undefined when nothing is to be hidden. */
export function withoutIdentity(request: SipRequest): Frame | undefined {
  if (headerField(request, "p-asserted-identity") === undefined) return undefined;
  const wished = headerValues(request, "privacy").flatMap((value) => value.split(/[;,]/));
  if (!wished.some((value) => value.trim().toLowerCase() === "id")) return undefined;
  return spliceFrame(request, removeHeaders(request, ["p-asserted-identity"]));
}
