// Kamailio with the configuration of `../shared/bench/kamailio`: one child and the allocator that suit it best, digest
// on, everything in memory.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { generatorFolder } from "./generator.ts";

export const isKamailioInstalled = (): boolean => spawnSync("kamailio", ["-v"]).status === 0;

export interface Kamailio {
  readonly url: string;
  /** The leader of its processes. */
  readonly pid: number;
  stop(): Promise<unknown>;
}

export async function startKamailio(password: string): Promise<Kamailio> {
  const port = await freePort();
  const settings = { CHILDREN: "1", AUTH: "1", PASSWORD: password, PORT: String(port), MEMORY: "tlsf" };
  const child = spawn(join(generatorFolder, "kamailio", "run.sh"), {
    env: { ...process.env, ...settings },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`Kamailio ended with ${child.exitCode}`);
    await wait(100);
  }
  return {
    url: `ws://127.0.0.1:${port}/`,
    pid: child.pid ?? Number.NaN,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
