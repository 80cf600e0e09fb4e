// The promises of messages, calls and presence, kept by a real gateway through cut sockets and SIGKILL. A few seconds here;
// `npm run chaos` takes as long as it is told to (CHAOS_SECONDS).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { afterAll, expect, it } from "vitest";
import { Chaos } from "../support/chaos/chaos";

const seconds = Number(env["CHAOS_SECONDS"] ?? 5);
const seed = Number(env["CHAOS_SEED"] ?? Date.now() % 1_000_000);
const stateDir = mkdtempSync(join(tmpdir(), "durasip-chaos-"));
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

it(
  `what was acknowledged is kept, whatever is cut or killed (seed ${seed})`,
  async () => {
    const chaos = new Chaos({ stateDir, seconds, seed });
    const broken = await chaos.run();
    const { messages, callsPlaced } = chaos.ledger;
    expect(chaos.kills).toBeGreaterThan(0);
    expect([messages.length > 0, callsPlaced > 0, chaos.cuts > 0]).toEqual([true, true, true]);
    expect(
      broken,
      `${messages.length} messages, ${callsPlaced} calls, ${chaos.cuts} cuts, ${chaos.kills} kills`,
    ).toEqual([]);
  },
  (seconds + 240) * 1_000,
);
