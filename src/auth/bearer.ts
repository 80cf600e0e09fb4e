// Who a Bearer token speaks for (RFC 8898 §2.2, §3; the registered claims of RFC 7519 §4.1).
//
// The signature is verified before these functions see the claims. That the token travels unencrypted from client
// to home rests on the WebSocket's TLS and on its being cut there (RFC 8898 §2.1.2's "other mechanism").

import { after, type EpochMs, epochMs, type Seconds, seconds, toMillis } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import { type AddressOfRecord, aorHost, parseAddressOfRecord } from "../sip/uri/address-of-record";
import { parseCredentials } from "./credentials";

export interface BearerIdentity {
  readonly aor: AddressOfRecord;
  /** Until when the token is believed: its `exp`, and the leeway of the clocks. Undefined: it never ends. */
  readonly expiresAt: EpochMs | undefined;
}

/** Why claims name nobody: stable codes for the log. */
export type ClaimsFailure =
  | "no-claims"
  | "expiry"
  | "expired"
  | "not-yet-valid"
  | "audience"
  | "subject"
  | "foreign-realm";

export interface ClaimsRules {
  /** Lower case; a subject without a domain belongs to the first. */
  readonly realms: readonly string[];
  /** What `aud` must hold; undefined when it is not looked at. */
  readonly audience: string | undefined;
  readonly now: EpochMs;
}

/** How far the issuer's clock may be from ours (RFC 7519 §4.1.4). */
export const clockLeeway: Seconds = seconds(30);

/** The address-of-record the claims' subject names: `alice`, `alice@realm` or `sip:alice@realm`. Never throws. */
export function claimsToIdentity(claims: unknown, rules: ClaimsRules): Result<BearerIdentity, ClaimsFailure> {
  if (typeof claims !== "object" || claims === null) return err("no-claims");
  const { exp, nbf, aud, sub } = claims as Readonly<Record<string, unknown>>;
  const expiry = numericDate(exp);
  const validFrom = numericDate(nbf);
  if (expiry === "malformed" || validFrom === "malformed") return err("expiry");
  const leeway = toMillis(clockLeeway);
  // One moment for all who ask: a login by a token that is still taken must not be over before it began.
  const expiresAt = expiry === undefined ? undefined : after(expiry, leeway);
  if (expiresAt !== undefined && expiresAt <= rules.now) return err("expired");
  if (validFrom !== undefined && validFrom - leeway > rules.now) return err("not-yet-valid");
  if (rules.audience !== undefined && !audienceHolds(aud, rules.audience)) return err("audience");
  const aor = subjectAor(sub, rules.realms);
  if (aor === undefined) return err("subject");
  return rules.realms.includes(aorHost(aor)) ? ok({ aor, expiresAt }) : err("foreign-realm");
}

/** NumericDate of RFC 7519 §2: seconds, fractions allowed. */
function numericDate(claim: unknown): EpochMs | "malformed" | undefined {
  if (claim === undefined) return undefined;
  return typeof claim === "number" && Number.isFinite(claim) ? epochMs(claim * 1000) : "malformed";
}

/** RFC 7519 §4.1.3: one string or an array of them. */
function audienceHolds(aud: unknown, audience: string): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}

function subjectAor(sub: unknown, realms: readonly string[]): AddressOfRecord | undefined {
  const [home] = realms;
  if (typeof sub !== "string" || home === undefined) return undefined;
  return parseAddressOfRecord(sub.includes("@") ? sub : `${sub}@${home}`);
}

/**
 * The Bearer token among header field values; undefined when there is none. Both families are to be given: JsSIP
 * puts its token in Authorization whatever the request.
 */
export function findBearerToken(values: readonly string[]): string | undefined {
  for (const value of values) {
    const credentials = parseCredentials(value);
    if (credentials?.kind === "bearer") return credentials.token;
  }
  return undefined;
}
