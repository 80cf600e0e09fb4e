import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/base/brand";
import {
  type NotifierEffect,
  type NotifierInput,
  type NotifierState,
  notifierStep,
} from "../../src/events/notifier";
import type { NotifyOutcome } from "../../src/events/notify-outcome";
import { ended, owing, type Subscription } from "../../src/events/subscription";
import { at, row, start } from "./rows";

/** One notifier fed input by input, at a version of the document and a time. */
class Notifier {
  readonly effects: NotifierEffect[] = [];
  version = 10;
  now: EpochMs = start;
  state: NotifierState;

  constructor(subscription: Subscription = row()) {
    this.state = { kind: "idle", subscription };
  }

  /** Returns what was done, in short. */
  feed(input: NotifierInput): readonly string[] {
    const { state, effects } = notifierStep(this.state, input, this.version, this.now);
    this.state = state;
    this.effects.push(...effects);
    return effects.map(inShort);
  }

  publish(): readonly string[] {
    this.version++;
    return this.feed({ kind: "documentChanged" });
  }

  answer(outcome: NotifyOutcome | number): readonly string[] {
    if (this.state.kind !== "notifying") throw new Error("no NOTIFY is under way");
    const { cseq } = this.state.notification;
    const answered: NotifyOutcome =
      typeof outcome === "number" ? { kind: "answered", status: outcome } : outcome;
    return this.feed({ kind: "answered", cseq, outcome: answered });
  }

  get subscription(): Subscription {
    if (this.state.kind === "over") throw new Error("over");
    return this.state.subscription;
  }
}

function inShort(effect: NotifierEffect): string {
  switch (effect.kind) {
    case "putSubscription": {
      const { state, counter, owed, failures } = effect.subscription;
      return `put ${state} counter=${counter} owed=${owed} failures=${failures}`;
    }
    case "deleteSubscription":
      return "delete";
    case "sendNotify":
      return `NOTIFY ${effect.notification.cseq} ${effect.notification.subscriptionState.split(";expires")[0]}`;
  }
}

const timeout: NotifyOutcome = { kind: "timeout" };
const absent: NotifyOutcome = { kind: "absent" };

describe("RFC 6665 §4.2.2: a change of the state", () => {
  it("is one NOTIFY and no row", () => {
    const notifier = new Notifier();
    expect(notifier.publish()).toEqual(["NOTIFY 14 active"]);
    expect(notifier.answer(200)).toEqual([]);
    expect(notifier.state).toEqual({ kind: "idle", subscription: row() });
  });

  it("waits for the answer to the last NOTIFY; overtaken states are skipped, the last one is not", () => {
    const notifier = new Notifier();
    expect(notifier.publish()).toEqual(["NOTIFY 14 active"]);
    expect(notifier.publish()).toEqual([]);
    expect(notifier.publish()).toEqual([]);
    expect(notifier.answer(200)).toEqual(["NOTIFY 16 active"]);
    expect(notifier.answer(200)).toEqual([]);
  });

  it("is nothing to the pending and the politely blocked", () => {
    expect(new Notifier(row({ state: "pending" })).publish()).toEqual([]);
    expect(new Notifier(row({ politelyBlocked: true })).publish()).toEqual([]);
  });

  it("ends a subscription whose time is over", () => {
    const notifier = new Notifier();
    notifier.now = at(600);
    expect(notifier.publish()).toEqual(["delete", "NOTIFY 15 terminated;reason=timeout"]);
    expect(notifier.answer(200)).toEqual([]);
    expect(notifier.state).toEqual({ kind: "over" });
  });
});

