// What a Bearer token in a SIP request proves (RFC 8898), as the home takes it.

import { seconds } from "../../src/base/brand";
import type { Settings } from "../../src/contracts/settings";
import { type BearerFact, never } from "../../src/home/authentication";
import { verifyToken } from "./token-verifier";

/** When the keys that prove a token could not be fetched. */
const retryKeysAfter = seconds(5);

/** Never rejects. */
export async function bearerFact(token: string, settings: Settings): Promise<BearerFact> {
  const checked = await verifyToken(token, settings);
  if (!checked.ok) {
    const { code: why, transient } = checked.error;
    return transient ? { kind: "unavailable", why, retryAfter: retryKeysAfter } : { kind: "invalid", why };
  }
  return { kind: "valid", aor: checked.value.aor, expiresAt: checked.value.expiresAt ?? never };
}
