import { describe, expect, test } from "vitest";
import { epochMs, millis } from "../../src/base/brand";
import { type DeliveryOpening, openDelivery, stepDelivery } from "../../src/messaging/delivery";
import {
  type DeliveryEffect,
  type DeliveryInput,
  type DeliveryState,
  holdsDevice,
  willOweDevice,
} from "../../src/messaging/delivery-state";

const settings = { pendingAfter: millis(1_000), storeAfter: millis(4_000) };
const live = (device: string) => ({ device, socket: `socket-${device}`, standing: "live" as const });
const behind = (device: string) => ({ device, socket: `socket-${device}`, standing: "behind" as const });

/** One delivery that began at 0, and what it asked for since it was last asked. */
class Delivery {
  state: DeliveryState;
  #effects: readonly DeliveryEffect[];

  constructor(opening: Partial<DeliveryOpening>) {
    const opened = openDelivery(
      { key: "key", treatment: "storable", recorded: false, targets: [], ...opening },
      settings,
      epochMs(0),
    );
    this.state = opened.state;
    this.#effects = opened.effects;
  }

  /** The effects of the opening, without the sending on each branch. */
  opened(): readonly DeliveryEffect[] {
    return this.#effects.filter(({ kind }) => kind !== "send");
  }

  sent(): readonly string[] {
    return this.#effects.flatMap((effect) => (effect.kind === "send" ? [effect.device] : []));
  }

  tell(input: DeliveryInput, now = 0): readonly DeliveryEffect[] {
    const next = stepDelivery(this.state, input, epochMs(now));
    this.state = next.state;
    return next.effects;
  }

  responds(branch: number, status: number): readonly DeliveryEffect[] {
    return this.tell({ kind: "responded", branch, status });
  }

  closes(device: string): readonly DeliveryEffect[] {
    return this.tell({ kind: "flowClosed", socket: `socket-${device}` });
  }

  fires(timer: "pending" | "store" | "forget"): readonly DeliveryEffect[] {
    return this.tell({ kind: "timerFired", timer }, { pending: 1_000, store: 4_000, forget: 32_000 }[timer]);
  }
}

const finished = { kind: "finished" };
const pending = { kind: "pending" };
const answer = (status: number, branch?: number) =>
  branch === undefined ? { kind: "answer", status } : { kind: "answer", status, branch };
const release = (device: string, retry: "now" | "later") => ({ kind: "release", device, retry });
const pass = (device: string, taken: boolean) => ({ kind: "pass", device, taken });
const store = (owedTo: string[], takenBy: string[] = [], passedBy: string[] = []) => ({
  kind: "store",
  owedTo,
  takenBy,
  passedBy,
});

describe("a message to devices that are all live", () => {
  test("is sent to each and answered 200 without a row when all took it", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    expect(delivery.opened()).toEqual([]);
    expect(delivery.sent()).toEqual(["a", "b"]);
    expect(delivery.responds(1, 200)).toEqual([]);
    expect(delivery.responds(0, 200)).toEqual([answer(200, 1), finished]);
  });

  test("is stored for the silent one a second after it came, before the 200", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    delivery.responds(0, 200);
    expect(delivery.fires("pending")).toEqual([store(["b"], ["a"]), answer(200, 0)]);
    expect(delivery.responds(1, 200)).toEqual([pass("b", true), release("b", "now"), finished]);
  });

  test("goes to the log and is answered 202 when nobody took it in four seconds; a late 200 counts", () => {
    const delivery = new Delivery({ targets: [live("a")] });
    expect(delivery.fires("pending")).toEqual([pending]);
    expect(delivery.fires("store")).toEqual([store(["a"]), answer(202)]);
    expect(delivery.responds(0, 200)).toEqual([pass("a", true), release("a", "now"), finished]);
  });

  test("answers with the 2xx that comes between pending and four seconds", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    delivery.fires("pending");
    expect(delivery.responds(1, 200)).toEqual([store(["a"], ["b"]), answer(200, 1)]);
  });

  test("leaves the device to its redelivery when it never answers", () => {
    const delivery = new Delivery({ targets: [live("a")] });
    delivery.fires("pending");
    delivery.fires("store");
    expect(delivery.fires("forget")).toEqual([release("a", "later"), finished]);
  });

  test("relays the status of a device that answers 202 itself", () => {
    expect(new Delivery({ targets: [live("a")] }).responds(0, 202)).toEqual([answer(202, 0), finished]);
  });

  test("is kept in the log when history is on, though it is owed to nobody", () => {
    const delivery = new Delivery({ targets: [live("a")], recorded: true });
    expect(delivery.responds(0, 200)).toEqual([store([], ["a"]), answer(200, 0), finished]);
  });

  test("is not told a provisional, a repeated or a stray response", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    expect(delivery.responds(0, 100)).toEqual([]);
    expect(delivery.responds(7, 200)).toEqual([]);
    delivery.responds(0, 200);
    expect(delivery.responds(0, 403)).toEqual([]);
    expect(delivery.responds(1, 200)).toEqual([answer(200, 0), finished]);
    expect(delivery.responds(1, 200)).toEqual([]);
  });

  test("ignores a timer that is early or does not run", () => {
    const delivery = new Delivery({ targets: [live("a")] });
    expect(delivery.tell({ kind: "timerFired", timer: "store" }, 3_999)).toEqual([]);
    delivery.fires("pending");
    expect(delivery.fires("pending")).toEqual([]);
  });
});

