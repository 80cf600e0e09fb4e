import { describe, expect, it } from "vitest";
import { createStore } from "../../../web/line/store";

describe("a value that is watched", () => {
  it("says that it changed, and nothing when it did not", () => {
    const store = createStore(1);
    const seen: number[] = [];
    store.subscribe(() => seen.push(store.get()));
    store.set(2);
    store.set(2);
    store.update((value) => value + 1);
    expect(seen).toEqual([2, 3]);
  });

  it("tells nobody who has left, even while it tells", () => {
    const store = createStore("a");
    const seen: string[] = [];
    const leaveSecond: { now?: () => void } = {};
    const leave = store.subscribe(() => {
      seen.push("first");
      leaveSecond.now?.();
    });
    leaveSecond.now = store.subscribe(() => seen.push("second"));
    store.set("b");
    leave();
    store.set("c");
    expect(seen).toEqual(["first"]);
  });

  it("counts a listener as often as it was given", () => {
    const store = createStore(0);
    let heard = 0;
    const listener = (): void => {
      heard += 1;
    };
    const leave = store.subscribe(listener);
    store.subscribe(listener);
    leave();
    store.set(1);
    expect(heard).toBe(1);
  });
});
