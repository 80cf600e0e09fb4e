// The secrets of a deployment, as functions: the core may use a key and never sees one. All are synchronous.

import type { Hash } from "../auth/digest";
import type { Mac } from "../auth/nonce";
import type { Seal, SealPurpose } from "../flow/seal";

export interface Keyring {
  /** HMAC-SHA-256 in base64url, under the key of nonces. */
  readonly mac: Mac;
  /** An unkeyed digest, in lower-case hex. */
  readonly hash: Hash;
  seal(purpose: SealPurpose): Seal;
  /**
   * 24 hex digits (96 bits) that only this deployment can compute: the same for the same purpose and text, so
   * that what must not change from try to try (the Call-ID of a stored message) needs no row.
   */
  deriveToken(purpose: string, text: string): string;
}
