import { describe, expect, test } from "vitest";
import { epochMs, millis } from "../../src/base/brand";
import { keptUntil, refuseBySize, roomFor } from "../../src/messaging/mailbox-limits";
import { parseMessage } from "../../src/sip/parser";

const settings = { storedMessages: 10, storedOctets: 1_000 };

describe("a mailbox", () => {
  test("has room up to its bounds, both included", () => {
    const use = { messages: 9, octets: 900, takenMessages: 0, takenOctets: 0 };
    expect(roomFor(100, use, settings)).toEqual({ kind: "room" });
  });

  test("makes room by what some device took", () => {
    const use = { messages: 10, octets: 950, takenMessages: 2, takenOctets: 300 };
    expect(roomFor(100, use, settings)).toEqual({ kind: "evictTaken", messages: 1, octets: 50 });
  });

  test("is full of what nobody took", () => {
    expect(roomFor(1, { messages: 10, octets: 10, takenMessages: 0, takenOctets: 0 }, settings)).toEqual({
      kind: "full",
    });
    expect(roomFor(200, { messages: 2, octets: 900, takenMessages: 1, takenOctets: 50 }, settings)).toEqual({
      kind: "full",
    });
  });

  test("keeps a message to its own expiry, and never longer than it keeps any", () => {
    const kept = (expiresAt: number | undefined) =>
      keptUntil(epochMs(1_000), expiresAt === undefined ? undefined : epochMs(expiresAt), {
        storedFor: millis(5_000),
      });
    expect([kept(undefined), kept(3_000), kept(9_000)]).toEqual([6_000, 3_000, 6_000]);
  });
});

describe("RFC 3261 §21.4.11: a body over the bound", () => {
  const request = (body: Uint8Array) => {
    const head = new TextEncoder().encode(
      "MESSAGE sip:b@example.com SIP/2.0\r\nTo: <sip:b@example.com>\r\n\r\n",
    );
    const parsed = parseMessage(new Uint8Array([...head, ...body]));
    if (!parsed.ok || parsed.value.kind !== "request") throw new Error("the test's own message is wrong");
    return parsed.value;
  };

  test("is counted in octets, as text and as octets", () => {
    const euros = new TextEncoder().encode("€€");
    expect(refuseBySize(request(euros), 6)).toBeUndefined();
    expect(refuseBySize(request(euros), 5)).toEqual({ status: 413 });
    const octets = new Uint8Array([0xff, 0xfe, 0xfd]);
    expect(refuseBySize(request(octets), 3)).toBeUndefined();
    expect(refuseBySize(request(octets), 2)).toEqual({ status: 413 });
  });
});
