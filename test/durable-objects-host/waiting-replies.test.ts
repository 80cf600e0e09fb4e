import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WaitingReplies } from "../../durable-objects/host/waiting-replies";
import type { Reply, WireReply } from "../../src/contracts/parcel";
import { unpackReply } from "../../src/contracts/parcel-wire";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const answered = (key: string): Reply => ({ kind: "answered", key, frame: `SIP/2.0 200 ${key}` });
const pending = (key: string): Reply => ({ kind: "pending", key });

/** What the call has returned, once it has. */
function resultOf(call: Promise<readonly WireReply[]>): { value?: readonly Reply[]; why?: unknown } {
  const result: { value?: readonly Reply[]; why?: unknown } = {};
  call.then(
    (value) => Object.assign(result, { value: value.map(unpackReply) }),
    (why) => Object.assign(result, { why }),
  );
  return result;
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe("the replies of one call", () => {
  it("are its result, in the order of its parcels, as soon as all are there", async () => {
    const replies = new WaitingReplies();
    const result = resultOf(replies.all(["1", "2"]));
    expect([replies.give(answered("2")), replies.give(answered("1"))]).toEqual([true, true]);
    await settled();
    expect(result.value).toEqual([answered("1"), answered("2")]);
    expect(replies.give(answered("1"))).toBe(false);
  });

  it("to the one parcel of a call is a text or a word, which need no disposal", async () => {
    const replies = new WaitingReplies();
    const results = ["1", "2"].map((key) => replies.one(key));
    replies.give(answered("1"));
    replies.give({ kind: "abandoned", key: "2" });
    expect(await Promise.all(results)).toEqual(["SIP/2.0 200 1", "abandoned"]);
  });

  it("of a single parcel cost no timer, however long it takes", async () => {
    const replies = new WaitingReplies();
    const result = resultOf(replies.all(["1"]));
    await vi.advanceTimersByTimeAsync(900);
    expect([result.value, vi.getTimerCount()]).toEqual([undefined, 0]);
    replies.give(answered("1"));
    await settled();
    expect([result.value, vi.getTimerCount()]).toEqual([[answered("1")], 0]);
  });

  it("are not kept for one that waits for a silent phone: it is pending, and goes by a call of its own", async () => {
    const replies = new WaitingReplies();
    const result = resultOf(replies.all(["1", "2", "3"]));
    await vi.advanceTimersByTimeAsync(300);
    replies.give(answered("1"));
    await vi.advanceTimersByTimeAsync(30);
    replies.give(answered("3"));
    expect(result.value).toBeUndefined();
    await vi.advanceTimersByTimeAsync(20);
    expect(result.value).toEqual([answered("1"), pending("2"), answered("3")]);
    expect([replies.give(answered("2")), vi.getTimerCount()]).toEqual([false, 0]);
  });

  it("of two calls under one timer are kept for 100 ms at most", async () => {
    const replies = new WaitingReplies();
    const one = resultOf(replies.all(["1", "2"]));
    const two = resultOf(replies.all(["3", "4"]));
    replies.give(answered("1"));
    await vi.advanceTimersByTimeAsync(10);
    replies.give(answered("3"));
    await vi.advanceTimersByTimeAsync(40);
    expect([one.value, two.value]).toEqual([[answered("1"), pending("2")], undefined]);
    await vi.advanceTimersByTimeAsync(50);
    expect(two.value).toEqual([answered("3"), pending("4")]);
  });

  it("serve every call that asks for the same parcel, twice in one call too", async () => {
    const replies = new WaitingReplies();
    const [one, two] = [resultOf(replies.all(["1", "1"])), resultOf(replies.all(["1"]))];
    expect(replies.give(answered("1"))).toBe(true);
    await settled();
    expect([one.value, two.value]).toEqual([[answered("1"), answered("1")], [answered("1")]]);
  });

  it("that will never come are refused to whoever waits when this memory ends", async () => {
    const replies = new WaitingReplies();
    const result = resultOf(replies.all(["1", "2"]));
    replies.give(answered("1"));
    replies.giveUp(new Error("ended"));
    await settled();
    expect([String(result.why), vi.getTimerCount()]).toEqual(["Error: ended", 0]);
  });

  it("that may come in a moment are waited for, so that they need no call of their own", async () => {
    const replies = new WaitingReplies();
    const [quick, slow] = [resultOf(replies.all(["1"])), resultOf(replies.all(["2"]))];
    expect(["1", "2", "of no call"].map((key) => replies.give(pending(key), true))).toEqual([
      true,
      true,
      false,
    ]);
    await vi.advanceTimersByTimeAsync(40);
    expect([quick.value, slow.value]).toEqual([undefined, undefined]);
    expect(replies.give(answered("1"))).toBe(true);
    await vi.advanceTimersByTimeAsync(10);
    expect([quick.value, slow.value]).toEqual([[answered("1")], [pending("2")]]);
    expect([replies.give(answered("2")), vi.getTimerCount()]).toEqual([false, 0]);
  });

  it("that did come in that moment leave no timer behind", async () => {
    const replies = new WaitingReplies();
    const result = resultOf(replies.all(["1"]));
    replies.give(pending("1"), true);
    expect(vi.getTimerCount()).toBe(1);
    replies.give(answered("1"));
    expect(vi.getTimerCount()).toBe(0);
    await settled();
    expect(result.value).toEqual([answered("1")]);
  });

  it("of a call that brought nothing are none", async () => {
    expect(await new WaitingReplies().all([])).toEqual([]);
  });
});