describe("RFC 6665 §4.2.1.2: the NOTIFY after a SUBSCRIBE", () => {
  it("is written as taken once it is, for a new subscription", () => {
    const notifier = new Notifier(row({ counter: 1, owed: "now" }));
    expect(notifier.feed({ kind: "subscribed", subscription: notifier.subscription })).toEqual([
      "NOTIFY 11 active",
    ]);
    expect(notifier.answer(200)).toEqual(["put active counter=1 owed=nothing failures=0"]);
  });

  it("is no row for a refresh", () => {
    const notifier = new Notifier();
    expect(notifier.feed({ kind: "subscribed", subscription: row({ counter: 4 }) })).toEqual([
      "NOTIFY 14 active",
    ]);
    expect(notifier.answer(200)).toEqual([]);
  });

  it("comes after the answer to one that is under way, with the refreshed row", () => {
    const notifier = new Notifier();
    notifier.publish();
    const refreshed = row({ counter: 4, expiresAt: at(900), remoteTarget: "sip:new@y.invalid" });
    expect(notifier.feed({ kind: "subscribed", subscription: refreshed })).toEqual([]);
    expect(notifier.answer(200)).toEqual(["NOTIFY 15 active"]);
    expect(notifier.effects.at(-1)).toMatchObject({ subscription: { remoteTarget: "sip:new@y.invalid" } });
  });

  it("comes too when the one under way failed: who refreshes is there", () => {
    const notifier = new Notifier();
    notifier.publish();
    notifier.feed({ kind: "subscribed", subscription: row({ counter: 4 }) });
    expect(notifier.answer(timeout)).toEqual([
      "put active counter=4 owed=nothing failures=1",
      "NOTIFY 15 active",
    ]);
    expect(notifier.answer(200)).toEqual(["put active counter=4 owed=nothing failures=0"]);
  });

  it("comes too when the one under way found the page away", () => {
    const notifier = new Notifier();
    notifier.publish();
    notifier.feed({ kind: "subscribed", subscription: row({ counter: 4 }) });
    expect(notifier.answer(absent)).toEqual(["NOTIFY 15 active"]);
  });
});

describe("RFC 6665 §4.2.1.4: the end of a subscription", () => {
  it("is the final NOTIFY after the 200 to an unsubscribe", () => {
    const notifier = new Notifier();
    expect(notifier.feed({ kind: "subscribed", subscription: ended(row(), "timeout") })).toEqual([
      "NOTIFY 14 terminated;reason=timeout",
    ]);
    expect(notifier.answer(timeout)).toEqual([]);
    expect(notifier.state).toEqual({ kind: "over" });
  });

  it("waits for the answer to a NOTIFY that is under way", () => {
    for (const outcome of [200, 500, timeout]) {
      const notifier = new Notifier();
      notifier.publish();
      expect(notifier.feed({ kind: "subscribed", subscription: ended(row(), "timeout") })).toEqual([]);
      expect(notifier.publish()).toEqual([]);
      expect(notifier.answer(outcome)).toEqual(["NOTIFY 16 terminated;reason=timeout"]);
    }
  });

  it("needs no final NOTIFY when the watcher has ended it, or is away", () => {
    for (const outcome of [481, absent]) {
      const notifier = new Notifier();
      notifier.publish();
      notifier.feed({ kind: "subscribed", subscription: ended(row(), "timeout") });
      expect(notifier.answer(outcome)).toEqual([]);
      expect(notifier.state).toEqual({ kind: "over" });
    }
  });

  it("is said when it expires, and deletes the row", () => {
    const notifier = new Notifier();
    notifier.now = at(599);
    expect(notifier.feed({ kind: "timerFired" })).toEqual([]);
    notifier.now = at(600);
    expect(notifier.feed({ kind: "timerFired" })).toEqual(["delete", "NOTIFY 14 terminated;reason=timeout"]);
    expect(notifier.feed({ kind: "timerFired" })).toEqual([]);
  });

  it("is not said to a page that is away", () => {
    const notifier = new Notifier(row({ owed: "on-return" }));
    notifier.now = at(600);
    expect(notifier.feed({ kind: "timerFired" })).toEqual(["delete"]);
    expect(notifier.state).toEqual({ kind: "over" });
  });

  it("comes once for a subscription that expires with a NOTIFY under way", () => {
    const notifier = new Notifier();
    notifier.now = at(590);
    notifier.publish();
    notifier.now = at(600);
    expect(notifier.feed({ kind: "timerFired" })).toEqual(["delete"]);
    expect(notifier.feed({ kind: "timerFired" })).toEqual([]);
    expect(notifier.answer(200)).toEqual(["NOTIFY 15 terminated;reason=timeout"]);
  });

  it("can be the notifier's own decision", () => {
    const notifier = new Notifier();
    expect(notifier.feed({ kind: "ended", reason: "noresource" })).toEqual([
      "delete",
      "NOTIFY 14 terminated;reason=noresource",
    ]);
  });
});

