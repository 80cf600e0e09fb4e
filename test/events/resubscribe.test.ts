import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { first, inDialog, minute, outcomeOf, refusalOf, subscribeText } from "./subscribe-facts";

describe("RFC 6665 §4.2.1.4: a refresh", () => {
  it("moves expiry, target, CSeq and counter, with room for refreshes to come, and calls for a NOTIFY", () => {
    const before = { ...first(), owed: "nothing" as const };
    const outcome = outcomeOf(
      subscribeText({ ...inDialog, Contact: "<sip:new@y.invalid;transport=ws>", Expires: "600" }),
      { existing: [before] },
      minute(10),
    );
    expect(outcome).toMatchObject({ toTag: "ours", expires: 600, notify: { final: false } });
    expect(outcome.changes).toEqual([
      {
        kind: "putSubscription",
        subscription: {
          ...before,
          remoteTarget: "sip:new@y.invalid;transport=ws",
          remoteSequence: 8114,
          // Three steps of seven eighths of ten minutes.
          expiresAt: minute(20 + 3 * 8.75),
          agreed: { until: minute(20), step: 525_000 },
          counter: 17,
          sent: 2,
        },
      },
    ]);
  });

  it("does not move the route set (RFC 3261 §12.2)", () => {
    const text = subscribeText({ ...inDialog, "Record-Route": "<sip:late.example.com;lr>" });
    expect(outcomeOf(text, { existing: [first()] }).notify.subscription.routeSet).toEqual([]);
  });

  it("turns a debt into one to be paid now, and forgives failures", () => {
    for (const owed of ["now", "on-return", "later"] as const) {
      const existing = [{ ...first(), owed, retryAt: minute(1), failures: 1 }];
      expect(outcomeOf(subscribeText(inDialog), { existing }).notify.subscription).toMatchObject({
        owed: "now",
        retryAt: undefined,
        failures: 0,
      });
    }
  });

  it("keeps the target when there is no Contact, and the type when there is no Accept, as SIP.js does", () => {
    const existing = [{ ...first(), contentType: "application/cpim-pidf+xml" }];
    const text = subscribeText({ ...inDialog, Contact: undefined, Accept: undefined });
    expect(outcomeOf(text, { existing }).notify.subscription).toMatchObject({
      remoteTarget: "sip:k2jd90ap@6hq3pa0bjvm2.invalid;transport=ws",
      contentType: "application/cpim-pidf+xml",
    });
  });

  it.each([
    ["another Call-ID", { "Call-ID": "other" }],
    ["another To-tag", { To: "<sip:alice@example.com>;tag=other" }],
    ["another From-tag", { From: "<sip:bob@example.com>;tag=other" }],
  ])("answers 481 to %s", (_, lines) => {
    expect(refusalOf(subscribeText({ ...inDialog, ...lines }), { existing: [first()] })).toMatchObject({
      status: 481,
    });
  });

  it("answers 481 from the moment of expiry, swept or not", () => {
    const existing = [first()];
    expect(outcomeOf(subscribeText(inDialog), { existing }, epochMs(minute(15) - 1)).status).toBe(200);
    expect(refusalOf(subscribeText(inDialog), { existing }, minute(15))).toMatchObject({ status: 481 });
  });

  it("answers 500 to a lower CSeq (RFC 3261 §12.2.2)", () => {
    const text = subscribeText({ ...inDialog, CSeq: "8112 SUBSCRIBE" });
    expect(refusalOf(text, { existing: [first()] })).toMatchObject({ status: 500 });
  });

  it.each([
    ["another id", "presence;id=2"],
    ["no id", "presence"],
  ])("answers 403 to %s: dialogs are not shared (§4.5.2)", (_, Event) => {
    const existing = [{ ...first(), eventId: "1" }];
    expect(refusalOf(subscribeText({ ...inDialog, Event }), { existing })).toEqual({
      status: 403,
      reason: "Dialog Sharing Not Supported",
    });
  });

  it.each([
    ["423", { Expires: "5" }, 423],
    ["406", { Accept: "text/plain" }, 406],
    ["400", { Contact: "*" }, 400],
  ])("changes nothing with a %s", (_, lines, status) => {
    expect(refusalOf(subscribeText({ ...inDialog, ...lines }), { existing: [first()] })).toMatchObject({
      status,
    });
  });

  it("is for the watcher who subscribed: to anybody else there is no such subscription", () => {
    const options = { existing: [first()], watcher: "mallory@example.com" };
    expect(refusalOf(subscribeText(inDialog), options)).toMatchObject({ status: 481 });
  });

  it("shortens to zero for one that may not watch any more, with the reason in the NOTIFY", () => {
    const outcome = outcomeOf(subscribeText(inDialog), { existing: [first()], judge: () => "reject" });
    expect(outcome).toMatchObject({
      expires: 0,
      changes: [{ kind: "deleteSubscription", id: "s1" }],
      notify: { final: true, subscription: { end: "rejected", counter: 2 } },
    });
  });

  it("grants to a pending one what has been decided since", () => {
    const existing = [first({ judge: () => "pending" })];
    expect(outcomeOf(subscribeText(inDialog), { existing }).notify.subscription).toMatchObject({
      state: "active",
      sent: 2,
      owed: "now",
    });
  });
});

describe("RFC 6665 §4.1.2.3, §4.2.1.4: unsubscribing", () => {
  it("deletes the row and calls for the final NOTIFY, with reason timeout", () => {
    const outcome = outcomeOf(subscribeText({ ...inDialog, Expires: "0" }), {
      existing: [first()],
      judge: () => "reject",
    });
    expect(outcome).toMatchObject({
      expires: 0,
      toTag: "ours",
      changes: [{ kind: "deleteSubscription", id: "s1" }],
      notify: { final: true, subscription: { end: "timeout", counter: 2, remoteSequence: 8114 } },
    });
  });

  it("answers 481 the second time", () => {
    expect(refusalOf(subscribeText({ ...inDialog, Expires: "0" }))).toMatchObject({ status: 481 });
  });
});
