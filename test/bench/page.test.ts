// What was measured, as the pages show it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { curvesSvg } from "../../bench/report/curves";
import { filledPage, summaryText, tableText } from "../../bench/report/page";
import type { PartResult, Results } from "../../bench/report/result";

const root = join(import.meta.dirname, "..", "..");
const part: PartResult = {
  at: "2026-11-28 22:00",
  seconds: 12.4,
  load: [0.5, 1.25],
  isQuick: false,
  commit: "abc1234",
  tables: [{ name: "speed", head: ["what", "µs"], rows: [["MESSAGE", "100"]] }],
  figures: [
    { operation: "MESSAGE", value: 0.81, unit: " of the bare relay", aim: { least: 0.8 }, headline: true },
    { operation: "memory", value: 200, unit: " KiB", aim: { most: 71 } },
    { operation: "storm", value: 4.25, unit: " s" },
  ],
  problems: [],
};
const results: Results = {
  machine: {
    processor: "Abacus",
    cores: 2,
    memoryGiB: 4,
    node: "24.0.0",
    workerd: "1.0",
    state: "a disk",
  },
  parts: { part },
};

const filled = (name: string, known: Results = results): string =>
  filledPage(`before\n<!-- bench:${name} -->\nold\n<!-- end -->\nafter\n`, known);

describe("a page with results", () => {
  it("has tables between their markers, and the prose outside as it was", () => {
    expect(filled("speed")).toBe(
      "before\n<!-- bench:speed -->\n\n| what    | µs  |\n| ------- | --- |\n| MESSAGE | 100 |\n\n<!-- end -->\nafter\n",
    );
  });

  it("is the same when it is filled again", () => {
    const once = filled("speed");
    expect(filledPage(once, results)).toBe(once);
  });

  it("says when a part was measured, and on what", () => {
    expect(filled("part")).toContain(
      "2026-11-28 22:00 UTC, commit abc1234, 12 s; load of the machine 0.5 before, 1.3 after. No check failed.",
    );
    expect(filled("machine")).toContain("Abacus, 2 cores, 4 GiB; Node 24.0.0");
  });

  it("names the checks that failed", () => {
    const failed = { ...results, parts: { part: { ...part, problems: ["1 lost\nat line 5"] } } };
    expect(filled("part", failed)).toContain("**1 checks failed:**\n\n- 1 lost\n");
  });

  it("says so where nothing is known", () => {
    expect(filled("unheard")).toContain("\nNot measured.\n");
    const missing = { ...results, parts: { part: { ...part, notMeasured: "Install it." } } };
    expect(filled("part", missing)).toContain("not measured. Install it.");
  });

  it("shows of the figures those of the first rank, with their day", () => {
    const page = filled("headline");
    expect(page).toContain("On 2026-11-28, Abacus, 2 cores:");
    expect(page).toContain("| MESSAGE ");
    expect(page).not.toContain("| storm ");
  });
});

describe("a summary", () => {
  it("says of each figure whether its aim is met", () => {
    const lines = summaryText(part.figures).split("\n");
    expect(lines[2]).toMatch(
      /^\| MESSAGE +\| 0\.81 of the bare relay +\| at least 0\.8 of the bare relay +\| met +\|$/,
    );
    expect(lines[3]).toMatch(/^\| memory +\| 200 KiB +\| at most 71 KiB +\| \*\*missed\*\* +\|$/);
    expect(lines[4]).toMatch(/^\| storm +\| 4\.3 s +\| +\| +\|$/);
  });

  it("has rows as wide as its head", () => {
    const text = tableText({ name: "t", head: ["a", "b"], rows: [["1"], ["long one", "2"]] });
    expect(new Set(text.split("\n").map((line) => line.length)).size).toBe(1);
  });
});

describe("the picture", () => {
  const rows = [
    ["0", "900", "1", "300", "1", "5", "6", "0", "6"],
    ["50", "1,800", "2", "600", "1", "5", "6", "0", "6"],
  ];
  const head = ["open calls", "INVITE to ACK: CPU µs", "ms", "BYE to 200: CPU µs", "ms", "RPC"];
  const tables = [{ name: "growth-calls", head, rows }];

  it("has a panel for each table that is there, and a line for each of its columns", () => {
    const svg = curvesSvg({ ...results, parts: { part: { ...part, tables } } });
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    // From the left edge at half of 2,000 to the right edge near its top.
    expect(svg).toContain('points="64,130.2 420,56.4"');
    expect(svg).toContain(">2,000</text>");
  });

  it("is empty when nothing is known", () => {
    expect(curvesSvg(results)).not.toContain("<polyline");
  });
});

describe("what is kept", () => {
  const kept = JSON.parse(readFileSync(join(root, "bench", "results.json"), "utf8")) as Results;

  it.each(["README.md", "bench/RESULTS.md"])("is what %s shows", (name) => {
    const page = readFileSync(join(root, name), "utf8");
    expect(filledPage(page, kept)).toBe(page);
  });

  it("is what the picture shows", () => {
    expect(curvesSvg(kept)).toBe(readFileSync(join(root, "bench", "curves.svg"), "utf8"));
  });
});
