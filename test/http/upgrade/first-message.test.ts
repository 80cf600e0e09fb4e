import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstMessage, homeUnreachable, isKeepAlive, isPing } from "../../../src/http/upgrade/first-message";
import { settingsWith } from "../settings";

const settings = settingsWith();
const entropy = { token: () => "t0k3n" };
const decide = (frame: string | Uint8Array) => firstMessage(frame, settings, entropy);
const octets = (text: string) => new TextEncoder().encode(text);

const request = (method: string, from: string, to: string, body = "") =>
  `${method} sip:example.com SIP/2.0\r
Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks\r
From: ${from};tag=asdyka899\r
To: ${to}\r
Call-ID: asidkj3ss\r
CSeq: 1 ${method}\r
Max-Forwards: 70\r
Content-Length: ${octets(body).length}\r
\r
${body}`;

describe("the first message on a bare URL", () => {
  it("names its home in the To of a REGISTER", () => {
    const register = request("REGISTER", "<sip:admin@example.com>", "Alice <sip:Alice@Example.COM:5060>");
    expect(decide(register)).toEqual({ kind: "home", aor: "alice@example.com" });
  });

  it.each(["MESSAGE", "SUBSCRIBE", "PUBLISH", "INVITE", "OPTIONS", "BYE", "ACK"])(
    "names it in the From of a %s",
    (method) => {
      const text = request(method, '"Bob" <sip:bob@example.org>', "<sip:alice@elsewhere.example>");
      expect(decide(text)).toEqual({ kind: "home", aor: "bob@example.org" });
    },
  );

  it("may come in a binary frame, with compact header names, after a CRLF, with a body that is not UTF-8", () => {
    const text = request("MESSAGE", "<sip:bob@example.org>", "<sip:alice@example.com>").replace(
      "From:",
      "f:",
    );
    const frame = new Uint8Array([...octets(`\r\n${text}`), 0xff, 0xfe]);
    expect(decide(frame)).toEqual({ kind: "home", aor: "bob@example.org" });
  });

  it("is the home's to judge in all but the name", () => {
    const text = "FOO a:b SIP/7.0\r\nFrom: <sip:bob@example.com>\r\n\r\n";
    expect(decide(text)).toEqual({ kind: "home", aor: "bob@example.com" });
  });
});

describe("RFC 3261 §8.2.6: a first message that names nobody here", () => {
  it("is answered, with a To tag, and the socket is closed for policy", () => {
    const outcome = decide(request("MESSAGE", "<sip:bob@elsewhere.example>", "<sip:alice@example.com>"));
    expect(outcome).toEqual({
      kind: "answer",
      text: `SIP/2.0 403 Forbidden\r
Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks\r
From: <sip:bob@elsewhere.example>;tag=asdyka899\r
To: <sip:alice@example.com>;tag=t0k3n\r
Call-ID: asidkj3ss\r
CSeq: 1 MESSAGE\r
Content-Length: 0\r
\r
`,
      close: { code: 1008, reason: "403" },
    });
  });

  it.each([
    ["REGISTER", "<sip:a@example.com>", "<sip:alice@elsewhere.example>", 404],
    ["REGISTER", "<sip:a@example.com>", "<sip:example.com>", 404],
    ["REGISTER", "<sip:a@example.com>", "<tel:+15551234>", 404],
    ["REGISTER", "<sip:a@example.com>", "<sip:alice@>", 400],
    ["OPTIONS", "<sip:example.com>", "<sip:alice@example.com>", 403],
    ["OPTIONS", '"Anonymous" <sip:anonymous@anonymous.invalid>', "<sip:alice@example.com>", 403],
    ["OPTIONS", "<tel:+15551234>", "<sip:alice@example.com>", 403],
    ["OPTIONS", "<<sip:a@example.com>", "<sip:alice@example.com>", 400],
  ])("is refused: %s from %s to %s → %i", (method, from, to, status) => {
    const outcome = decide(request(method, from, to));
    expect(outcome).toMatchObject({ kind: "answer", close: { code: 1008, reason: `${status}` } });
    expect(outcome.kind === "answer" && outcome.text).toContain(`SIP/2.0 ${status} `);
  });

  it("is 400 when it has no From at all", () => {
    expect(decide("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\n\r\n")).toMatchObject({
      text: "SIP/2.0 400 Bad From\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n",
      close: { code: 1008 },
    });
  });

  it("gets no answer when it is an ACK, a response, or no SIP", () => {
    const silent = { kind: "answer", text: undefined, close: { code: 1008 } };
    expect(decide(request("ACK", "<sip:b@elsewhere.example>", "<sip:a@b>"))).toMatchObject(silent);
    expect(decide("SIP/2.0 200 OK\r\nFrom: <sip:bob@example.com>\r\n\r\n")).toMatchObject(silent);
    expect(decide("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")).toMatchObject(silent);
    expect(decide("hello")).toMatchObject(silent);
    expect(decide("")).toMatchObject(silent);
    expect(decide(new Uint8Array([0xff, 0xfe, 0xfd, 0xfc, 0xfb]))).toMatchObject(silent);
  });

  it("never makes the edge throw, whatever frame comes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (frame) => void decide(frame)));
    const noise = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(fc.property(noise, noise, (from, to) => void decide(request("REGISTER", from, to))));
  });
});

