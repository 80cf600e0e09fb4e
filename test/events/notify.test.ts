import { describe, expect, it } from "vitest";
import { InvariantError } from "../../src/base/invariant";
import { notifyFor } from "../../src/events/notification";
import { buildNotify, type NotifyParts } from "../../src/events/notify";
import { ended } from "../../src/events/subscription";
import { row, start } from "./rows";

const parts: NotifyParts = {
  via: "SIP/2.0/WSS home.example.com;branch=z9hG4bKn1",
  maxForwards: 70,
  contact: "<sip:alice@example.com;gr=x>",
  document: { contentType: "application/pidf+xml", body: "<presence/>" },
};

const lines = (text: string): readonly string[] => text.split("\r\n");

describe("RFC 6665 §3.2: a NOTIFY", () => {
  it("is a request of the dialog, from the side of the resource", () => {
    const subscription = row({
      eventId: "q7",
      routeSet: ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"],
    });
    expect(lines(buildNotify(subscription, notifyFor(subscription, 40, start), parts))).toEqual([
      "NOTIFY sip:k2jd90ap@6hq3pa0bjvm2.invalid;transport=ws SIP/2.0",
      "Via: SIP/2.0/WSS home.example.com;branch=z9hG4bKn1",
      "Max-Forwards: 70",
      "Route: <sip:p1.example.com;lr>",
      "Route: <sip:p2.example.com;lr>",
      "From: <sip:alice@example.com>;tag=ours",
      "To: <sip:bob@example.com>;tag=theirs",
      "Call-ID: 9c6s1h0ekk0mv7r2d0gq",
      "CSeq: 43 NOTIFY",
      "Contact: <sip:alice@example.com;gr=x>",
      "Event: presence;id=q7",
      "Subscription-State: active;expires=600",
      "Content-Type: application/pidf+xml",
      "Content-Length: 11",
      "",
      "<presence/>",
    ]);
  });

  it("has no Content-Type without a body", () => {
    const last = ended(row(), "rejected");
    const text = buildNotify(last, notifyFor(last, 40, start), { ...parts, document: undefined });
    expect(lines(text).slice(-5)).toEqual([
      "Event: presence",
      "Subscription-State: terminated;reason=rejected",
      "Content-Length: 0",
      "",
      "",
    ]);
    expect(text).not.toContain("Content-Type");
  });

  it("counts the octets of its body", () => {
    const document = { contentType: "application/pidf+xml", body: "<note>Zoë</note>" };
    expect(buildNotify(row(), notifyFor(row(), 1, start), { ...parts, document })).toContain(
      "Content-Length: 17\r\n",
    );
  });
});

describe("RFC 3261 §12.2.1.1: through a strict router", () => {
  it("puts the router into the Request-URI and the target last", () => {
    const subscription = row({ routeSet: ["<sip:old.example.com>", "<sip:p2.example.com;lr>"] });
    expect(lines(buildNotify(subscription, notifyFor(subscription, 1, start), parts)).slice(0, 5)).toEqual([
      "NOTIFY sip:old.example.com SIP/2.0",
      "Via: SIP/2.0/WSS home.example.com;branch=z9hG4bKn1",
      "Max-Forwards: 70",
      "Route: <sip:p2.example.com;lr>",
      "Route: <sip:k2jd90ap@6hq3pa0bjvm2.invalid;transport=ws>",
    ]);
  });
});

describe("RFC 3261 §8.1.1.5: a CSeq", () => {
  it("is below 2^31, and one that is not is a bug", () => {
    const subscription = row({ counter: 2 ** 31 - 2 });
    expect(buildNotify(subscription, notifyFor(subscription, 1, start), parts)).toContain(
      "CSeq: 2147483647 NOTIFY",
    );
    expect(() => buildNotify(subscription, notifyFor(subscription, 2, start), parts)).toThrow(InvariantError);
  });
});
