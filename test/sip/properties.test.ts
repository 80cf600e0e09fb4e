import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { buildRequest, buildResponse, type HeaderLine } from "../../src/sip/build";
import { formatContentType, parseContentType } from "../../src/sip/headers/content-type";
import { formatDate, parseDate } from "../../src/sip/headers/date";
import { bracketedUri, formatNameAddr, parseNameAddr } from "../../src/sip/headers/name-addr";
import { formatQuotedString, parseQuotedString } from "../../src/sip/headers/quoted-string";
import { tagOf } from "../../src/sip/headers/tag";
import { formatVia, parseVia } from "../../src/sip/headers/via";
import { allFields, body, fieldValue } from "../../src/sip/message";
import { formatParameters, parameter, parseParameters } from "../../src/sip/parameters";
import { parseMessage, parseText } from "../../src/sip/parser";
import { insertAt, removeField, spliceText } from "../../src/sip/splice";
import { addressOfRecordOf, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { uriEquals } from "../../src/sip/uri/equal";
import { formatUri, parseUri } from "../../src/sip/uri/uri";
import { headerParameters, nameAddr, nearSip, sipUri, token, via } from "./arbitrary";
import { readEveryField, readFrame, valueReaders } from "./readers";

const ok = <Value>(value: Value) => ({ ok: true, value });

describe("format, then parse", () => {
  it("gives a URI back", () => {
    fc.assert(
      fc.property(sipUri, (uri) => {
        expect(parseUri(formatUri(uri))).toEqual(ok(uri));
      }),
    );
  });

  it("gives header parameters back", () => {
    fc.assert(
      fc.property(headerParameters, (list) => {
        expect(parseParameters(formatParameters(list), 0)).toEqual(list);
      }),
    );
  });

  it("gives a name-addr back", () => {
    fc.assert(
      fc.property(nameAddr(sipUri.map(formatUri)), (value) => {
        expect(parseNameAddr(formatNameAddr(value))).toEqual(ok(value));
      }),
    );
  });

  it("gives the URI of a name-addr without parsing it", () => {
    const display = fc.constantFrom("", '"" ', '"a<sip:x@y>" ', '"\\"<sip:x@y>"', "Bob ", "B o b", " \t");
    const parameters = fc.constantFrom("", ';x="<sip:x@y>"', ";tag=1", ' ; x = ">" ');
    const value = fc
      .tuple(display, sipUri.map(formatUri), parameters, fc.boolean())
      .map(([name, uri, rest, isBare]) => (isBare ? `${uri}${rest}` : `${name}<${uri}>${rest}`));
    fc.assert(
      fc.property(fc.oneof(value, nearSip), (text) => {
        const parsed = parseNameAddr(text);
        const uri = bracketedUri(text);
        if (parsed.ok && uri !== undefined) expect(uri).toBe(parsed.value.uri);
      }),
    );
    for (const [text, uri] of [
      ['sip:a@b;x="<sip:x@y>"', undefined],
      ['"<sip:x@y>" <sip:a@b>;tag=1', "sip:a@b"],
      ["Bob <sip:a@b>", "sip:a@b"],
    ] as const) {
      expect(bracketedUri(text)).toBe(uri);
    }
  });

  it("gives a Via back", () => {
    fc.assert(
      fc.property(via, (value) => {
        expect(parseVia(formatVia(value))).toEqual(ok(value));
      }),
    );
  });

  it("gives a media type back", () => {
    const contentType = fc.record({
      type: fc.tuple(token, token).map(([type, subtype]) => `${type}/${subtype}`.toLowerCase()),
      parameters: headerParameters.map((list) => list.filter(({ value }) => value !== null)),
    });
    fc.assert(
      fc.property(contentType, (value) => {
        expect(parseContentType(formatContentType(value))).toEqual(ok(value));
      }),
    );
  });

  it("gives a quoted string back", () => {
    const text = fc.string({ unit: "binary" }).map((value) => value.replace(/[\r\n]/g, ""));
    fc.assert(
      fc.property(text, (value) => {
        expect(parseQuotedString(formatQuotedString(value))).toBe(value);
      }),
    );
  });

  it("gives a date back, to the second", () => {
    // 9999-12-31T23:59:59Z
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (second) => {
        const at = epochMs(second * 1000);
        expect(formatDate(at)).toBe(new Date(at).toUTCString());
        expect(parseDate(formatDate(at))).toBe(at);
      }),
    );
  });

  const line: fc.Arbitrary<HeaderLine> = fc.tuple(
    token.map((name) => `X-${name}`),
    nearSip.map((value) =>
      value
        .toWellFormed()
        .replace(/[\r\n]/g, "")
        .replace(/^[ \t]+|[ \t]+$/g, ""),
    ),
  );

  it("gives a message back: fields in order, and the body", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(fc.array(line), text, fc.boolean(), (lines, content, isRequest) => {
        const written = isRequest
          ? buildRequest("MESSAGE", "sip:a@b", lines, content)
          : buildResponse(200, lines, content);
        for (const frame of [written, new TextEncoder().encode(written)]) {
          const parsed = parseMessage(frame);
          if (!parsed.ok) return expect.fail(parsed.error);
          const message = parsed.value;
          expect(body(message)).toBe(content);
          expect(
            allFields(message)
              .slice(0, -1)
              .map((field) => fieldValue(message, field)),
          ).toEqual(lines.map(([, value]) => value));
        }
      }),
    );
  });

  it("splices a field in and out without another byte changing", () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const written = buildRequest("MESSAGE", "sip:a@b", lines);
        const parsed = parseText(written);
        if (!parsed.ok) return expect.fail(parsed.error);
        const spliced = parseText(spliceText(parsed.value, [insertAt(parsed.value.headStart, "Via: x\r\n")]));
        if (!spliced.ok) return expect.fail(spliced.error);
        const removed = allFields(spliced.value).slice(0, 1).map(removeField);
        expect(spliceText(spliced.value, removed)).toBe(written);
      }),
    );
  });
});

