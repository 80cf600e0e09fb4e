// The client's side of digest: credentials for the challenges of a 401 or 407 (RFC 7616 §3.4, RFC 8760 §2.4).

import { type DigestChallenge, parseChallenges } from "./challenge";
import { formatCredentials } from "./credentials";
import { type DigestAlgorithm, digestResponse, type Hash, ha1, parseAlgorithm, userhash } from "./digest";

export interface ClientIdentity {
  readonly username: string;
  readonly password: string;
}

export interface ChallengedRequest {
  readonly method: string;
  readonly requestUri: string;
  readonly body: string;
}

export interface NonceCount {
  /** How often this nonce is used, this use included. */
  readonly nc: number;
  /** A fresh one for each answer. */
  readonly cnonce: string;
}

/**
 * The value of Authorization or Proxy-Authorization that answers the topmost challenge we understand;
 * undefined when there is none. `values` are the header field values of WWW- or Proxy-Authenticate, in order.
 */
export function answerChallenge(
  hash: Hash,
  values: readonly string[],
  identity: ClientIdentity,
  request: ChallengedRequest,
  count: NonceCount,
): string | undefined {
  for (const challenge of values.flatMap((value) => parseChallenges(value) ?? [])) {
    const answer =
      challenge.kind === "digest" ? answerDigest(hash, challenge, identity, request, count) : undefined;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function answerDigest(
  hash: Hash,
  challenge: DigestChallenge,
  identity: ClientIdentity,
  request: ChallengedRequest,
  count: NonceCount,
): string | undefined {
  const { realm, nonce, opaque } = challenge;
  const named = parseAlgorithm(challenge.algorithm);
  if (realm === undefined || nonce === undefined || named === undefined) return undefined;
  const protection = protectionFor(challenge, request, count);
  if (protection === "unsupported" || (named.session && protection === undefined)) return undefined;
  const { method, requestUri: uri } = request;
  const secret = ha1(hash, named.algorithm, identity.username, realm, identity.password);
  const facts = { ...named, method, uri, nonce, protection };
  return formatCredentials({
    kind: "digest",
    username: nameFor(hash, challenge, named.algorithm, identity.username, realm),
    realm,
    nonce,
    uri,
    response: digestResponse(hash, secret, facts),
    // RFC 7616 §3.4: as the challenge gave it.
    algorithm: challenge.algorithm,
    cnonce: protection?.cnonce,
    opaque,
    qop: protection?.qop,
    nc: protection?.nc,
    userhash: challenge.userhash,
  });
}

/** RFC 3261 §22.4 item 8: a challenge with qop is answered with qop. auth is enough where there is a choice. */
function protectionFor(challenge: DigestChallenge, request: ChallengedRequest, count: NonceCount) {
  if (challenge.qop.length === 0) return undefined;
  const qop = (["auth", "auth-int"] as const).find((known) => challenge.qop.includes(known));
  if (qop === undefined) return "unsupported";
  const nc = count.nc.toString(16).padStart(8, "0");
  return { qop, nc, cnonce: count.cnonce, body: request.body };
}

function nameFor(
  hash: Hash,
  challenge: DigestChallenge,
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
): string {
  return challenge.userhash ? userhash(hash, algorithm, username, realm) : username;
}
