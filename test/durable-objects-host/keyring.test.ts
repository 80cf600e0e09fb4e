import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { createSeal } from "../../durable-objects/host/seal";
import { InvariantError } from "../../src/base/invariant";
import type { SealPurpose } from "../../src/flow/seal";

const keyring = createKeyring("a secret of the tests");
const purposes: readonly SealPurpose[] = ["route", "gruu", "contact", "session", "ladder"];

describe("createKeyring", () => {
  it("gives the same keys for the same secret, others for another", () => {
    const same = createKeyring("a secret of the tests");
    const other = createKeyring("a secret of the testS");
    expect(same.mac("text")).toBe(keyring.mac("text"));
    expect(same.deriveToken("use", "text")).toBe(keyring.deriveToken("use", "text"));
    expect(same.seal("route").open(keyring.seal("route").seal("text"))).toBe("text");
    expect(other.mac("text")).not.toBe(keyring.mac("text"));
    expect(other.deriveToken("use", "text")).not.toBe(keyring.deriveToken("use", "text"));
    expect(other.seal("route").open(keyring.seal("route").seal("text"))).toBeUndefined();
  });

  it("refuses a secret that could be guessed", () => {
    expect(() => createKeyring("fifteen letters")).toThrow(InvariantError);
  });

  it("hashes the three algorithms of RFC 8760 over UTF-8, in lower-case hex", () => {
    expect(keyring.hash("MD5", "abc")).toBe("900150983cd24fb0d6963f7d28e17f72");
    expect(keyring.hash("SHA-256", "")).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    // FIPS 180-4's own example; the start of SHA-512 is another value.
    expect(keyring.hash("SHA-512-256", "abc")).toBe(
      "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
    );
    expect(keyring.hash("SHA-256", "pässwörd")).toBe(createHash("sha256").update("pässwörd").digest("hex"));
  });

  it("derives tokens of 24 hex digits that keep purpose and text apart", () => {
    expect(keyring.deriveToken("inbox", "1")).toMatch(/^[0-9a-f]{24}$/);
    expect(keyring.deriveToken("inbox", "1")).not.toBe(keyring.deriveToken("inbox", "2"));
    expect(keyring.deriveToken("ab", "c")).not.toBe(keyring.deriveToken("a", "bc"));
  });

  it("authenticates by no key that seals or derives", () => {
    expect(keyring.mac("text")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const derived = Buffer.from(keyring.deriveToken("", "text"), "hex").toString("base64url");
    expect(keyring.mac("0:text").startsWith(derived)).toBe(false);
  });
});

describe("Seal", () => {
  it.each(purposes)("opens for %s what was sealed for it, and for no other purpose", (purpose) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (plain) => {
        const token = keyring.seal(purpose).seal(plain);
        expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
        // A home elsewhere has seen no token before.
        const elsewhere = createKeyring("a secret of the tests");
        for (const reader of purposes) {
          const expected = reader === purpose ? plain : undefined;
          for (const { seal } of [keyring, elsewhere, elsewhere]) {
            expect(seal(reader).open(token)).toBe(expected);
          }
        }
      }),
    );
  });

  it("binds the purpose, even under one key", () => {
    const key = new Uint8Array(32).fill(7);
    const token = createSeal(key, "route").seal("text");
    expect(createSeal(key, "route").open(token)).toBe("text");
    expect(createSeal(key, "gruu").open(token)).toBeUndefined();
  });

  it("opens a token however many came after it", () => {
    const seal = keyring.seal("contact");
    const tokens = Array.from({ length: 1200 }, (_, index) => seal.seal(`text ${index}`));
    for (const [index, token] of tokens.entries()) expect(seal.open(token)).toBe(`text ${index}`);
  });

  it.each(purposes)("gives another token for %s each time", (purpose) => {
    const seal = keyring.seal(purpose);
    const tokens = [seal.sealOnce("text"), ...Array.from({ length: 100 }, () => seal.seal("text"))];
    expect(new Set(tokens).size).toBe(101);
  });

  it("seals once what it is asked to, and anew when it has forgotten", () => {
    const seal = keyring.seal("contact");
    const first = seal.sealOnce("text");
    expect(seal.sealOnce("text")).toBe(first);
    for (let other = 0; other < 600; other++) seal.sealOnce(`text ${other}`);
    const second = seal.sealOnce("text");
    expect(second).not.toBe(first);
    expect([first, second].map((token) => seal.open(token))).toEqual(["text", "text"]);
  });

  it("opens no token with a bit changed, cut or added", () => {
    const seal = keyring.seal("route");
    const octets = Buffer.from(seal.seal("a text to be kept"), "base64url");
    for (let bit = 0; bit < octets.length * 8; bit++) {
      const changed = Buffer.from(octets);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(seal.open(changed.toString("base64url"))).toBeUndefined();
    }
    for (let end = 0; end < octets.length; end++) {
      expect(seal.open(octets.subarray(0, end).toString("base64url"))).toBeUndefined();
    }
    expect(seal.open(Buffer.concat([octets, Buffer.of(0)]).toString("base64url"))).toBeUndefined();
  });

  it("opens no text that is no token, and throws for none", () => {
    const seal = keyring.seal("route");
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.base64String({ maxLength: 400 }));
    fc.assert(fc.property(text, (token) => seal.open(token) === undefined));
    expect(seal.open("A".repeat(1 << 20))).toBeUndefined();
  });
});
