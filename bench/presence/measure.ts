// The tables of bench/presence.ts, each part of which runs on a server of its own.

import { median, type Report } from "../report/report";
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

/** Each measures, and throws when a watcher was told nothing, twice, or of an older state. */
export function partsFor(most: number, report: Report): readonly ((bench: Bench) => Promise<void>)[] {
  const sizes = [10, 100, 1_000, 10_000].filter((size) => size <= most);
  let row: Row | undefined;
  const dying = ([dead, how]: (typeof deaths)[number]) => {
    return (bench: Bench): Promise<void> => {
      row ??= report.table("presence-dead", ...deadHead);
      return withDead(bench, row, dead, how);
    };
  };
  return [
    (bench) => fanOuts(bench, sizes, report),
    (bench) => measureLists(bench, report),
    ...(report.isQuick ? [] : deaths.map(dying)),
  ];
}

type Row = ReturnType<Report["table"]>;

async function fanOuts(bench: Bench, sizes: readonly number[], report: Report): Promise<void> {
  await warmUp(bench, Math.min(1_000, ...sizes.slice(-1)));
  const row = report.table(
    "presence-watchers",
    ...["watchers", "RPC", "rows", "alarms set", "fired", "wake-ups", "200 after ms", "last NOTIFY after ms"],
    ...["ms/watcher", "CPU µs/watcher", "SUBSCRIBE CPU µs", "server MiB"],
  );
  for (const size of sizes) {
    const run = await FanOutRun.open(bench, `of${size}`, size);
    const told: Told[] = [];
    for (let change = 0; change < changes; change++) told.push(await run.change());
    run.close();
    const of = (figure: (one: Told) => number): number => median(told.map(figure));
    const cpuMicros = told.reduce((sum, one) => sum + one.cpuMicros, 0) / changes;
    row(
      size,
      of(({ usage }) => usage.calls),
      of(({ usage }) => usage.rows),
      of(({ usage }) => usage.alarmsSet),
      of(({ usage }) => usage.alarmsFired),
      of(({ usage }) => usage.alarmsFired + usage.messagesIn),
      of(({ answeredMs }) => answeredMs).toFixed(0),
      of(({ lastMs }) => lastMs).toFixed(0),
      (of(({ lastMs }) => lastMs) / size).toFixed(3),
      (cpuMicros / size).toFixed(0),
      (run.subscribeCpuMicros / size).toFixed(0),
      (bench.residentKiB() / 1024).toFixed(0),
    );
    if (size === sizes.at(-1))
      report.figure({
        operation: `a change told to ${size.toLocaleString("en")} watchers, until the last has it`,
        value: of(({ lastMs }) => lastMs),
        unit: " ms",
        headline: true,
      });
  }
}

const deadHead = [
  `dead of ${crowd} watchers`,
  "how",
  "last NOTIFY to the living after ms",
  "RPC",
  "rows",
  "alarms set",
];

/** The first of the watchers, and so the first to be told, do not answer: when have the others been? */
async function withDead(bench: Bench, row: Row, dead: number, how: Death): Promise<void> {
  await warmUp(bench, 1_000);
  const run = await FanOutRun.open(bench, "presentity", crowd);
  const { lastMs, usage } = await run.change({ count: dead, how });
  run.close();
  row(dead, dead === 0 ? "" : how, lastMs.toFixed(0), usage.calls, usage.rows, usage.alarmsSet);
}

/** The compilers have done their work before anything is measured. */
async function warmUp(bench: Bench, size: number): Promise<void> {
  const run = await FanOutRun.open(bench, "warm", size);
  for (let change = 0; change < changes; change++) await run.change();
  run.close();
}