describe("a peer's text", () => {
  it.each(Object.entries(valueReaders))("%s throws for no text near the grammar", (_name, read) => {
    fc.assert(
      fc.property(fc.oneof(nearSip, fc.string({ unit: "binary" })), (value) => {
        read(value);
      }),
    );
  });

  it("throws for no octets as a frame", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        expect(["unreadable", "salvaged", "refused", "valid"]).toContain(readFrame(octets));
      }),
    );
  });

  const valid =
    "MESSAGE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
    'From: "A" <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n' +
    "Contact: <sip:x@a.invalid;transport=ws>\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi";

  it("throws for no damage to a valid message", () => {
    expect(readFrame(valid)).toBe("valid");
    const place = fc.nat({ max: valid.length });
    fc.assert(
      fc.property(place, fc.nat({ max: 40 }), nearSip, (at, cut, piece) => {
        const damaged = valid.slice(0, at) + piece + valid.slice(at + cut);
        readFrame(damaged);
        readFrame(new TextEncoder().encode(damaged));
        readEveryField(damaged);
      }),
    );
  });

  it("has a tag by the short road exactly when it has it by the full parser", () => {
    const value = fc.tuple(nearSip, nearSip).map(([a, b]) => `<sip:a@b>${a};tag=1${b}`);
    fc.assert(
      fc.property(fc.oneof(value, nearSip), (text) => {
        const parsed = parseNameAddr(text);
        if (!parsed.ok) return;
        const tag = parameter(parsed.value.parameters, "tag") ?? undefined;
        expect(tagOf(text)).toBe(tag);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("RFC 3261 §19.1.4", () => {
  it("holds a URI equal to itself, and equality for symmetric", () => {
    fc.assert(
      fc.property(sipUri, sipUri, (a, b) => {
        expect(uriEquals(a, a)).toBe(true);
        expect(uriEquals(a, b)).toBe(uriEquals(b, a));
      }),
    );
  });
});

describe("RFC 3261 §10.3 step 5", () => {
  it("gives the canonical form of a canonical address-of-record unchanged", () => {
    fc.assert(
      fc.property(sipUri, (uri) => {
        const aor = addressOfRecordOf(uri);
        if (aor !== undefined) expect(parseAddressOfRecord(aor)).toBe(aor);
      }),
    );
  });
});
