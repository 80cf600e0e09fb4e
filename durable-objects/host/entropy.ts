// Randomness from the platform.

import type { Entropy } from "../../src/base/entropy";

const octetsPerToken = 12;
const digitsPerToken = 2 * octetsPerToken;
/**
 * One draw for many tokens, and one text: a call costs more than its octets, and a token that is put together digit by
 * digit is taken apart and copied again by the first map that has it for a key. As long as one token lives its text does.
 */
const tokensPerDraw = 32;
const octets = new Uint8Array(octetsPerToken * tokensPerDraw);
const digits = new Uint8Array(digitsPerToken * tokensPerDraw);
const digitCodes = new TextEncoder().encode("0123456789abcdef");
const ascii = new TextDecoder();

let drawn = "";
let used = 0;

function draw(): void {
  crypto.getRandomValues(octets);
  for (const [at, octet] of octets.entries()) {
    digits[2 * at] = digitCodes[octet >> 4] as number;
    digits[2 * at + 1] = digitCodes[octet & 15] as number;
  }
  drawn = ascii.decode(digits);
  used = 0;
}

/** 96 random bits as 24 hex digits, never given twice. Only inside a request: the platform draws none before. */
export const platformEntropy: Entropy = {
  token: () => {
    if (used === drawn.length) draw();
    used += digitsPerToken;
    return drawn.slice(used - digitsPerToken, used);
  },
};
