// The signature of a Bearer token (RFC 8898 §2.2, RFC 7519 §7.2), by a shared secret or by published keys.
//
// A key is used with its own family of algorithms alone, so that a public key can never be taken for a shared
// secret, and "none" is in no family (RFC 8725 §3.1). Key sets are kept per isolate, not per object.

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import { clockLeeway } from "../../src/auth/bearer";
import type { EpochMs } from "../../src/base/brand";
import { err, ok, type Result } from "../../src/base/result";
import type { TokenSettings } from "../../src/contracts/settings";

/** Why a token is not believed: stable codes for the log. "keys-unavailable" is our trouble, not the client's. */
export type BearerFailure =
  | "too-long"
  | "malformed"
  | "algorithm"
  | "unknown-key"
  | "keys-unavailable"
  | "signature"
  | "expired"
  | "claims";

export type KeySettings = Pick<TokenSettings, "secret" | "jwksUrl" | "jwks" | "issuer" | "audience">;

const longest = 8192;
const secretAlgorithms = ["HS256", "HS384", "HS512"];
const publishedAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** The claims of a token whose signature, times, issuer and audience hold. Never throws. */
export async function verifyBearer(
  token: string,
  settings: KeySettings,
  now: EpochMs,
): Promise<Result<JWTPayload, BearerFailure>> {
  if (token.length > longest) return err("too-long");
  const algorithm = statedAlgorithm(token);
  if (algorithm === undefined) return err("malformed");
  try {
    return ok(await verify(token, algorithm, settings, now));
  } catch (error) {
    return err(failureOf(error));
  }
}

/** What the header claims, to choose the key by; the key's own family decides what is accepted. */
function statedAlgorithm(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg ?? "none";
  } catch {
    return undefined;
  }
}

async function verify(
  token: string,
  algorithm: string,
  settings: KeySettings,
  now: EpochMs,
): Promise<JWTPayload> {
  const { secret, issuer, audience } = settings;
  const options: JWTVerifyOptions = {
    clockTolerance: clockLeeway,
    currentDate: new Date(now),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  if (secret !== undefined && secretAlgorithms.includes(algorithm)) {
    const key = new TextEncoder().encode(secret);
    return (await jwtVerify(token, key, { ...options, algorithms: secretAlgorithms })).payload;
  }
  const keys = publishedKeys(settings);
  if (keys === undefined) throw new errors.JOSEAlgNotAllowed();
  return (await jwtVerify(token, keys, { ...options, algorithms: publishedAlgorithms })).payload;
}

const keySets = new Map<string, JWTVerifyGetKey>();

/** The key set the settings name: fetched, or given. Kept, so that its keys are fetched and imported once. */
function publishedKeys({ jwksUrl, jwks }: KeySettings): JWTVerifyGetKey | undefined {
  const source = jwksUrl ?? jwks;
  if (source === undefined) return undefined;
  const kept = keySets.get(source);
  if (kept !== undefined) return kept;
  const keys =
    jwksUrl === undefined
      ? createLocalJWKSet(JSON.parse(source) as JSONWebKeySet)
      : createRemoteJWKSet(new URL(jwksUrl));
  keySets.set(source, keys);
  return keys;
}

const failures: Readonly<Record<string, BearerFailure>> = {
  ERR_JWS_INVALID: "malformed",
  ERR_JWT_INVALID: "malformed",
  ERR_JOSE_NOT_SUPPORTED: "algorithm",
  ERR_JOSE_ALG_NOT_ALLOWED: "algorithm",
  ERR_JWKS_NO_MATCHING_KEY: "unknown-key",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "unknown-key",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "signature",
  ERR_JWT_EXPIRED: "expired",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "claims",
};

function failureOf(error: unknown): BearerFailure {
  return (error instanceof errors.JOSEError ? failures[error.code] : undefined) ?? "keys-unavailable";
}
