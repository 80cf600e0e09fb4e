// Credentials for a TURN server that shares a secret with us, good for a while and known to nobody before they are
// used (draft-uberti-behave-turn-rest-00 §2.2; coturn's `use-auth-secret`). SHA-1 is the scheme's choice; as an HMAC
// it holds.

import { createHmac } from "node:crypto";
import type { EpochMs } from "../../base/brand";

export interface RelayCredentials {
  readonly username: string;
  readonly credential: string;
}

/** What `user` may log in to the relay with until that moment. The relay's log will show `user`. */
export function relayCredentials(secret: string, user: string, expiresAt: EpochMs): RelayCredentials {
  const username = `${Math.floor(expiresAt / 1000)}:${user}`;
  return { username, credential: credentialFor(secret, username) };
}

/** base64(HMAC-SHA1(secret, username)), both as UTF-8. */
export const credentialFor = (secret: string, username: string): string =>
  createHmac("sha1", secret).update(username, "utf8").digest("base64");
