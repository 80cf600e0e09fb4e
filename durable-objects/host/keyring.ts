// The keys of a deployment, all derived from its one secret (HKDF, RFC 5869), each for one use alone. Relies on
// node:crypto being synchronous in the Workers runtime.

import { Buffer } from "node:buffer";
import { createHash, createHmac, hkdfSync } from "node:crypto";
import type { DigestAlgorithm } from "../../src/auth/digest";
import { invariant } from "../../src/base/invariant";
import type { Keyring } from "../../src/contracts/keyring";
import type { Seal, SealPurpose } from "../../src/flow/seal";
import { createSeal } from "./seal";

/** RFC 7616 §3.2's names, as the hash library has them. */
const hashNames: Readonly<Record<DigestAlgorithm, string>> = {
  MD5: "md5",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
};

const derivedTokenDigits = 24;

/** The keyring of a deployment. The secret is high-entropy text of at least 16 characters. */
export function createKeyring(secret: string): Keyring {
  // HKDF does not stretch: a short secret could be found by trying, from any one token.
  invariant(secret.length >= 16, "the deployment secret has at least 16 characters");
  const key = (use: string) => Buffer.from(hkdfSync("sha256", secret, "durasip", use, 32));
  const seals: Readonly<Record<SealPurpose, Seal>> = {
    route: createSeal(key("seal route"), "route"),
    gruu: createSeal(key("seal gruu"), "gruu"),
    contact: createSeal(key("seal contact"), "contact"),
    session: createSeal(key("seal session"), "session"),
    ladder: createSeal(key("seal ladder"), "ladder"),
  };
  const nonceKey = key("nonce");
  const tokenKey = key("derived token");
  return {
    mac: (text) => createHmac("sha256", nonceKey).update(text, "utf8").digest("base64url"),
    hash: (algorithm, text) => createHash(hashNames[algorithm]).update(text, "utf8").digest("hex"),
    seal: (purpose) => seals[purpose],
    deriveToken: (purpose, text) =>
      // The purpose's length keeps ("ab", "c") and ("a", "bc") apart.
      createHmac("sha256", tokenKey)
        .update(`${purpose.length}:${purpose}${text}`, "utf8")
        .digest("hex")
        .slice(0, derivedTokenDigits),
  };
}
