import { describe, expect, test } from "vitest";
import { epochMs } from "../../src/base/brand";
import { InvariantError } from "../../src/base/invariant";
import { carbonCopy, copyIdentity, liveCopy, storedCopy } from "../../src/messaging/copy";
import type { Frame } from "../../src/sip/frame";
import { allFields, type SipRequest } from "../../src/sip/message";
import { parseMessage } from "../../src/sip/parser";

function request(frame: Frame): SipRequest {
  const parsed = parseMessage(frame);
  if (!parsed.ok || parsed.value.kind !== "request") throw new Error("the test's own message is wrong");
  return parsed.value;
}

const text = (...lines: readonly string[]): string => lines.join("\r\n");

const sent = text(
  "MESSAGE sip:bob@example.com SIP/2.0",
  "Via: SIP/2.0/WSS home.invalid;branch=z9hG4bKhome",
  "Via: SIP/2.0/WSS 7p0k.invalid;branch=z9hG4bK99",
  "Max-Forwards: 69",
  "Route: <sip:home.invalid;lr>",
  "To: <sip:bob@example.com>",
  "f: Alice",
  " <sip:alice@example.com>;tag=a73k",
  "i:  asd88asd77a@1.2.3.4",
  "Proxy-Authorization: Bearer secret",
  "CSeq: 1 MESSAGE",
  "Durasip-Carbon: sent",
  "X-Own:   kept  as  it  is",
  "Content-Type: text/plain",
  "Content-Length: 18",
  "",
  "Watson, come here.",
);
const route = {
  requestUri: "sip:k3f@7p0k.invalid;transport=ws",
  via: "SIP/2.0/WSS us.invalid;branch=z9hG4bKus",
};

test("RFC 3261 §16.4, §16.6: the live copy changes Request-URI, Via and Max-Forwards; our Route and a carbon's claim go", () => {
  expect(liveCopy(request(sent), { ...route, maxForwards: 68 })).toBe(
    text(
      "MESSAGE sip:k3f@7p0k.invalid;transport=ws SIP/2.0",
      "Via: SIP/2.0/WSS us.invalid;branch=z9hG4bKus",
      "Via: SIP/2.0/WSS home.invalid;branch=z9hG4bKhome",
      "Via: SIP/2.0/WSS 7p0k.invalid;branch=z9hG4bK99",
      "Max-Forwards: 68",
      "To: <sip:bob@example.com>",
      "f: Alice",
      " <sip:alice@example.com>;tag=a73k",
      "i:  asd88asd77a@1.2.3.4",
      "Proxy-Authorization: Bearer secret",
      "CSeq: 1 MESSAGE",
      "X-Own:   kept  as  it  is",
      "Content-Type: text/plain",
      "Content-Length: 18",
      "",
      "Watson, come here.",
    ),
  );
});

test("RFC 3428 §7: the copy from the log is a request of our own, with From, To and body as sent", () => {
  const stored = { ...route, callId: "derived", receivedAt: epochMs(1_289_690_940_000) };
  expect(storedCopy(request(sent), stored)).toBe(
    text(
      "MESSAGE sip:k3f@7p0k.invalid;transport=ws SIP/2.0",
      "Via: SIP/2.0/WSS us.invalid;branch=z9hG4bKus",
      "Max-Forwards: 70",
      "To: <sip:bob@example.com>",
      "f: Alice",
      " <sip:alice@example.com>;tag=a73k",
      "i: derived",
      "CSeq: 1 MESSAGE",
      "X-Own:   kept  as  it  is",
      "Content-Type: text/plain",
      "Content-Length: 18",
      "Date: Sat, 13 Nov 2010 23:29:00 GMT",
      "",
      "Watson, come here.",
    ),
  );
});

test("a Date that was sent stays", () => {
  const dated = request(
    text(
      "MESSAGE sip:bob@example.com SIP/2.0",
      "Via: SIP/2.0/WSS 7p0k.invalid;branch=z9hG4bK99",
      "To: <sip:bob@example.com>",
      "From: <sip:alice@example.com>;tag=a73k",
      "Call-ID: c",
      "CSeq: 1 MESSAGE",
      "Date: Fri, 12 Nov 2010 00:00:00 GMT",
      "",
      "",
    ),
  );
  const copy = request(
    storedCopy(dated, { ...route, callId: "derived", receivedAt: epochMs(1_289_690_940_000) }),
  );
  expect(copy.text).toContain("\r\nDate: Fri, 12 Nov 2010 00:00:00 GMT\r\nMax-Forwards: 70\r\n\r\n");
  expect(allFields(copy).filter(({ name }) => name === "date")).toHaveLength(1);
});

test("a carbon says that it is one, once", () => {
  expect(carbonCopy(request(sent), { ...route, callId: "derived" })).toBe(
    text(
      "MESSAGE sip:k3f@7p0k.invalid;transport=ws SIP/2.0",
      "Via: SIP/2.0/WSS us.invalid;branch=z9hG4bKus",
      "Max-Forwards: 70",
      "To: <sip:bob@example.com>",
      "f: Alice",
      " <sip:alice@example.com>;tag=a73k",
      "i: derived",
      "CSeq: 1 MESSAGE",
      "X-Own:   kept  as  it  is",
      "Content-Type: text/plain",
      "Content-Length: 18",
      "Durasip-Carbon: sent",
      "",
      "Watson, come here.",
    ),
  );
});

describe("a body that is not text", () => {
  const octets = new Uint8Array([0, 0xff, 0x0d, 0x0a, 0xc3, 0x28]);
  const binary = request(
    new Uint8Array([...new TextEncoder().encode(`${sent.slice(0, -18).replace("18", "6")}`), ...octets]),
  );

  test.each([
    liveCopy(binary, { ...route, maxForwards: 1 }),
    storedCopy(binary, { ...route, callId: "derived", receivedAt: epochMs(0) }),
    carbonCopy(binary, { ...route, callId: "derived" }),
  ])("travels octet for octet (%#)", (frame) => {
    expect(frame).toBeInstanceOf(Uint8Array);
    expect((frame as Uint8Array).slice(-octets.length)).toEqual(octets);
  });
});

test("what stands for a Call-ID is one for each message and device", () => {
  expect(copyIdentity("a:b", "c")).not.toBe(copyIdentity("a", "b:c"));
  expect(copyIdentity("1:a", "b")).not.toBe(copyIdentity("1", "a:b"));
});

test("a line break in what we are told to write is a bug of ours", () => {
  expect(() => storedCopy(request(sent), { ...route, callId: "a\r\nX: y", receivedAt: epochMs(0) })).toThrow(
    InvariantError,
  );
  expect(() => liveCopy(request(sent), { ...route, via: "a\nb", maxForwards: 1 })).toThrow(InvariantError);
  expect(() => liveCopy(request(sent), { ...route, requestUri: "sip:a b", maxForwards: 1 })).toThrow(
    InvariantError,
  );
});
