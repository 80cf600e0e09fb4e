// `npm run bench`: every measurement, one after the other, whatever becomes of the one before; the summary, and a file of what
// was measured. Less than half an hour; with `--quick` five minutes.
//
//   --quick       fewer rounds and smaller sizes: whether everything runs, and the size of things
//   --only A,B    those parts alone
//   --out FILE    where to write what was measured; without it, under test-results/bench
//   --write       keep it, too: in bench/results.json, in the tables of bench/RESULTS.md and the README, and in the pictures
//
// The exit status is that of the checks: a message that was lost, a part that ended early or beyond its time. A missed aim
// is no failure, it stands in the summary.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { keep } from "./report/keep.ts";
import { thisMachine } from "./report/machine.ts";
import { summaryText } from "./report/page.ts";
import type { PartResult, Results, Said } from "./report/result.ts";

/** How long each may take, in seconds, on the busiest of machines; a half or less where nothing else runs. */
const parts: Readonly<Record<string, readonly [whole: number, quick: number]>> = {
  parse: [120, 120],
  allocations: [180, 120],
  relay: [240, 180],
  operations: [300, 240],
  kamailio: [360, 120],
  growth: [480, 240],
  memory: [150, 120],
  cost: [360, 90],
  presence: [300, 120],
  storm: [180, 180],
};

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    only: { type: "string" },
    out: { type: "string" },
  },
});
const chosen = options.only?.split(",").filter((name) => name !== "") ?? Object.keys(parts);
const unknown = chosen.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}
const root = join(import.meta.dirname, "..");
const startedAt = new Date();
const commit = revision();
const measured: Record<string, PartResult> = {};
for (const name of chosen) measured[name] = await run(name);

const results: Results = { machine: thisMachine(), parts: measured };
const file =
  options.out ?? join(root, "test-results", "bench", `${startedAt.toISOString().slice(0, 16)}.json`);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
if (options.write) keep(results);

const said = Object.entries(measured);
console.log(`\n${summaryText(said.flatMap(([, { figures }]) => figures))}\n`);
for (const [name, { notMeasured, problems }] of said) {
  if (notMeasured !== undefined) console.log(`${name}: not measured. ${notMeasured}`);
  for (const problem of problems) console.log(`${name}: PROBLEM: ${problem.split("\n", 1)[0]}`);
}
console.log(`${Math.round((Date.now() - startedAt.getTime()) / 1000)} s; written to ${file}`);
process.exit(said.every(([, { problems }]) => problems.length === 0) ? 0 : 1);

/** Runs a part in a process group and a folder for temporary files of its own, so that nothing of it outlives it. */
async function run(name: string): Promise<PartResult> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "said.json");
  console.log(`\n== ${name}`);
  const started = Date.now();
  const before = loadavg()[0] ?? Number.NaN;
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, `${name}.ts`), ...(options.quick ? ["--quick"] : [])],
    {
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
      env: { ...process.env, TMPDIR: folder, BENCH_RESULT: file },
    },
  );
  const group = child.pid ?? Number.NaN;
  const limit = parts[name]?.[options.quick ? 1 : 0] ?? 0;
  const asked = setTimeout(() => process.kill(-group, "SIGTERM"), limit * 1000);
  const forced = setTimeout(() => process.kill(-group, "SIGKILL"), limit * 1000 + 5_000);
  const interrupt = (): void => {
    process.kill(-group, "SIGTERM");
    process.exit(130);
  };
  process.once("SIGINT", interrupt);
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  process.off("SIGINT", interrupt);
  clearTimeout(asked);
  clearTimeout(forced);
  const seconds = (Date.now() - started) / 1000;
  const said = saidIn(file, code === 0 ? undefined : endOf(code, signal, seconds, limit));
  rmSync(folder, { recursive: true });
  return {
    ...said,
    at: new Date(started).toISOString().slice(0, 16).replace("T", " "),
    seconds,
    load: [before, loadavg()[0] ?? Number.NaN],
    isQuick: options.quick,
    commit,
  };
}

/** What the part wrote; a bad end that it does not explain is a problem, too. */
function saidIn(file: string, badEnd: string | undefined): Said {
  const said: Said = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Said)
    : { tables: [], figures: [], problems: [] };
  const isExplained = badEnd === undefined || (said.problems.length > 0 && badEnd === "it ended with 1");
  return isExplained ? said : { ...said, problems: [...said.problems, badEnd] };
}

function endOf(code: number | null, signal: string | null, seconds: number, limit: number): string {
  if (seconds >= limit) return `it was stopped after ${limit} s`;
  return `it ended with ${code ?? signal}`;
}

/** The commit that is measured, and whether it is all. */
function revision(): string {
  const git = (...words: readonly string[]): string =>
    spawnSync("git", words, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? "";
  const isChanged = git("status", "--porcelain", "src", "durable-objects", "bench") !== "";
  return `${git("rev-parse", "--short", "HEAD") || "unknown"}${isChanged ? ", changed" : ""}`;
}
