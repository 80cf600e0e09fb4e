// The promises of messages, calls and presence, kept by a real gateway to raw user agents and to SIP.js and JsSIP in a browser
// through cut sockets and SIGKILL. A few seconds here; `npm run chaos` takes as long as it is told to (CHAOS_SECONDS).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { env } from "node:process";
import { afterAll, expect, it } from "vitest";
import { Chaos } from "../support/chaos/chaos";

const seconds = Number(env["CHAOS_SECONDS"] ?? 5);
const seed = Number(env["CHAOS_SEED"] ?? Date.now() % 1_000_000);
const browser = env["CHAOS_BROWSER"] !== "off";
const stateDir = mkdtempSync(join(tmpdir(), "durasip-chaos-"));
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

it(
  `what was acknowledged is kept, whatever is cut or killed (seed ${seed}${browser ? "" : ", no stock clients"})`,
  async () => {
    const chaos = new Chaos({ stateDir, seconds, seed, browser });
    const broken = await chaos.run();
    const { messages, callsPlaced, heard } = chaos.ledger;
    process.stdout.write(`${chaos.summary}\n`);
    expect(chaos.kills).toBeGreaterThan(0);
    expect([messages.size > 0, callsPlaced > 0, chaos.cuts > 0]).toEqual([true, true, true]);
    if (browser) expect(heard.size, "sides of calls that had sound").toBeGreaterThan(0);
    expect(broken, `seed ${seed}: ${chaos.summary}`).toEqual([]);
  },
  (seconds + 300) * 1_000,
);