describe("RFC 3261 §21.5.7: a first message that is too large", () => {
  const large = request("REGISTER", "<sip:a@example.com>", "<sip:a@example.com>", "x".repeat(70_000));

  it.each([
    ["text", large],
    ["binary", octets(large)],
    [
      "text whose octets, not characters, are too many",
      request("REGISTER", "<sip:a@example.com>", "<sip:a@example.com>", "é".repeat(40_000)),
    ],
  ])("is answered 513 and the socket closed 1009: %s", (_what, frame) => {
    const outcome = decide(frame);
    expect(outcome).toMatchObject({ kind: "answer", close: { code: 1009 } });
    expect(outcome.kind === "answer" && outcome.text).toContain("SIP/2.0 513 Message Too Large\r\n");
  });

  it("gets no answer when its head has no end within the limit", () => {
    const endless = `OPTIONS sip:a@b SIP/2.0\r\n${"X: y\r\n".repeat(20_000)}\r\n`;
    expect(decide(endless)).toMatchObject({ kind: "answer", text: undefined, close: { code: 1009 } });
  });
});

describe("RFC 3261 §21.5.4: a home out of reach", () => {
  it("is 503 with Retry-After, and the client may try again later", () => {
    const frame = request("REGISTER", "<sip:a@example.com>", "<sip:a@example.com>");
    const outcome = homeUnreachable(frame, entropy);
    expect(outcome.close).toEqual({ code: 1013, reason: "503" });
    expect(outcome.text).toMatch(/^SIP\/2\.0 503 Service Unavailable\r\n[\s\S]*\r\nRetry-After: 5\r\n/);
  });
});

describe("RFC 7118 §6, RFC 5626 §3.5.1: keep-alives", () => {
  it("are CRLFs in text and in binary frames; the double one asks for an answer", () => {
    expect([isKeepAlive("\r\n\r\n"), isPing("\r\n\r\n")]).toEqual([true, true]);
    expect([isKeepAlive(octets("\r\n\r\n")), isPing(octets("\r\n\r\n"))]).toEqual([true, true]);
    expect([isKeepAlive("\r\n"), isPing("\r\n")]).toEqual([true, false]);
  });

  it("are nothing else", () => {
    expect(isKeepAlive("\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\n\r\n")).toBe(false);
    expect(isKeepAlive("ping")).toBe(false);
    expect(isKeepAlive(octets("ping"))).toBe(false);
  });
});
