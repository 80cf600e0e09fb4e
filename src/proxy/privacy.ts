// Privacy as a user asks for it (RFC 3323 §4, RFC 3325 §7, §9.3): who wrote anonymously is known from home to home, and
// `Privacy: id` keeps it from the devices of the other side.

import { temporaryPrefix } from "../flow/gruu";
import type { Frame } from "../sip/frame";
import { headerField, headerValue, headerValues, type SipMessage, type SipRequest } from "../sip/message";
import { removeHeaders, spliceFrame } from "../sip/splice";
import type { SipUri } from "../sip/uri/uri";

export const anonymousUser = "anonymous";

/** RFC 3323 §4.1.1.3: the one From of a user who does not say who he is. */
export const isAnonymous = (uri: SipUri): boolean =>
  uri.user === anonymousUser && uri.host.toLowerCase() === "anonymous.invalid";

/**
 * Whether a message keeps from its reader which page it is of (RFC 3323 §4.1, RFC 5627 §5.1): nothing in it may then be known
 * again from another. What only looks like that is taken for it.
 */
export function hidesPage(message: SipMessage): boolean {
  const contact = headerValue(message, "contact") ?? "";
  return (
    contact.includes(temporaryPrefix) ||
    contact.includes(anonymousUser) ||
    (headerValue(message, "from") ?? "").includes(anonymousUser)
  );
}

/** The request without the asserted identity, when its sender asked for that; undefined when nothing is to be hidden. */
export function withoutIdentity(request: SipRequest): Frame | undefined {
  if (headerField(request, "p-asserted-identity") === undefined) return undefined;
  const wished = headerValues(request, "privacy").flatMap((value) => value.split(/[;,]/));
  if (!wished.some((value) => value.trim().toLowerCase() === "id")) return undefined;
  return spliceFrame(request, removeHeaders(request, ["p-asserted-identity"]));
}
