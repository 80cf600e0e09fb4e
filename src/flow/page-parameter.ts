// The sealed parameter in the Contact of a page that no name leads to (design "Dialogs"): with it a `.invalid` Contact
// can be routed from anywhere, as a Refer-To of an attended transfer is (RFC 3891 §3, RFC 5589 §7.3).
//
// It is put in as the Contact leaves its home and taken out before its owner sees it. It shows nothing of its page.

import { parameter } from "../sip/parameters";
import { trimWhite } from "../sip/scan";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { decodeEscapes } from "../sip/uri/escape";
import type { SipUri } from "../sip/uri/uri";
import type { RouteTarget } from "./route-token";
import type { Seal } from "./seal";
import { openFields, sealFields, sealFieldsOnce } from "./sealed-fields";

const name = "durasip";

/** Whether a Contact is one that only its own home could route: a made-up host, and no GRUU (RFC 7118 §5.1). */
export const needsPageParameter = ({ host, parameters }: SipUri): boolean =>
  /\.invalid\.?$/i.test(host) && parameter(parameters, "gr") === undefined;

/** The URI with the parameter; the seal is the one for "contact". `isHidden`: the message must not be known again by it. */
export function withPageParameter(
  seal: Seal,
  uri: string,
  { aor, page }: RouteTarget,
  isHidden: boolean,
): string {
  const { head, parameters, headers } = partsOf(uri);
  const token = (isHidden ? sealFields : sealFieldsOnce)(seal, [aor, page]);
  return `${head}${withoutOurs(parameters)};${name}=${token}${headers}`;
}

/** The URI as its page wrote it. */
export function withoutPageParameter(uri: string): string {
  if (!uri.includes(";")) return uri;
  const ours = withPlainParameter.exec(uri);
  if (ours !== null) return ours[1] ?? uri;
  const { head, parameters, headers } = partsOf(uri);
  return head + withoutOurs(parameters) + headers;
}

/** As this home puts it in, behind parameters that cannot be ours: every NOTIFY has it so. */
const withPlainParameter = /^(sips?:[\w.~-]+@[\w.-]+(?:;transport=\w+)?);durasip=[\w-]+$/;

/** The user part may hold what divides the rest (RFC 3261 §25.1, user-unreserved); nothing behind it takes a bare "@". */
function partsOf(uri: string): {
  readonly head: string;
  readonly parameters: string;
  readonly headers: string;
} {
  const host = uri.indexOf("@") + 1;
  const question = uri.indexOf("?", host);
  const end = question < 0 ? uri.length : question;
  const semicolon = uri.indexOf(";", host);
  const start = semicolon < 0 || semicolon > end ? end : semicolon;
  return { head: uri.slice(0, start), parameters: uri.slice(start, end), headers: uri.slice(end) };
}

/** `;name=value` of all but ours, whose name may come escaped or in other case. */
const withoutOurs = (parameters: string): string =>
  parameters
    .split(/(?=;)/)
    .filter((written) => !isOurs(written))
    .join("");

function isOurs(written: string): boolean {
  const end = written.indexOf("=");
  const said = trimWhite(written.slice(1, end < 0 ? undefined : end));
  return (decodeEscapes(said) ?? said).toLowerCase() === name;
}

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
