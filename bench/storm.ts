// A reconnect storm: clients that are registered, a gateway that is killed and started again on its state, and how long it
// takes until all of them are back: `node bench/storm.ts [clients]`. Half a minute with 2,000.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "../test/support/gateway.ts";
import { importBundled } from "./bundle.ts";
import { quantile, Report } from "./report/report.ts";

const report = new Report();
const count = Number(report.given[0] ?? (report.isQuick ? 200 : 2_000));
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
// It is in a process group of its own.
process.once("exit", () => void gateway.kill());
const clients = new Clients(`127.0.0.1:${gateway.port}`, count);
try {
  const since = Date.now();
  await clients.start(100);
  const startedMs = Date.now() - since;
  clients.readMet();

  const killedAt = Date.now();
  await gateway.kill();
  gateway = await startGateway({ demo: true, stateDir, vars, port: gateway.port });
  const servedAt = Date.now();
  const cpuBefore = cpuSeconds();
  await Promise.race([clients.allRegistered(), overdue()]);
  const backMs = Date.now() - servedAt;
  const { back, failures } = clients.readMet();
  const attempts = [...failures.values()].reduce((sum, times) => sum + times, 0);
  const refusals = (gateway.log().match(/"event":"refused"/g) ?? []).length;
  const row = report.table(
    "storm-clients",
    ...["clients", "registered first after", "serving again after", "the last is back, after it serves"],
    ...["from the loss of its socket: p50, p99", "attempts that failed", "refused", "CPU of the server"],
  );
  row(
    `${clients.registered} of ${count}`,
    ...[startedMs, servedAt - killedAt, backMs].map(seconds),
    `${seconds(quantile(back, 0.5))}, ${seconds(quantile(back, 0.99))}`,
    attempts,
    refusals,
    seconds((cpuSeconds() - cpuBefore) * 1_000),
  );
  for (const [why, times] of failures) console.log(`failed attempts: ${times} × ${why}`);
  report.figure({
    operation: `a storm of ${count.toLocaleString("en")} clients, until the last is registered again`,
    value: backMs / 1_000,
    unit: " s",
    headline: true,
  });
  if (clients.registered < count) report.problem(`${clients.registered} of ${count} clients came back`);
  if (refusals > 0) report.problem(`${refusals} requests were refused`);
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
