import { describe, expect, test } from "vitest";
import { epochMs, millis } from "../../src/base/brand";
import { nextDeadline } from "../../src/base/timer-table";
import {
  idleRedelivery,
  type RedeliveryEffect,
  type RedeliveryInput,
  type RedeliveryState,
  stepRedelivery,
} from "../../src/messaging/redelivery";

const settings = { tries: 3, pauses: [millis(5_000), millis(30_000)] };

class Redelivery {
  state: RedeliveryState = idleRedelivery;
  now = 0;

  tell(input: RedeliveryInput): readonly RedeliveryEffect[] {
    const next = stepRedelivery(this.state, input, epochMs(this.now), settings);
    this.state = next.state;
    return next.effects;
  }

  /** Fires what runs, at its deadline; tells how long it took. */
  wait(): { readonly waited: number; readonly effects: readonly RedeliveryEffect[] } {
    const deadline = nextDeadline(this.state.timers);
    const [timer] = Object.keys(this.state.timers) as ("answer" | "retry")[];
    if (deadline === undefined || timer === undefined) throw new Error("no timer runs");
    const waited = deadline - this.now;
    this.now = deadline;
    return { waited, effects: this.tell({ kind: "timerFired", timer }) };
  }

  /** Live on socket `s`, with the copy of message 7 under way as that try. */
  sending(tries = 0): this {
    this.tell({ kind: "cameLive", socket: "s" });
    this.tell({ kind: "fetched", seq: 7, tries });
    return this;
  }
}

const fetchNext = { kind: "fetchNext" };
const sendOf = (seq: number, socket: string) => [
  { kind: "countTry", seq },
  { kind: "sendStored", seq, socket },
];

describe("a device that came live", () => {
  test("is sent what it is owed, one at a time, in order", () => {
    const redelivery = new Redelivery();
    expect(redelivery.tell({ kind: "cameLive", socket: "s" })).toEqual([fetchNext]);
    expect(redelivery.tell({ kind: "fetched", seq: 7, tries: 0 })).toEqual(sendOf(7, "s"));
    expect(redelivery.tell({ kind: "responded", seq: 7, status: 200 })).toEqual([
      { kind: "pass", seq: 7, taken: true },
      fetchNext,
    ]);
    expect(redelivery.tell({ kind: "fetched", seq: 9, tries: 0 })).toEqual(sendOf(9, "s"));
    redelivery.tell({ kind: "responded", seq: 9, status: 200 });
    expect(redelivery.tell({ kind: "nothingOwed" })).toEqual([]);
    expect(redelivery.state).toEqual({ socket: "s", phase: { kind: "idle" }, timers: {} });
  });

  test("passes a message it refuses for good", () => {
    expect(new Redelivery().sending().tell({ kind: "responded", seq: 7, status: 415 })).toEqual([
      { kind: "pass", seq: 7, taken: false },
      fetchNext,
    ]);
  });

  test("says nothing by a provisional response", () => {
    expect(new Redelivery().sending().tell({ kind: "responded", seq: 7, status: 100 })).toEqual([]);
  });
});

describe("a copy that is not acknowledged", () => {
  test("is tried again after a growing pause, and passed after the last try", () => {
    const redelivery = new Redelivery().sending();
    expect(redelivery.tell({ kind: "responded", seq: 7, status: 486 })).toEqual([]);
    expect(redelivery.wait()).toEqual({ waited: 5_000, effects: [fetchNext] });
    redelivery.tell({ kind: "fetched", seq: 7, tries: 1 });
    expect(redelivery.wait()).toEqual({ waited: 32_000, effects: [] });
    expect(redelivery.wait()).toEqual({ waited: 30_000, effects: [fetchNext] });
    redelivery.tell({ kind: "fetched", seq: 7, tries: 2 });
    expect(redelivery.tell({ kind: "responded", seq: 7, status: 503 })).toEqual([fetchNext]);
    expect(redelivery.tell({ kind: "fetched", seq: 7, tries: 3 })).toEqual([
      { kind: "pass", seq: 7, taken: false },
      fetchNext,
    ]);
  });

  test("counts when its answer comes late", () => {
    const redelivery = new Redelivery().sending();
    redelivery.wait();
    expect(redelivery.tell({ kind: "responded", seq: 7, status: 200 })).toEqual([
      { kind: "pass", seq: 7, taken: true },
    ]);
    expect(redelivery.tell({ kind: "responded", seq: 7, status: 480 })).toEqual([]);
  });

  test("is tried at once when the device comes live during the pause", () => {
    const redelivery = new Redelivery().sending();
    redelivery.tell({ kind: "responded", seq: 7, status: 480 });
    expect(redelivery.tell({ kind: "cameLive", socket: "t" })).toEqual([fetchNext]);
    expect(redelivery.state.timers).toEqual({});
  });
});

