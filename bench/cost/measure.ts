// The table of bench/cost.ts: each operation's use of the platform beside its budget, and what a million cost.

import { newMeter, pricePerMillion, type Usage } from "./meter";
import { type Measured, Operations } from "./operations";
import { pricesAsOf } from "./prices";

const watchers = 5;
/** Refreshes in an hour by a client that is granted 600 s, and looks of a watched home at its sockets. */
const refreshesPerHour = 6;
const alarmsPerHour = 4;

const columns = [
  ["RPC", "calls"],
  ["rows", "rows"],
  ["alarms set", "alarmsSet"],
  ["fired", "alarmsFired"],
  ["WS in", "messagesIn"],
  ["upgrades", "upgrades"],
] as const;

/** Meters the gateway at `base` (host and port) and prints the table. */
export async function measureCost(base: string): Promise<void> {
  const measured = await new Operations(base, watchers).run();
  const rows = [...measured, ...idleHours(measured)];
  const head = ["operation", ...columns.map(([title]) => title), "object-s", "USD/million", "budget"];
  const lines = rows.map(({ name, usage, budget }) => [
    name,
    ...columns.map(([, key]) => String(usage[key])),
    (usage.activeMs / 1000).toFixed(3),
    pricePerMillion(usage).toFixed(2),
    budget,
  ]);
  console.log(`| ${head.join(" | ")} |\n|${head.map(() => "---|").join("")}`);
  for (const line of lines) console.log(`| ${line.join(" | ")} |`);
  console.log(
    `Prices as of ${pricesAsOf}, beyond what is included. Object-seconds are time spent waiting: a clock within an ` +
      "object stands still while it computes (add 1 to 5 ms for each message, call and alarm on the real platform).",
  );
}

/** An hour is too long to wait for: what it holds is counted from what was metered. */
function idleHours(measured: readonly Measured[]): readonly Measured[] {
  const refresh = measured.find(({ name }) => name === "REGISTER, refresh")?.usage ?? newMeter();
  const unwatched = times(refresh, refreshesPerHour);
  const watched = {
    ...unwatched,
    alarmsSet: unwatched.alarmsSet + alarmsPerHour,
    alarmsFired: unwatched.alarmsFired + alarmsPerHour,
  };
  return [
    { name: "an idle hour, unwatched (counted)", budget: "nothing but refreshes", usage: unwatched },
    { name: "an idle hour, watched (counted)", budget: "one alarm per 15 min", usage: watched },
  ];
}

function times(usage: Usage, count: number): Usage {
  const sum = newMeter();
  for (const name of Object.keys(sum) as (keyof Usage)[]) sum[name] = usage[name] * count;
  return sum;
}
