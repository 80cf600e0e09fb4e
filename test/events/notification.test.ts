import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { followsDocument, notifyFor } from "../../src/events/notification";
import { ended } from "../../src/events/subscription";
import { at, row, start } from "./rows";

describe("RFC 6665 §4.2.2: Subscription-State", () => {
  it("gives the whole seconds that are left, never more", () => {
    expect(notifyFor(row(), 1, start).subscriptionState).toBe("active;expires=600");
    expect(notifyFor(row(), 1, epochMs(start + 1)).subscriptionState).toBe("active;expires=599");
    expect(notifyFor(row(), 1, at(600)).subscriptionState).toBe("active;expires=0");
    expect(notifyFor(row({ state: "pending" }), 1, at(1)).subscriptionState).toBe("pending;expires=599");
  });

  it.each(["timeout", "rejected", "noresource", "deactivated"] as const)(
    "says why it ended and leaves out expires: %s",
    (reason) => {
      const notification = notifyFor(ended(row(), reason), 1, start);
      expect(notification).toMatchObject({ final: true, subscriptionState: `terminated;reason=${reason}` });
    },
  );
});

describe("RFC 3261 §12.2.1.1: the CSeq of a NOTIFY", () => {
  it("is the document's version plus the row's counter, for the end one more", () => {
    expect(notifyFor(row({ counter: 3 }), 40, start).cseq).toBe(43);
    expect(notifyFor(ended(row({ counter: 3 }), "timeout"), 40, start).cseq).toBe(44);
  });
});

describe("RFC 6665 §6.2, RFC 3856 §6.6.2: what a watcher is shown", () => {
  it.each([
    ["the document", row(), "document"],
    ["a decoy to the politely blocked", row({ politelyBlocked: true }), "decoy"],
    ["nothing of substance to the pending", row({ state: "pending" }), "neutral"],
    ["the document to one who looks once or unsubscribes", ended(row(), "timeout"), "document"],
    ["no more than before at the end", ended(row({ state: "pending" }), "timeout"), "neutral"],
    ["the decoy to the end", ended(row({ politelyBlocked: true }), "timeout"), "decoy"],
    ["nothing to the rejected", ended(row(), "rejected"), "nothing"],
    ["nothing when the account is gone", ended(row(), "noresource"), "nothing"],
  ] as const)("shows %s", (_, subscription, disclosure) => {
    expect(notifyFor(subscription, 1, start).disclosure).toBe(disclosure);
  });

  it("makes a change of the document news to none but those who see it", () => {
    expect(followsDocument(row())).toBe(true);
    expect(followsDocument(row({ politelyBlocked: true }))).toBe(false);
    expect(followsDocument(row({ state: "pending" }))).toBe(false);
    expect(followsDocument(ended(row(), "timeout"))).toBe(false);
  });
});
