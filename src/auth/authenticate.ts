// The decision on a request's credentials (RFC 3261 §22.1-§22.4, RFC 7616 §3.4, RFC 8760 §2.3 and §2.6).
//
// Only a wrong response on a fresh nonce is a failed login. What is malformed, incomplete, for another realm or of
// an algorithm we did not offer is answered like no credentials at all: nobody learns from that whether a password
// was right, so nobody pays for it. A name without an account costs the same work and fails the same way.

import type { EpochMs, Millis } from "../base/brand";
import { hostEquals } from "../sip/uri/host";
import { parseUri } from "../sip/uri/uri";
import { formatChallenge } from "./challenge";
import { parseCredentials } from "./credentials";
import {
  type DigestAlgorithm,
  type DigestFacts,
  digestAlgorithms,
  type Ha1Set,
  type Hash,
  parseAlgorithm,
  userhash,
  verifyDigest,
} from "./digest";
import { judgeNonce, type Mac, type NonceBinding, type NonceUse } from "./nonce";

export interface DigestAccount {
  /** `user@realm`, as its HA1s were made from. */
  readonly spelling: string;
  readonly ha1s: Ha1Set;
}

export interface CredentialsInput {
  /** The values of Authorization where a 401 would answer, of Proxy-Authorization where a 407 would. */
  readonly values: readonly string[];
  readonly method: string;
  readonly requestUri: string;
  readonly realm: string;
  readonly binding: NonceBinding;
  /** Undefined when the name has no account. */
  readonly account: DigestAccount | undefined;
  /** What our challenges offer. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Kept with the socket; undefined before its first right answer. */
  readonly nonceUse: NonceUse | undefined;
  readonly nonceLifetime: Millis;
  readonly now: EpochMs;
}

export type CredentialsJudgement =
  | {
      readonly kind: "authenticated";
      readonly username: string;
      readonly algorithm: DigestAlgorithm;
      /** To be kept with the socket. */
      readonly nonceUse: NonceUse;
    }
  /** No penalty: challenge, with `stale=true` when the nonce was the trouble. */
  | { readonly kind: "challenge"; readonly stale: boolean }
  /** Counts against the back-off; the wire may see nothing but a further challenge. */
  | { readonly kind: "failed"; readonly username: string };

/** Header field values looked at in one request. */
const mostValues = 8;
/** Stands in for the HA1 that is not there; what it verifies is never accepted. */
const decoyHa1 = "0".repeat(64);
const nobody: DigestAccount = { spelling: "@", ha1s: { user: {}, aor: {} } };

/** Judges the credentials of one request. Never throws. */
export function judgeCredentials(input: CredentialsInput, hash: Hash, mac: Mac): CredentialsJudgement {
  const answer = firstAnswer(input);
  if (answer === undefined) return { kind: "challenge", stale: false };
  const { nonce, protection } = answer.facts;
  const nc = protection === undefined ? undefined : Number.parseInt(protection.nc, 16);
  const fresh = judgeNonce(mac, nonce, input.binding, input.nonceUse, nc, input.nonceLifetime, input.now);
  if (fresh.kind === "stale") return { kind: "challenge", stale: true };
  const known = findHa1(input.account ?? nobody, answer, input.realm, hash);
  const right = verifyDigest(hash, known?.ha1 ?? decoyHa1, answer.facts, answer.response);
  return right && known !== undefined
    ? {
        kind: "authenticated",
        username: known.username,
        algorithm: answer.facts.algorithm,
        nonceUse: fresh.use,
      }
    : { kind: "failed", username: answer.username };
}

/** A complete answer to a challenge of ours. */
interface Answer {
  readonly username: string;
  readonly userhash: boolean;
  readonly response: string;
  readonly facts: DigestFacts;
}

