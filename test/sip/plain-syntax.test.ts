import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headerNumber } from "../../src/sip/header-name";
import { headerRule } from "../../src/sip/header-rules";
import { plainRequestUri } from "../../src/sip/plain-syntax";
import { parseUri } from "../../src/sip/uri/uri";

/** A plain value of each header, to be damaged at random. */
const samples: Readonly<Record<string, string>> = {
  via: "SIP/2.0/WSS a-b.c.invalid:5060;rport;branch=z9hG4bK1",
  from: '"B o" <sip:alice@b-1.example:5060;gr=x;transport=ws;lr;ob>;tag=t1',
  to: "Bob B <sips:b.example;gr>;tag=t",
  contact: '<sip:a@b.invalid;transport=ws;ob>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:0-1>";expires=60',
  route: "<sip:a;b@b.example:80;lr>",
  cseq: "429 INVITE",
  "max-forwards": "70",
  "content-type": "text/plain",
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

function expectNeverMore(sample: string, plain: RegExp, accepts: (value: string) => boolean): void {
  let matches = 0;
  const property = fc.property(damaged(sample), (value) => {
    if (!plain.test(value)) return;
    matches++;
    expect(accepts(value), value).toBe(true);
  });
  fc.assert(property, { numRuns: 3000 });
  expect(matches).toBeGreaterThan(100);
}

describe("a plain spelling", () => {
  it.each(Object.entries(samples))("of %s is never more than the grammar has", (name, sample) => {
    const rule = headerRule(headerNumber(name));
    if (rule?.plain === undefined) return expect.fail("no pattern");
    expectNeverMore(sample, rule.plain, rule.accepts);
  });

  it("of a Request-URI is never more than the grammar has", () => {
    const sample = "sip:alice;x=1@b-1.a.example:5060;gr=1;transport=ws;lr;ob";
    expectNeverMore(sample, plainRequestUri, (value) => parseUri(value).ok);
  });

  it.each([
    ["via", "SIP/2.0/WSS 4l2m9s0qk2u1.invalid;branch=z9hG4bK2943720"],
    ["from", '"Alice" <sip:alice@example.com>;tag=8ic0m2ms1j'],
    ["to", "<sip:bob@example.com>"],
    ["contact", "<sip:o8v2jcc1@4l2m9s0qk2u1.invalid;transport=ws;ob>"],
    [
      "contact",
      '<sip:o8v2jcc1@4l2m9s0qk2u1.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:8f1d2c3b-1d2e-4f3a-9b8c-7d6e5f4a3b2c>";expires=600',
    ],
    ["cseq", "4512 MESSAGE"],
    ["content-type", "application/sdp"],
  ])("is what stock clients send in %s", (name, value) => {
    expect(headerRule(headerNumber(name))?.plain?.test(value)).toBe(true);
  });
});
