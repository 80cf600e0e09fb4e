// The gateway as a user starts it: the serve program on a free port, in a process group of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const serveProgram = join(import.meta.dirname, "..", "..", "scripts", "serve.ts");

export interface GatewayOptions {
  /** The demonstration's realms, password and digest algorithm. */
  readonly demo?: boolean;
  readonly vars?: Readonly<Record<string, string>>;
  /** Where the state is kept; without it a folder is made, and removed when the gateway ends. */
  readonly stateDir?: string;
  /** A fixed port, for a restart at the same address. */
  readonly port?: number;
  /** The serve program of another revision; without it that of this one. */
  readonly program?: string;
}

export interface Gateway {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** `ws://127.0.0.1:<port>`. */
  readonly socketUrl: string;
  readonly port: number;
  /** The serve program; it leads the group that workerd is in. */
  readonly pid: number;
  /** What it printed beside the one line: its notices and the gateway's log. */
  log(): string;
  /** Its exit code, once it has ended; null after a signal. */
  readonly ended: Promise<number | null>;
  /** Ends it as an operator does, with SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL to workerd and the program that watches it, at once. */
  kill(): Promise<void>;
}

const started: Gateway[] = [];

/** All that were started in this file of tests, the ones that have ended too. */
export const gatewaysOfFile = (): readonly Gateway[] => started;

/** Starts a gateway and waits until it is ready; throws what it printed when it ends before that. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "durasip-state-"));
  const child = spawn(
    process.execPath,
    [options.program ?? serveProgram, ...serveArguments(options, stateDir)],
    {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = once(child, "close").then(([code]) => {
    if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
    return code as number | null;
  });
  const url = await Promise.race([announcedUrl(child), ended]);
  if (typeof url !== "string") throw new Error(`the gateway ended with ${url} before it listened:\n${log}`);
  const gateway: Gateway = {
    url,
    socketUrl: url.replace("http:", "ws:"),
    port: Number(new URL(url).port),
    pid: child.pid ?? Number.NaN,
    log: () => log,
    ended,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
    kill: async () => {
      killGroup(child);
      await ended;
    },
  };
  started.push(gateway);
  return gateway;
}

function serveArguments(options: GatewayOptions, stateDir: string): readonly string[] {
  return [
    ...["--port", String(options.port ?? 0), "--state", stateDir],
    ...(options.demo ? ["--demo"] : []),
    ...Object.entries(options.vars ?? {}).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
  ];
}

/** The address in the line that says it is ready; never resolves when there is no such line. */
async function announcedUrl(child: ChildProcess): Promise<string> {
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, url] = /^durasip listening on (http:\S+)$/.exec(line) ?? [];
      if (url !== undefined) return url;
    }
  }
  return new Promise(() => {});
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, "SIGKILL");
}