/** One answer alone is judged, or a single request could carry many guesses. */
function firstAnswer(input: CredentialsInput): Answer | undefined {
  for (const value of input.values.slice(0, mostValues)) {
    const answer = answerOf(value, input);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function answerOf(value: string, input: CredentialsInput): Answer | undefined {
  const credentials = parseCredentials(value);
  // RFC 3261 §22.3: credentials are found by their realm.
  if (credentials?.kind !== "digest" || credentials.realm !== input.realm) return undefined;
  const { username, nonce, uri, response, userhash } = credentials;
  if (!username || !nonce || !uri || !response) return undefined;
  const named = parseAlgorithm(credentials.algorithm);
  // RFC 7616 §3.4: the algorithm is the challenge's, and no challenge of ours names a "-sess" one.
  if (named === undefined || named.session || !input.algorithms.includes(named.algorithm)) return undefined;
  const protection = protectionOf(credentials.qop, credentials.nc, credentials.cnonce);
  if (protection === "improper" || !fitsRequestUri(uri, input.requestUri)) return undefined;
  const facts = { ...named, method: input.method, uri, nonce, protection };
  return { username, userhash, response, facts };
}

/** RFC 7616 §3.4: qop is one of those offered, which is auth alone; with it stand nc and cnonce. */
function protectionOf(
  qop: string | undefined,
  nc: string | undefined,
  cnonce: string | undefined,
): DigestFacts["protection"] | "improper" {
  if (qop === undefined) return undefined;
  if (qop.toLowerCase() !== "auth" || nc === undefined || cnonce === undefined) return "improper";
  return { qop: "auth", nc, cnonce, body: "" };
}

/**
 * RFC 8760 §2.6 item 6: the two URIs need not be equal, but the one in the credentials must name somebody the
 * request could be for: here, anybody at the same host. Nonce and count keep an answer from being used twice.
 */
function fitsRequestUri(uri: string, requestUri: string): boolean {
  if (uri === requestUri) return true;
  const answered = parseUri(uri);
  const requested = parseUri(requestUri);
  if (!answered.ok || answered.value.kind !== "sip") return false;
  if (!requested.ok || requested.value.kind !== "sip") return false;
  return hostEquals(answered.value.host, requested.value.host);
}

/** The account's HA1 for the name in the answer, and that name in the clear. */
function findHa1(
  account: DigestAccount,
  answer: Answer,
  realm: string,
  hash: Hash,
): { readonly ha1: string; readonly username: string } | undefined {
  const { algorithm } = answer.facts;
  const { spelling, ha1s } = account;
  const forms = [
    { username: spelling.slice(0, spelling.lastIndexOf("@")), ha1: ha1s.user[algorithm] },
    { username: spelling, ha1: ha1s.aor[algorithm] },
  ];
  const given = answer.userhash ? answer.username.toLowerCase() : answer.username;
  const matches = forms.filter(
    (form) => given === (answer.userhash ? userhash(hash, algorithm, form.username, realm) : form.username),
  );
  const [{ username, ha1 } = { username: "", ha1: undefined }] = matches;
  return ha1 === undefined ? undefined : { username, ha1 };
}

export interface ChallengeOffer {
  readonly realm: string;
  readonly nonce: string;
  readonly stale: boolean;
  readonly algorithms: readonly DigestAlgorithm[];
  /** When Bearer tokens are accepted. RFC 8898 §2.2 wants the authorization server named if there is one. */
  readonly bearer?: BearerOffer | undefined;
}

export interface BearerOffer {
  readonly authorizationServer?: string | undefined;
  readonly scope?: string | undefined;
  /** RFC 8898 §4: `invalid_token` when one was presented and refused. */
  readonly error?: "invalid_token" | "invalid_scope" | undefined;
}

/**
 * The values of WWW-Authenticate or Proxy-Authenticate, a header field line each, preferred first (RFC 8760 §2.3).
 * MD5 comes last: JsSIP and SIP.js keep the last line and know no other algorithm. qop is auth alone, since JsSIP
 * takes auth-int where it is offered.
 */
export function challengeLines(offer: ChallengeOffer): readonly string[] {
  const { realm, nonce, stale, bearer } = offer;
  const offered = digestAlgorithms.filter((algorithm) => offer.algorithms.includes(algorithm));
  const digest = offered.map((algorithm) =>
    formatChallenge({
      kind: "digest",
      realm,
      nonce,
      domain: undefined,
      opaque: undefined,
      stale,
      algorithm,
      qop: ["auth"],
      userhash: false,
    }),
  );
  if (bearer === undefined) return digest;
  const { authorizationServer, scope, error } = bearer;
  return [formatChallenge({ kind: "bearer", realm, authorizationServer, scope, error }), ...digest];
}
