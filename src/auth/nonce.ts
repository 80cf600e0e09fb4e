// Nonces without a store (RFC 7616 §3.3, §5.4): the moment of minting and a keyed tag over it, the socket and the
// address-of-record. Only the newest nonce used on a socket and its highest count are remembered, by the socket.

import { type EpochMs, epochMs, type Millis } from "../base/brand";
import { constantTimeEquals } from "./constant-time";

/** A message authentication code under a key of the deployment's, in base64url. */
export type Mac = (text: string) => string;

/** What a nonce is good for, and for nothing else. */
export interface NonceBinding {
  readonly socketId: string;
  readonly aor: string;
}

/** The newest nonce that was answered rightly on this socket, and its highest count. */
export interface NonceUse {
  readonly value: string;
  readonly highest: number;
}

export type NonceJudgement =
  | { readonly kind: "fresh" /** What to remember if the response is right. */; readonly use: NonceUse }
  | { readonly kind: "stale" };

/** 132 bits of the tag: far past guessing, and the nonce stays short. */
const tagLength = 22;
/** Base 36 digits enough for the year 5000. */
const stampLength = 9;

export function mintNonce(mac: Mac, binding: NonceBinding, now: EpochMs): string {
  const stamp = now.toString(36);
  return `${stamp}.${mac(`${binding.socketId}\n${binding.aor}\n${stamp}`).slice(0, tagLength)}`;
}

/**
 * Whether credentials may use the nonce. Stale, at no penalty: one that we never minted or minted for another
 * socket, one past its lifetime, one older than a nonce already used here, and a count that is not higher than
 * the highest seen (SIP.js sends its last Authorization once more with a re-REGISTER).
 *
 * `nc` is undefined for a client that sends no qop (RFC 8760 §2.6 item 8): with nothing to tell its requests
 * apart, it may use a nonce once (the one-time nonce of RFC 7616 §5.5).
 */
export function judgeNonce(
  mac: Mac,
  nonce: string,
  binding: NonceBinding,
  use: NonceUse | undefined,
  nc: number | undefined,
  lifetime: Millis,
  now: EpochMs,
): NonceJudgement {
  const mintedAt = mintingOf(mac, nonce, binding);
  if (mintedAt === undefined || now - mintedAt >= lifetime) return { kind: "stale" };
  if (use !== undefined && mintedAt < stampOf(use.value)) return { kind: "stale" };
  const count = nc ?? 1;
  const highest = use?.value === nonce ? use.highest : 0;
  return count > highest ? { kind: "fresh", use: { value: nonce, highest: count } } : { kind: "stale" };
}

/** When we minted the nonce for this binding; undefined if we did not. */
function mintingOf(mac: Mac, nonce: string, binding: NonceBinding): EpochMs | undefined {
  if (nonce.length > stampLength + 1 + tagLength) return undefined;
  const mintedAt = stampOf(nonce);
  if (!Number.isSafeInteger(mintedAt)) return undefined;
  return constantTimeEquals(mintNonce(mac, binding, mintedAt), nonce) ? mintedAt : undefined;
}

/** The moment a nonce states; NaN when it states none. Nobody vouches for it but the tag. */
function stampOf(nonce: string): EpochMs {
  return epochMs(Number.parseInt(nonce.slice(0, Math.max(nonce.indexOf("."), 0)), 36));
}
