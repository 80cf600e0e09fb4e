import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reply } from "../../src/contracts/parcel";
import { packParcel, packReply, unpackParcel, unpackReply } from "../../src/contracts/parcel-wire";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";

const bob = parseAddressOfRecord("bob@example.com") as AddressOfRecord;
const frame = fc.oneof(fc.string(), fc.uint8Array());

describe("what crosses between two objects", () => {
  it("is the same parcel on the other side", () => {
    fc.assert(
      fc.property(fc.string(), frame, fc.boolean(), fc.nat(8), (key, text, authenticated, hops) => {
        const plain = { key, frame: text, from: bob, authenticated, hops };
        const parcel = authenticated ? { ...plain, sentOn: true as const } : plain;
        expect(unpackParcel(structuredClone(packParcel(parcel)))).toEqual(parcel);
      }),
    );
  });

  it.each<Reply>([
    { kind: "answered", key: "z9hG4bK1 MESSAGE", frame: "SIP/2.0 200 OK\r\n" },
    { kind: "answered", key: "z9hG4bK1 MESSAGE", frame: new Uint8Array([83, 73, 80, 255]) },
    { kind: "pending", key: "z9hG4bK1 MESSAGE" },
    { kind: "abandoned", key: "z9hG4bK1 MESSAGE" },
    { kind: "absent", key: "z9hG4bK1 NOTIFY" },
    { kind: "moved", key: "z9hG4bK1 MESSAGE", to: bob },
  ])("is the same reply on the other side: $kind", (reply) => {
    expect(unpackReply(structuredClone(packReply(reply)))).toEqual(reply);
  });
});
