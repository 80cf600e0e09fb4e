// What one change of a presentity costs, and how long it takes, for 10 to 10,000 watchers; what watchers that do not answer
// cost the others; and what a list of 200 entries costs (RFC 5367): `node bench/presence.ts [most watchers]`.
// Takes two minutes.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";
import type { Bench } from "./presence/server.ts";
import { cpuMicrosOf, residentKiBOf, startGateway } from "./relay/servers.ts";
import { Report } from "./report/report.ts";

const report = new Report();
const most = Number(report.given[0] ?? (report.isQuick ? 1_000 : 10_000));
const directory = mkdtempSync(join(tmpdir(), "bench-presence-"));
const here = join(import.meta.dirname, "presence");
const { partsFor } = await importBundled<typeof import("./presence/measure.ts")>(
  join(here, "measure.ts"),
  directory,
);
const parts = partsFor(most, report);
// A server for each part: what the dead of one are owed later is not counted in another.
try {
  for (const [index, part] of parts.entries()) {
    await measure(join(directory, String(index)), part).catch((failed: unknown) =>
      report.problem(String(failed)),
    );
  }
} finally {
  rmSync(directory, { recursive: true });
}
process.exit();

async function measure(folder: string, part: (bench: Bench) => Promise<void>): Promise<void> {
  mkdirSync(folder);
  const server = await startGateway(folder, join(here, "crowd-gateway.ts"), { objects: { CROWD: "Crowd" } });
  try {
    await part({
      base: `127.0.0.1:${server.port}`,
      cpuMicros: () => cpuMicrosOf(server),
      residentKiB: () => residentKiBOf(server),
    });
  } finally {
    await server.process.stop();
  }
}
