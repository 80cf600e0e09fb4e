// The load generator of `../shared/bench`, a folder beside the project: run from a copy within `node_modules`, where it
// finds the project's `ws`.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
export const generatorFolder = process.env["LOAD_GENERATOR"] ?? join(root, "..", "shared", "bench");

export interface Load {
  readonly scenario: "register" | "message" | "invite" | "presence";
  readonly clients: number;
  readonly inFlight: number;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** What it says of one run; more than is here. */
export interface RunReport {
  readonly correct: boolean;
  readonly checks: Readonly<Record<string, number>>;
  readonly ratesPerSecond: Readonly<Record<string, number>>;
  readonly latencyMs: Readonly<Record<string, Latency | undefined>>;
  readonly cpu: { readonly perServerCpuSecond: Readonly<Record<string, number>> };
}

export class Generator {
  readonly #copy = join(root, "node_modules", ".cache", `durasip-bench-generator-${process.pid}`);
  readonly #password: string;

  constructor(password: string) {
    this.#password = password;
    mkdirSync(this.#copy, { recursive: true });
    cpSync(generatorFolder, this.#copy, {
      recursive: true,
      filter: (path) => !/[/\\](?:node_modules|kamailio|test)$/.test(path),
    });
  }

  /** One run on a server; its report, or an error that says which check failed. */
  async run(
    server: { readonly url: string; readonly pid: number },
    load: Load,
    seconds: number,
  ): Promise<RunReport> {
    const options = {
      url: server.url,
      domain: "example.test",
      password: this.#password,
      scenario: load.scenario,
      clients: load.clients,
      inflight: load.inFlight,
      warmup: 1,
      duration: seconds,
      pid: server.pid,
    };
    const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const { stdout } = await run(process.execPath, [join(this.#copy, "load.mjs"), ...given, "--json"], {
      maxBuffer: 16 * 1024 * 1024,
    }).catch((failed: { readonly stdout: string; readonly stderr: string }) => {
      throw new Error(
        `${load.scenario} on ${server.url}: a check failed\n${failed.stdout}\n${failed.stderr}`,
      );
    });
    return JSON.parse(stdout) as RunReport;
  }

  remove(): void {
    rmSync(this.#copy, { recursive: true, force: true });
  }
}
