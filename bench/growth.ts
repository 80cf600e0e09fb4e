// How the price of an operation grows with what an account already has, and memory with registered devices that say nothing:
// `node bench/growth.ts`. Three minutes.
//
// The gateway runs with the meter around it (bench/cost/metered-gateway.ts), so counts are exact; CPU time includes the
// meter's own, and is told by the system in steps of 10 ms, so that it is a mean of many operations.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";
import { cpuMicrosOf, startGateway } from "./relay/servers.ts";

const directory = mkdtempSync(join(tmpdir(), "bench-growth-"));
const here = join(import.meta.dirname, "growth");
const { measureGrowth } = await importBundled<typeof import("./growth/measure.ts")>(
  join(here, "measure.ts"),
  directory,
);
const server = await startGateway(directory, join(here, "..", "cost", "metered-gateway.ts"), {
  variables: { RECORD_FAILED_CALLS: "off", GRACE_SECONDS: "1" },
});
try {
  await measureGrowth({
    base: `127.0.0.1:${server.port}`,
    cpuMicros: () => cpuMicrosOf(server),
    residentKiB: () =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))?.[1]),
  });
} finally {
  await server.process.stop();
  rmSync(directory, { recursive: true });
}
process.exit();
