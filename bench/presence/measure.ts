// The tables of bench/presence.ts.

import { FanOutRun, type Told } from "./fan-out";
import { measureLists } from "./lists";
import type { Bench } from "./server";

/** Changes measured for each number of watchers; the median counts. */
const changes = 5;

/** Measures and prints; throws when a watcher was told nothing, twice, or of an older state. */
export async function measurePresence(bench: Bench): Promise<void> {
  const sizes = [10, 100, 1_000, 10_000].filter((size) => size <= bench.most);
  await fanOuts(bench, sizes);
  if (process.env["ONLY"] === undefined) await deaths(bench, Math.min(1_000, bench.most));
  if (process.env["ONLY"] === undefined) await measureLists(bench);
}

async function fanOuts(bench: Bench, sizes: readonly number[]): Promise<void> {
  // The compilers have done their work before anything is measured.
  const warm = await FanOutRun.open(bench, "warm", Math.min(bench.most, 1_000));
  for (let change = 0; change < 2 * changes; change++) await warm.change();
  warm.close();
  const head = [
    ...["watchers", "RPC", "rows", "alarms set", "fired", "wake-ups", "200 after ms", "last NOTIFY after ms"],
    ...["ms/watcher", "CPU us/watcher", "SUBSCRIBE CPU us", "KiB/watcher"],
  ];
  printRow(head);
  printRow(head.map(() => "---"));
  for (const size of sizes) {
    const run = await FanOutRun.open(bench, `of${size}`, size);
    const told: Told[] = [];
    for (let change = 0; change < changes; change++) told.push(await run.change());
    run.close();
    const of = (figure: (one: Told) => number): number => median(told.map(figure));
    printRow([
      String(size),
      ...[of((one) => one.usage.calls), of((one) => one.usage.rows), of((one) => one.usage.alarmsSet)].map(
        String,
      ),
      String(of((one) => one.usage.alarmsFired)),
      String(of((one) => one.usage.alarmsFired + one.usage.messagesIn)),
      of((one) => one.answeredMs).toFixed(0),
      of((one) => one.lastMs).toFixed(0),
      (of((one) => one.lastMs) / size).toFixed(3),
      (of((one) => one.cpuMicros) / size).toFixed(0),
      (run.subscribeCpuMicros / size).toFixed(0),
      (run.residentKiB / size).toFixed(1),
    ]);
  }
}

/** The first of the watchers, and so the first to be told, do not answer: when have the others been? */
async function deaths(bench: Bench, size: number): Promise<void> {
  console.log(`\n${size} watchers, of whom the first do not answer:\n`);
  const head = ["dead", "how", "last NOTIFY to the living after ms", "RPC", "rows", "alarms set"];
  printRow(head);
  printRow(head.map(() => "---"));
  for (const [share, how] of [
    ...([
      [0, "silent"],
      [0.001, "silent"],
      [0.5, "silent"],
    ] as const),
    ...([
      [0.001, "failing"],
      [0.5, "failing"],
      [0.001, "hanging"],
      [0.5, "hanging"],
    ] as const),
  ]) {
    const dead = Math.ceil(size * share);
    const run = await FanOutRun.open(bench, `${how}${dead}`, size);
    const { lastMs, usage } = await run.change({ count: dead, how });
    run.close();
    printRow([
      String(dead),
      dead === 0 ? "" : how,
      lastMs.toFixed(0),
      ...[usage.calls, usage.rows, usage.alarmsSet].map(String),
    ]);
  }
}

const printRow = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
