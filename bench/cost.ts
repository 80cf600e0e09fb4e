// The cost meter: what each operation makes the platform do, counted on real objects in workerd, beside the budgets
// of the design and the platform's prices: `node bench/cost.ts`. Takes four minutes, most of it a call.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";
import { startGateway } from "./relay/servers.ts";

const directory = mkdtempSync(join(tmpdir(), "bench-cost-"));
const here = join(import.meta.dirname, "cost");
const { measureCost } = await importBundled<typeof import("./cost/measure.ts")>(
  join(here, "measure.ts"),
  directory,
);
const server = await startGateway(directory, join(here, "metered-gateway.ts"));
try {
  await measureCost(`127.0.0.1:${server.port}`);
} finally {
  await server.process.stop();
  rmSync(directory, { recursive: true });
}
process.exit();
