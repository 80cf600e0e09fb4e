// Digest computations (RFC 7616 §3.4.1-§3.4.4 with RFC 8760's algorithms; RFC 2617 §3.2.2.1 for clients that send
// no qop). The hash is an argument. Names and values go in without quotes and escapes: unq() of RFC 7616 §3.3.

import { constantTimeEquals } from "./constant-time";

/** The algorithms of RFC 8760 §2.7, by their names on the wire; MD5 is the weakest and never preferred. */
export type DigestAlgorithm = "MD5" | "SHA-256" | "SHA-512-256";

export const digestAlgorithms: readonly DigestAlgorithm[] = ["SHA-512-256", "SHA-256", "MD5"];

/** The digest of the text's UTF-8 octets, in lower-case hex. */
export type Hash = (algorithm: DigestAlgorithm, text: string) => string;

/** H(A1) for each algorithm and for both user-name forms. What an account keeps in place of a password. */
export interface Ha1Set {
  /** For the user name `alice`. */
  readonly user: Readonly<Partial<Record<DigestAlgorithm, string>>>;
  /** For the user name `alice@realm`. */
  readonly aor: Readonly<Partial<Record<DigestAlgorithm, string>>>;
}

export type QualityOfProtection = "auth" | "auth-int";

/** What a response is computed from, beside H(username:realm:password). */
export interface DigestFacts {
  readonly algorithm: DigestAlgorithm;
  /** The "-sess" variant of the algorithm. It needs a cnonce (RFC 3261 §22.4 item 8). */
  readonly session: boolean;
  readonly method: string;
  /** digest-uri-value as it stands in the credentials. */
  readonly uri: string;
  readonly nonce: string;
  /** Undefined for a client of RFC 2069's kind. */
  readonly protection: Protection | undefined;
}

export interface Protection {
  readonly qop: QualityOfProtection;
  /** Eight hexadecimal digits, as they stand in the credentials. */
  readonly nc: string;
  readonly cnonce: string;
  /** The message body, for auth-int alone. */
  readonly body: string;
}

/** The algorithm behind a value of the algorithm parameter; undefined for one we do not know. */
export function parseAlgorithm(
  value: string | undefined,
): { readonly algorithm: DigestAlgorithm; readonly session: boolean } | undefined {
  // RFC 7616 §3.3: absent means MD5. Compared without case, as RFC 3261 §7.3.1 asks of parameter values.
  const written = (value ?? "MD5").toUpperCase();
  const session = written.endsWith("-SESS");
  const name = session ? written.slice(0, -"-SESS".length) : written;
  const algorithm = digestAlgorithms.find((known) => known === name);
  return algorithm === undefined ? undefined : { algorithm, session };
}

/** H(username ":" realm ":" password): the A1 of RFC 7616 §3.4.2 in its plain variant, hashed. */
export function ha1(
  hash: Hash,
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return hash(algorithm, `${username}:${realm}:${password}`);
}

/** Every H(A1) the user `username` of `realm` may log in with. `username` carries no domain. */
export function ha1Set(hash: Hash, username: string, realm: string, password: string): Ha1Set {
  const of = (name: string) =>
    Object.fromEntries(
      digestAlgorithms.map((algorithm) => [algorithm, ha1(hash, algorithm, name, realm, password)]),
    );
  return { user: of(username), aor: of(`${username}@${realm}`) };
}

/** The response parameter, in lower-case hex. `ha1` is H(username:realm:password), also for "-sess". */
export function digestResponse(hash: Hash, ha1: string, facts: DigestFacts): string {
  const { algorithm, nonce, protection } = facts;
  const digest = (text: string) => hash(algorithm, text);
  const secret = facts.session ? digest(`${ha1}:${nonce}:${protection?.cnonce ?? ""}`) : ha1;
  const a2 = `${facts.method}:${facts.uri}`;
  // RFC 2617 §3.2.2.1: without qop neither count nor cnonce is part of the response.
  if (protection === undefined) return digest(`${secret}:${nonce}:${digest(a2)}`);
  const { qop, nc, cnonce, body } = protection;
  // RFC 7616 §3.4.3, and RFC 8760 §2.6 item 7: no body is the empty string.
  const ha2 = digest(qop === "auth-int" ? `${a2}:${digest(body)}` : a2);
  return digest(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}

/** Whether the response is the one these facts give; in constant time. Upper-case hex is let through. */
export function verifyDigest(hash: Hash, ha1: string, facts: DigestFacts, response: string): boolean {
  return constantTimeEquals(digestResponse(hash, ha1, facts), response.toLowerCase());
}

/** The user name in its hashed form (RFC 7616 §3.4.4), hex. */
export function userhash(hash: Hash, algorithm: DigestAlgorithm, username: string, realm: string): string {
  return hash(algorithm, `${username}:${realm}`);
}
