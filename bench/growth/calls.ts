// Calls of one user that go on: what one more takes, INVITE to ACK and BYE to 200 apart.

import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { type CallSide, talk } from "../../test/support/call";
import type { Phone } from "../../test/support/phone";
import { readMeter } from "../presence/server";
import { median } from "../report/report";
import { type Gauge, ok } from "./gauge";

/** What follows the last answer, as rows and the other home's end, is done by then. */
const restMs = 4;

export async function growCalls(gauge: Gauge): Promise<void> {
  const alice = await gauge.phone("rings");
  const busy = await gauge.phone("busy");
  const row = gauge.report.table(
    "growth-calls",
    ...["open calls", "INVITE to ACK: CPU µs", "ms", "BYE to 200: CPU µs", "ms"],
    ...["whole call: RPC", "rows", "rows read", "statements"],
  );
  // Nobody has called yet: what a call finds compiled should not be another thing with none open.
  for (let warm = 0; warm < 30; warm++) await oneCall(gauge, alice, busy, [], []);
  let open = 0;
  for (const size of [0, 10, 50, 150]) {
    for (; open < size; open++) await talk(busy, await gauge.phone(`peer${open}`));
    const [invites, byes]: readonly [Took[], Took[]] = [[], []];
    await readMeter(gauge.bench);
    for (let time = gauge.report.times(50); time > 0; time--)
      await oneCall(gauge, alice, busy, invites, byes);
    const { calls, rows, rowsRead, statements } = await readMeter(gauge.bench);
    const counts = [calls, rows, rowsRead, statements].map((sum) => (sum / invites.length).toFixed(1));
    row(size, ...cells(invites), ...cells(byes), ...counts);
  }
}

interface Took {
  readonly cpuMicros: number;
  readonly ms: number;
}

const cells = (took: readonly Took[]): readonly string[] => [
  (took.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0) / took.length).toFixed(0),
  median(took.map(({ ms }) => ms)).toFixed(2),
];

async function oneCall(
  { bench }: Gauge,
  caller: Phone,
  callee: Phone,
  invites: Took[],
  byes: Took[],
): Promise<void> {
  const took = async <Outcome>(list: Took[], work: () => Promise<Outcome>): Promise<Outcome> => {
    const [cpu, start] = [bench.cpuMicros(), performance.now()];
    const outcome = await work();
    const ms = performance.now() - start;
    await wait(restMs);
    list.push({ cpuMicros: bench.cpuMicros() - cpu, ms });
    return outcome;
  };
  const { caller: side } = await took(invites, () => talk(caller, callee));
  await took(byes, () => hangUp(side, callee));
}

async function hangUp(side: CallSide, callee: Phone): Promise<void> {
  const ended = side.request("BYE");
  await callee.take("BYE");
  await ok(ended);
}
