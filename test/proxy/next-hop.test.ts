import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { temporaryGruu } from "../../src/flow/gruu";
import { nextHopOf } from "../../src/proxy/next-hop";
import { parseAddressOfRecord } from "../../src/sip/uri/address-of-record";

const keyring = createKeyring("a secret of the tests' own");
const seal = keyring.seal("gruu");
const hopOf = (uri: string) =>
  nextHopOf(uri, ["example.com", "example.net"], (purpose) => keyring.seal(purpose));
const alice = parseAddressOfRecord("alice@example.com");

describe("RFC 3261 §16.5: the next hop, by Request-URI", () => {
  it.each([
    ["sip:alice@example.com", "alice@example.com"],
    ["sip:ALICE@Example.COM", "alice@example.com"],
    ["sips:alice@example.com:5061;transport=ws", "alice@example.com"],
    ["sip:%61lice:secret@example.com.", "alice@example.com"],
    ["sip:bob@example.net", "bob@example.net"],
  ])("%s is the user %s", (uri, aor) => {
    expect(hopOf(uri)).toEqual({ kind: "user", aor, gruu: undefined });
  });

  it.each(["sip:example.com", "sip:EXAMPLE.net;transport=ws", "sip:example.com."])(
    "%s is the gateway",
    (uri) => {
      expect(hopOf(uri)).toMatchObject({ kind: "gateway" });
    },
  );

  it.each([
    ["sip:alice@example.org", 404],
    ["sip:alice@sub.example.com", 404],
    ["sip:alice@192.0.2.1", 404],
    ["tel:+15551234567", 404],
    ["urn:service:sos", 416],
    ["mailto:alice@example.com", 416],
    ["sip:", 400],
  ])("%s is refused with %i", (uri, status) => {
    expect(hopOf(uri)).toMatchObject({ kind: "refused", refusal: { status } });
  });
});

describe("RFC 5627 §5.1: a GRUU names a device", () => {
  it("the public one by its parameter, the temporary one by its seal", () => {
    expect(hopOf("sip:alice@example.com;gr=urn:uuid:1")).toMatchObject({
      kind: "user",
      aor: alice,
      gruu: { kind: "public", instance: "urn:uuid:1" },
    });
    if (alice === undefined) throw new Error("an address");
    const temporary = temporaryGruu(seal, alice, "<urn:uuid:1>", "epoch", "example.com");
    expect(hopOf(temporary)).toMatchObject({
      aor: alice,
      gruu: { kind: "temporary", instance: "urn:uuid:1" },
    });
  });

  it.each(["sip:alice@example.com;gr", "sip:tgruu.AAAA@example.com;gr"])(
    "%s is nobody's: 404 (§5.4)",
    (uri) => {
      expect(hopOf(uri)).toMatchObject({ kind: "refused", refusal: { status: 404 } });
    },
  );
});
