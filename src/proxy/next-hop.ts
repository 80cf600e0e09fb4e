// Where a request goes, by its Request-URI (RFC 3261 §16.5, RFC 5627 §5.1): a user of ours, one device of a
// user, the gateway itself, or nowhere.

import { type Gruu, gruuOf } from "../flow/gruu";
import { claimsPage, pageOfUri } from "../flow/page-parameter";
import type { Seal, SealPurpose } from "../flow/seal";
import { parameter } from "../sip/parameters";
import type { Refusal } from "../sip/refusal";
import { type AddressOfRecord, addressOfRecordOf } from "../sip/uri/address-of-record";
import { parseUri, type SipUri } from "../sip/uri/uri";

export type NextHop =
  | {
      readonly kind: "user";
      readonly aor: AddressOfRecord;
      readonly gruu: Gruu | undefined;
      /** The one page that a Contact which has left its home names. */
      readonly page: string | undefined;
    }
  /** The domain itself: an OPTIONS or a REGISTER is for the gateway. */
  | { readonly kind: "gateway"; readonly realm: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

type Seals = (purpose: SealPurpose) => Seal;

const refused = (status: number, reason: string): NextHop => ({
  kind: "refused",
  refusal: { status, reason },
});

export function nextHopOf(requestUri: string, realms: readonly string[], sealOf: Seals): NextHop {
  // As every REGISTER has it.
  const realm = requestUri.startsWith("sip:") ? requestUri.slice(4) : "";
  if (realms.includes(realm)) return { kind: "gateway", realm };
  const uri = parseUri(requestUri);
  if (!uri.ok) return refused(400, "Bad Request-URI");
  // Numbers need a trunk or a number table; emergency numbers above all (README, "What it is not").
  if (uri.value.kind === "tel") return refused(404, "No route to telephone numbers");
  if (uri.value.kind === "other") return refused(416, "Unsupported URI Scheme");
  return hopOfSipUri(uri.value, realms, sealOf);
}

function hopOfSipUri(uri: SipUri, realms: readonly string[], sealOf: Seals): NextHop {
  if (claimsPage(uri)) {
    const target = pageOfUri(sealOf("contact"), uri);
    if (target === undefined) return refused(404, "Not a Contact of this gateway");
    return { kind: "user", aor: target.aor, gruu: undefined, page: target.page };
  }
  const realm = realmOf(uri, realms);
  if (realm === undefined) return refused(404, "Not a domain of this gateway");
  if (uri.user === undefined || uri.user === "") return { kind: "gateway", realm };
  const gruu = gruuOf(sealOf("gruu"), uri);
  if (gruu !== undefined) return { kind: "user", aor: gruu.aor, gruu, page: undefined };
  // RFC 5627 §6.1: a `gr` that is no GRUU of ours names nobody.
  const aor = parameter(uri.parameters, "gr") === undefined ? addressOfRecordOf(uri) : undefined;
  return aor === undefined
    ? refused(404, "Not an address of this gateway")
    : { kind: "user", aor, gruu, page: undefined };
}

/** The realm of ours that a URI's host names. */
export function realmOf(uri: SipUri, realms: readonly string[]): string | undefined {
  const host = uri.host.toLowerCase().replace(/\.$/, "");
  return realms.includes(host) ? host : undefined;
}
