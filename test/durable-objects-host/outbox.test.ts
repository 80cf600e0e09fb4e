import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outbox } from "../../durable-objects/host/outbox";
import type { Home, Parcel, Reply, WireAnswer, WireParcel, WireReply } from "../../src/contracts/parcel";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";

const alice = parseAddressOfRecord("alice@example.com") as AddressOfRecord;
const bob = "bob@example.com";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As the platform says it. */
const unknownThere = new TypeError('The RPC receiver does not implement the method "receiveOne".');

const parcel = (key: string, frame = "MESSAGE"): Parcel => ({
  key,
  frame,
  from: alice,
  authenticated: true,
  hops: 1,
});

interface Call {
  readonly keys: readonly string[];
  readonly stub: number;
  readonly isAgain: boolean;
  readonly answer: () => void;
  readonly fail: (why?: object) => void;
}

/** An outbox, and homes whose calls are answered when the test says so. */
function outboxAlone({ isOlder = false } = {}) {
  const calls: Call[] = [];
  const said: (readonly string[])[] = [];
  const failed: string[] = [];
  const replied: string[] = [];
  const news: string[] = [];
  const unawaited = new Set<string>();
  let stubs = 0;
  function made<Result>(
    stub: number,
    isAgain: boolean,
    keys: readonly string[],
    result: Result,
  ): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const fail = (why: object = {}): void => reject(Object.assign(new Error("gone"), why));
    calls.push({ keys, stub, isAgain, answer: () => resolve(result), fail });
    return promise;
  }
  const opened = (stub: number): Home => ({
    receive: (parcels: readonly WireParcel[], isAgain = false) => {
      const keys = parcels.map(([key]) => key);
      return made<readonly WireReply[]>(
        stub,
        isAgain,
        keys,
        keys.map((key) => ["abandoned", key] as const),
      );
    },
    receiveOne: ([key]: WireParcel, isAgain = false) =>
      isOlder ? Promise.reject(unknownThere) : made<WireAnswer>(stub, isAgain, [key], "abandoned"),
    replied: (replies: readonly WireReply[]) =>
      new Promise<void>((resolve) => {
        said.push(replies.map(([, key]) => key));
        setTimeout(resolve, 10);
      }),
    returned: async () => void news.push(`returned by stub ${stub}`),
    gone: async () => {
      news.push(`gone by stub ${stub}`);
      if (stub === 1) throw new Error("the stub is broken");
    },
  });
  const outbox = new Outbox({
    home: () => opened(++stubs),
    isAwaited: ({ key }) => !unawaited.has(key),
    replied: (replies) => replied.push(...replies.map(({ key }) => key)),
    failed: ({ key }) => failed.push(key),
    unsaid: () => undefined,
  });
  const send = (...keys: readonly string[]): void => {
    for (const key of keys) outbox.send(bob, parcel(key), Date.now());
  };
  return { outbox, calls, said, failed, replied, news, unawaited, send };
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const keysOf = (calls: readonly Call[]): readonly (readonly string[])[] => calls.map(({ keys }) => keys);

describe("design: at most 4 calls per destination, the rest as the next call's batch", () => {
  it("sends at once, then gathers what comes meanwhile", async () => {
    const { calls, replied, send } = outboxAlone();
    send("1", "2", "3", "4", "5", "6", "7");
    expect(keysOf(calls)).toEqual([["1"], ["2"], ["3"], ["4"]]);
    calls[2]?.answer();
    await settled();
    expect(replied).toEqual(["3"]);
    expect(keysOf(calls.slice(4))).toEqual([["5", "6", "7"]]);
  });

  it("splits what is too large for one call", async () => {
    const { outbox, calls, send } = outboxAlone();
    send("1", "2", "3", "4");
    const large = "x".repeat(600_000);
    for (const key of ["5", "6", "7"]) outbox.send(bob, parcel(key, large), Date.now());
    for (let at = 0; at < 7; at++) {
      calls[at]?.answer();
      await settled();
    }
    expect(keysOf(calls.slice(4))).toEqual([["5"], ["6"], ["7"]]);
  });

  it("fails at once what would make the queue too large, and has room again when it is shorter", async () => {
    const { outbox, calls, failed, send } = outboxAlone();
    send("1", "2", "3", "4");
    const large = "x".repeat(1_048_576);
    for (let at = 0; at < 9; at++) outbox.send(bob, parcel(`large${at}`, large), Date.now());
    expect(failed).toEqual(["large8"]);
    calls[0]?.answer();
    await settled();
    outbox.send(bob, parcel("next", large), Date.now());
    expect(failed).toEqual(["large8"]);
  });

  it("does not send what nobody waits for any more", async () => {
    const { calls, unawaited, send } = outboxAlone();
    send("1", "2", "3", "4", "old", "new");
    unawaited.add("old");
    calls[0]?.answer();
    await settled();
    expect(keysOf(calls.slice(4))).toEqual([["new"]]);
  });
});

