// The machine on which something is measured, as far as it says what the figures mean.

import { readFileSync, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import type { Machine } from "./result.ts";

/** `TMPFS_MAGIC` of Linux: no disk is waited for. */
const tmpfs = 0x01021994;

export function thisMachine(): Machine {
  const workerd = createRequire(import.meta.url).resolve("workerd/package.json");
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version.slice(1),
    workerd: (JSON.parse(readFileSync(workerd, "utf8")) as { readonly version: string }).version,
    state: statfsSync(tmpdir()).type === tmpfs ? "a file system in memory" : "a disk",
  };
}
