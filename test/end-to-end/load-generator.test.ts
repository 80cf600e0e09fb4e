// The load generator in `../shared/bench`, an optional folder beside the project, checks every answer it gets: its
// short runs on the demonstration gateway must pass all its checks, on the bare URL and on the one that names the
// home. The figures are a benchmark's business, not this test's.

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Gateway, startGateway } from "../support/gateway";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
const generator = join(root, "..", "shared", "bench");
/** Inside node_modules, so that the copy finds the project's `ws`. */
const copy = join(root, "node_modules", ".cache", `durasip-load-generator-${process.pid}`);

const isThere = existsSync(join(generator, "load.mjs"));

describe.skipIf(!isThere)(
  `the load generator${isThere ? "" : " (skipped: there is no ../shared/bench)"}`,
  () => {
    let gateway: Gateway;

    beforeAll(async () => {
      mkdirSync(copy, { recursive: true });
      cpSync(generator, copy, {
        recursive: true,
        filter: (path) => !/[/\\](?:node_modules|kamailio|test)$/.test(path),
      });
      gateway = await startGateway({ demo: true });
    });

    afterAll(async () => {
      await gateway.stop();
      rmSync(copy, { recursive: true, force: true });
    });

    it.each(
      ["register", "message", "invite", "presence"].flatMap((scenario) => [
        [scenario, "the bare URL", "/"] as const,
        [scenario, "?aor=", "/?aor={user}@{domain}"] as const,
      ]),
    )("passes all its checks: %s on %s", async (scenario, _road, path) => {
      const { stdout } = await run(
        process.execPath,
        [
          join(copy, "load.mjs"),
          ...["--url", `${gateway.socketUrl}${path}`, "--domain", "example.test", "--password", "demo"],
          ...["--scenario", scenario, "--clients", "10", "--inflight", "2"],
          ...["--warmup", "0.5", "--duration", "1.5", "--json"],
        ],
        { maxBuffer: 16 * 1024 * 1024 },
      ).catch((failed: { stdout: string; stderr: string }) => {
        throw new Error(`a check failed:\n${failed.stdout}\n${failed.stderr}`);
      });
      const report = JSON.parse(stdout) as { correct: boolean; ratesPerSecond: Record<string, number> };
      expect(report.correct).toBe(true);
      for (const rate of Object.values(report.ratesPerSecond)) expect(rate).toBeGreaterThan(0);
    });
  },
);
