import { describe, expect, it } from "vitest";
import { ago, ahead, counted, country, duration, money, octets } from "../../web/format";

const now = Date.parse("2026-11-28T12:00:00Z");
const past = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

describe("what people read", () => {
  it("is how long ago something was, until the day says more", () => {
    expect([0, 9, 10, 59, 60, 3599, 3600, 11 * 3600].map((seconds) => ago(past(seconds), now))).toEqual([
      ...["just now", "just now", "10 s ago", "59 s ago", "1 min ago", "59 min ago", "1 h ago", "11 h ago"],
    ]);
    expect(ago(past(3 * 86_400), now)).toMatch(/^25 Nov, \d\d:\d\d:\d\d$/);
    expect(ago(past(400 * 86_400), now)).toBe("24 Oct 2025");
  });

  it("is what is left of a time", () => {
    expect([-1, 30, 90, 7200, 3 * 86_400].map((seconds) => ahead(past(-seconds), now))).toEqual([
      ...["over", "in 30 s", "in 2 min", "in 2 h", "in 3 days"],
    ]);
  });

  it("is a duration, a number of things, a size, a sum of money", () => {
    expect([42, 187, 3765].map(duration)).toEqual(["42 s", "3:07", "1:02:45"]);
    expect([counted(1, "device"), counted(12_345, "device")]).toEqual(["1 device", "12,345 devices"]);
    expect([512, 2048, 15 * 1024, 3 * 1024 * 1024].map(octets)).toEqual([
      "512 B",
      "2.0 KiB",
      "15 KiB",
      "3.0 MiB",
    ]);
    expect([0, 0.00421, 12.3].map((value) => money(value, "USD"))).toEqual(["$0.00", "$0.0042", "$12.30"]);
  });

  it("is a country's name, and never a throw", () => {
    expect(["AT", "T1", "XX", "<b>", ""].map(country)).toEqual([
      ...["Austria", "Tor network", "unknown country", "unknown country", "unknown country"],
    ]);
  });
});
