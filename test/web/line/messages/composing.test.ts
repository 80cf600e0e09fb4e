import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createComposingReceiver, createComposingSender } from "../../../../web/line/messages/composing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (seconds: number): unknown => vi.advanceTimersByTime(seconds * 1000);

describe("RFC 3994 §3.2: who writes", () => {
  const start = () => {
    const said: string[] = [];
    const sender = createComposingSender((_, { isActive }) => said.push(isActive ? "active" : "idle"));
    return { said, sender };
  };

  it("says so once, again before it is forgotten, and that he has paused", () => {
    const { said, sender } = start();
    for (let second = 0; second < 55; second += 5) {
      sender.wrote("bob", true);
      pass(5);
    }
    expect(said).toEqual(["active", "active"]);
    pass(15);
    expect(said).toEqual(["active", "active", "idle"]);
    pass(600);
    expect(said).toHaveLength(3);
  });

  it("says that he has stopped where he has emptied the field, and nothing where he has sent it", () => {
    const { said, sender } = start();
    sender.wrote("bob", true);
    sender.wrote("bob", false);
    sender.wrote("bob", false);
    sender.wrote("bob", true);
    sender.sent("bob");
    pass(600);
    expect(said).toEqual(["active", "idle", "active"]);
  });
});

describe("RFC 3994 §3.3: who is read", () => {
  const start = () => {
    const seen: boolean[] = [];
    return { seen, receiver: createComposingReceiver((_, is) => seen.push(is)) };
  };

  it("is idle when he says so, when his message comes, and when nothing more is heard", () => {
    const { seen, receiver } = start();
    receiver.heard("bob", { isActive: true, refresh: 60 });
    receiver.heard("bob", { isActive: false, refresh: undefined });
    receiver.heard("bob", { isActive: true, refresh: 60 });
    receiver.done("bob");
    receiver.done("bob");
    receiver.heard("bob", { isActive: true, refresh: undefined });
    pass(119);
    expect(seen).toEqual([true, false, true, false, true]);
    pass(1);
    expect(seen).toEqual([true, false, true, false, true, false]);
  });

  it("goes on writing while he says so again", () => {
    const { seen, receiver } = start();
    for (let minute = 0; minute < 5; minute += 1) {
      receiver.heard("bob", { isActive: true, refresh: 60 });
      pass(50);
    }
    expect(seen).toEqual([true]);
  });
});
