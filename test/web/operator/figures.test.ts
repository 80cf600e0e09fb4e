import { describe, expect, it } from "vitest";
import { nothing, seriesOf, sparkPoints, wholeHour } from "../../../web/operator/figures";

const minute = (time: string, messages: number) => ({
  ...nothing,
  minute: `2026-11-28T${time}:00Z`,
  messages,
});

describe("the figures of an hour", () => {
  it("have a minute for each, also for those in which nothing happened", () => {
    const hour = wholeHour([minute("12:58", 4), minute("13:00", 1)], "2026-11-28T13:00:30Z", 4);
    expect(hour.map(({ minute: at, messages }) => [at.slice(11, 16), messages])).toEqual([
      ...[
        ["12:57", 0],
        ["12:58", 4],
        ["12:59", 0],
        ["13:00", 1],
      ],
    ]);
    expect(wholeHour([], "2026-11-28T13:00:30Z")).toHaveLength(60);
  });

  it("are summed; the latest is the last whole minute, or the running one when it has more already", () => {
    const hour = [minute("12:58", 4), minute("12:59", 7), minute("13:00", 1)];
    expect(seriesOf(hour, "messages")).toEqual({ values: [4, 7, 1], sum: 12, peak: 7, latest: 7 });
    expect(seriesOf([minute("12:59", 0), minute("13:00", 2)], "messages").latest).toBe(2);
    expect(seriesOf([], "messages")).toEqual({ values: [], sum: 0, peak: 0, latest: 0 });
  });
});

describe("a sparkline", () => {
  it("reaches from edge to edge and from the bottom to the top", () => {
    expect(sparkPoints([0, 10, 5], 100, 23)).toBe("0,21.5 50,1.5 100,11.5");
  });

  it("lies at the bottom when all is quiet, and is a point of a single value", () => {
    expect(sparkPoints([0, 0], 100, 23)).toBe("0,21.5 100,21.5");
    expect(sparkPoints([3], 100, 23)).toBe("0,1.5");
  });
});
