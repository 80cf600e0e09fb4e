import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { judgeNonce, mintNonce, type NonceUse } from "../../src/auth/nonce";
import { epochMs, millis } from "../../src/base/brand";

const { mac } = createKeyring("a secret of the tests");
const binding = { socketId: "s1", aor: "alice@example.com" };
const minted = epochMs(1_763_800_000_000);
const lifetime = millis(60_000);
const nonce = mintNonce(mac, binding, minted);

const at = (ms: number) => epochMs(minted + ms);
const judge = (text: string, use?: NonceUse, nc: number | undefined = 1, now = at(10), of = binding) =>
  judgeNonce(mac, text, of, use, nc, lifetime, now);

describe("RFC 7616 §3.3 nonce", () => {
  it("is of characters that need no quoting in any parser", () => {
    expect(nonce).toMatch(/^[0-9a-z]{8}\.[A-Za-z0-9_-]{22}$/);
  });

  it("is fresh on its own socket until its lifetime ends", () => {
    expect(judge(nonce)).toEqual({ kind: "fresh", use: { value: nonce, highest: 1 } });
    expect(judge(nonce, undefined, 1, at(59_999)).kind).toBe("fresh");
    expect(judge(nonce, undefined, 1, at(60_000)).kind).toBe("stale");
  });

  it("is stale on another socket, for another address-of-record, under another key", () => {
    expect(judge(nonce, undefined, 1, at(1), { ...binding, socketId: "s2" }).kind).toBe("stale");
    expect(judge(nonce, undefined, 1, at(1), { ...binding, aor: "bob@example.com" }).kind).toBe("stale");
    const other = createKeyring("another secret of the tests");
    expect(judge(mintNonce(other.mac, binding, minted)).kind).toBe("stale");
  });

  it("cannot have its time changed", () => {
    const later = mintNonce(mac, binding, at(5_000));
    expect(judge(later.slice(0, 9) + nonce.slice(9)).kind).toBe("stale");
  });

  it("is stale with any one character changed, added or taken away", () => {
    fc.assert(
      fc.property(fc.nat(nonce.length - 1), fc.constantFrom("A", "b", "0", "-", "."), (where, character) => {
        fc.pre(nonce[where] !== character);
        expect(judge(nonce.slice(0, where) + character + nonce.slice(where + 1)).kind).toBe("stale");
        expect(judge(nonce.slice(0, where) + character + nonce.slice(where)).kind).toBe("stale");
        expect(judge(nonce.slice(0, where) + nonce.slice(where + 1)).kind).toBe("stale");
      }),
    );
  });

  it("is stale, whatever text it is", () => {
    const stamped = fc.tuple(fc.string({ maxLength: 12 }), fc.base64String()).map(([a, b]) => `${a}.${b}`);
    fc.assert(fc.property(fc.oneof(fc.string(), stamped), (text) => judge(text).kind === "stale"));
    expect(judge("a".repeat(1 << 20)).kind).toBe("stale");
  });
});

describe("RFC 7616 §3.4 nc", () => {
  it("must be higher than the highest seen", () => {
    const use = { value: nonce, highest: 4 };
    expect(judge(nonce, use, 5)).toEqual({ kind: "fresh", use: { value: nonce, highest: 5 } });
    expect(judge(nonce, use, 4).kind).toBe("stale");
    expect(judge(nonce, use, 1).kind).toBe("stale");
    expect(judge(nonce, undefined, 0).kind).toBe("stale");
  });

  it("may leave gaps: requests overtake each other or end elsewhere", () => {
    expect(judge(nonce, { value: nonce, highest: 1 }, 0xffffffff).kind).toBe("fresh");
  });

  it("counts anew for a newer nonce, and an older one is over once a newer was used", () => {
    const newer = mintNonce(mac, binding, at(5));
    expect(judge(newer, { value: nonce, highest: 9 }, 1)).toEqual({
      kind: "fresh",
      use: { value: newer, highest: 1 },
    });
    expect(judge(nonce, { value: newer, highest: 1 }, 10).kind).toBe("stale");
  });

  it("without qop a nonce is good once (RFC 8760 §2.6 item 8)", () => {
    const first = judgeNonce(mac, nonce, binding, undefined, undefined, lifetime, at(10));
    expect(first).toEqual({ kind: "fresh", use: { value: nonce, highest: 1 } });
    const use = first.kind === "fresh" ? first.use : undefined;
    expect(judgeNonce(mac, nonce, binding, use, undefined, lifetime, at(20)).kind).toBe("stale");
  });

  it("accepts no sequence of counts twice", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (counts) => {
        const accepted: number[] = [];
        let use: NonceUse | undefined;
        for (const nc of counts) {
          const judged = judge(nonce, use, nc);
          if (judged.kind === "stale") continue;
          accepted.push(nc);
          use = judged.use;
        }
        expect(accepted).toEqual([...new Set(accepted)].sort((a, b) => a - b));
      }),
    );
  });
});
