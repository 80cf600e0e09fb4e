import { describe, expect, it } from "vitest";
import { parseText } from "../../src/sip/parser";
import type { Refusal } from "../../src/sip/refusal";
import {
  defaultMessageLimits,
  type MessageLimits,
  validateRequest,
  validateResponse,
} from "../../src/sip/validate";

const lines: Readonly<Record<string, string>> = {
  Via: "SIP/2.0/WSS 4l2m9s0qk2u1.invalid;branch=z9hG4bK2943720",
  "Max-Forwards": "69",
  To: "<sip:bob@example.com>",
  From: '"Alice" <sip:alice@example.com>;tag=8ic0m2ms1j',
  "Call-ID": "3ri5ek9ql9f8r3j6v3l2",
  CSeq: "4512 MESSAGE",
};

interface Change {
  readonly startLine?: string;
  /** Lines to set; undefined takes one out. */
  readonly set?: Readonly<Record<string, string | undefined>>;
  readonly more?: string;
  readonly body?: string;
}

function written({
  startLine = "MESSAGE sip:bob@example.com SIP/2.0",
  set = {},
  more = "",
  body = "",
}: Change): string {
  const all = Object.entries({ ...lines, ...set }).filter(([, value]) => value !== undefined);
  return `${startLine}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}${more}\r\n${body}`;
}

function refusal(change: Change, limits: MessageLimits = defaultMessageLimits): Refusal | undefined {
  const parsed = parseText(written(change));
  if (!parsed.ok || parsed.value.kind !== "request") return expect.fail("no request");
  return validateRequest(parsed.value, limits);
}

describe("RFC 3261 §16.3 step 1", () => {
  it("lets a plain request pass", () => {
    expect(refusal({})).toBeUndefined();
  });

  it("leaves alone what it does not act on", () => {
    expect(refusal({ more: "Date: yesterday\r\nWarning: ,,\r\nDate: again\r\n" })).toBeUndefined();
  });

  it.each(["Via", "From", "To", "Call-ID", "CSeq"])("refuses a request without %s", (name) => {
    expect(refusal({ set: { [name]: undefined } })).toEqual({ status: 400, reason: `Missing ${name}` });
  });

  it("bears a request without Max-Forwards (step 3)", () => {
    expect(refusal({ set: { "Max-Forwards": undefined } })).toBeUndefined();
  });

  it.each([
    ["Via", "SIP/2.0/WSS a.invalid;branch=z9hG4bK1,"],
    ["Via", "SIP/2.0/WSS a.invalid;branch=z9hG4bK"],
    ["From", "<sip:alice@example.com>"],
    ["From", '<sip:alice@example.com>;x=";tag=1"'],
    ["To", "<sip:bob@example.com>;tag"],
    ["Call-ID", "a b"],
    ["CSeq", "4294967296 MESSAGE"],
    ["Max-Forwards", "256"],
    ["Contact", "<sip:a@b>;q=2"],
    ["Route", "sip:a@b;lr"],
    ["Record-Route", "<sip:a@b;lr"],
    ["Content-Type", "text"],
    ["Content-Length", "+0"],
    ["Event", ";id=1"],
    ["Subscription-State", "active;expires=x"],
    ["Refer-To", "<sip:a@b"],
    ["Replaces", "a@b;to-tag="],
    ["Session-Expires", "x"],
    ["Expires", "soon"],
  ])("refuses a malformed %s", (name, value) => {
    expect(refusal({ set: { [name]: value } })).toEqual({ status: 400, reason: `Malformed ${name}` });
  });

  it("leaves an Expires that no method of ours reads", () => {
    const set = { CSeq: "1 INVITE", Expires: "soon" };
    expect(refusal({ startLine: "INVITE sip:bob@example.com SIP/2.0", set })).toBeUndefined();
  });
});

