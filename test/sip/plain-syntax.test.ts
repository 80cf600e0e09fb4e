import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ruleOf } from "../../src/sip/header-rules";
import { parseNameAddr } from "../../src/sip/headers/name-addr";
import { parseRoutes } from "../../src/sip/headers/route";
import { plainLinesEnd, plainRequestEnd, plainRoute } from "../../src/sip/plain-syntax";
import { parseUri } from "../../src/sip/uri/uri";

/** A plain value of each header, to be damaged at random. */
const samples: Readonly<Record<string, string>> = {
  Via: "SIP/2.0/WSS a-b.c.invalid:5060;rport;branch=z9hG4bK1",
  From: '"B o" <sip:alice@b-1.example:5060;gr=x;transport=ws;lr;ob>;tag=t1',
  To: "Bob B <sips:b.example;gr>;tag=t",
  Contact: '<sip:a@b.invalid;transport=ws;ob>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:0-1>";expires=60',
  Route: "<sip:a;b@b.example:80;lr>",
  CSeq: "429 INVITE",
  "Max-Forwards": "70",
  "Content-Type": "text/plain",
  "Record-Route": "<sip:a;b@b.example:80;lr>",
  "Call-ID": "3ri5-ek9@q.example",
  "Content-Length": "120",
  Event: "presence.winfo",
  Expires: "600",
  "Session-Expires": "90;refresher=uac",
};

const piece = fc.constantFrom(...'-.:;@<>"\\=,/%*01é \u2028');

/** The sample with up to three pieces put in the place of up to three characters each. */
const damaged = (sample: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.nat({ max: sample.length }), fc.nat({ max: 3 }), fc.option(piece)), { maxLength: 3 })
    .map((cuts) =>
      cuts.reduce(
        (text, [at, length, put]) => text.slice(0, at) + (put ?? "") + text.slice(at + length),
        sample,
      ),
    );

function expectNeverMore(
  sample: string,
  isPlain: (value: string) => boolean,
  accepts: (value: string) => boolean,
): void {
  let matches = 0;
  const property = fc.property(damaged(sample), (value) => {
    if (!isPlain(value)) return;
    matches++;
    expect(accepts(value), value).toBe(true);
  });
  fc.assert(property, { numRuns: 3000 });
  expect(matches).toBeGreaterThan(100);
}

/** Whether the value makes a plain line, the whole of it. */
const isPlainIn =
  (name: string) =>
  (value: string): boolean => {
    const line = `${name}: ${value}\r\n`;
    return plainLinesEnd(line, 0) === line.length;
  };

const isPlainUri = (value: string): boolean => plainRequestEnd(`${value} SIP/2.0\r\n`, 0) > 0;

describe("a plain spelling", () => {
  it.each(Object.entries(samples))("of %s is never more than the grammar has", (name, sample) => {
    expectNeverMore(sample, isPlainIn(name), ruleOf(name.toLowerCase()).accepts);
  });

  it("of a Route is read as every other is", () => {
    const readable = (value: string): boolean => {
      const [, uri] = plainRoute.exec(value) ?? [];
      expect(parseNameAddr(value)).toEqual({ ok: true, value: { display: undefined, uri, parameters: [] } });
      return parseRoutes([value]).ok;
    };
    expectNeverMore(samples["Route"] ?? "", (value) => plainRoute.test(value), readable);
    const parsed = parseRoutes(["<sip:a@b;lr>, <sip:c@d;lr;maddr=e>", "<sip:f@g;transport=ws;lr>"]);
    expect(parsed.ok && parsed.value.map(({ nameAddr, text }) => [nameAddr.uri, text])).toEqual([
      ["sip:a@b;lr", "<sip:a@b;lr>"],
      ["sip:c@d;lr;maddr=e", "<sip:c@d;lr;maddr=e>"],
      ["sip:f@g;transport=ws;lr", "<sip:f@g;transport=ws;lr>"],
    ]);
  });

  it("of a Request-URI is never more than the grammar has", () => {
    const sample = "sip:alice;x=1@b-1.a.example:5060;gr=1;transport=ws;lr;ob";
    expectNeverMore(sample, isPlainUri, (value) => parseUri(value).ok);
  });

  it("ends where a line is not plain, and with a line that goes on in the next", () => {
    const plain = "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\n";
    for (const other of [
      "CSeq: 1\r\n",
      "Max-Forwards: 70\r\n x\r\n",
      "Supported: path\r\n",
      "CSeq: 1 INVITE",
      "\r\n",
    ]) {
      expect(plainLinesEnd(`${plain}${other}`, 0), other).toBe(plain.length);
      expect(plainRequestEnd(`INVITE sip:a@b SIP/2.0\r\n${plain}${other}`, 7)).toBe(25 - 1 + plain.length);
    }
  });

  it.each([
    ["Via", "SIP/2.0/WSS 4l2m9s0qk2u1.invalid;branch=z9hG4bK2943720"],
    ["From", '"Alice" <sip:alice@example.com>;tag=8ic0m2ms1j'],
    ["To", "<sip:bob@example.com>"],
    ["Contact", "<sip:o8v2jcc1@4l2m9s0qk2u1.invalid;transport=ws;ob>"],
    [
      "Contact",
      '<sip:o8v2jcc1@4l2m9s0qk2u1.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:8f1d2c3b-1d2e-4f3a-9b8c-7d6e5f4a3b2c>";expires=600',
    ],
    ["CSeq", "4512 MESSAGE"],
    ["Content-Type", "application/sdp"],
  ])("is what stock clients send in %s", (name, value) => {
    expect(isPlainIn(name)(value)).toBe(true);
  });
});
