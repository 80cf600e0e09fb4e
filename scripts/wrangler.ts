// The wrangler of this project as a child: no telemetry, no update check, no notices of its own.

import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const projectDirectory = join(import.meta.dirname, "..");

const quiet: Readonly<Record<string, string>> = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  // What a request looks like at the edge; asking for it needs the network, and nothing here reads it.
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** Starts wrangler in the project's folder. */
export function spawnWrangler(args: readonly string[], stdio: StdioOptions): ChildProcess {
  const program = join(
    dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
    "bin/wrangler.js",
  );
  return spawn(process.execPath, [program, ...args], {
    cwd: projectDirectory,
    env: { ...process.env, ...quiet },
    stdio,
  });
}
