import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passBack, withoutTopVia } from "../../src/proxy/arrive";
import { type Departure, leaveHome } from "../../src/proxy/leave-home";
import type { SipRequest, SipResponse } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";

const departure: Departure = {
  via: "Via: SIP/2.0/WSS example.com;branch=z9hG4bKhome\r\n",
  recordRoute: undefined,
  identity: undefined,
  realms: ["example.com"],
};

function request(lines: readonly string[], body = ""): SipRequest {
  const parsed = parseText(["MESSAGE sip:bob@example.com SIP/2.0", ...lines, "", body].join("\r\n"));
  if (!parsed.ok || parsed.value.kind !== "request") throw new Error("no request");
  return parsed.value;
}

function response(lines: readonly string[]): SipResponse {
  const parsed = parseText(["SIP/2.0 200 OK", ...lines, "", ""].join("\r\n"));
  if (!parsed.ok || parsed.value.kind !== "response") throw new Error("no response");
  return parsed.value;
}

describe("RFC 3261 §16.6: a request that leaves its home", () => {
  const given = [
    "v: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
    "Max-Forwards:  70 ",
    "f: <sip:alice@example.com>;tag=1",
    "t: <sip:bob@example.com>",
    "i: call",
    "CSeq: 1 MESSAGE",
  ];

  it("gets our Via on top and one hop less; all else is as it was", () => {
    expect(leaveHome(request(given, "body"), departure)).toBe(
      [
        "MESSAGE sip:bob@example.com SIP/2.0",
        "Via: SIP/2.0/WSS example.com;branch=z9hG4bKhome",
        given[0],
        "Max-Forwards: 69",
        ...given.slice(2),
        "",
        "body",
      ].join("\r\n"),
    );
  });

  it("step 3: without a Max-Forwards gets one of 70", () => {
    expect(leaveHome(request(["i: call"]), departure)).toContain("\r\nMax-Forwards: 70\r\n");
  });

  it.each([
    "P-Asserted-Identity: <sip:root@example.com>",
    "Record-Route: <sip:x;lr>",
    "Authorization: Bearer eyJ.a.b",
  ])("loses what is not a client's to say though it comes first: %s", (line) => {
    const [name = ""] = line.split(":");
    for (const lines of [given, ["i: call"]]) {
      const frame = leaveHome(request([line, ...lines]), departure);
      expect(frame).not.toContain(name);
      expect(frame).toMatch(/\r\nMax-Forwards: (69|70)\r\n/);
    }
  });

  it("gets one Record-Route and one identity, right behind our Via", () => {
    const recordRoute = "Record-Route: <sip:x@example.com;lr>\r\n";
    const identity = "P-Asserted-Identity: <sip:alice@example.com>\r\n";
    const frame = leaveHome(request(given), { ...departure, recordRoute, identity });
    expect(frame).toContain(`${departure.via}${recordRoute}${identity}v: `);
  });

  it("keeps every field that is not a proxy's, byte for byte and in order (property)", () => {
    const theirs = fc
      .tuple(fc.stringMatching(/^X-[A-Za-z]{1,8}$/), fc.stringMatching(/^[ !-~]{0,20}$/))
      .map(([name, value]) => `${name}:${value}`);
    const cut = fc.constantFrom(
      "Record-Route: <sip:m.invalid;lr>",
      "PATH : <sip:m.invalid;lr>",
      "Service-Route: <sip:m.invalid>",
      "P-Asserted-Identity: <sip:m@example.com>",
      "p-preferred-identity: <sip:m@example.com>",
      "Route: <sip:example.com;lr>",
      "Authorization: Bearer x",
      "Proxy-Authorization:\r\n Bearer x",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(theirs, cut), { maxLength: 12 }), fc.string(), (lines, body) => {
        const kept = lines.filter((line) => line.startsWith("X-"));
        const expected = [
          "MESSAGE sip:bob@example.com SIP/2.0",
          departure.via.trimEnd(),
          "Max-Forwards: 6",
          ...kept,
          "",
          body,
        ];
        expect(leaveHome(request(["Max-Forwards: 7", ...lines], body), departure)).toBe(
          expected.join("\r\n"),
        );
      }),
    );
  });
});

describe("RFC 3261 §16.7: a response on its way back", () => {
  const asked = request([
    "Via: SIP/2.0/WSS example.com;branch=z9hG4bKhome",
    "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
    "From: <sip:alice@example.com>;tag=1",
    "To: <sip:bob@example.com>",
    "Call-ID: call",
    "CSeq: 1 MESSAGE",
  ]);

  it("has the Via set, From, Call-ID and CSeq that were stored, and its own To and the rest", () => {
    const answered = response([
      "v: SIP/2.0/WSS forged.invalid;branch=z9hG4bKf",
      "Record-Route: <sip:m.invalid;lr>",
      "f: <sip:mallory@example.com>;tag=2",
      "To: <sip:bob@example.com>;tag=3",
      "i: forged",
      "CSeq: 9 INVITE",
      "X-Any: thing",
    ]);
    expect(passBack(answered, asked)).toBe(
      [
        "SIP/2.0 200 OK",
        "Via: SIP/2.0/WSS example.com;branch=z9hG4bKhome",
        "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
        "f: <sip:alice@example.com>;tag=1",
        "To: <sip:bob@example.com>;tag=3",
        "i: call",
        "CSeq: 1 MESSAGE",
        "X-Any: thing",
        "",
        "",
      ].join("\r\n"),
    );
  });

  it("gets those that it lacks", () => {
    const text = String(passBack(response(["To: <sip:bob@example.com>;tag=3"]), asked));
    for (const line of ["From: <sip:alice@example.com>;tag=1", "Call-ID: call", "CSeq: 1 MESSAGE"]) {
      expect(text).toContain(`\r\n${line}\r\n`);
    }
    expect(text.endsWith("\r\n\r\n")).toBe(true);
  });

  it("loses the topmost Via alone where the element that added it passes it on (step 3)", () => {
    const frame = withoutTopVia(response(["Via: a", "Via: b", "CSeq: 1 MESSAGE"]));
    expect(frame).toBe("SIP/2.0 200 OK\r\nVia: b\r\nCSeq: 1 MESSAGE\r\n\r\n");
  });
});
