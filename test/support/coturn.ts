// A real TURN server, coturn as Debian packages it: started for a test on a free port of this machine, with the secret
// that its credentials are made from (`use-auth-secret`).

import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

export const address = "127.0.0.1";

/** Whether both the server and its test client can be run here. */
export const hasCoturn = ["turnserver", "turnutils_uclient"].every((program) =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, program))),
);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Coturn {
  /** `turn:<address>:<port>`, for UDP. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a server and waits until it listens. */
export async function startCoturn(secret: string): Promise<Coturn> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "durasip-coturn-"));
  const options = [
    ...["-n", "--no-cli", "--no-tls", "--no-dtls", "--allow-loopback-peers"],
    ...[`--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${port}`],
    ...["--use-auth-secret", `--static-auth-secret=${secret}`, "--realm=example.com"],
    ...[
      `--log-file=${join(folder, "log")}`,
      "--simple-log",
      `--pidfile=${join(folder, "pid")}`,
      `--userdb=${join(folder, "db")}`,
    ],
  ];
  const server = spawn("turnserver", options, { stdio: "ignore" });
  const ended = once(server, "close").then(() => rmSync(folder, { recursive: true, force: true }));
  const over = new AbortController();
  void ended.then(() => over.abort(new Error("turnserver ended before it answered")));
  await answersStun(port, over.signal);
  return {
    url: `turn:${address}:${port}`,
    port,
    stop: () => {
      server.kill("SIGTERM");
      return ended;
    },
  };
}

/** Asks until there is an answer, as a STUN client does over UDP (RFC 5389 §7.2.1). */
async function answersStun(port: number, signal: AbortSignal): Promise<void> {
  const socket = createSocket("udp4");
  // RFC 5389 §6: a Binding request without attributes, the magic cookie, any transaction id.
  const request = Buffer.from("000100002112a442000102030405060708090a0b", "hex");
  const again = setInterval(() => socket.send(request, port, address), 100);
  try {
    await once(socket, "message", { signal });
  } finally {
    clearInterval(again);
    socket.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  server.close();
  await once(server, "close");
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

/** What a client sent through the relay came back to it; false when the relay would not have it. */
export async function relays(port: number, username: string, credential: string): Promise<boolean> {
  // -y: to itself; -c: no RTCP; three messages, one client.
  const options = [
    "-y",
    "-c",
    "-n",
    "3",
    "-m",
    "1",
    "-p",
    String(port),
    "-u",
    username,
    "-w",
    credential,
    address,
  ];
  const run = promisify(execFile)("turnutils_uclient", options, { timeout: 30_000 });
  const outcome = await run.catch((failed: { readonly stdout?: string }) => ({
    stdout: failed.stdout ?? "",
  }));
  return /Total lost packets 0 /.test(outcome.stdout);
}
