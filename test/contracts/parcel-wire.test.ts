import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reply, WireParcel, WireReply } from "../../src/contracts/parcel";
import {
  packAnswer,
  packParcel,
  packReply,
  unpackAnswer,
  unpackParcel,
  unpackReply,
} from "../../src/contracts/parcel-wire";
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
    { kind: "ended", key: "z9hG4bK1 INVITE" },
    { kind: "moved", key: "z9hG4bK1 MESSAGE", to: bob },
  ])("is the same reply on the other side: $kind", (reply) => {
    expect(unpackReply(structuredClone(packReply(reply)))).toEqual(reply);
    expect(unpackAnswer(structuredClone(packAnswer(reply)), reply.key)).toEqual(reply);
  });
});

/** Two revisions overlap while a deploy goes out: each object may talk to one of the other (docs/upgrading.md). */
describe("what crosses between objects of two revisions", () => {
  const parcel = { key: "z9hG4bK1 MESSAGE", frame: "MESSAGE", from: bob, authenticated: true, hops: 1 };

  it("begins as the first revision wrote it, so that it can be read by it: what came later is at the end and optional", () => {
    expect(packParcel(parcel)).toEqual(["z9hG4bK1 MESSAGE", "MESSAGE", bob, true, 1]);
    expect(packParcel({ ...parcel, sentOn: true }).slice(0, 5)).toEqual(packParcel(parcel));
    expect(packReply({ kind: "answered", key: "k", frame: "SIP/2.0 200 OK" })).toEqual([
      "answered",
      "k",
      "SIP/2.0 200 OK",
    ]);
    expect(packReply({ kind: "moved", key: "k", to: bob })).toEqual(["moved", "k", bob]);
    expect(packReply({ kind: "pending", key: "k" })).toEqual(["pending", "k"]);
  });

  it("is read from the first revision, which wrote no more", () => {
    expect(unpackParcel(["z9hG4bK1 MESSAGE", "MESSAGE", bob, true, 1])).toEqual(parcel);
  });

  it("is read from a later one, which wrote more", () => {
    const later = [...packParcel({ ...parcel, sentOn: true }), "later"] as unknown as WireParcel;
    expect(unpackParcel(structuredClone(later))).toEqual({ ...parcel, sentOn: true });
    const reply = ["answered", "k", "SIP/2.0 200 OK", "later"] as unknown as WireReply;
    expect(unpackReply(structuredClone(reply))).toEqual({
      kind: "answered",
      key: "k",
      frame: "SIP/2.0 200 OK",
    });
  });
});
