import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createIceServers } from "../../../../web/line/calls/ice-servers";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const answerFor = (seconds: number): object => ({
  iceServers: [
    { urls: ["stun:s"] },
    { urls: ["turn:t"], username: "u", credential: "c" },
    { urls: [] },
    { urls: [3], username: 4 },
    "x",
  ],
  expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
});

const ask = (answer: () => Promise<unknown>) => {
  let asked = 0;
  const get = (): Promise<unknown> => {
    asked += 1;
    return answer();
  };
  const servers = createIceServers({ get, put: get, ahead: () => 0 });
  return { servers, asked: () => asked };
};

describe("the ICE servers of a call", () => {
  it("are asked for once, and again a minute before their credentials end", async () => {
    const { servers, asked } = ask(() => Promise.resolve(answerFor(600)));
    expect(await servers()).toEqual([
      { urls: ["stun:s"] },
      { urls: ["turn:t"], username: "u", credential: "c" },
    ]);
    await vi.advanceTimersByTimeAsync(539_000);
    await servers();
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    await servers();
    expect(asked()).toBe(2);
  });

  it("are none where the gateway refuses or is slow, and no call waits longer than two seconds", async () => {
    const refusing = ask(() => Promise.reject(new Error("503")));
    expect(await refusing.servers()).toEqual([]);
    await vi.advanceTimersByTimeAsync(31_000);
    await refusing.servers();
    expect(refusing.asked()).toBe(2);
    const slow = ask(() => new Promise(() => {})).servers();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await slow).toEqual([]);
  });

  it.each([undefined, null, 3, {}, { iceServers: "x", expiresAt: 3 }])("are none in %j", async (answer) => {
    expect(await ask(() => Promise.resolve(answer)).servers()).toEqual([]);
  });
});
