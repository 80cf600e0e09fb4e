// The table of bench/cost.ts: each operation's use of the platform beside its budget, and what a million cost.

import { pricesAsOf } from "../../src/http/admin/prices";
import type { Report } from "../report/report";
import { newMeter, pricePerMillion, sumOf, type Usage } from "./meter";
import { type Measured, type OperationName, Operations } from "./operations";
import type { Pace } from "./pace";

const watchers = 5;
/** Refreshes in an hour by a client that is granted 600 s, and looks of a watched home at its sockets. */
const refreshesPerHour = 6;
const alarmsPerHour = 4;

const columns = [
  ["RPC", "calls"],
  ["rows", "rows"],
  ["rows read", "rowsRead"],
  ["alarms set", "alarmsSet"],
  ["fired", "alarmsFired"],
  ["WS in", "messagesIn"],
  ["upgrades", "upgrades"],
] as const;

/** What was measured, as `counts.json` keeps it. */
export interface Counts {
  /** The day it was measured, UTC. */
  readonly measuredOn: string;
  readonly watchers: number;
  readonly bytesOfAnAccount: number;
  readonly operations: Readonly<Partial<Record<OperationName, Usage>>>;
}

/** Meters the gateway at `base` (host and port), and prints the table. */
export async function measureCost(base: string, pace: Pace, report: Report): Promise<Counts> {
  const operations = new Operations(base, watchers, pace);
  const measured = await operations.run();
  print([...measured, ...idleHours(measured)], report);
  return {
    measuredOn: new Date().toISOString().slice(0, 10),
    watchers,
    bytesOfAnAccount: operations.bytesOfAnAccount,
    operations: Object.fromEntries(measured.map(({ name, usage }) => [name, usage])),
  };
}

type Line = Omit<Measured, "name">;

function print(lines: readonly Line[], report: Report): void {
  const titles = columns.map(([title]) => title);
  const row = report.table("cost-operations", "operation", ...titles, "object-s", "USD/million", "budget");
  for (const { title, usage, budget } of lines) {
    const counts = columns.map(([, key]) => usage[key]);
    row(title, ...counts, (usage.activeMs / 1000).toFixed(3), pricePerMillion(usage).toFixed(2), budget);
  }
  console.log(
    `Prices as of ${pricesAsOf}, beyond what is included. Object-seconds are time spent waiting: a clock within an ` +
      "object stands still while it computes (add 1 to 5 ms for each message, call and alarm on the real platform).",
  );
}

/** An hour is too long to wait for: what it holds is counted from what was metered. */
function idleHours(measured: readonly Measured[]): readonly Line[] {
  const refresh = measured.find(({ name }) => name === "refresh")?.usage ?? newMeter();
  const unwatched = sumOf([refreshesPerHour, refresh]);
  const watched = {
    ...unwatched,
    alarmsSet: unwatched.alarmsSet + alarmsPerHour,
    alarmsFired: unwatched.alarmsFired + alarmsPerHour,
  };
  return [
    { title: "an idle hour, unwatched (counted)", budget: "nothing but refreshes", usage: unwatched },
    { title: "an idle hour, watched (counted)", budget: "one alarm per 15 min", usage: watched },
  ];
}
