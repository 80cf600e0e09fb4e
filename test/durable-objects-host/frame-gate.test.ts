import { expect, it } from "vitest";
import { FrameGate } from "../../durable-objects/host/frame-gate";

/** A gate whose frame "wait" waits for the test, and whose frame "bug" throws. */
function gate() {
  const stepped: string[] = [];
  const faults: unknown[] = [];
  const waiting = Promise.withResolvers<void>();
  const frames = new FrameGate((thrown) => faults.push(thrown));
  const take = (frame: string): boolean =>
    frames.take("socket", frame, 8, (next) => {
      if (next === "bug") throw new Error("a bug");
      stepped.push(String(next));
      return next === "wait" ? () => waiting.promise : undefined;
    });
  return { stepped, faults, waiting, take };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("design: what comes while a message waits is stepped behind it, in order", async () => {
  const { stepped, waiting, take } = gate();
  for (const frame of ["wait", "second", "third"]) take(frame);
  expect(stepped).toEqual(["wait"]);
  waiting.resolve();
  await turn();
  take("fourth");
  expect(stepped).toEqual(["wait", "second", "third", "fourth"]);
});

it("a bug in a message that had to wait is told, and the socket's next message is not left waiting behind it", async () => {
  const { stepped, faults, waiting, take } = gate();
  for (const frame of ["wait", "bug"]) take(frame);
  waiting.resolve();
  await turn();
  expect(faults).toEqual([new Error("a bug")]);
  take("next");
  expect(stepped).toEqual(["wait", "next"]);
});

it("a bug in a message that did not wait is its caller's to hear of", () => {
  const { faults, take } = gate();
  expect(() => take("bug")).toThrow("a bug");
  expect(faults).toEqual([]);
});