describe("RFC 6665 §4.2.2: the figure's transitions", () => {
  const pending = row({ state: "pending" });
  const active = row();
  const blocked = row({ politelyBlocked: true });
  it.each([
    ["pending", "allow", pending, ["put active counter=4 owed=now failures=0", "NOTIFY 14 active"]],
    ["pending", "polite-block", pending, ["put active counter=4 owed=now failures=0", "NOTIFY 14 active"]],
    ["pending", "reject", pending, ["delete", "NOTIFY 14 terminated;reason=rejected"]],
    ["pending", "pending", pending, []],
    ["active", "allow", active, []],
    ["active", "reject", active, ["delete", "NOTIFY 14 terminated;reason=rejected"]],
    ["active", "pending", active, ["delete", "NOTIFY 14 terminated;reason=deactivated"]],
    ["active", "polite-block", active, ["put active counter=4 owed=now failures=0", "NOTIFY 14 active"]],
    ["blocked", "allow", blocked, ["put active counter=4 owed=now failures=0", "NOTIFY 14 active"]],
    ["blocked", "polite-block", blocked, []],
  ] as const)("%s, judged %s", (_, verdict, subscription, done) => {
    expect(new Notifier(subscription).feed({ kind: "judged", verdict })).toEqual(done);
  });

  it("writes a judgement at once and tells it after the NOTIFY under way", () => {
    const notifier = new Notifier();
    notifier.publish();
    expect(notifier.feed({ kind: "judged", verdict: "allow" })).toEqual([]);
    expect(notifier.feed({ kind: "judged", verdict: "reject" })).toEqual(["delete"]);
    expect(notifier.feed({ kind: "judged", verdict: "allow" })).toEqual([]);
    expect(notifier.answer(200)).toEqual(["NOTIFY 15 terminated;reason=rejected"]);
  });
});

describe("a judgement while a NOTIFY is under way", () => {
  it("stays owed until a NOTIFY of its own is taken, should memory be lost between the two", () => {
    const notifier = new Notifier();
    notifier.publish();
    expect(notifier.feed({ kind: "judged", verdict: "polite-block" })).toEqual([
      "put active counter=4 owed=now failures=0",
    ]);
    expect(notifier.answer(200)).toEqual(["NOTIFY 15 active"]);
    expect(notifier.subscription.owed).toBe("now");
    expect(notifier.answer(200)).toEqual(["put active counter=4 owed=nothing failures=0"]);
  });
});

describe("RFC 6665 §4.2.2: a NOTIFY that fails", () => {
  it.each([404, 405, 410, 416, 480, 481, 484, 489, 501, 604])("removes the subscription on %i", (status) => {
    const notifier = new Notifier();
    notifier.publish();
    expect(notifier.answer(status)).toEqual(["delete"]);
    expect(notifier.state).toEqual({ kind: "over" });
  });

  it.each([
    ["a timeout", timeout],
    ["a 500", 500],
    ["a 503", 503],
    ["a 408", 408],
    ["a 400", 400],
  ])("is tried once more after %s, and the second in a row removes it", (_, outcome) => {
    const notifier = new Notifier();
    notifier.publish();
    expect(notifier.answer(outcome)).toEqual(["put active counter=3 owed=later failures=1"]);
    expect(notifier.subscription.retryAt).toBe(at(30));
    expect(notifier.publish()).toEqual([]);
    notifier.now = at(29);
    expect(notifier.feed({ kind: "timerFired" })).toEqual([]);
    notifier.now = at(30);
    expect(notifier.feed({ kind: "timerFired" })).toEqual([
      "put active counter=4 owed=now failures=1",
      "NOTIFY 16 active",
    ]);
    expect(notifier.answer(outcome)).toEqual(["delete"]);
  });

  it("counts in a row only: a NOTIFY that is taken starts the count anew", () => {
    const notifier = new Notifier();
    for (let round = 0; round < 3; round++) {
      notifier.publish();
      notifier.answer(500);
      notifier.now = at((round + 1) * 30);
      notifier.feed({ kind: "timerFired" });
      expect(notifier.answer(200)).toEqual([`put active counter=${4 + round} owed=nothing failures=0`]);
    }
  });

  it("is of no interest when it is another's answer", () => {
    const notifier = new Notifier();
    notifier.publish();
    const late = { kind: "answered", cseq: 13, outcome: timeout } as const;
    expect(notifier.feed(late)).toEqual([]);
    expect(notifier.answer(200)).toEqual([]);
    expect(notifier.feed({ ...late, cseq: 14 })).toEqual([]);
  });
});

