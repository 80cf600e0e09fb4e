import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contactEcho } from "../../src/registrar/contact-echo";
import { parseQuotedEnd } from "../../src/registrar/quoted-end";

const uri = "sip:i4p0kmbs@df7jal23ls0d.invalid;transport=ws";

describe("RFC 3261 §10.3 step 8: a Contact as its owner wrote it", () => {
  it.each([
    [`<${uri}>`, `<${uri}>`],
    [`<${uri}>;expires=600`, `<${uri}>`],
    [`<${uri}>;EXPIRES = 600;q=0.5`, `<${uri}>;q=0.5`],
    [`<${uri}>;q=0.5;pub-gruu="sip:a@b;gr=x;y";temp-gruu="sip:t@b;gr";ob`, `<${uri}>;q=0.5;ob`],
    [`<${uri}>;temp-gruu-cookie="x"`, `<${uri}>`],
    [`"A;<b>" <${uri}>;expires=1`, `"A;<b>" <${uri}>`],
    ['"say \\"hi\\"" <sip:a@b>;x="a;expires=1"', '"say \\"hi\\"" <sip:a@b>;x="a;expires=1"'],
    [`  <${uri}> ; +sip.instance="<urn:uuid:1>" ; expires=600`, `<${uri}>; +sip.instance="<urn:uuid:1>"`],
  ])("%s", (text, echo) => {
    expect(contactEcho(text, text.includes(uri) ? uri : "sip:a@b")).toBe(echo);
  });

  it("a bare URI gets its brackets, for its parameters are the header's (§20.10)", () => {
    expect(contactEcho("sip:a@b.invalid;q=0.5;expires=7", "sip:a@b.invalid")).toBe("<sip:a@b.invalid>;q=0.5");
  });

  it("keeps every parameter that is not the registrar's, in order and to the byte (property)", () => {
    const name = fc
      .stringMatching(/^[a-z+.]{1,12}$/)
      .filter((text) => !/^(?:expires|pub-gruu|temp-gruu)/.test(text));
    const value = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9.-]{1,8}$/),
      fc.stringMatching(/^[ -~]{0,12}$/).map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`),
    );
    const theirs = fc.tuple(name, value).map(([key, text]) => `;${key}=${text}`);
    const ours = fc.constantFrom(
      ";expires=600",
      ';pub-gruu="sip:a@b;gr=c"',
      ';Temp-GRUU="x;y"',
      ";EXPIRES=1",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(theirs, ours), { maxLength: 8 }), (parameters) => {
        const kept = parameters.filter((each) => !/^;(?:expires|pub-gruu|temp-gruu)=/i.test(each));
        expect(contactEcho(`<${uri}>${parameters.join("")}`, uri)).toBe(`<${uri}>${kept.join("")}`);
      }),
    );
  });

  it("throws at nothing and does not grow (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "<", ">", ";", "\\", "a", "=", " ") }), (text) => {
        expect(contactEcho(text, "sip:a@b").length).toBeLessThanOrEqual(text.length + "<sip:a@b>".length);
      }),
    );
  });
});

describe("RFC 3261 §25.1 quoted-string", () => {
  it.each([
    ['"abc"def', 5],
    ['"a\\"b"c', 6],
    ['"open', 5],
    ['"open\\', 6],
  ])("%s ends at %i", (text, end) => {
    expect(parseQuotedEnd(text, 0)).toBe(Math.min(end, text.length));
  });
});
