// Seals by AES-256-GCM. Relies on node:crypto being synchronous in the Workers runtime, so that a token is minted
// and read within one step.
//
// A token is base64url(nonce ‖ ciphertext ‖ tag). The nonce is random: NIST SP 800-38D §8.3 allows 2^32 of them
// under one key, and each purpose has a key of its own.
//
// Each request of a call brings its tokens along, twice or more to each of its homes: what a token of late says is remembered, so that
// it is decrypted once. Only what was sealed here or has opened is, so an invented one finds nothing and costs what it did.

import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { RecentMap } from "../../src/base/recent-map";
import type { Seal, SealPurpose } from "../../src/flow/seal";

const algorithm = "aes-256-gcm";
const nonceLength = 12;
const tagLength = 16;
/** Characters of the longest token that is looked at. */
const longest = 4096;
/** Tokens of one purpose that are remembered, and their characters: twice as much at most (recent-map.ts). */
const remembered = { entries: 250, weight: 128 * 1024 };
const weightOf = (text: string): number => text.length;

/** The seal of one purpose. `key` has 32 octets and serves that purpose alone. */
export function createSeal(key: Uint8Array, purpose: SealPurpose): Seal {
  const associated = Buffer.from(purpose, "utf8");
  // Made once: of octets the runtime makes one for each token, at a third of the token's price.
  const secret = createSecretKey(key);
  const known = new RecentMap<string>(remembered, weightOf);
  const given = new RecentMap<string>(remembered, weightOf);
  const seal = (plain: string): string => {
    const nonce = freshNonce();
    const cipher = createCipheriv(algorithm, secret, nonce, { authTagLength: tagLength });
    cipher.setAAD(associated);
    const sealed = [nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()];
    const token = Buffer.concat(sealed).toString("base64url");
    known.set(token, plain);
    return token;
  };
  return {
    seal,
    sealOnce: (plain) => {
      const before = given.get(plain);
      if (before !== undefined) return before;
      const token = seal(plain);
      given.set(plain, token);
      return token;
    },
    open: (token) => {
      const sealed = known.get(token);
      if (sealed !== undefined) return sealed;
      const octets = token.length > longest ? undefined : decode(token);
      const plain = octets === undefined ? undefined : decrypt(secret, associated, octets);
      if (plain !== undefined) known.set(token, plain);
      return plain;
    },
  };
}

/** Random octets for many nonces: to draw them costs more than they do. */
let pool = Buffer.alloc(0);
let used = 0;

/** Never given twice. */
function freshNonce(): Buffer {
  if (used === pool.length) {
    pool = randomBytes(nonceLength * 128);
    used = 0;
  }
  const nonce = pool.subarray(used, used + nonceLength);
  used += nonceLength;
  return nonce;
}

/** The octets of a token; undefined unless it is spelled as we spell it, since a decoder skips what it does not know. */
function decode(token: string): Buffer | undefined {
  const octets = Buffer.from(token, "base64url");
  if (octets.length < nonceLength + tagLength) return undefined;
  return octets.toString("base64url") === token ? octets : undefined;
}

function decrypt(secret: KeyObject, associated: Uint8Array, octets: Buffer): string | undefined {
  const decipher = createDecipheriv(algorithm, secret, octets.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(octets.subarray(-tagLength));
  const plain = decipher.update(octets.subarray(nonceLength, -tagLength));
  try {
    return Buffer.concat([plain, decipher.final()]).toString("utf8");
  } catch {
    // The tag does not fit: changed, invented, of another purpose or of another deployment.
    return undefined;
  }
}
