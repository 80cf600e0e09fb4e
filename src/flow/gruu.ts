// Globally routable URIs of one device (RFC 5627): the public one shows the address-of-record and the instance,
// the temporary one shows nothing. Both are read back without a store.
//
// A temporary GRUU carries an epoch. Whoever reads one compares it with the device's own, which changes when the
// registration's Call-ID does: so all that were minted before are void at once (§5.1), and none is written down.

import { parameter } from "../sip/parameters";
import { PARAMETER } from "../sip/scan";
import { type AddressOfRecord, addressOfRecordOf } from "../sip/uri/address-of-record";
import { encodeEscapes } from "../sip/uri/escape";
import { parseUri, type SipUri } from "../sip/uri/uri";
import type { Seal } from "./seal";
import { openFields, sealFields } from "./sealed-fields";

export type Gruu =
  | { readonly kind: "public"; readonly aor: AddressOfRecord; readonly instance: string }
  | {
      readonly kind: "temporary";
      readonly aor: AddressOfRecord;
      readonly instance: string;
      readonly epoch: string;
    };

/** How the user part of every temporary one begins. */
export const temporaryPrefix = "tgruu.";
/** RFC 5627 §5.1: two of them must not tell whether their owners differ, so names of common length look alike. */
const paddingUnit = 128;

/** An instance-id as a GRUU has it: `+sip.instance` without the angle brackets it is written in. */
export function instanceOf(device: string): string {
  return device.startsWith("<") && device.endsWith(">") ? device.slice(1, -1) : device;
}

/** Whether a GRUU is one of that device. Parameter values of URIs compare without case (RFC 3261 §19.1.4). */
export function isGruuOf(gruu: Gruu, device: string): boolean {
  return gruu.instance.toLowerCase() === instanceOf(device).toLowerCase();
}

/**
 * `sip:alice@example.com;gr=urn:uuid:…` (RFC 5627 §5.1). `spelling` is the address with the case its owner
 * writes: JsSIP refuses a request whose user part differs from it.
 */
export function publicGruu(spelling: string, device: string): string {
  return `sip:${spelling};gr=${encodeEscapes(instanceOf(device), PARAMETER)}`;
}

/**
 * `sip:tgruu.…@example.com;gr`, another at each call (RFC 5627 §5.1). The seal is the one for "gruu"; `epoch`
 * is any short text that changes with the registration's Call-ID.
 */
export function temporaryGruu(
  seal: Seal,
  aor: AddressOfRecord,
  device: string,
  epoch: string,
  domain: string,
): string {
  const token = sealFields(seal, [aor, instanceOf(device), epoch], paddingUnit);
  return `sip:${temporaryPrefix}${token}@${domain};gr`;
}

/** What a URI says if it is a GRUU; undefined if it is none of this deployment. Never throws. */
export function readGruu(seal: Seal, uri: string): Gruu | undefined {
  const parsed = parseUri(uri);
  return parsed.ok && parsed.value.kind === "sip" ? gruuOf(seal, parsed.value) : undefined;
}

/** As readGruu, for a URI that is parsed already. */
export function gruuOf(seal: Seal, uri: SipUri): Gruu | undefined {
  const gr = parameter(uri.parameters, "gr");
  // RFC 5627 §3.1: whatever its user part looks like, without the parameter it is no GRUU.
  if (gr === undefined || uri.user === undefined) return undefined;
  if (gr === null) return temporaryGruuOf(seal, uri.user);
  const aor = addressOfRecordOf(uri);
  return aor === undefined ? undefined : { kind: "public", aor, instance: gr };
}

function temporaryGruuOf(seal: Seal, user: string): Gruu | undefined {
  if (!user.startsWith(temporaryPrefix)) return undefined;
  const fields = openFields(seal, user.slice(temporaryPrefix.length), 3);
  if (fields === undefined) return undefined;
  const [aor = "", instance = "", epoch = ""] = fields;
  return { kind: "temporary", aor: aor as AddressOfRecord, instance, epoch };
}
