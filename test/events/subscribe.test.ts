import { describe, expect, it } from "vitest";
import { subscribeResponse } from "../../src/events/subscribe";
import type { Subscription } from "../../src/events/subscription";
import { request } from "./message";
import {
  facts,
  first,
  inDialog,
  minute,
  outcomeOf,
  refusalOf,
  start,
  subscribeText,
} from "./subscribe-facts";

describe("RFC 6665 §4.2.1.1: the initial SUBSCRIBE", () => {
  it("makes a row, answers 200 and calls for a NOTIFY", () => {
    const outcome = outcomeOf(
      subscribeText({ "Record-Route": "<sip:p2.example.com;lr>, <sip:p1.example.com;lr;x=1>" }),
    );
    expect(outcome).toMatchObject({ status: 200, toTag: "ours", expires: 900, notify: { final: false } });
    expect(outcome.changes).toEqual([{ kind: "putSubscription", subscription: outcome.notify.subscription }]);
    expect(outcome.notify.subscription).toMatchObject({
      id: "s1",
      event: "presence",
      eventId: undefined,
      callId: "9c6s1h0ekk0mv7r2d0gq",
      localTag: "ours",
      remoteTag: "t8ik2f9dk1",
      localUri: "sip:alice@example.com",
      remoteUri: "sip:bob@example.com",
      remoteTarget: "sip:k2jd90ap@6hq3pa0bjvm2.invalid;transport=ws",
      routeSet: ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr;x=1>"],
      watcher: "bob@example.com",
      contentType: "application/pidf+xml",
      expiresAt: start + 900_000,
      state: "active",
      counter: 1,
      remoteSequence: 8113,
      owed: "now",
      failures: 0,
    });
  });

  it("answers with Expires and Contact, and the To-tag of the dialog", () => {
    const text = subscribeText();
    const response = subscribeResponse(request(text), outcomeOf(text), "<sip:alice@example.com;gr=x>");
    expect(response.split("\r\n")).toEqual([
      "SIP/2.0 200 OK",
      "Via: SIP/2.0/WSS 6hq3pa0bjvm2.invalid;branch=z9hG4bK7293419",
      "From: <sip:bob@example.com>;tag=t8ik2f9dk1",
      "To: <sip:alice@example.com>;tag=ours",
      "Call-ID: 9c6s1h0ekk0mv7r2d0gq",
      "CSeq: 8113 SUBSCRIBE",
      "Expires: 900",
      "Contact: <sip:alice@example.com;gr=x>",
      "Allow-Events: presence, dialog, reg, message-summary, xcap-diff",
      "Content-Length: 0",
      "",
      "",
    ]);
  });

  it("takes the watcher from authentication and not from From", () => {
    expect(first({ watcher: "anonymous" })).toMatchObject({
      watcher: "anonymous",
      remoteUri: "sip:bob@example.com",
    });
  });

  it("refuses an event type it does not serve with 489 and Allow-Events", () => {
    const refusal = {
      status: 489,
      lines: [["Allow-Events", "presence, dialog, reg, message-summary, xcap-diff"]],
    };
    expect(refusalOf(subscribeText({ Event: "conference" }))).toEqual(refusal);
    expect(refusalOf(subscribeText({ Event: "presence.winfo.winfo" }))).toEqual(refusal);
  });

  it("asks whether the watcher may before it says anything else of the request", () => {
    expect(
      refusalOf(subscribeText({ Expires: "1", Accept: "text/plain" }), { judge: () => "reject" }),
    ).toEqual({
      status: 403,
    });
  });

  it("accepts at once what the user must still decide", () => {
    const outcome = outcomeOf(subscribeText(), { judge: () => "pending" });
    expect(outcome).toMatchObject({ status: 200, expires: 900, notify: { final: false } });
    expect(outcome.notify.subscription).toMatchObject({ state: "pending", politelyBlocked: false });
  });

  it("tells the judge who and what", () => {
    const asked: string[] = [];
    outcomeOf(subscribeText(), {
      judge: (watcher, event) => {
        asked.push(`${watcher} ${event.name}`);
        return "allow";
      },
    });
    expect(asked).toEqual(["bob@example.com presence"]);
  });
});

