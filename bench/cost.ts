// The cost meter: what each operation makes the platform do, counted on real objects in workerd, beside the budgets
// of the design and the platform's prices: `node bench/cost.ts`. Takes four minutes, most of it a call.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { startGateway } from "./relay/servers.ts";

const directory = mkdtempSync(join(tmpdir(), "bench-cost-"));
const here = join(import.meta.dirname, "cost");
// Bundled first, because the sources import without file extensions.
const outfile = join(directory, "measure.mjs");
await build({
  entryPoints: [join(here, "measure.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "error",
  banner: { js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);' },
});
const { measureCost } = (await import(pathToFileURL(outfile).href)) as typeof import("./cost/measure.ts");
const server = await startGateway(directory, join(here, "metered-gateway.ts"));
try {
  await measureCost(`127.0.0.1:${server.port}`);
} finally {
  await server.process.stop();
  rmSync(directory, { recursive: true });
}
process.exit();
