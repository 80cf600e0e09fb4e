// A month's bill from counts: what is multiplied, what is included, and that the pages say what the command does.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { billFor } from "../../bench/cost/bill";
import written from "../../bench/cost/counts.json";
import { offersFor } from "../../bench/cost/elsewhere";
import { callOf, monthOf } from "../../bench/cost/load";
import type { Counts } from "../../bench/cost/measure";
import { newMeter, sumOf } from "../../bench/cost/meter";
import { type Load, usualLoad } from "../../bench/cost/usual-load";

const counts: Counts = written;
const quiet: Load = {
  ...usualLoad,
  users: 1,
  devices: 1,
  messages: 0,
  calls: 0,
  watchers: 0,
  changes: 0,
  hours: 0,
  sessions: 0,
  reconnects: 0,
  computeMs: 0,
};
const usageOf = (load: Load) => sumOf(...monthOf(load, counts).map(({ usage }) => [1, usage] as const));
const usdOf = (load: Load, name: string): number =>
  billFor(load, counts).lines.find((line) => line.name === name)?.usd ?? Number.NaN;

describe("a month", () => {
  it("of a user who does nothing is nothing", () => {
    expect(usageOf(quiet)).toEqual(newMeter());
  });

  it("of a device that is always there is six refreshes an hour", () => {
    expect(usageOf({ ...quiet, hours: 24 })).toMatchObject({ messagesIn: 30 * 24 * 6, rows: 0, calls: 0 });
  });

  it("of messages is a call each, whoever is there, and three rows where nobody is", () => {
    const { calls, rows } = usageOf({ ...quiet, messages: 10, awayShare: 0.1 });
    const { messageAway, comeBackToOne, comeBack } = counts.operations;
    const each = (messageAway?.rows ?? 0) + (comeBackToOne?.rows ?? 0) - (comeBack?.rows ?? 0);
    expect([calls, rows]).toEqual([300, 30 * each]);
  });

  it("of a change that many are told of grows by a call for each of their devices", () => {
    const told = (watchers: number) => usageOf({ ...quiet, changes: 1, watchers, devices: 2 }).calls;
    expect(told(10) - told(4)).toBe(30 * 6 * 2);
  });
});

describe("a call", () => {
  it("of three minutes is put together as it was measured whole", () => {
    const { activeMs, rowsRead, messagesIn, ...measured } = counts.operations.call ?? newMeter();
    expect(callOf(3, 1, counts)).toMatchObject(measured);
    // Both phones register anew within the measured one.
    expect(callOf(3, 1, counts).messagesIn).toBe(messagesIn - 2);
  });

  it("that is long costs an alarm of each home in five minutes, and no row", () => {
    const [short, long] = [callOf(3, 1, counts), callOf(63, 1, counts)];
    expect([long.rows - short.rows, long.alarmsFired - short.alarmsFired]).toEqual([0, 24]);
  });
});

describe("a bill", () => {
  it("of little is the plan", () => {
    expect(billFor(quiet, counts).usd).toBe(5);
  });

  it("of much is what goes beyond the included, at its price", () => {
    const load = { ...quiet, users: 100_000, hours: 24 };
    // 432 million refreshes, twenty of which are a request.
    expect(usdOf(load, "Durable Objects requests")).toBeCloseTo((21.6 - 1) * 0.15, 6);
    // Ten milliseconds each: 552,960 GB-s.
    expect(usdOf({ ...load, computeMs: 10 }, "Durable Objects duration, GB-s")).toBeCloseTo(1.912, 6);
  });
});

describe("the pages", () => {
  const read = (page: string): string =>
    readFileSync(join(import.meta.dirname, "..", "..", page), "utf8").replace(/ +/g, " ");

  it.each(["README.md", "docs/cost.md"])(
    "%s has the bills of three sizes as the command makes them, to two digits",
    (page) => {
      const text = read(page);
      for (const users of [1_000, 10_000, 100_000]) {
        const load = { ...usualLoad, users };
        const offers = offersFor(load).map(({ usd: [from, to] }) => {
          const [low, high] = [Math.round(from), Math.round(to)].map((usd) => usd.toLocaleString("en"));
          return low === high ? low : `${low} to ${high}`;
        });
        const bill = Number(billFor(load, counts).usd.toPrecision(2)).toLocaleString("en");
        expect(text).toContain(`| ${[users.toLocaleString("en"), bill, ...offers].join(" | ")} |`);
      }
    },
  );
});
