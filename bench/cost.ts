// The cost meter: what each operation makes the platform do, counted on real objects in workerd, beside the budgets
// of the design and the platform's prices: `node bench/cost.ts`. Takes five minutes, most of it a call. With `--write` the
// counts become those of which bills are made (`cost/counts.json`); with `--quick` it takes half a minute and leaves out
// what needs minutes. Without `--write` it says by its exit status whether it counted what is written there.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";
import { differences } from "./cost/differences.ts";
import type { Counts } from "./cost/measure.ts";
import { quickPace, wholePace } from "./cost/pace.ts";
import { startGateway } from "./relay/servers.ts";
import { Report } from "./report/report.ts";

const report = new Report();
const directory = mkdtempSync(join(tmpdir(), "bench-cost-"));
const here = join(import.meta.dirname, "cost");
const countsFile = join(here, "counts.json");

const { measureCost } = await importBundled<typeof import("./cost/measure.ts")>(
  join(here, "measure.ts"),
  directory,
);
const pace = report.isQuick ? quickPace : wholePace;
const server = await startGateway(directory, join(here, "metered-gateway.ts"), {
  variables: { GRACE_SECONDS: String(pace.graceSeconds) },
});
try {
  const counts = await measureCost(`127.0.0.1:${server.port}`, pace, report);
  const written = JSON.parse(readFileSync(countsFile, "utf8")) as Counts;
  if (process.argv.includes("--write")) write(report.isQuick ? merged(written, counts) : counts);
  else compare(written, counts);
} finally {
  await server.process.stop();
  rmSync(directory, { recursive: true });
}
process.exit();

function write(counts: Counts): void {
  writeFileSync(countsFile, `${JSON.stringify(counts, null, 2)}\n`);
}

/** What takes minutes stays as it was measured last, and so does the time that was waited: the machine may be busy. */
function merged(known: Counts, now: Counts): Counts {
  const operations = { ...known.operations };
  for (const [key, usage] of Object.entries(now.operations)) {
    const name = key as keyof typeof operations;
    operations[name] = { ...usage, activeMs: operations[name]?.activeMs ?? usage.activeMs };
  }
  return { ...known, operations };
}

/** What differs is named, and the exit status says so. */
function compare(written: Counts, now: Counts): void {
  for (const difference of differences(written, now)) report.problem(difference);
}
