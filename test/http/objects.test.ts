import { describe, expect, it } from "vitest";
import { twice } from "../../src/http/objects";

function failing(times: number, flags: object) {
  const calls = { made: 0 };
  const call = async () => {
    if (++calls.made <= times) throw Object.assign(new Error("cut short"), flags);
    return "done";
  };
  return { call, calls };
}

describe("a call that may be made twice", () => {
  it("is made once more when a deploy or a move cut it short", async () => {
    for (const flags of [{ retryable: true }, { durableObjectReset: true }]) {
      const { call, calls } = failing(1, flags);
      expect([await twice(call), calls.made]).toEqual(["done", 2]);
    }
  });

  it("is not made a third time", async () => {
    const { call, calls } = failing(2, { retryable: true });
    await expect(twice(call)).rejects.toThrow("cut short");
    expect(calls.made).toBe(2);
  });

  it.each([{}, { overloaded: true, retryable: true }])(
    "is not repeated after a bug, nor pressed on an object that is overloaded: %o",
    async (flags) => {
      const { call, calls } = failing(1, flags);
      await expect(twice(call)).rejects.toThrow("cut short");
      expect(calls.made).toBe(1);
    },
  );
});
