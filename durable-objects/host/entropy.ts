// Randomness from the platform.

import { Buffer } from "node:buffer";
import type { Entropy } from "../../src/base/entropy";

const octets = 12;

/** 96 random bits as 24 hex digits. Only inside a request: the platform draws none while a Worker starts. */
export const platformEntropy: Entropy = {
  token: () => Buffer.from(crypto.getRandomValues(new Uint8Array(octets))).toString("hex"),
};
