// The nonces of HTTP (RFC 7616 §3.3, §5.5). There is no socket to keep a count with, so they are stateless: a timestamp
// under a key. While one lives, a few minutes, the answer to it is good for its method and target as often as it
// comes; a body is not part of it (`qop=auth`). TLS keeps it from others.

import { type EpochMs, type Millis, millis } from "../base/brand";
import { parseCredentials } from "./credentials";
import { judgeNonce, type Mac, mintNonce, type NonceBinding } from "./nonce";

/** What they are bound to in a socket's place: they are good on none, and a socket's are not good here. */
export const httpBinding = (aor: string): NonceBinding => ({ socketId: "http", aor });

/** Long enough for a client that keeps its nonce between two calls, short for whoever comes by a request. */
export const httpNonceLifetime = ({ nonceLifetime }: { readonly nonceLifetime: Millis }): Millis =>
  millis(Math.min(5 * 60_000, nonceLifetime));

export const mintHttpNonce = (mac: Mac, aor: string, now: EpochMs): string =>
  mintNonce(mac, httpBinding(aor), now);

/**
 * What credentials are before any password is looked at: an answer to a nonce of ours that lives, which the user's home
 * has to judge; to one that does not; or nothing of that kind. Needs no account.
 */
export function judgeHttpNonce(
  mac: Mac,
  aor: string,
  value: string,
  lifetime: Millis,
  now: EpochMs,
): "fresh" | "stale" | "none" {
  const credentials = parseCredentials(value);
  if (credentials?.kind !== "digest" || credentials.nonce === undefined) return "none";
  const { nonce, nc } = credentials;
  const count = nc === undefined ? undefined : Number.parseInt(nc, 16);
  return judgeNonce(mac, nonce, httpBinding(aor), undefined, count, lifetime, now).kind;
}
