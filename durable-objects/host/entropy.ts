// Randomness from the platform.

import type { Entropy } from "../../src/base/entropy";

const octetsPerToken = 12;
/** One call for many tokens: a call costs more than its octets. */
const pool = new Uint8Array(octetsPerToken * 256);
let used = pool.length;

const hex = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** 96 random bits as 24 hex digits, never given twice. Only inside a request: the platform draws none before. */
export const platformEntropy: Entropy = {
  token: () => {
    if (used === pool.length) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    let token = "";
    for (const end = used + octetsPerToken; used < end; used++) token += hex[pool[used] as number];
    return token;
  },
};
