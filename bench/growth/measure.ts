// The curves of bench/growth.ts that the meter is read for, each on users of its own; and the memory of idle devices.

import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { Phone } from "../../test/support/phone";
import type { Bench } from "../presence/server";
import type { Report } from "../report/report";
import { growCalls } from "./calls";
import { growDevices } from "./devices";
import { Gauge, messageToAll } from "./gauge";
import { growMailbox } from "./mailbox";
import { measureWakeUps, untilAsleepMs } from "./wake-ups";

export async function measureGrowth(bench: Bench, report: Report): Promise<void> {
  const gauge = new Gauge(bench, report);
  await warmUp(gauge);
  await growDevices(gauge);
  await growMailbox(gauge);
  await growCalls(gauge);
  await measureWakeUps(gauge);
  await idleDevices(gauge);
}

/** The compilers have done their work before anything is measured. */
async function warmUp(gauge: Gauge): Promise<void> {
  const [alice, bob] = [await gauge.phone("warm-a"), await gauge.phone("warm-b")];
  for (let warm = 0; warm < 500; warm++) await messageToAll(alice, [bob]);
  for (const phone of [alice, bob]) phone.hangUp();
}

/** A device each of an account of its own, that sends nothing once it is registered. */
async function idleDevices(gauge: Gauge): Promise<void> {
  const { bench, report } = gauge;
  const row = report.table(
    "growth-idle",
    ...["idle registered devices", "resident MiB", "KiB for each more", "asleep, resident MiB"],
    ...["first MESSAGE to a sleeping one ms", "the next ms"],
  );
  const sender = await gauge.phone("wakes");
  const [smallest, ...sizes] = report.isQuick ? [0, 200] : [0, 500, 1_000, 2_000];
  let count = smallest ?? 0;
  let before = bench.residentKiB();
  row(count, mib(before), "", "", "", "");
  for (const size of sizes) {
    const last = (await gauge.phones(`idle${size}-`, size - count)).at(-1);
    const awake = bench.residentKiB();
    await wait(untilAsleepMs);
    const asleep = bench.residentKiB();
    const each = ((awake - before) / (size - count)).toFixed(0);
    const waking = last === undefined ? [] : [await timed(sender, last), await timed(sender, last)];
    row(size, mib(awake), each, mib(asleep), ...waking);
    [before, count] = [awake, size];
  }
}

async function timed(from: Phone, to: Phone): Promise<string> {
  const start = performance.now();
  await messageToAll(from, [to]);
  return (performance.now() - start).toFixed(1);
}

const mib = (kib: number): string => (kib / 1024).toFixed(0);
