// What the steps of homes allocate for one operation, in Node, without the platform: `node bench/allocations.ts`.
//
// Allocated octets do not depend on what else the machine does, so a few per cent are a difference.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";
import { Report } from "./report/report.ts";

const report = new Report();
const directory = mkdtempSync(join(tmpdir(), "bench-allocations-"));
const here = join(import.meta.dirname, "allocations");
try {
  const { measureAllocations } = await importBundled<{ measureAllocations(report: Report): void }>(
    join(here, "measure.ts"),
    directory,
    // The virtual homes of the tests step where it is counted.
    { from: /virtual-home\.ts$/, module: /src\/home\/step$/, by: join(here, "counted-step.ts") },
  );
  measureAllocations(report);
} finally {
  rmSync(directory, { recursive: true });
}
