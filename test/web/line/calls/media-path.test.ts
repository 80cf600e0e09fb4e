import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type MediaPath, watchMediaPath } from "../../../../web/line/calls/media-path";

describe("the path of the media", () => {
  let heard: string[];
  let answers: (() => void)[];
  let path: MediaPath;

  beforeEach(() => {
    vi.useFakeTimers();
    heard = [];
    answers = [];
    const restart = (): Promise<void> => {
      heard.push("restart");
      return new Promise((resolve) => answers.push(resolve));
    };
    const [came, lost, failed] = ["came", "lost", "failed"].map((what) => () => void heard.push(what));
    path = watchMediaPath({ restart, came, lost, failed } as Parameters<typeof watchMediaPath>[0], 2500);
  });
  afterEach(() => void vi.useRealTimers());

  const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
  const answered = async (): Promise<void> => {
    answers.shift()?.();
    await pass(0);
  };

  it("is waited for when it is disconnected, and sought anew when that takes long", async () => {
    path.is("connected");
    path.is("disconnected");
    await pass(2499);
    expect(heard).toEqual(["came", "lost"]);
    path.is("connected");
    await pass(10_000);
    expect(heard).toEqual(["came", "lost", "came"]);
    path.is("disconnected");
    await pass(2500);
    expect(heard.at(-1)).toBe("restart");
  });

  it("is sought anew at once when it has failed, three times, and then given up", async () => {
    path.is("failed");
    for (const _ of [1, 2, 3]) {
      await answered();
      await pass(12_000);
    }
    expect(heard).toEqual(["lost", "restart", "restart", "restart", "failed"]);
  });

  it("is sought, and given up, also where the browser never tries: without a single candidate", async () => {
    path.is("new");
    await pass(14_499);
    expect(heard).toEqual([]);
    await pass(1);
    for (const _ of [1, 2, 3]) {
      await answered();
      await pass(12_000);
    }
    expect(heard).toEqual(["restart", "restart", "restart", "failed"]);
  });

  it("is not sought where it comes soon after the answer", async () => {
    path.is("new");
    path.is("connecting");
    path.is("connected");
    await pass(60_000);
    expect(heard).toEqual(["came"]);
  });

  it("counts anew after media have passed", async () => {
    path.is("failed");
    await answered();
    path.is("connected");
    path.is("failed");
    await answered();
    path.is("connected");
    await pass(60_000);
    expect(heard.filter((what) => what === "restart")).toHaveLength(2);
    expect(heard).not.toContain("failed");
  });

  it("asks once, however often it is told", async () => {
    path.is("disconnected");
    path.is("failed");
    path.is("failed");
    path.lineCameBack();
    expect(heard.filter((what) => what === "restart")).toHaveLength(1);
  });

  it("is sought anew when the line came back, also where it seems to be there", async () => {
    path.is("connected");
    path.lineCameBack();
    await answered();
    await pass(60_000);
    expect(heard).toEqual(["came", "restart"]);
  });

  it("is nobody's business once the call has ended", async () => {
    path.is("disconnected");
    path.end();
    await pass(60_000);
    path.is("failed");
    path.lineCameBack();
    expect(heard).toEqual(["lost"]);
  });
});
