// Identities of watchers as a ruleset names them (RFC 4745 §7.1, §7.2; RFC 5025 §3.1.1): URIs brought into one
// spelling, in which two are the same identity if and only if they are the same text.
// A SIP URI is spelled as the address-of-record it names, since that is what a watcher proves to be: without
// port and parameters, user in lower case. Schemes are never mixed: sips, tel, mailto and sip are four
// identities, whatever they share (RFC 5025 §3.1.1.2).
// Domains compare in their ASCII form (RFC 4745 §7.1.3), made by the URL of the WHATWG (UTS 46, of which the ToASCII
// of RFC 3490 is the forerunner), which like the language itself is the same in every runtime.

import { type AddressOfRecord, addressOfRecordOf } from "../sip/uri/address-of-record";
import { decodeUnreserved } from "../sip/uri/escape";
import { parseUri, type TelUri } from "../sip/uri/uri";

declare const brand: unique symbol;

/** A URI in the spelling above. */
export type Identity = string & { readonly [brand]: "Identity" };

export const identityOfUser = (aor: AddressOfRecord): Identity => `sip:${aor}` as Identity;

/** The identity that a URI names; undefined for what is no URI, or a SIP URI without a user. */
export function readIdentity(uri: string): Identity | undefined {
  const parsed = parseUri(uri.trim());
  if (!parsed.ok) return undefined;
  switch (parsed.value.kind) {
    case "sip": {
      const aor = addressOfRecordOf(parsed.value);
      return aor === undefined ? undefined : (`${parsed.value.scheme}:${aor}` as Identity);
    }
    case "tel":
      return spellNumber(parsed.value);
    case "other": {
      const { scheme, text } = parsed.value;
      return `${scheme}:${decodeUnreserved(text.slice(scheme.length + 1))}` as Identity;
    }
  }
}

/** RFC 3966 §4: no visual separators, all parameters in any order, everything without case. */
function spellNumber({ number, parameters }: TelUri): Identity {
  const written = parameters.map(({ name, value }) => `;${name}${value === null ? "" : `=${value}`}`).sort();
  return `tel:${number.replace(/[-.()]/g, "")}${written.join("")}`.toLowerCase() as Identity;
}

/** The address-of-record of a sip: identity. */
export function aorOfIdentity(identity: Identity): AddressOfRecord | undefined {
  return identity.startsWith("sip:") ? (identity.slice(4) as AddressOfRecord) : undefined;
}

/** What stands behind the last `@`, in ASCII and lower case; a telephone number has no domain. */
export function domainOf(identity: Identity): string | undefined {
  if (identity.startsWith("tel:")) return undefined;
  // The user of a SIP URI may have a `?` and a `;`; other schemes have headers and parameters behind the domain.
  const uri = /^sips?:/.test(identity) ? identity : (identity.split("?")[0] ?? "");
  const at = uri.lastIndexOf("@");
  return at < 0 ? undefined : asciiDomain(uri.slice(at + 1).split(";")[0] ?? "");
}

/** RFC 4745 §7.1.3: escapes decoded, in ASCII, lower case, no final dot; undefined for what is no domain. */
export function asciiDomain(domain: string): string | undefined {
  const trimmed = domain.trim();
  if (trimmed === "" || trimmed.length > 1024 || /[\s/?#@\\]|:(?![^[]*\])/.test(trimmed)) return undefined;
  const url = `http://${trimmed}/`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, "") : undefined;
}
