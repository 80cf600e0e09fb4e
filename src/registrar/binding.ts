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

/** The device of every client that states no `+sip.instance`. */
export const deviceWithoutInstance = "";

/** Refreshes come at 99 % of the lifetime (SIP.js): a binding is given this long beyond its expiry. */
export const refreshSlackMs = 5_000;

export const isCurrent = (binding: Binding, now: EpochMs): boolean =>
  binding.expiresAt + refreshSlackMs > now;
