// Authorization and Proxy-Authorization (RFC 3261 §20.7, §20.28; RFC 7616 §3.4; RFC 6750 §2.1 for Bearer).
//
// Syntax alone: whether a parameter that must be there is there, is judged where its absence matters
// (authenticate.ts). qop in quotes is not of the grammar but sent in the wild, and is let through.

import { isHex } from "../sip/scan";
import { type AuthValue, formatAuthValue, parseAuthValues } from "./auth-value";

export type Credentials = DigestCredentials | BearerCredentials | OtherCredentials;

export interface DigestCredentials {
  readonly kind: "digest";
  /** Decoded when it came as username*. In its hashed form when `userhash` is set. */
  readonly username: string | undefined;
  readonly realm: string | undefined;
  readonly nonce: string | undefined;
  readonly uri: string | undefined;
  /** Hex as written. */
  readonly response: string | undefined;
  /** As written; absent means MD5. See parseAlgorithm. */
  readonly algorithm: string | undefined;
  readonly cnonce: string | undefined;
  readonly opaque: string | undefined;
  /** As written; compares without case. */
  readonly qop: string | undefined;
  /** Eight hexadecimal digits, as written. */
  readonly nc: string | undefined;
  readonly userhash: boolean;
}

export interface BearerCredentials {
  readonly kind: "bearer";
  readonly token: string;
}

export interface OtherCredentials {
  readonly kind: "other";
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

/** The credentials of one header field value; undefined if malformed. Never throws. */
export function parseCredentials(value: string): Credentials | undefined {
  const values = parseAuthValues(value);
  const [only] = values ?? [];
  // RFC 3261 §7.3.1: never several on one line. We read none of them rather than the wrong one.
  if (only === undefined || values?.length !== 1) return undefined;
  switch (only.scheme.toLowerCase()) {
    case "digest":
      return only.token68 === undefined ? digestCredentials(only.params) : undefined;
    case "bearer":
      return only.token68 === undefined ? undefined : { kind: "bearer", token: only.token68 };
    default:
      return { kind: "other", scheme: only.scheme, params: only.params };
  }
}

function digestCredentials(params: AuthValue["params"]): DigestCredentials | undefined {
  const nc = params.get("nc");
  if (nc !== undefined && !isNonceCount(nc)) return undefined;
  const extended = params.get("username*");
  const username = extended === undefined ? params.get("username") : decodeExtended(extended);
  // RFC 7616 §3.4: both forms of the name at once are an error.
  if (extended !== undefined && (username === undefined || params.has("username"))) return undefined;
  return {
    kind: "digest",
    username,
    realm: params.get("realm"),
    nonce: params.get("nonce"),
    uri: params.get("uri"),
    response: params.get("response"),
    algorithm: params.get("algorithm"),
    cnonce: params.get("cnonce"),
    opaque: params.get("opaque"),
    qop: params.get("qop"),
    nc,
    userhash: params.get("userhash")?.toLowerCase() === "true",
  };
}

/** nc-value = 8LHEX; upper-case digits are let through (RFC 7616 §3.5: exactly eight). */
function isNonceCount(text: string): boolean {
  if (text.length !== 8) return false;
  for (let at = 0; at < 8; at++) if (!isHex(text.charCodeAt(at))) return false;
  return true;
}

/** The ext-value of username* (RFC 5987 §3.2.1) in the one charset that RFC 7616 §3.3 knows. */
function decodeExtended(value: string): string | undefined {
  const [charset, , ...rest] = value.split("'");
  if (charset?.toUpperCase() !== "UTF-8" || rest.length !== 1) return undefined;
  try {
    return decodeURIComponent(rest[0] ?? "");
  } catch {
    return undefined;
  }
}

/** The text of credentials. RFC 7616 §3.4: algorithm, qop and nc never quoted, all others always. */
export function formatCredentials(credentials: DigestCredentials | BearerCredentials): string {
  if (credentials.kind === "bearer") return `Bearer ${credentials.token}`;
  return formatAuthValue("Digest", [
    ["username", credentials.username, "quoted"],
    ["realm", credentials.realm, "quoted"],
    ["nonce", credentials.nonce, "quoted"],
    ["uri", credentials.uri, "quoted"],
    ["response", credentials.response, "quoted"],
    ["algorithm", credentials.algorithm, "token"],
    ["cnonce", credentials.cnonce, "quoted"],
    ["opaque", credentials.opaque, "quoted"],
    ["qop", credentials.qop, "token"],
    ["nc", credentials.nc, "token"],
    ["userhash", credentials.userhash ? "true" : undefined, "token"],
  ]);
}

/**
 * Whether a header field value ends at this realm and is cut before the request goes on: credentials of ours,
 * any Bearer token, and what does not parse or names no realm, since it may be either (RFC 3261 §22.3 lets others
 * pass). `Basic` is the one that matters: it holds the password as it is.
 */
export function credentialsEndHere(value: string, realm: string): boolean {
  const credentials = parseCredentials(value);
  if (credentials === undefined || credentials.kind === "bearer") return true;
  const named = credentials.kind === "digest" ? credentials.realm : credentials.params.get("realm");
  return named === undefined || named === realm;
}
