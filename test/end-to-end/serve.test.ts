import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Gateway, startGateway } from "../support/gateway";

const run = promisify(execFile);
const serveProgram = join(import.meta.dirname, "..", "..", "scripts", "serve.ts");

/** Runs the program to its end, which must be a refusal. */
async function refusal(...args: string[]): Promise<{ code: number; stderr: string; stdout: string }> {
  return run(process.execPath, [serveProgram, ...args]).then(
    () => {
      throw new Error("it did not refuse");
    },
    (error) => ({ code: error.code, stderr: error.stderr, stdout: error.stdout }),
  );
}

async function openSocket(gateway: Gateway): Promise<WebSocket> {
  const socket = new WebSocket(`${gateway.socketUrl}/sip`, "sip", { perMessageDeflate: true });
  await once(socket, "open");
  return socket;
}

const isOpen = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    () => true,
    () => false,
  );

const workerdOf = (gateway: Gateway): number =>
  Number(/runs workerd as process (\d+)/.exec(gateway.log())?.[1]);

describe("npm run serve", () => {
  let state: string;
  beforeAll(() => {
    state = mkdtempSync(join(tmpdir(), "durasip-serve-"));
  });
  afterAll(() => rmSync(state, { recursive: true, force: true }));

  it("says where it listens once it answers, and how many users the descriptors allow", async () => {
    const gateway = await startGateway({ demo: true, stateDir: state });
    expect(gateway.log()).toMatch(/open files: (unlimited|\d+, enough for about \d+ connected users)/);
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
    expect(await isOpen(gateway.port)).toBe(false);
  });

  it("offers no compression", async () => {
    const gateway = await startGateway({ demo: true, stateDir: state });
    const socket = await openSocket(gateway);
    expect(socket.extensions).toBe("");
    socket.terminate();
    await gateway.stop();
  });

  it("ends within seconds of SIGTERM though a WebSocket is open", async () => {
    const gateway = await startGateway({ demo: true, stateDir: state });
    const socket = await openSocket(gateway);
    const closed = once(socket, "close");
    expect(await gateway.stop()).toBe(0);
    await closed;
    expect(await isOpen(gateway.port)).toBe(false);
  });

  it("comes back at the same port and state after SIGKILL of everything", async () => {
    const first = await startGateway({ demo: true, stateDir: state });
    await first.kill();
    const second = await startGateway({ demo: true, stateDir: state, port: first.port });
    expect(await isOpen(second.port)).toBe(true);
    await second.stop();
  });

  it("leaves no workerd behind when it alone is killed", async () => {
    const gateway = await startGateway({ demo: true, stateDir: state });
    const socket = await openSocket(gateway);
    const closed = once(socket, "close");
    process.kill(gateway.pid, "SIGKILL");
    await closed;
    expect(await isOpen(gateway.port)).toBe(false);
  });

  it("ends with the npm that runs it, though that was killed", async () => {
    const program =
      'require("child_process").spawn(process.execPath, process.argv.slice(1), { stdio: "inherit" })';
    const args = [serveProgram, "--port", "0", "--state", state, "--demo"];
    const npm = spawn(process.execPath, ["--eval", program, ...args], {
      env: { ...process.env, npm_lifecycle_event: "serve" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = await once(npm.stdout, "data");
    npm.kill("SIGKILL");
    await once(npm.stdout, "close");
    expect(await isOpen(Number(/:(\d+)\n$/.exec(String(line))?.[1]))).toBe(false);
  });

  it("fails with a clear line when workerd dies", async () => {
    const gateway = await startGateway({ demo: true, stateDir: state });
    process.kill(workerdOf(gateway), "SIGKILL");
    expect(await gateway.ended).toBe(1);
    expect(gateway.log()).toContain("durasip: workerd ended unexpectedly (signal SIGKILL)");
  });

  it("fails with a clear line when the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { code, stderr, stdout } = await refusal("--port", String(port), "--state", state);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Address already in use/i);
    expect(stdout).toBe("");
    other.close();
  });

  it("refuses a wrong command line and says what it expects", async () => {
    const { code, stderr } = await refusal("--port", "80 80", "--state", state);
    expect(code).toBe(2);
    expect(stderr).toContain('--port must be a number from 0 to 65535, not "80 80"');
    expect(stderr).toContain("usage: npm run serve");
  });
});
