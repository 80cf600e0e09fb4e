// The curves of bench/growth.ts that the meter is read for, each on users of its own.

import type { Bench } from "../presence/server";
import type { Report } from "../report/report";
import { growCalls } from "./calls";
import { growDevices } from "./devices";
import { Gauge, messageToAll } from "./gauge";
import { growMailbox } from "./mailbox";
import { measureWakeUps } from "./wake-ups";

export async function measureGrowth(bench: Bench, report: Report): Promise<void> {
  const gauge = new Gauge(bench, report);
  await warmUp(gauge);
  await growDevices(gauge);
  await growMailbox(gauge);
  await growCalls(gauge);
  await measureWakeUps(gauge);
}

/** The compilers have done their work before anything is measured. */
async function warmUp(gauge: Gauge): Promise<void> {
  const [alice, bob] = [await gauge.phone("warm-a"), await gauge.phone("warm-b")];
  for (let warm = 0; warm < 500; warm++) await messageToAll(alice, [bob]);
  for (const phone of [alice, bob]) phone.hangUp();
}