describe("a socket that closes", () => {
  test("ends the copy under way; nothing is sent until the device is back", () => {
    const redelivery = new Redelivery().sending();
    expect(redelivery.tell({ kind: "flowClosed", socket: "s" })).toEqual([]);
    expect(redelivery.state).toEqual(idleRedelivery);
    expect(redelivery.tell({ kind: "released", retry: "now" })).toEqual([]);
    expect(redelivery.tell({ kind: "cameLive", socket: "t" })).toEqual([fetchNext]);
  });

  test("is followed by the next try at once when the device has a newer one", () => {
    const redelivery = new Redelivery().sending();
    expect(redelivery.tell({ kind: "cameLive", socket: "t" })).toEqual([]);
    expect(redelivery.tell({ kind: "flowClosed", socket: "s" })).toEqual([fetchNext]);
    expect(redelivery.tell({ kind: "fetched", seq: 7, tries: 1 })).toEqual(sendOf(7, "t"));
  });

  test("while the copy is under way on an older one leaves that copy its time", () => {
    const redelivery = new Redelivery().sending();
    redelivery.tell({ kind: "cameLive", socket: "t" });
    expect(redelivery.tell({ kind: "flowClosed", socket: "t" })).toEqual([]);
    expect(redelivery.tell({ kind: "responded", seq: 7, status: 200 })).toEqual([
      { kind: "pass", seq: 7, taken: true },
    ]);
    expect(redelivery.state).toEqual(idleRedelivery);
  });

  test("ends a pause", () => {
    const redelivery = new Redelivery().sending();
    redelivery.tell({ kind: "responded", seq: 7, status: 480 });
    redelivery.tell({ kind: "flowClosed", socket: "s" });
    expect(redelivery.state).toEqual(idleRedelivery);
  });
});

describe("a delivery that releases the device", () => {
  test("after a failure leaves it a pause", () => {
    const redelivery = new Redelivery();
    redelivery.tell({ kind: "cameLive", socket: "s" });
    redelivery.tell({ kind: "nothingOwed" });
    expect(redelivery.tell({ kind: "released", retry: "later" })).toEqual([]);
    expect(redelivery.wait()).toEqual({ waited: 5_000, effects: [fetchNext] });
  });

  test("after an answer lets it go on at once", () => {
    const redelivery = new Redelivery();
    redelivery.tell({ kind: "cameLive", socket: "s" });
    redelivery.tell({ kind: "nothingOwed" });
    expect(redelivery.tell({ kind: "released", retry: "now" })).toEqual([fetchNext]);
  });

  test("does not disturb a copy under way, nor shorten a pause after a failure", () => {
    const redelivery = new Redelivery().sending();
    expect(redelivery.tell({ kind: "released", retry: "now" })).toEqual([]);
    redelivery.tell({ kind: "responded", seq: 7, status: 480 });
    const before = redelivery.state;
    expect(redelivery.tell({ kind: "released", retry: "later" })).toEqual([]);
    expect(redelivery.state).toBe(before);
  });
});

test("an early timer and an answer to the look-up that nobody waits for change nothing", () => {
  const redelivery = new Redelivery().sending();
  const before = redelivery.state;
  expect(redelivery.tell({ kind: "timerFired", timer: "answer" })).toEqual([]);
  expect(redelivery.tell({ kind: "timerFired", timer: "retry" })).toEqual([]);
  expect(redelivery.tell({ kind: "fetched", seq: 8, tries: 0 })).toEqual([]);
  expect(redelivery.tell({ kind: "nothingOwed" })).toEqual([]);
  expect(redelivery.state).toBe(before);
});