describe("a device that does not acknowledge", () => {
  test.each([408, 430, 480, 486, 491, 500, 503, 504])("answers %i: it is owed the message", (status) => {
    const delivery = new Delivery({ targets: [live("a")] });
    expect(delivery.responds(0, status)).toEqual([
      store(["a"]),
      release("a", "later"),
      answer(202),
      finished,
    ]);
  });

  test("closes its socket: stored at once when it was the last", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    delivery.responds(0, 200);
    expect(delivery.closes("b")).toEqual([
      store(["b"], ["a"]),
      release("b", "now"),
      answer(200, 0),
      finished,
    ]);
  });

  test("closes its socket and answers on the next one before the message is stored", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    expect(delivery.closes("b")).toEqual([]);
    expect(delivery.responds(1, 200)).toEqual([]);
    expect(delivery.responds(0, 200)).toEqual([answer(200, 1), finished]);
  });

  test("is behind for the next message until this one is in the log", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    expect(willOweDevice(delivery.state, "b")).toBe(false);
    delivery.responds(1, 486);
    expect(willOweDevice(delivery.state, "b")).toBe(true);
    expect(delivery.tell({ kind: "overtaken" })).toEqual([store(["a", "b"]), release("b", "later")]);
    expect(willOweDevice(delivery.state, "b")).toBe(false);
    expect(delivery.responds(0, 200)).toEqual([
      pass("a", true),
      release("a", "now"),
      answer(200, 0),
      finished,
    ]);
  });
});

describe("a device that refuses for good", () => {
  test("is passed, and its refusal is the answer when nobody else is there", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    expect(delivery.responds(0, 405)).toEqual([]);
    expect(delivery.responds(1, 415)).toEqual([answer(415, 1), finished]);
  });

  test("is passed in the row that is written for another", () => {
    const delivery = new Delivery({ targets: [live("a"), live("b")] });
    delivery.responds(0, 415);
    expect(delivery.responds(1, 480)).toEqual([
      store(["b"], [], ["a"]),
      release("b", "later"),
      answer(202),
      finished,
    ]);
  });

  test("gets no 401 or 407 through to the sender", () => {
    expect(new Delivery({ targets: [live("a")] }).responds(0, 407)).toEqual([answer(403), finished]);
  });

  test("is passed late, too", () => {
    const delivery = new Delivery({ targets: [live("a")] });
    delivery.fires("store");
    expect(delivery.responds(0, 415)).toEqual([pass("a", false), release("a", "now"), finished]);
  });
});

