import { describe, expect, it } from "vitest";
import { daysOf } from "../../../web/client/bubbles";
import { said } from "../console/fake-line";

const noon = new Date(2026, 10, 28, 12).getTime();
const minute = 60_000;
const delivered = { kind: "delivered" } as const;

describe("the lines of a conversation", () => {
  it("stand by days, in the reader's own time", () => {
    const lines = [
      said("1", "a", noon - 48 * 60 * minute),
      said("2", "b", noon - 24 * 60 * minute),
      said("3", "c", noon),
    ];
    const words = daysOf(lines, noon).map((day) => day.words);
    expect(words.slice(1)).toEqual(["Yesterday", "Today"]);
    expect(words[0]).toContain("26");
  });

  it("tell the time once for what one side said in one go", () => {
    const lines = [
      said("1", "a", noon),
      said("2", "b", noon + minute),
      said("3", "c", noon + 10 * minute),
      said("4", "d", noon + 10 * minute, delivered),
    ];
    const [day] = daysOf(lines, noon);
    expect(day?.bubbles.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it("each show what became of them where it differs", () => {
    const lines = [said("1", "a", noon, delivered), said("2", "b", noon, { kind: "stored" })];
    expect(daysOf(lines, noon)[0]?.bubbles.map(({ last }) => last)).toEqual([true, true]);
  });
});
