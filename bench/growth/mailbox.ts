// Messages that wait for a user who is away: what one more costs, and what each costs when he is back and takes them.

import { setTimeout as wait } from "node:timers/promises";
import type { Phone } from "../../test/support/phone";
import { costCells, costHead, type Gauge, ok } from "./gauge";

/** Grace and all, he is away by then. */
const awayMs = 3_000;
/** A phone has its last message some time before the home has noted that. */
const restMs = 20;

export async function growMailbox(gauge: Gauge): Promise<void> {
  const alice = await gauge.phone("writes");
  const sizes = gauge.report.isQuick ? [1, 10, 100] : [1, 10, 100, 500];
  const row = gauge.report.table("growth-stored", "messages that wait", "operation", ...costHead);
  const figures = [];
  for (const size of sizes) {
    // Few messages make a short time: it is that of several users.
    const users = await gauge.phones(
      `away-of-${size}-`,
      gauge.report.times(Math.max(2, Math.min(25, 200 / size))),
    );
    for (const user of users) user.hangUp();
    await wait(awayMs);
    for (const user of users) {
      for (let count = 0; count < size; count++) await ok(alice.message(user.aor, "stored"));
    }
    const back = await gauge.measure(
      users.map((user) => () => takeAll(gauge, user, size)),
      size,
    );
    row(size, "return, for each message", ...costCells(back));
    for (const user of users) user.hangUp();
    const [first] = users;
    await wait(awayMs);
    for (let count = 0; count < size; count++) await ok(alice.message(first?.aor ?? "", "stored"));
    const stored = await gauge.measureTimes(50, () => ok(alice.message(first?.aor ?? "", "stored")));
    row(size, "one MESSAGE more", ...costCells(stored));
    figures.push({ size, back, stored });
  }
  const curve = gauge.report.table("curve-stored", "messages", "stored", "taken on return");
  for (const { size, back, stored } of figures)
    curve(size, ...[stored, back].map(({ cpuMicros }) => cpuMicros.toFixed(0)));
}

async function takeAll(gauge: Gauge, user: Phone, size: number): Promise<void> {
  user.rejoin(await gauge.line(user.aor));
  await ok(user.register());
  for (let count = 0; count < size; count++) await user.take("MESSAGE");
  await wait(restMs);
}
