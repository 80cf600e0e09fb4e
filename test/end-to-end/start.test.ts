import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, it } from "vitest";

const program = (name: string) => join(import.meta.dirname, "..", "..", "scripts", `${name}.ts`);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** Everything a stream says until `pattern` is in it. */
async function textUntil(stream: Readable, pattern: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  throw new Error(`it ended before it said ${pattern}:\n${text}`);
}

describe("npm start", () => {
  it("says where the page is and who may log in, serves it, and ends quietly", async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [program("start"), "--port", String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = await textUntil(child.stdout, /your own client: .*\n/);
    expect(said).toContain(`open http://127.0.0.1:${port} in two tabs`);
    expect(said).toContain(
      "alice@localhost, bob@localhost, carol@localhost (any other name too), password: demo",
    );
    expect(said).toContain(`your own client: ws://127.0.0.1:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(page.headers.get("Content-Type")).toContain("text/html");
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  });
});

describe("npm run deploy", () => {
  it("refuses while the demonstration's password is set", async () => {
    const child = spawn(process.execPath, [program("deploy"), "--dry-run"], {
      env: { ...process.env, DEMO_PASSWORD: "demo" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(child, "exit");
    await textUntil(child.stderr, /DEMO_PASSWORD is set in the environment/);
    expect(await ended).toEqual([1, null]);
  });
});
