// Memory of one more idle client, awake and asleep, each on a server of its own: the process gives no memory back, so those who come
// after others have gone to sleep take what those left.

import { readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { residentKiBOf, type Server } from "../relay/servers.ts";

export interface Held {
  readonly kib: number;
  /** The server's. */
  readonly descriptors: number;
}

/** Connects the client of that number, and leaves it open. */
export type Open = (index: number) => Promise<unknown>;

const untilAsleepMs = 14_000;
const atOnce = 20;
const batches = 4;

/** Of one more client whose object is in memory. */
export async function heldAwake(server: Server, open: Open, batch: number): Promise<Held> {
  await come(open, 0, batch);
  const before = await held(server);
  await come(open, batch, 3 * batch);
  return each(before, await held(server), 2 * batch);
}

/** Of one more client whose object is not in memory any more; the first batch leaves behind what the others wake in. */
export async function heldAsleep(server: Server, open: Open, batch: number): Promise<Held> {
  let before: Held | undefined;
  for (let count = 0; count < batches; count++) {
    await come(open, count * batch, (count + 1) * batch);
    await wait(untilAsleepMs);
    before ??= await held(server);
  }
  return each(before ?? (await held(server)), await held(server), (batches - 1) * batch);
}

async function come(open: Open, from: number, until: number): Promise<void> {
  for (let count = from; count < until; ) {
    await Promise.all(Array.from({ length: Math.min(atOnce, until - count) }, () => open(count++)));
  }
}

const each = (before: Held, after: Held, clients: number): Held => ({
  kib: (after.kib - before.kib) / clients,
  descriptors: (after.descriptors - before.descriptors) / clients,
});

/** After garbage has been collected. */
async function held(server: Server): Promise<Held> {
  for (let time = 0; time < 3; time++)
    await (await fetch(`http://127.0.0.1:${server.port}/gc`)).arrayBuffer();
  const descriptors = readdirSync(`/proc/${server.process.pid}/fd`).length;
  return { kib: residentKiBOf(server), descriptors };
}
