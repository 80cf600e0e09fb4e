import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { gruuOf, instanceOf, isGruuOf, publicGruu, readGruu, temporaryGruu } from "../../src/flow/gruu";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { parseUri } from "../../src/sip/uri/uri";

const keyring = createKeyring("a secret of the tests");
const seal = keyring.seal("gruu");
const aor = "callee@example.com" as AddressOfRecord;
const device = "<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";
const instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const temporary = (epoch = "1", of = aor, on = device) => temporaryGruu(seal, of, on, epoch, "example.com");

describe("RFC 5627 §5.1: the public GRUU", () => {
  it("is the address-of-record with the instance in gr, as §3.2 prints it", () => {
    expect(publicGruu("callee@example.com", device)).toBe(`sip:callee@example.com;gr=${instance}`);
  });

  it("keeps its owner's spelling, and is found whatever the case", () => {
    const gruu = publicGruu("Callee@example.com", device);
    expect(gruu).toMatch(/^sip:Callee@/);
    expect(readGruu(seal, gruu)).toEqual({ kind: "public", aor, instance });
    expect(readGruu(seal, gruu.toUpperCase().replace("SIP:", "sip:"))).toMatchObject({ kind: "public", aor });
  });

  it("reads back any instance-id", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((id) => !id.startsWith("<"));
    fc.assert(
      fc.property(text, (id) => {
        const gruu = readGruu(seal, publicGruu("callee@example.com", id));
        expect(gruu).toEqual({ kind: "public", aor, instance: id });
      }),
    );
  });
});

describe("RFC 5627 §5.1: the temporary GRUU", () => {
  it("leads back to address-of-record, instance and epoch", () => {
    expect(temporary("epoch 7")).toMatch(/^sip:tgruu\.[A-Za-z0-9_-]+@example\.com;gr$/);
    expect(readGruu(seal, temporary("epoch 7"))).toEqual({
      kind: "temporary",
      aor,
      instance,
      epoch: "epoch 7",
    });
  });

  it("is another each time, and shows nothing", () => {
    const minted = Array.from({ length: 50 }, () => temporary());
    expect(new Set(minted).size).toBe(50);
    // Chance writes "urn" once in a while, and never a colon.
    for (const gruu of minted) expect(gruu).not.toMatch(/callee|urn:|f81d4fae/);
  });

  it("is of one length for all names of common length, or it would tell owners apart", () => {
    const lengths = ["a", "bob", "a.rather.long.user.name"].map(
      (user) => temporary("0123456789abcdef01234567", `${user}@example.com` as AddressOfRecord).length,
    );
    expect(new Set(lengths).size).toBe(1);
  });

  it("is void once the registration's Call-ID has changed: its epoch is no longer the device's (§5.1)", () => {
    const epochOf = (callId: string) => keyring.deriveToken("gruu", callId);
    const gruu = readGruu(seal, temporary(epochOf("call 1")));
    expect(gruu).toMatchObject({ epoch: epochOf("call 1") });
    expect(gruu).not.toMatchObject({ epoch: epochOf("call 2") });
  });

  it("is nothing when changed, of another purpose, or of another deployment", () => {
    const gruu = temporary();
    const middle = gruu.indexOf("@") - 20;
    const changed = gruu[middle] === "A" ? "B" : "A";
    expect(readGruu(seal, gruu.slice(0, middle) + changed + gruu.slice(middle + 1))).toBeUndefined();
    expect(readGruu(keyring.seal("route"), gruu)).toBeUndefined();
    expect(readGruu(createKeyring("another secret of the tests").seal("gruu"), gruu)).toBeUndefined();
    expect(readGruu(seal, gruu.replace("tgruu.", "tgruu-"))).toBeUndefined();
  });

  it("is none without the gr parameter (§3.1)", () => {
    expect(readGruu(seal, temporary().replace(";gr", ""))).toBeUndefined();
    expect(readGruu(seal, "sip:callee@example.com")).toBeUndefined();
    expect(readGruu(seal, "sip:example.com;gr=x")).toBeUndefined();
    expect(readGruu(seal, "sip:callee@example.com;gr")).toBeUndefined();
  });
});

describe("the device of a GRUU", () => {
  const gruu = { kind: "public", aor, instance } as const;

  it("is told by its instance-id, brackets and case aside", () => {
    expect(instanceOf(device)).toBe(instance);
    expect(isGruuOf(gruu, device)).toBe(true);
    expect(isGruuOf(gruu, device.toUpperCase())).toBe(true);
    expect(isGruuOf(gruu, "<urn:uuid:f81d4fae-7dec-11d0-a765-000000000000>")).toBe(false);
    expect(isGruuOf(gruu, "")).toBe(false);
  });
});

describe("readGruu", () => {
  it("throws for no text", () => {
    const uri = fc.tuple(fc.string(), fc.string()).map(([user, gr]) => `sip:${user}@example.com;gr=${gr}`);
    const token = fc.string().map((user) => `sip:tgruu.${user}@example.com;gr`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), uri, token), (text) => {
        expect(readGruu(seal, text)?.kind).not.toBe("temporary");
      }),
    );
  });

  it("and gruuOf agree", () => {
    for (const text of [temporary(), publicGruu("callee@example.com", device), "sip:callee@example.com"]) {
      const uri = parseUri(text);
      if (!uri.ok || uri.value.kind !== "sip") throw new Error(text);
      expect(gruuOf(seal, uri.value)).toEqual(readGruu(seal, text));
    }
  });
});
