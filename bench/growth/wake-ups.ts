// A home that sleeps and is woken by a REGISTER of a phone of its user's: what it reads, by what it keeps.

import { setTimeout as wait } from "node:timers/promises";
import { talk } from "../../test/support/call";
import type { Phone } from "../../test/support/phone";
import { costCells, costHead, type Gauge, messageToAll, ok } from "./gauge";

/** Objects that nothing keeps awake are out of memory by then, and what they caused has been done. */
const untilAsleepMs = 14_000;

interface Sleepers {
  readonly what: string;
  readonly size: number;
  readonly phones: readonly Phone[];
}

export async function measureWakeUps(gauge: Gauge): Promise<void> {
  const helper = await gauge.phone("helps");
  const [few, many] = gauge.report.isQuick ? [2, 5] : [5, 20];
  const held: Sleepers[] = [{ what: "nothing", size: 0, phones: await gauge.phones("bare", many) }];
  for (const size of [10, 20]) held.push(await withDevices(gauge, size, few));
  for (const size of gauge.report.isQuick ? [10, 50] : [10, 100, 500])
    held.push(await withMessages(gauge, helper, size, few));
  for (const size of [10, 50]) held.push(await withCalls(gauge, size, few));
  for (const size of gauge.report.isQuick ? [20] : [20, 100]) held.push(await withWatchers(gauge, size, few));
  await wait(untilAsleepMs);
  const row = gauge.report.table("growth-wake", "what the home keeps", "how many", ...costHead);
  const stored = [];
  for (const { what, size, phones } of held) {
    const cost = await gauge.measure(phones.map((phone) => () => ok(phone.register())));
    row(what, size, ...costCells(cost));
    if (what === "nothing" || what === "messages") stored.push({ size, cost });
  }
  const curve = gauge.report.table("curve-wake", "messages", "CPU");
  for (const { size, cost } of stored) curve(size, cost.cpuMicros.toFixed(0));
  const [bare] = stored;
  if (bare === undefined) return;
  gauge.report.figure({
    operation: "a home wakes, by CPU",
    value: Math.round(bare.cost.cpuMicros),
    unit: " µs",
  });
  gauge.report.figure({
    operation: "a home wakes and answers a REGISTER",
    value: bare.cost.ms,
    unit: " ms",
    headline: true,
  });
}

async function withDevices(gauge: Gauge, size: number, users: number): Promise<Sleepers> {
  const phones: Phone[] = [];
  for (let user = 0; user < users; user++) {
    const [first] = await gauge.devices(`asleep${size}x${user}`, size);
    if (first !== undefined) phones.push(first);
  }
  return { what: "devices", size, phones };
}

/** Owed to a device that is away, so that they are kept while the other is there. */
async function withMessages(gauge: Gauge, from: Phone, size: number, users: number): Promise<Sleepers> {
  const phones: Phone[] = [];
  for (let user = 0; user < users; user++) {
    const [phone, away] = await gauge.devices(`owed${size}x${user}`, 2);
    if (phone === undefined || away === undefined) continue;
    away.hangUp();
    phones.push(phone);
  }
  await wait(3_000);
  for (const phone of phones) for (let sent = 0; sent < size; sent++) await messageToAll(from, [phone]);
  return { what: "messages", size, phones };
}

async function withCalls(gauge: Gauge, size: number, users: number): Promise<Sleepers> {
  const peers = await gauge.phones(`talks${size}-`, size);
  const phones = await gauge.phones(`calls${size}x`, users);
  for (const phone of phones) for (const peer of peers) await talk(phone, peer);
  return { what: "open calls", size, phones };
}

async function withWatchers(gauge: Gauge, size: number, users: number): Promise<Sleepers> {
  const watchers = await gauge.phones(`sees${size}-`, size);
  const phones = await gauge.phones(`seen${size}x`, users);
  for (const watcher of watchers) {
    for (const phone of phones) {
      await ok(watcher.subscribe(phone.aor, 3_600));
      await watcher.take("NOTIFY");
    }
  }
  return { what: "watchers", size, phones };
}
