import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { formatSocketFacts, parseSocketFacts, type SocketFacts } from "../../src/contracts/socket-facts";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";

const alice = parseAddressOfRecord("alice@example.com") as AddressOfRecord;
const facts: SocketFacts = {
  host: "gateway.example.com",
  address: "2001:db8::1",
  origin: "https://app.example.com",
  scheme: "wss",
  token: { aor: alice, expiresAt: epochMs(1_790_000_000_000) },
  userAgent: "Mozilla/5.0 “quoted” \r\n 電話",
};

describe("socket facts in a header field", () => {
  it("come back as they went, whatever text they hold", () => {
    const text = fc.option(fc.string({ unit: "binary" }), { nil: undefined });
    fc.assert(
      fc.property(text, text, text, (address, origin, userAgent) => {
        const written: SocketFacts = { ...facts, address, origin, userAgent };
        expect(parseSocketFacts(formatSocketFacts(written))).toEqual(written);
      }),
    );
  });

  it("are visible ASCII, so that no header field can be smuggled in", () => {
    expect(formatSocketFacts(facts)).toMatch(/^[ -~]+$/);
  });

  it("know a socket without a token, and a token that never ends", () => {
    const bare: SocketFacts = { ...facts, token: undefined };
    expect(parseSocketFacts(formatSocketFacts(bare))).toEqual(bare);
    const endless: SocketFacts = { ...facts, token: { aor: alice, expiresAt: undefined } };
    expect(parseSocketFacts(formatSocketFacts(endless))).toEqual(endless);
  });

  it("bring a session along, unread, and drop one that is too long to be ours", () => {
    const opening = { ...facts, session: "A".repeat(1024) };
    expect(parseSocketFacts(formatSocketFacts(opening))).toEqual(opening);
    const long = { ...facts, session: "A".repeat(1025) };
    expect(parseSocketFacts(formatSocketFacts(long))).toEqual(facts);
    expect(parseSocketFacts('{"scheme":"ws","session":{}}')).not.toHaveProperty("session");
  });

  it("fit the header when each is as long as the Worker lets it be, a session too", () => {
    const longest = formatSocketFacts({
      ...facts,
      host: "h".repeat(260),
      address: "0000:0000:0000:0000:0000:ffff:255.255.255.255",
      origin: `https://${"o".repeat(248)}`,
      token: undefined,
      userAgent: "é".repeat(256),
      session: "A".repeat(1024),
    });
    expect(parseSocketFacts(longest)?.session).toHaveLength(1024);
  });

  it("are not read when they are too long to be a socket's: no attachment would hold them", () => {
    const long = formatSocketFacts({ ...facts, origin: `http://${"a".repeat(17_000)}` });
    expect(parseSocketFacts(long)).toBeUndefined();
  });

  it("are read from the first revision, which wrote fewer, and from a later one, which writes more", () => {
    const first = { host: "gateway.example.com", scheme: "wss" };
    expect(parseSocketFacts(JSON.stringify(first))).toMatchObject(first);
    expect(parseSocketFacts(JSON.stringify({ ...facts, later: { any: [1] } }))).toMatchObject(facts);
  });

  it.each([
    ["no header", null],
    ["no JSON", "{"],
    ["no object", '"wss"'],
    ["a list", "[]"],
    ["another scheme", '{"scheme":"http"}'],
    ["a token of nobody", '{"scheme":"ws","token":{"expiresAt":1}}'],
    ["a token with an expiry that is no time", '{"scheme":"ws","token":{"aor":"a@b","expiresAt":"1"}}'],
    ["a token that is null", '{"scheme":"ws","token":null}'],
  ])("are none when the header is malformed: %s", (_what, value) => {
    expect(parseSocketFacts(value)).toBeUndefined();
  });
});
