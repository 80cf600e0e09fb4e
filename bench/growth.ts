// How the price of an operation grows with users, devices, messages that wait and calls that go on, and what it takes to wake a
// home: `node bench/growth.ts`. Five minutes. Watchers are those of bench/presence.ts.
//
// For all but the users the gateway runs with the meter around it (bench/cost/metered-gateway.ts), so counts are exact; CPU time
// includes the meter's own.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";
import { growUsers } from "./growth/users.ts";
import { cpuMicrosOf, residentKiBOf, type Server, startGateway } from "./relay/servers.ts";
import { Report } from "./report/report.ts";

const report = new Report();
const directory = mkdtempSync(join(tmpdir(), "bench-growth-"));
const here = join(import.meta.dirname, "growth");
/** All that wait are of one sender, who has half of the places. */
const variables = { RECORD_FAILED_CALLS: "off", GRACE_SECONDS: "1", STORED_MESSAGES: "2000" };
try {
  await onServer("users", undefined, (server) => growUsers(server, report));
  await onServer("metered", join(here, "..", "cost", "metered-gateway.ts"), measureMetered);
} finally {
  rmSync(directory, { recursive: true });
}
process.exit();

async function onServer(
  name: string,
  entry: string | undefined,
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const folder = join(directory, name);
  mkdirSync(folder);
  const server = await startGateway(folder, entry, { variables });
  try {
    await work(server);
  } finally {
    await server.process.stop();
  }
}

async function measureMetered(server: Server): Promise<void> {
  const { measureGrowth } = await importBundled<typeof import("./growth/measure.ts")>(
    join(here, "measure.ts"),
    directory,
  );
  const bench = {
    base: `127.0.0.1:${server.port}`,
    cpuMicros: () => cpuMicrosOf(server),
    residentKiB: () => residentKiBOf(server),
  };
  await measureGrowth(bench, report);
}
