// Parsing and forwarding, measured against the parsers of JsSIP, SIP.js and sip: `node bench/parse.ts`.
//
// All candidates run in one process on the same texts, turn by turn, so that a busy machine slows them alike;
// the ratios count, the microseconds are this machine's.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "./bundle.ts";

const directory = mkdtempSync(join(tmpdir(), "bench-parse-"));
await importBundled(join(import.meta.dirname, "parse", "measure.ts"), directory);
rmSync(directory, { recursive: true });
