// WWW-Authenticate and Proxy-Authenticate (RFC 3261 §20.27, §20.44; RFC 7616 §3.3; RFC 8898 §4 for Bearer).
//
// Names and values are kept as written but for their quotes; what compares without case says so. A challenge
// that lacks its realm or nonce still parses, so that the others beside it can be answered.

import { type AuthValue, formatAuthValue, parseAuthValues } from "./auth-value";

export type Challenge = DigestChallenge | BearerChallenge | OtherChallenge;

export interface DigestChallenge {
  readonly kind: "digest";
  readonly realm: string | undefined;
  readonly nonce: string | undefined;
  readonly domain: string | undefined;
  readonly opaque: string | undefined;
  readonly stale: boolean;
  /** As written; absent means MD5. See parseAlgorithm. */
  readonly algorithm: string | undefined;
  /** Lower case; empty when the challenge offers none. */
  readonly qop: readonly string[];
  readonly userhash: boolean;
}

export interface BearerChallenge {
  readonly kind: "bearer";
  readonly realm: string | undefined;
  /** An https URI a client gets its token from. */
  readonly authorizationServer: string | undefined;
  /** Scopes, divided by single spaces. */
  readonly scope: string | undefined;
  readonly error: string | undefined;
}

export interface OtherChallenge {
  readonly kind: "other";
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

/** The challenges of one header field value, in order; undefined if any of it is malformed. Never throws. */
export function parseChallenges(value: string): readonly Challenge[] | undefined {
  const challenges: Challenge[] = [];
  for (const one of parseAuthValues(value) ?? []) {
    const challenge = challengeOf(one);
    if (challenge === undefined) return undefined;
    challenges.push(challenge);
  }
  return challenges.length === 0 ? undefined : challenges;
}

function challengeOf({ scheme, params, token68 }: AuthValue): Challenge | undefined {
  switch (scheme.toLowerCase()) {
    case "digest":
      return token68 === undefined ? digestChallenge(params) : undefined;
    case "bearer":
      return token68 === undefined ? bearerChallenge(params) : undefined;
    default:
      return { kind: "other", scheme, params };
  }
}

function digestChallenge(params: AuthValue["params"]): DigestChallenge {
  return {
    kind: "digest",
    realm: params.get("realm"),
    nonce: params.get("nonce"),
    domain: params.get("domain"),
    opaque: params.get("opaque"),
    stale: isTrue(params.get("stale")),
    algorithm: params.get("algorithm"),
    qop: qopOptions(params.get("qop")),
    userhash: isTrue(params.get("userhash")),
  };
}

function bearerChallenge(params: AuthValue["params"]): BearerChallenge {
  return {
    kind: "bearer",
    realm: params.get("realm"),
    authorizationServer: params.get("authz_server"),
    scope: params.get("scope"),
    error: params.get("error"),
  };
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}

function qopOptions(value: string | undefined): readonly string[] {
  const options = (value ?? "").split(",").map((option) => option.trim().toLowerCase());
  return options.filter((option) => option !== "");
}

/** The text of a challenge of ours. RFC 7616 §3.3: realm, domain, nonce, opaque, qop quoted; stale and algorithm never. */
export function formatChallenge(challenge: DigestChallenge | BearerChallenge): string {
  switch (challenge.kind) {
    case "digest":
      return formatAuthValue("Digest", [
        ["realm", challenge.realm, "quoted"],
        ["domain", challenge.domain, "quoted"],
        ["nonce", challenge.nonce, "quoted"],
        ["opaque", challenge.opaque, "quoted"],
        ["qop", challenge.qop.length === 0 ? undefined : challenge.qop.join(","), "quoted"],
        ["stale", challenge.stale ? "true" : undefined, "token"],
        ["algorithm", challenge.algorithm, "token"],
        ["userhash", challenge.userhash ? "true" : undefined, "token"],
      ]);
    case "bearer":
      return formatAuthValue("Bearer", [
        ["realm", challenge.realm, "quoted"],
        ["authz_server", challenge.authorizationServer, "quoted"],
        ["scope", challenge.scope, "quoted"],
        ["error", challenge.error, "quoted"],
      ]);
  }
}
