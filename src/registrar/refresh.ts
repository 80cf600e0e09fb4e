// The refresh of a binding (RFC 3261 §10.2.4): the Contact that its socket has, said once more.
//
// Nearly every REGISTER is one, and nearly every client says its Contact in the same words each time, with `expires`
// last. What those words mean has been read once and stands in the binding: only how long it asks for is read anew.

import { after, type EpochMs, toMillis } from "../base/brand";
import { parseDeltaSeconds } from "../sip/headers/integer";
import { type Binding, deviceWithoutInstance, isCurrent } from "./binding";
import {
  expiresHeader,
  grantedExpires,
  isTooBrief,
  orderOf,
  type RegisterInput,
  supports,
} from "./register-input";

const expiresParameter = ";expires=";

/** The one binding of the socket, refreshed; undefined for anything out of the common, a refusal too. */
export function refreshedBinding(
  input: RegisterInput,
  contacts: readonly string[],
  now: EpochMs,
): Binding | undefined {
  const { request, own, settings } = input;
  const [known, another] = own.bindings;
  const [contact, anotherContact] = contacts;
  if (known === undefined || contact === undefined) return undefined;
  if (another !== undefined || anotherContact !== undefined || !isCurrent(known, now)) return undefined;
  const asked = contact === known.echo ? expiresHeader(request) : expiresBehind(contact, known.echo);
  if (asked === "other" || asked === 0 || isTooBrief(asked, settings)) return undefined;
  const { callId, sequence } = orderOf(request);
  // Of another Call-ID the binding may be too long; late, it is refused.
  if (callId !== known.callId || sequence <= known.sequence) return undefined;
  const expiresAt = after(now, toMillis(grantedExpires(asked, input)));
  return {
    ...known,
    sequence,
    expiresAt,
    gruu: known.device !== deviceWithoutInstance && supports(request, "gruu"),
  };
}

/** What a Contact asks for that says no more than `echo` and this. */
function expiresBehind(contact: string, echo: string): number | "other" {
  if (!contact.startsWith(echo) || !contact.startsWith(expiresParameter, echo.length)) return "other";
  return parseDeltaSeconds(contact.slice(echo.length + expiresParameter.length)) ?? "other";
}
