// The sealed parameter in the Contact of a page that no name leads to (design "Dialogs"): with it a `.invalid` Contact
// can be routed from anywhere, as a Refer-To of an attended transfer is (RFC 3891 §3, RFC 5589 §7.3).
//
// It is put in as the Contact leaves its home and taken out before its owner sees it. It shows nothing of its page.

import { parameter } from "../sip/parameters";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { SipUri } from "../sip/uri/uri";
import type { RouteTarget } from "./route-token";
import type { Seal } from "./seal";
import { openFields, sealFields } from "./sealed-fields";

const name = "durasip";
const ours = /;[ \t]*durasip(?:[ \t]*=[ \t]*[^;?>,\s]*)?(?=[;?]|$)/gi;

/** Whether a Contact is one that only its own home could route: a made-up host, and no GRUU (RFC 7118 §5.1). */
export const needsPageParameter = ({ host, parameters }: SipUri): boolean =>
  /\.invalid\.?$/i.test(host) && parameter(parameters, "gr") === undefined;

/** The URI with the parameter; the seal is the one for "contact". */
export function withPageParameter(seal: Seal, uri: string, { aor, page }: RouteTarget): string {
  const plain = withoutPageParameter(uri);
  const headers = plain.indexOf("?");
  const end = headers < 0 ? plain.length : headers;
  return `${plain.slice(0, end)};${name}=${sealFields(seal, [aor, page])}${plain.slice(end)}`;
}

/** The URI as its page wrote it. */
export const withoutPageParameter = (uri: string): string =>
  /durasip/i.test(uri) ? uri.replace(ours, "") : uri;

/** The page that a URI was given out for; undefined when it has no parameter of ours, or a forged one. Never throws. */
export function pageOfUri(seal: Seal, uri: SipUri): RouteTarget | undefined {
  const token = parameter(uri.parameters, name);
  const fields = typeof token === "string" ? openFields(seal, token, 2) : undefined;
  if (fields === undefined) return undefined;
  const [aor = "", page = ""] = fields;
  return { aor: aor as AddressOfRecord, page };
}

/** Whether a URI claims to have the parameter. */
export const claimsPage = (uri: SipUri): boolean => parameter(uri.parameters, name) !== undefined;
