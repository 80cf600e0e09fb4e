// The curves of bench/growth.ts, each on users of its own.

import { setTimeout as wait } from "node:timers/promises";
import { place, respond, talk } from "../../test/support/call";
import { Phone } from "../../test/support/phone";
import { WebSocketLine } from "../../test/support/web-socket-line";
import { type Bench, domain, readMeter } from "../presence/server";

/** Operations of which each figure is the mean. */
const times = 100;
/** Idle objects are out of memory by then, and what they caused has been done. */
const untilAsleepMs = 14_000;

export async function measureGrowth(bench: Bench): Promise<void> {
  const [alice, bob] = [await phoneOf(bench, "warm-a"), await phoneOf(bench, "warm-b")];
  for (let warm = 0; warm < 300; warm++) await exchange(alice, bob);

  head("devices of the account", "REGISTER, refresh");
  for (const count of [1, 5, 10, 20]) {
    const [first] = await devices(bench, `many${count}`, count);
    await row(bench, count, () => ok(first?.register()));
  }
  head("devices of the addressee", "MESSAGE");
  for (const count of [1, 5, 10, 20]) {
    const takers = await devices(bench, `taker${count}`, count);
    await row(bench, count, () => toAll(alice, takers));
  }
  head("messages that wait for the addressee", "MESSAGE to him");
  await stored(bench, alice);
  head("calls of the user that go on", "call to him, refused");
  await openCalls(bench, alice);
  await idleDevices(bench);
}

async function stored(bench: Bench, alice: Phone): Promise<void> {
  const away = await phoneOf(bench, "away");
  away.hangUp();
  await wait(3_000);
  let there = 0;
  for (const count of [0, 10, 100, 500]) {
    for (; there < count; there++) await ok(alice.message(away.aor, "stored"));
    await row(bench, count, () => ok(alice.message(away.aor, "stored")));
    there += times;
  }
}

async function openCalls(bench: Bench, alice: Phone): Promise<void> {
  const busy = await phoneOf(bench, "busy");
  let open = 0;
  for (const count of [0, 10, 20, 50]) {
    for (; open < count; open++) await talk(busy, await phoneOf(bench, `peer${open}`));
    await row(bench, count, async () => {
      const { callId, cseq } = place(alice, busy.aor);
      respond(busy, await busy.receive("INVITE"), 486);
      await alice.responseTo(callId, cseq);
    });
  }
}

/** A device each of an account of its own, that sends nothing once it is registered. */
async function idleDevices(bench: Bench): Promise<void> {
  console.log(
    "\n| idle registered devices | resident MiB | KiB for each more | asleep, resident MiB | first MESSAGE to a sleeping one ms | the next ms |",
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  const sender = await phoneOf(bench, "wakes");
  let count = 0;
  let before = bench.residentKiB();
  for (const size of [0, 500, 1_000, 2_000]) {
    const first = count;
    let last: Phone | undefined;
    while (count < size) {
      const group = Array.from({ length: Math.min(20, size - count) }, (_, index) =>
        phoneOf(bench, `idle${count + index}`),
      );
      last = (await Promise.all(group)).at(-1);
      count += group.length;
    }
    const awake = bench.residentKiB();
    await wait(untilAsleepMs);
    const each = size === first ? "" : ((awake - before) / (size - first)).toFixed(0);
    const asleep = bench.residentKiB();
    const waking = last === undefined ? ["", ""] : [await timed(sender, last), await timed(sender, last)];
    console.log(`| ${size} | ${mib(awake)} | ${each} | ${mib(asleep)} | ${waking.join(" | ")} |`);
    before = awake;
  }
}

async function timed(from: Phone, to: Phone): Promise<string> {
  const start = performance.now();
  await exchange(from, to);
  return (performance.now() - start).toFixed(1);
}

function head(what: string, operation: string): void {
  console.log(`\n| ${what} | ${operation}: RPC | rows | rows read | statements | CPU us |`);
  console.log("| --- | --- | --- | --- | --- | --- |");
}

/** Counts and CPU time of one operation, once it has been done a few times. */
async function row(bench: Bench, size: number, operation: () => Promise<unknown>): Promise<void> {
  await readMeter(bench);
  const cpu = bench.cpuMicros();
  for (let time = 0; time < times; time++) await operation();
  const cpuMicros = (bench.cpuMicros() - cpu) / times;
  const { calls, rows, rowsRead, statements } = await readMeter(bench);
  const each = [calls, rows, rowsRead, statements].map((sum) => (sum / times).toFixed(1));
  console.log(`| ${size} | ${each.join(" | ")} | ${cpuMicros.toFixed(0)} |`);
}

async function phoneOf(bench: Bench, user: string, device = 0): Promise<Phone> {
  const aor = `${user}@${domain}`;
  const line = await WebSocketLine.open(`ws://${bench.base}/?aor=${aor}`);
  const phone = new Phone(line, { aor, password: "demo", instance: `${user}-${device}` });
  await ok(phone.register());
  return phone;
}

async function devices(bench: Bench, user: string, count: number): Promise<readonly Phone[]> {
  const phones: Phone[] = [];
  for (let device = 0; device < count; device++) phones.push(await phoneOf(bench, user, device));
  return phones;
}

async function toAll(from: Phone, to: readonly Phone[]): Promise<void> {
  const sent = from.message(to[0]?.aor ?? "", "hello");
  for (const phone of to) await phone.take("MESSAGE");
  await ok(sent);
}

const exchange = (from: Phone, to: Phone): Promise<void> => toAll(from, [to]);

async function ok(answered: Promise<{ readonly status: number }> | undefined): Promise<void> {
  const status = (await answered)?.status ?? 0;
  if (status < 200 || status > 299) throw new Error(`answered ${status}`);
}

const mib = (kib: number): string => (kib / 1024).toFixed(0);
