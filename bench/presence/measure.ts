// The tables of bench/presence.ts, each part of which runs on a server of its own.

import { FanOutRun, type Told } from "./fan-out";
import { measureLists } from "./lists";
import type { Bench } from "./server";
import type { Death } from "./tally";

/** Changes measured for each number of watchers; the median counts, of CPU time the mean: it is told in 10 ms. */
const changes = 5;
/** The watchers of a crowd of which some are dead. */
const crowd = 3_000;

const deaths: readonly (readonly [dead: number, how: Death])[] = [
  [0, "silent"],
  [1, "silent"],
  [1_500, "silent"],
  [1, "failing"],
  [1_500, "failing"],
  [1, "hanging"],
  [900, "hanging"],
];

/** Each measures and prints, and throws when a watcher was told nothing, twice, or of an older state. */
export function partsFor(most: number): readonly ((bench: Bench) => Promise<void>)[] {
  const sizes = [10, 100, 1_000, 10_000].filter((size) => size <= most);
  return [
    (bench) => fanOuts(bench, sizes),
    measureLists,
    ...deaths.map(
      ([dead, how], index) =>
        (bench: Bench) =>
          withDead(bench, dead, how, index === 0),
    ),
  ];
}

async function fanOuts(bench: Bench, sizes: readonly number[]): Promise<void> {
  await warmUp(bench, Math.min(1_000, ...sizes.slice(-1)));
  printHead([
    ...["watchers", "RPC", "rows", "alarms set", "fired", "wake-ups", "200 after ms", "last NOTIFY after ms"],
    ...["ms/watcher", "CPU us/watcher", "SUBSCRIBE CPU us", "server MiB"],
  ]);
  for (const size of sizes) {
    const run = await FanOutRun.open(bench, `of${size}`, size);
    const told: Told[] = [];
    for (let change = 0; change < changes; change++) told.push(await run.change());
    run.close();
    const of = (figure: (one: Told) => number): number => median(told.map(figure));
    const cpuMicros = told.reduce((sum, one) => sum + one.cpuMicros, 0) / changes;
    printRow([
      String(size),
      ...[of(({ usage }) => usage.calls), of(({ usage }) => usage.rows)].map(String),
      String(of(({ usage }) => usage.alarmsSet)),
      String(of(({ usage }) => usage.alarmsFired)),
      String(of(({ usage }) => usage.alarmsFired + usage.messagesIn)),
      of(({ answeredMs }) => answeredMs).toFixed(0),
      of(({ lastMs }) => lastMs).toFixed(0),
      (of(({ lastMs }) => lastMs) / size).toFixed(3),
      (cpuMicros / size).toFixed(0),
      (run.subscribeCpuMicros / size).toFixed(0),
      (bench.residentKiB() / 1024).toFixed(0),
    ]);
  }
}

/** The first of the watchers, and so the first to be told, do not answer: when have the others been? */
async function withDead(bench: Bench, dead: number, how: Death, isFirst: boolean): Promise<void> {
  if (isFirst) {
    console.log(`\n${crowd} watchers, of whom the first do not answer:\n`);
    printHead(["dead", "how", "last NOTIFY to the living after ms", "RPC", "rows", "alarms set"]);
  }
  await warmUp(bench, 1_000);
  const run = await FanOutRun.open(bench, "presentity", crowd);
  const { lastMs, usage } = await run.change({ count: dead, how });
  run.close();
  const counts = [usage.calls, usage.rows, usage.alarmsSet].map(String);
  printRow([String(dead), dead === 0 ? "" : how, lastMs.toFixed(0), ...counts]);
}

/** The compilers have done their work before anything is measured. */
async function warmUp(bench: Bench, size: number): Promise<void> {
  const run = await FanOutRun.open(bench, "warm", size);
  for (let change = 0; change < changes; change++) await run.change();
  run.close();
}

function printHead(titles: readonly string[]): void {
  printRow(titles);
  printRow(titles.map(() => "---"));
}

const printRow = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
