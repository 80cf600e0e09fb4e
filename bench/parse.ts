// Parsing and forwarding, measured against the parsers of JsSIP, SIP.js and sip: `node bench/parse.ts`.
//
// All candidates run in one process on the same texts, turn by turn, so that a busy machine slows them alike;
// the ratios count, the microseconds are this machine's. The measurement is bundled first because the sources
// import without file extensions.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = await mkdtemp(join(tmpdir(), "bench-parse-"));
const outfile = join(folder, "measure.mjs");
await build({
  entryPoints: [fileURLToPath(new URL("./parse/measure.ts", import.meta.url))],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "error",
  banner: {
    js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);',
  },
});
await import(pathToFileURL(outfile).href);
await rm(folder, { recursive: true });
