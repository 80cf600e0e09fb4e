// Whom a bearer token speaks for in this deployment: its signature, its times and its claims together (RFC 8898).

import { claimsToIdentity } from "../../src/auth/bearer";
import { epochMs } from "../../src/base/brand";
import { err } from "../../src/base/result";
import type { VerifyToken } from "../../src/http/upgrade/upgrade";
import { verifyBearer } from "./bearer-verifier";

export const verifyToken: VerifyToken = async (token, { tokens, realms }) => {
  if (tokens === undefined) return err({ code: "not-accepted", transient: false });
  const now = epochMs(Date.now());
  const claims = await verifyBearer(token, tokens, now);
  if (!claims.ok) return err({ code: claims.error, transient: claims.error === "keys-unavailable" });
  const identity = claimsToIdentity(claims.value, { realms, audience: tokens.audience, now });
  return identity.ok ? identity : err({ code: identity.error, transient: false });
};
