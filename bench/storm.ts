// A reconnect storm: clients that are registered, a gateway that is killed and started again on its state, and how long it
// takes until all of them are back: `node bench/storm.ts [clients]`. Half a minute with 2,000.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "../test/support/gateway.ts";
import { importBundled } from "./bundle.ts";

const count = Number(process.argv[2] ?? 2_000);
const deadlineMs = 180_000;
const directory = mkdtempSync(join(tmpdir(), "bench-storm-"));
const stateDir = join(directory, "state");
const { Clients } = await importBundled<typeof import("./storm/clients.ts")>(
  join(import.meta.dirname, "storm", "clients.ts"),
  directory,
);

// All clients have one address here, and log in at once.
const vars = { DIGEST_ALGORITHMS: "MD5" };
let gateway = await startGateway({ demo: true, stateDir, vars });
const clients = new Clients(`127.0.0.1:${gateway.port}`, count);
try {
  const since = Date.now();
  await clients.start(100);
  console.log(`${count} clients registered after ${seconds(Date.now() - since)}`);
  clients.readMet();

  const killedAt = Date.now();
  await gateway.kill();
  gateway = await startGateway({ demo: true, stateDir, vars, port: gateway.port });
  const servedAt = Date.now();
  const cpuBefore = cpuSeconds();
  await Promise.race([clients.allRegistered(), overdue()]);
  const { back, failures } = clients.readMet();
  const sorted = back.toSorted((a, b) => a - b);
  const at = (part: number) =>
    seconds(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  console.log(`killed, and serving again after ${seconds(servedAt - killedAt)}`);
  console.log(
    `registered again: ${clients.registered} of ${count}, the last ${seconds(Date.now() - servedAt)} after it served`,
  );
  console.log(`from the loss of its socket: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, last ${at(1)}`);
  console.log(`CPU of the server until then: ${(cpuSeconds() - cpuBefore).toFixed(1)} s`);
  for (const [why, times] of failures) console.log(`failed attempts: ${times} × ${why}`);
  const refusals = (gateway.log().match(/"event":"refused"/g) ?? []).length;
  console.log(`refusals in the server's log: ${refusals}`);
  if (clients.registered < count) process.exitCode = 1;
} finally {
  await clients.end();
  await gateway.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit();

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

async function overdue(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, deadlineMs));
}

/** Of the workerd that the serve program watches (`/proc/PID/stat`, in ticks of 10 ms). */
function cpuSeconds(): number {
  const pid = /runs workerd as process (\d+)/.exec(gateway.log())?.[1];
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
