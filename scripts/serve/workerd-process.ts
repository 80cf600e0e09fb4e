// One workerd process: started with the highest descriptor limit, watched, and ended for certain.
//
// Two habits of workerd shape this file. With any WebSocket open SIGTERM neither ends it nor closes anything,
// so SIGKILL follows after a grace; whatever it acknowledged is on the disk by then. And it must not outlive
// this program, killed or not, because it would keep the port and the state: a shell beside it waits for the
// end of a pipe that only we hold, and kills it then.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** The path of the executable for this machine, as the package found it. */
const { default: executable } = createRequire(import.meta.url)("workerd") as { readonly default: string };

const stopGraceMs = 2_000;
/** The descriptors of the child: the lifeline it is watched by, and the one it reports on. */
const lifelineFd = 3;
const controlFd = 4;

const launcher = `
ulimit -n "$(ulimit -H -n)" 2>/dev/null
( read -r farewell <&${lifelineFd} || kill -9 $$ ) ${controlFd}>&- &
exec "$@" ${lifelineFd}<&-
`;

export interface WorkerdEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface WorkerdProcess {
  readonly pid: number;
  /** The port it listens on; rejects when it ends before it listens. */
  readonly listening: Promise<number>;
  readonly ended: Promise<WorkerdEnd>;
  /** SIGTERM, and SIGKILL when that was not enough. */
  stop(): Promise<WorkerdEnd>;
}

/** Starts workerd on a configuration; what it prints goes to stderr, or to that descriptor. */
export function startWorkerd(configFile: string, output: Writable | number = process.stderr): WorkerdProcess {
  const command = [executable, "serve", `--control-fd=${controlFd}`, configFile];
  const child = spawn("/bin/sh", ["-c", launcher, "workerd", ...command], {
    stdio: ["ignore", output, output, "pipe", "pipe"],
  });
  const lifeline = child.stdio[lifelineFd] as Writable;
  lifeline.on("error", () => {}); // the shell's end of the pipe goes when it does
  const ended = endOf(child).finally(() => lifeline.end("farewell\n"));
  return {
    pid: child.pid ?? Number.NaN,
    listening: Promise.race([listeningPort(child), ended.then(neverListened)]),
    ended,
    stop: () => stopProcess(child, ended),
  };
}

async function endOf(child: ChildProcess): Promise<WorkerdEnd> {
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}

function neverListened(end: WorkerdEnd): never {
  throw new Error(`workerd ended before it listened (${describeEnd(end)})`);
}

/** Reads the control messages, JSON a line, until the one that names the port. */
async function listeningPort(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdio[controlFd] as Readable })) {
    const message = JSON.parse(line) as { readonly event?: string; readonly port?: number };
    if (message.event === "listen" && message.port !== undefined) return message.port;
  }
  return new Promise(() => {}); // the pipe closed: `ended` has the reason
}

async function stopProcess(child: ChildProcess, ended: Promise<WorkerdEnd>): Promise<WorkerdEnd> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopGraceMs);
  return ended.finally(() => clearTimeout(timer));
}

export function describeEnd({ code, signal }: WorkerdEnd): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}