describe("a page that is away", () => {
  it("is owed the newest state, once, when it returns", () => {
    const notifier = new Notifier();
    notifier.publish();
    expect(notifier.answer(absent)).toEqual(["put active counter=3 owed=on-return failures=0"]);
    expect(notifier.publish()).toEqual([]);
    expect(notifier.publish()).toEqual([]);
    expect(notifier.feed({ kind: "pageReturned" })).toEqual([
      "put active counter=4 owed=now failures=0",
      "NOTIFY 17 active",
    ]);
    expect(notifier.answer(200)).toEqual(["put active counter=4 owed=nothing failures=0"]);
    expect(notifier.feed({ kind: "pageReturned" })).toEqual([]);
  });

  it("is tried again should nobody say that it is back, or gone", () => {
    const notifier = new Notifier();
    notifier.publish();
    notifier.answer(absent);
    notifier.publish();
    notifier.now = at(29);
    expect(notifier.feed({ kind: "timerFired" })).toEqual([]);
    notifier.now = at(30);
    expect(notifier.feed({ kind: "timerFired" })).toEqual([
      "put active counter=4 owed=now failures=0",
      "NOTIFY 16 active",
    ]);
    expect(notifier.answer(481)).toEqual(["delete"]);
  });

  it("may return before the answer that it is away: then it is told at once", () => {
    const notifier = new Notifier();
    notifier.publish();
    expect(notifier.feed({ kind: "pageReturned" })).toEqual([]);
    expect(notifier.answer(absent)).toEqual(["put active counter=4 owed=now failures=0", "NOTIFY 15 active"]);
    expect(notifier.answer(absent)).toEqual(["put active counter=4 owed=on-return failures=0"]);
  });

  it("is not waited for when it is gone for good", () => {
    expect(new Notifier(row({ owed: "on-return" })).feed({ kind: "pageGone" })).toEqual(["delete"]);
    const notifier = new Notifier();
    notifier.publish();
    expect(notifier.feed({ kind: "pageGone" })).toEqual(["delete"]);
    expect(notifier.state).toEqual({ kind: "over" });
  });
});

describe("a restart", () => {
  it("sends what was owed now once more, under a higher CSeq", () => {
    const notifier = new Notifier(row({ owed: "now" }));
    expect(notifier.feed({ kind: "restarted" })).toEqual([
      "put active counter=4 owed=now failures=0",
      "NOTIFY 14 active",
    ]);
  });

  it.each(["nothing", "on-return", "later"] as const)("leaves alone one that is owed: %s", (owed) => {
    expect(new Notifier(row({ owed, retryAt: at(30) })).feed({ kind: "restarted" })).toEqual([]);
  });
});

describe("rows", () => {
  it("are written before what they allow is sent", () => {
    const { effects } = notifierStep(
      { kind: "idle", subscription: row({ owed: "on-return" }) },
      { kind: "pageReturned" },
      10,
      start,
    );
    expect(effects.map(({ kind }) => kind)).toEqual(["putSubscription", "sendNotify"]);
    expect(effects[0]).toEqual({ kind: "putSubscription", subscription: owing(row({ owed: "on-return" })) });
  });
});
