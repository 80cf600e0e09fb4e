// Parsing and forwarding, measured against the parsers of JsSIP, SIP.js and sip: `node bench/parse.ts`.
//
// All candidates run in one process on the same texts, turn by turn, in batches so short that a busy machine leaves most
// of them alone; the ratios count, the microseconds are this machine's.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";
import { Report } from "./report/report.ts";

const report = new Report();
const directory = mkdtempSync(join(tmpdir(), "bench-parse-"));
try {
  const { measureParse } = await importBundled<typeof import("./parse/measure.ts")>(
    join(import.meta.dirname, "parse", "measure.ts"),
    directory,
  );
  measureParse(report);
} finally {
  rmSync(directory, { recursive: true });
}