describe("RFC 3261 §7.3.1", () => {
  it.each(["From", "To", "Call-ID", "CSeq", "Max-Forwards"])("refuses a second %s", (name) => {
    expect(refusal({ more: `${name}: ${lines[name]}\r\n` })?.reason).toBe(`Repeated ${name}`);
  });

  it("knows the second one by its compact form", () => {
    expect(refusal({ more: "l: 0\r\nContent-Length: 0\r\n" })?.reason).toBe("Repeated Content-Length");
  });
});

describe("RFC 3261 §8.1.1.5", () => {
  it.each(["1 INVITE", "1 XMESSAGE", "1 message"])("refuses CSeq %s in a MESSAGE", (value) => {
    expect(refusal({ set: { CSeq: value } })?.reason).toBe("CSeq Method Mismatch");
  });

  it.each([
    ["2147483647 MESSAGE", undefined],
    ["2147483648 MESSAGE", 400],
    ["4294967295 \t MESSAGE", 400],
  ])("wants a number less than 2**31: %j is %s", (value, status) => {
    expect(refusal({ set: { CSeq: value } })?.status).toBe(status);
  });
});

describe("RFC 3261 §16.3 step 2", () => {
  it.each([
    [undefined, "sip:bob@example.com"],
    [undefined, "sips:bob@[2001:db8::1]:5061;x=%41"],
    [undefined, "tel:+1-201-555-0123"],
    [416, "urn:service:sos"],
    [400, "<sip:bob@example.com>"],
    [400, "sip:bob@example.com?Subject=x"],
    [414, `sip:${"b".repeat(2100)}@example.com`],
  ])("answers %s to %s", (status, uri) => {
    expect(refusal({ startLine: `MESSAGE ${uri} SIP/2.0` })?.status).toBe(status);
  });

  it.each([
    [505, "SIP/3.0"],
    [400, "HTTP/1.1"],
    [undefined, "sip/2.0"],
  ])("answers %s to version %s", (status, version) => {
    expect(refusal({ startLine: `MESSAGE sip:bob@example.com ${version}` })?.status).toBe(status);
  });
});

describe("RFC 3261 §18.3", () => {
  it.each([
    [undefined, 6, "äöü"],
    [400, 3, "äöü"],
    [400, 7, "äöü"],
  ])("answers %s to Content-Length %s", (status, length, body) => {
    expect(refusal({ set: { "Content-Length": String(length) }, body })?.status).toBe(status);
  });

  it("answers 413 to a body over the limit, counted in octets", () => {
    const limits = { ...defaultMessageLimits, bodyOctets: 5 };
    expect(refusal({ body: "äö" }, limits)).toBeUndefined();
    expect(refusal({ body: "äöü" }, limits)?.status).toBe(413);
  });

  it("drops a response whose head is not sound", () => {
    const valid = (change: Change): boolean => {
      const parsed = parseText(written({ startLine: "SIP/2.0 200 OK", ...change }));
      if (!parsed.ok || parsed.value.kind !== "response") return expect.fail("no response");
      return validateResponse(parsed.value);
    };
    expect(valid({})).toBe(true);
    expect(valid({ set: { Via: undefined } })).toBe(false);
    expect(valid({ set: { "Content-Length": "1" } })).toBe(false);
    expect(valid({ startLine: "SIP/1.0 200 OK" })).toBe(false);
  });
});

describe("RFC 6665 §8.2.1, RFC 3903 §6 step 2, RFC 3515 §2.4.2", () => {
  it.each([
    ["SUBSCRIBE", 489],
    ["NOTIFY", 400],
    ["PUBLISH", 489],
    ["REFER", 400],
  ])("refuses a %s that lacks what it is about with %s", (method, status) => {
    const startLine = `${method} sip:bob@example.com SIP/2.0`;
    expect(refusal({ startLine, set: { CSeq: `1 ${method}` } })?.status).toBe(status);
    const set = { CSeq: `1 ${method}`, Event: "presence", "Refer-To": "<sip:a@b>" };
    expect(refusal({ startLine, set })).toBeUndefined();
  });
});
