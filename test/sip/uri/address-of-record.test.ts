import { describe, expect, it } from "vitest";
import { aorHost, aorUser, parseAddressOfRecord } from "../../../src/sip/uri/address-of-record";

describe("RFC 3261 §10.3 step 5", () => {
  it.each([
    ["alice@example.com", "alice@example.com"],
    ["sip:Alice@EXAMPLE.com", "alice@example.com"],
    ["sips:alice:secret@example.com:5061;transport=ws;gr?subject=x", "alice@example.com"],
    ["%61l%69ce@example.com", "alice@example.com"],
    ["a%3Ab@example.com", "a%3ab@example.com"],
    ["alice@example.com.", "alice@example.com"],
    ["alice@[2001:DB8::1]", "alice@[2001:db8::1]"],
  ])("names %s as %s", (text, aor) => {
    expect(parseAddressOfRecord(text)).toBe(aor);
  });

  it.each([
    "",
    "alice",
    "sip:example.com",
    "@example.com",
    "tel:+1",
    "a b@example.com",
    "alice@",
    `${"a".repeat(250)}@b.example`,
  ])("names nobody by %j", (text) => {
    expect(parseAddressOfRecord(text)).toBeUndefined();
  });

  it("keeps two users apart that differ in a reserved character's escape", () => {
    expect(parseAddressOfRecord("a%3Bb@h.example")).not.toBe(parseAddressOfRecord("a;b@h.example"));
  });

  it("divides into user and host", () => {
    const aor = parseAddressOfRecord("alice@example.com");
    if (aor === undefined) return expect.fail("no address-of-record");
    expect([aorUser(aor), aorHost(aor)]).toEqual(["alice", "example.com"]);
  });
});
