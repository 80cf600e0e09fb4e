// Addresses-of-record as names: the one spelling by which a user's object is found (RFC 3261 §10.3 step 5).
//
// Host in lower case and without the dot of an absolute domain name (`example.com.` is the same domain, RFC
// 1034 §3.1: with the dot kept one user would have two mailboxes). User in lower case: RFC 3261 compares it
// with case, but people type addresses, and an address book that holds Alice must reach alice. Escapes of
// unreserved characters decoded, no password, port or parameter (§10.3 step 5).

import { decodeUnreserved } from "./escape";
import { parseUri, type SipUri } from "./uri";

declare const brand: unique symbol;

/** `user@host` in canonical form. */
export type AddressOfRecord = string & { readonly [brand]: "AddressOfRecord" };

const longest = 256;

/** The address-of-record that a SIP URI names; undefined without a user, or when it is over 256 characters. */
export function addressOfRecordOf(uri: SipUri): AddressOfRecord | undefined {
  if (uri.user === undefined) return undefined;
  const host = uri.host.toLowerCase().replace(/\.$/, "");
  const aor = `${decodeUnreserved(uri.user).toLowerCase()}@${host}`;
  return aor.length > longest ? undefined : (aor as AddressOfRecord);
}

/** Reads `alice@example.com` or `sip:alice@example.com`, from a setting or an upgrade's URL. */
export function parseAddressOfRecord(text: string): AddressOfRecord | undefined {
  const parsed = parseUri(/^sips?:/i.test(text) ? text : `sip:${text}`);
  return parsed.ok && parsed.value.kind === "sip" ? addressOfRecordOf(parsed.value) : undefined;
}

/** The user part: lower case, reserved characters escaped. */
export function aorUser(aor: AddressOfRecord): string {
  return aor.slice(0, aor.lastIndexOf("@"));
}

/** The host part: lower case. */
export function aorHost(aor: AddressOfRecord): string {
  return aor.slice(aor.lastIndexOf("@") + 1);
}