describe("RFC 6665 §6.2: polite blocking", () => {
  it("answers a blocked watcher as it does an allowed one", () => {
    const text = subscribeText();
    const allowed = outcomeOf(text);
    const blocked = outcomeOf(text, { judge: () => "polite-block" });
    expect(subscribeResponse(request(text), blocked, "<sip:a@b>")).toBe(
      subscribeResponse(request(text), allowed, "<sip:a@b>"),
    );
    expect(blocked.notify.subscription).toMatchObject({ state: "active", politelyBlocked: true });
  });
});

describe("RFC 6665 §3.1.2, §4.2.3, §8.2.1: Event", () => {
  it("answers 489 when there is none", () => {
    expect(refusalOf(subscribeText({ Event: undefined }))).toMatchObject({ status: 489 });
  });

  it("reads the compact form, the id and other parameters", () => {
    expect(
      outcomeOf(subscribeText({ Event: undefined, o: "presence;id=q7;call-id=abc" })).notify.subscription,
    ).toMatchObject({
      event: "presence",
      eventId: "q7",
      eventParameters: [{ name: "call-id", value: "abc" }],
    });
  });

  it("compares the event type byte by byte", () => {
    expect(refusalOf(subscribeText({ Event: "Presence" }))).toMatchObject({ status: 489 });
  });

  it.each([
    ["two header fields", "presence\nEvent: presence"],
    ["two event types", "presence, presence"],
    ["an id that is no token", 'presence;id="a b"'],
    ["nothing", ""],
  ])("answers 400 to %s", (_, value) => {
    expect(refusalOf(subscribeText({ Event: value }))).toMatchObject({ status: 400 });
  });
});

describe("RFC 3261 §8.1.1.8: Contact", () => {
  it.each([
    ["none", undefined],
    ["two", "<sip:a@x.invalid>, <sip:b@x.invalid>"],
    ["two in two lines", "<sip:a@x.invalid>\nContact: <sip:b@x.invalid>"],
    ["a star", "*"],
    ["one of another scheme", "<mailto:a@example.com>"],
    ["one that does not parse", "<sip:>"],
  ])("answers 400 to %s", (_, value) => {
    expect(refusalOf(subscribeText({ Contact: value }))).toMatchObject({ status: 400 });
  });

  it("does not read its expires parameter (RFC 6665 §3.1.1)", () => {
    expect(outcomeOf(subscribeText({ Contact: "<sip:a@x.invalid>;expires=5" })).expires).toBe(900);
  });
});

describe("RFC 3261 §12.1.1: what a dialog is made of", () => {
  it.each([
    ["From without a tag", { From: "<sip:bob@example.com>" }],
    ["no From", { From: undefined }],
    ["no Call-ID", { "Call-ID": undefined }],
    ["no CSeq", { CSeq: undefined }],
    ["a CSeq over 2^32", { CSeq: "4294967296 SUBSCRIBE" }],
    ["a To that does not parse", { To: "<sip:alice@exa mple.com>" }],
    ["a Record-Route that does not parse", { "Record-Route": "sip:p1.example.com" }],
    ["an Expires that is no number", { Expires: "soon" }],
  ])("answers 400 to %s", (_, lines) => {
    expect(refusalOf(subscribeText(lines))).toMatchObject({ status: 400 });
  });
});

describe("RFC 6665 §3.1.1, §4.2.1.1: the duration", () => {
  it.each([
    ["what was asked for", "900", 900],
    ["no more than the longest", "86400", 3600],
    ["no more than the longest, for the largest number there is", "4294967295", 3600],
    ["the package's default", undefined, 3600],
  ])("grants %s", (_, Expires, granted) => {
    const outcome = outcomeOf(subscribeText({ Expires }));
    expect(outcome.expires).toBe(granted);
    expect(outcome.notify.subscription.expiresAt).toBe(start + granted * 1000);
  });

  it("refuses one too short with 423 and Min-Expires", () => {
    expect(refusalOf(subscribeText({ Expires: "59" }))).toEqual({
      status: 423,
      lines: [["Min-Expires", "60"]],
    });
    expect(outcomeOf(subscribeText({ Expires: "60" })).expires).toBe(60);
  });
});