describe("a call that waits for a silent phone", () => {
  it("holds up what comes behind it for 50 ms", async () => {
    const { calls, send } = outboxAlone();
    send("1", "2", "3", "4", "5");
    await vi.advanceTimersByTimeAsync(49);
    expect(calls).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(keysOf(calls.slice(4))).toEqual([["5"]]);
    // The slow ones count no more: the next goes at once.
    send("6");
    expect(keysOf(calls.slice(5))).toEqual([["6"]]);
  });

  it("is one of at most 32", async () => {
    const { calls, send } = outboxAlone();
    for (let at = 0; at < 100; at++) {
      send(String(at));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(calls).toHaveLength(32);
    calls[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls[32]?.keys).toHaveLength(64);
  });

  it("changes nothing for a lane whose calls come back", async () => {
    const { calls, send } = outboxAlone();
    for (let at = 0; at < 50; at++) {
      send(`a${at}`, `b${at}`, `c${at}`, `d${at}`, `e${at}`, `f${at}`);
      await vi.advanceTimersByTimeAsync(10);
      expect(calls.length).toBeLessThanOrEqual(4);
      for (const call of calls.splice(0)) call.answer();
      await settled();
      for (const call of calls.splice(0)) call.answer();
      await settled();
    }
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });
});

describe("platform: a stub that failed never recovers", () => {
  it("so a call is made once more on a fresh one, which is told so and then stays", async () => {
    const { calls, replied, failed, send } = outboxAlone();
    send("1");
    calls[0]?.fail();
    await settled();
    calls[1]?.answer();
    await settled();
    send("2");
    expect(calls.map(({ stub }) => stub)).toEqual([1, 2, 2]);
    expect(calls.map(({ isAgain }) => isAgain)).toEqual([false, true, false]);
    expect([replied, failed]).toEqual([["1"], []]);
  });

  it("the word that a page is back or gone too, of which nobody waits for an answer", async () => {
    const { outbox, news } = outboxAlone();
    await outbox.tell(bob, "gone", []);
    await outbox.tell(bob, "returned", []);
    expect(news).toEqual(["gone by stub 1", "gone by stub 2", "returned by stub 2"]);
  });

  it("several calls that fail together find the same fresh one", async () => {
    const { calls, send } = outboxAlone();
    send("1", "2", "3");
    for (const call of [...calls]) call.fail();
    await settled();
    send("4");
    expect(calls.map(({ stub }) => stub)).toEqual([1, 1, 1, 2, 2, 2, 2]);
  });

  it("and one that failed a second time is not kept for what comes next", async () => {
    const { calls, failed, send } = outboxAlone();
    send("1");
    calls[0]?.fail();
    await settled();
    calls[1]?.fail();
    await settled();
    expect(failed).toEqual(["1"]);
    send("2");
    expect(calls.map(({ stub }) => stub)).toEqual([1, 2, 3]);
  });

  it("one that is overloaded is not asked again", async () => {
    const { calls, failed, send } = outboxAlone();
    send("1");
    calls[0]?.fail({ overloaded: true });
    await settled();
    expect([failed, calls.length]).toEqual([["1"], 1]);
  });
});

describe("an object of a version before, which takes lists alone (docs/upgrading.md)", () => {
  it("has a parcel by itself in a list too, and is asked for no more than that", async () => {
    const { outbox, calls, replied, send } = outboxAlone({ isOlder: true });
    send("1");
    await settled();
    expect([keysOf(calls), outbox.callsMade]).toEqual([[["1"]], 3]);
    calls[0]?.answer();
    await settled();
    send("2");
    calls[1]?.answer();
    await settled();
    expect([replied, outbox.callsMade]).toEqual([["1", "2"], 4]);
  });

  it("is asked anew when its stub has failed: a deploy may have come to it", async () => {
    const { outbox, calls, send } = outboxAlone({ isOlder: true });
    send("1");
    await settled();
    calls[0]?.answer();
    await settled();
    send("2");
    calls[1]?.fail();
    await settled();
    calls[2]?.answer();
    await settled();
    const before = outbox.callsMade;
    send("3");
    await settled();
    expect(outbox.callsMade - before).toBe(3);
  });
});

describe("answers that were pending", () => {
  it("go in their order, one call at a time, and together where they meet", async () => {
    const { outbox, said } = outboxAlone();
    const reply = (key: string): Reply => ({ kind: "abandoned", key });
    for (const key of ["1", "2", "3"]) void outbox.reply(bob, reply(key));
    expect(said).toEqual([["1"]]);
    await vi.advanceTimersByTimeAsync(10);
    expect(said).toEqual([["1"], ["2", "3"]]);
    await vi.advanceTimersByTimeAsync(10);
    void outbox.reply(bob, reply("4"));
    expect(said).toEqual([["1"], ["2", "3"], ["4"]]);
    expect(outbox.callsMade).toBe(3);
  });
});
