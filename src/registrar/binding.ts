// A binding: one Contact of one device on one socket (RFC 3261 §10, RFC 5626 §5).
//
// It lives in the attachment of the socket that is its flow, so a refresh writes nothing and a binding can
// never point at a flow that is gone. Plain data: it is serialised as it stands.

import type { EpochMs } from "../base/brand";

export interface Binding {
  /** The Contact's URI, as the client wrote it: the page, and the Request-URI of what is sent to it. */
  readonly uri: string;
  /** The Contact without the parameters that are ours to state: echoed in every 200. */
  readonly echo: string;
  /** The device: `+sip.instance` as written, without quotes; "" for a client that sends none. */
  readonly device: string;
  readonly regId: number | undefined;
  /** 0 to 1 (RFC 3261 §20.10), 1 when not stated. */
  readonly q: number;
  readonly callId: string;
  readonly sequence: number;
  readonly registeredAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** This device wants copies of what the user's other devices send. */
  readonly carbons: boolean;
  readonly gruu: boolean;
}

/**
 * Characters of a binding's members; how many bindings one socket may have, and octets of them all: an attachment
 * that exceeds 16,384 octets is an exception. A browser's binding takes about 500.
 */
export const bindingLimits = {
  uri: 512,
  echo: 1024,
  device: 256,
  callId: 256,
  ofOneSocket: 10,
  octetsOfOneSocket: 11_000,
} as const;

/** The device of every client that states no `+sip.instance`. */
export const deviceWithoutInstance = "";

/** Refreshes come at 99 % of the lifetime (SIP.js): a binding is given this long beyond its expiry. */
export const refreshSlackMs = 5_000;

/** Names, numbers and flags of a binding as they are serialised. */
const octetsBesideText = 256;

/** The octets of bindings in an attachment, at most: text takes two for each character unless all are Latin-1. */
export function octetsOfBindings(bindings: readonly Binding[]): number {
  let octets = 0;
  for (const { uri, echo, device, callId } of bindings) {
    octets += octetsBesideText;
    for (const text of [uri, echo, device, callId]) octets += isLatin1(text) ? text.length : 2 * text.length;
  }
  return octets;
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}

export const isCurrent = (binding: Binding, now: EpochMs): boolean =>
  binding.expiresAt + refreshSlackMs > now;