describe("RFC 6665 §4.1.2.1: Accept", () => {
  it.each([
    ["no Accept", undefined],
    ["a list", "application/cpim-pidf+xml, application/pidf+xml"],
    ["two lines", "text/plain\nAccept: application/pidf+xml;q=0.5"],
    ["a wildcard", "*/*"],
  ])("serves %s", (_, Accept) => {
    expect(outcomeOf(subscribeText({ Accept })).notify.subscription.contentType).toBe("application/pidf+xml");
  });

  it.each([
    ["other types only", "application/xpidf+xml, text/plain"],
    ["an empty Accept", ""],
    ["ours with q=0", "application/pidf+xml;q=0"],
  ])("answers 406 to %s", (_, Accept) => {
    expect(refusalOf(subscribeText({ Accept }))).toEqual({ status: 406 });
  });
});

describe("RFC 6665 §4.4.3: a fetch", () => {
  it("keeps nothing and calls for a final NOTIFY with state", () => {
    const outcome = outcomeOf(subscribeText({ Expires: "0" }));
    expect(outcome).toMatchObject({ expires: 0, changes: [], notify: { final: true } });
    expect(outcome.notify.subscription).toMatchObject({ end: "timeout", state: "active", localTag: "ours" });
  });

  it("needs no place among the subscriptions", () => {
    const limits = { ...facts(subscribeText()).limits, subscriptions: 0 };
    expect(outcomeOf(subscribeText({ Expires: "0" }), { limits }).status).toBe(200);
  });
});

describe("RFC 3261 §8.2.2.2: the same SUBSCRIBE again, outside a dialog", () => {
  it("answers 482 on another path", () => {
    expect(refusalOf(subscribeText(), { existing: [first()], newTag: "other", newId: "s2" })).toEqual({
      status: 482,
    });
  });

  it("lets a later one take the place of the dialog its sender never learned of", () => {
    const outcome = outcomeOf(subscribeText({ CSeq: "8114 SUBSCRIBE" }), {
      existing: [first()],
      newTag: "other",
      newId: "s2",
    });
    expect(outcome.changes).toMatchObject([
      { kind: "deleteSubscription", id: "s1" },
      { kind: "putSubscription", subscription: { id: "s2", localTag: "other" } },
    ]);
  });

  it("lets nobody else take it", () => {
    const outcome = outcomeOf(subscribeText({ CSeq: "8114 SUBSCRIBE" }), {
      existing: [first()],
      watcher: "mallory@example.com",
      newId: "s2",
    });
    expect(outcome.changes.map(({ kind }) => kind)).toEqual(["putSubscription"]);
  });
});

describe("limits", () => {
  const others = (count: number, watcher: string): readonly Subscription[] =>
    Array.from({ length: count }, (_, index) => ({
      ...first({ watcher }),
      id: `${index}@${watcher}`,
      callId: `c${index}@${watcher}`,
    }));

  it("refuses one watcher's fourth with 480 and Retry-After", () => {
    const existing = others(3, "bob@example.com");
    expect(refusalOf(subscribeText(), { existing })).toEqual({
      status: 480,
      reason: "Too Many Subscriptions",
      lines: [["Retry-After", "300"]],
    });
    expect(outcomeOf(subscribeText(), { existing: existing.slice(1) }).status).toBe(200);
  });

  it("refuses the eleventh of a resource, and keeps serving those it has", () => {
    const existing = Array.from({ length: 10 }, (_, index) => others(1, `w${index}@example.com`)).flat();
    expect(refusalOf(subscribeText(), { existing })).toMatchObject({ status: 480 });
    const withBob = [...existing.slice(1), first()];
    expect(outcomeOf(subscribeText(inDialog), { existing: withBob }).status).toBe(200);
  });

  it("does not count the expired", () => {
    const existing = others(3, "bob@example.com");
    expect(outcomeOf(subscribeText(), { existing }, minute(15)).status).toBe(200);
  });
});
