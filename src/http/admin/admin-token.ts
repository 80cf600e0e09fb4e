// The administrator's bearer token (RFC 6750 §2.1). Both tokens are hashed before they are compared, so neither
// the place of a difference nor the length of the right one shows in the time.

import { createHash, timingSafeEqual } from "node:crypto";
import type { Problem } from "../problem";

/** Why a request may not be served, or undefined when it may. `expected` is the configured token. */
export function refuseAdministrator(
  authorization: string | undefined,
  expected: string | undefined,
): Problem | undefined {
  if (expected === undefined) return closed;
  const presented = /^Bearer +([^ ]+) *$/i.exec(authorization ?? "")?.[1];
  if (presented === undefined) return missing;
  return timingSafeEqual(sha256(presented), sha256(expected)) ? undefined : wrong;
}

const sha256 = (text: string): Uint8Array => createHash("sha256").update(text, "utf8").digest();

const challenge = 'Bearer realm="durasip administration"';

/** Without a token nobody may administer; it is never open. */
const closed: Problem = {
  name: "admin-api-closed",
  status: 503,
  title: "The administration is closed",
  detail: "No admin token is configured: set the secret ADMIN_TOKEN.",
};

const missing: Problem = {
  name: "admin-token-missing",
  status: 401,
  title: "The admin token is missing",
  headers: { "WWW-Authenticate": challenge },
};

const wrong: Problem = {
  name: "admin-token-wrong",
  status: 401,
  title: "The admin token is wrong",
  headers: { "WWW-Authenticate": `${challenge}, error="invalid_token"` },
};