describe("a message to a device that is behind", () => {
  test("is stored at arrival, before it is sent, and the first 2xx is the answer at once", () => {
    const delivery = new Delivery({ targets: [live("a"), behind("b"), live("c")] });
    expect(delivery.opened()).toEqual([store(["b", "a", "c"]), release("b", "later")]);
    expect(delivery.sent()).toEqual(["a", "c"]);
    expect(delivery.responds(1, 200)).toEqual([pass("c", true), release("c", "now"), answer(200, 1)]);
    expect(delivery.responds(0, 200)).toEqual([pass("a", true), release("a", "now"), finished]);
  });

  test("is answered 202 at once when no device is live", () => {
    const delivery = new Delivery({ targets: [behind("a")] });
    expect(delivery.opened()).toEqual([store(["a"]), release("a", "later"), answer(202), finished]);
  });

  test("is answered 202 when all live devices refuse it", () => {
    const delivery = new Delivery({ targets: [live("a"), behind("b")] });
    expect(delivery.responds(0, 415)).toEqual([pass("a", false), release("a", "now"), answer(202), finished]);
  });
});

test("field contract 15: a known user without a device has the message stored, never 404", () => {
  expect(new Delivery({}).opened()).toEqual([store([]), answer(202), finished]);
});

test("a message to oneself is never owed to the device that sent it", () => {
  expect(new Delivery({ sender: "a" }).opened()).toEqual([store([], [], ["a"]), answer(202), finished]);
});

test("a stored message under way is held from the log until its branch ends", () => {
  const delivery = new Delivery({ targets: [live("a")] });
  expect(holdsDevice(delivery.state, "a")).toBe(false);
  delivery.fires("store");
  expect(holdsDevice(delivery.state, "a")).toBe(true);
  delivery.closes("a");
  expect(holdsDevice(delivery.state, "a")).toBe(false);
});

describe("RFC 3261 §16.7: a request that is never stored", () => {
  test("answers with the first 2xx at once", () => {
    const delivery = new Delivery({ treatment: "transient", targets: [live("a"), live("b"), behind("c")] });
    expect(delivery.opened()).toEqual([]);
    expect(delivery.responds(1, 200)).toEqual([answer(200, 1), finished]);
  });

  test("answers with the best refusal when all have answered", () => {
    const delivery = new Delivery({ treatment: "transient", targets: [live("a"), live("b")] });
    expect(delivery.responds(0, 480)).toEqual([]);
    expect(delivery.responds(1, 405)).toEqual([answer(405, 1), finished]);
  });

  test("answers 480 when no device is live", () => {
    const delivery = new Delivery({ treatment: "transient", targets: [behind("a")] });
    expect(delivery.opened()).toEqual([answer(480), finished]);
  });

  test("answers 480 when the socket closes", () => {
    const delivery = new Delivery({ treatment: "transient", targets: [live("a")] });
    expect(delivery.closes("a")).toEqual([answer(480), finished]);
  });

  test("RFC 4320 §4.2: is abandoned without a 408 when nobody answers, or when a device sends one", () => {
    const silent = new Delivery({ treatment: "transient", targets: [live("a")] });
    expect(silent.fires("pending")).toEqual([pending]);
    expect(silent.fires("forget")).toEqual([{ kind: "abandon" }, finished]);
    const timedOut = new Delivery({ treatment: "transient", targets: [live("a")] });
    expect(timedOut.responds(0, 408)).toEqual([{ kind: "abandon" }, finished]);
  });
});

describe("RFC 3994: isComposing never fails", () => {
  test.each([408, 415, 480, 503])("a device's %i becomes 202", (status) => {
    const delivery = new Delivery({ treatment: "composing", targets: [live("a")] });
    expect(delivery.responds(0, status)).toEqual([answer(202), finished]);
  });

  test("is 200 when a device took it, 202 when none is live or none answers within a second", () => {
    const taken = new Delivery({ treatment: "composing", targets: [live("a"), live("b")] });
    expect(taken.responds(1, 200)).toEqual([answer(200, 1), finished]);
    const away = new Delivery({ treatment: "composing", targets: [behind("a")] });
    expect(away.opened()).toEqual([answer(202), finished]);
    const silent = new Delivery({ treatment: "composing", targets: [live("a")] });
    expect(silent.fires("pending")).toEqual([answer(202), finished]);
  });
});
