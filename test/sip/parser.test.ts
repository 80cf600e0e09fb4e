import { describe, expect, it } from "vitest";
import { allFields, body, headerValue, headerValues, longestText } from "../../src/sip/message";
import { parseMessage, parseText, salvageRequest } from "../../src/sip/parser";

const failure = (text: string): string => {
  const parsed = parseText(text);
  return parsed.ok ? "parsed" : parsed.error;
};

describe("RFC 3261 §7.3.1", () => {
  it("reads a folded value as one line", () => {
    const parsed = parseText("OPTIONS sip:a SIP/2.0\r\nSubject: I know\r\n  you're\r\n\t there \r\n\r\n");
    if (!parsed.ok) return expect.fail(parsed.error);
    expect(headerValue(parsed.value, "subject")).toBe("I know you're there");
  });

  it("takes only SP, HTAB and line breaks for white space: U+00A0 belongs to the value", () => {
    const parsed = parseText("OPTIONS sip:a SIP/2.0\r\nSubject: \t\u00a0a\u00a0 \r\n\r\n");
    if (!parsed.ok) return expect.fail(parsed.error);
    expect(headerValue(parsed.value, "subject")).toBe("\u00a0a\u00a0");
  });

  it("knows a header by its compact form and in any case", () => {
    const parsed = parseText("OPTIONS sip:a SIP/2.0\r\nV: 1\r\nvIA: 2\r\nVia : 3\r\nvIa-x: 4\r\n\r\n");
    if (!parsed.ok) return expect.fail(parsed.error);
    expect(headerValues(parsed.value, "via")).toEqual(["1", "2", "3"]);
    expect(headerValue(parsed.value, "via-x")).toBe("4");
  });
});

describe("a header's name", () => {
  const nameIn = (line: string): string | undefined => {
    const parsed = parseText(`OPTIONS sip:a SIP/2.0\r\n${line}\r\n\r\n`);
    return parsed.ok ? allFields(parsed.value)[0]?.name : undefined;
  };

  it.each([
    "Via",
    "CSeq",
    "Call-ID",
    "Content-Length",
    "Content-Type",
    "Record-Route",
    "P-Asserted-Identity",
    "SIP-If-Match",
    "WWW-Authenticate",
    "X-Nobody-Knows",
  ])("is %s in every spelling of it, and no other is", (name) => {
    const odd = name.replace(/./g, (letter, at) =>
      at % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase(),
    );
    for (const spelling of [name, name.toLowerCase(), name.toUpperCase(), odd, `${name} `]) {
      expect(nameIn(`${spelling}: x`)).toBe(name.toLowerCase());
    }
    for (let at = 0; at < name.length; at++) {
      const other = `${name.slice(0, at)}q${name.slice(at + 1)}`;
      expect(nameIn(`${other}: x`)).toBe(other.toLowerCase());
      expect(nameIn(name.slice(0, at))).toBeUndefined();
    }
    expect(nameIn(`${name}q: x`)).toBe(`${name}q`.toLowerCase());
    expect(nameIn(`${name}é: x`)).toBeUndefined();
  });
});

describe("RFC 3261 §7.5", () => {
  it("passes over line breaks before the start line and does not relay them", () => {
    const parsed = parseText("\r\n\r\nOPTIONS sip:a SIP/2.0\r\n\r\n");
    if (!parsed.ok || parsed.value.kind !== "request") return expect.fail("no request");
    expect(parsed.value.text).toBe("OPTIONS sip:a SIP/2.0\r\n\r\n");
    const { requestUriStart, requestUri } = parsed.value;
    expect(parsed.value.text.slice(requestUriStart, requestUriStart + requestUri.length)).toBe("sip:a");
  });
});

describe("RFC 3261 §7.2", () => {
  it("reads a status line whatever its reason phrase holds", () => {
    const parsed = parseText("sip/2.0 200 a\u2028b\r\n\r\n");
    expect(parsed).toMatchObject({ ok: true, value: { kind: "response", status: 200, reason: "a\u2028b" } });
  });
});

describe("what is no SIP message", () => {
  it.each([
    ["empty", ""],
    ["empty", "\r\n\r\n"],
    ["start-line", "OPTIONS"],
    ["start-line", "OPTIONS sip:a\r\n\r\n"],
    ["status-line", "SIP/2.0 99 x\r\n\r\n"],
    ["bare-cr-or-lf", "OPTIONS sip:a SIP/2.0\r\nSubject: a\nb: c\r\n\r\n"],
    ["bare-cr-or-lf", "OPTIONS sip:a SIP/2.0\r\nSubject: a\rb: c\r\n\r\n"],
    ["bare-cr-or-lf", "OPTIONS sip:a\nSIP/2.0\r\nSubject: a\r\n\r\n"],
    ["header-field", "OPTIONS sip:a SIP/2.0\r\nno colon\r\n\r\n"],
    ["header-field", "OPTIONS sip:a SIP/2.0\r\n : no name\r\n\r\n"],
    ["no-end-of-head", "OPTIONS sip:a SIP/2.0\r\nSubject: a"],
  ])("is %s", (error, text) => {
    expect(failure(text)).toBe(error);
  });

  it("is too long where its head is, whatever the length of its body", () => {
    const long = "a".repeat(longestText);
    expect(failure(`OPTIONS sip:a SIP/2.0\r\nSubject: ${long}\r\n\r\n`)).toBe("too-long");
    expect(parseText(`OPTIONS sip:a SIP/2.0\r\nSubject: a\r\n\r\n${long}`)).toMatchObject({ ok: true });
    expect(salvageRequest(`OPTIONS sip:a SIP/2.0\r\n${"a".repeat(longestText)}`)).toBeUndefined();
  });

  it("is answered all the same where what a response copies came before the trouble", () => {
    const head = "Via: v\r\nFrom: f\r\nTo: t\r\nCall-ID: i\r\nCSeq: 1 OPTIONS\r\n";
    expect(salvageRequest(`OPTIONS sip:a SIP/2.0\r\n${head}trouble\r\n\r\n`)?.method).toBe("OPTIONS");
    expect(salvageRequest(`OPTIONS sip:a SIP/2.0\r\ntrouble\r\n${head}\r\n`)).toBeUndefined();
    expect(salvageRequest(`SIP/2.0 200 OK\r\n${head}trouble\r\n\r\n`)).toBeUndefined();
  });
});

describe("RFC 7118 §4", () => {
  it("keeps a body that is not UTF-8 as octets", () => {
    const head = new TextEncoder().encode("MESSAGE sip:ä SIP/2.0\r\n\r\n");
    const parsed = parseMessage(Uint8Array.of(...head, 0xff, 0x00));
    if (!parsed.ok) return expect.fail(parsed.error);
    expect(parsed.value.octets).toBe(true);
    expect(body(parsed.value)).toBe("\u00ff\u0000");
  });

  it("refuses a head that is not UTF-8", () => {
    expect(parseMessage(Uint8Array.of(0xff, 13, 10, 13, 10))).toEqual({ ok: false, error: "not-utf8" });
  });
});
