// The flight recorder of the gateway as a user starts it: calls that fail, in a demonstration where nobody has told it to
// look, and the files that an operator takes away.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExchangePage } from "../../src/contracts/flight-record";
import type { Ladder } from "../../src/contracts/ladder";
import { place, respond } from "../support/call";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { WebSocketLine } from "../support/web-socket-line";

const adminToken = "the-operators-own-token";
const alice = "alice@localhost";
const bob = "bob@localhost";
let gateway: Gateway;
const open: Phone[] = [];

beforeAll(async () => {
  gateway = await startGateway({ demo: true, vars: { ADMIN_TOKEN: adminToken } });
});

afterAll(async () => {
  for (const phone of open) phone.hangUp();
  await gateway.stop();
});

async function phone(aor: string, password = "demo"): Promise<Phone> {
  const line = await WebSocketLine.open(`${gateway.socketUrl}/?aor=${aor}`);
  const made = new Phone(line, { aor, password });
  open.push(made);
  return made;
}

const ask = (path: string): Promise<Response> =>
  fetch(`${gateway.url}/v1/accounts/${path}`, { headers: { Authorization: `Bearer ${adminToken}` } });

const ladder = async (aor: string, callId: string): Promise<Ladder> =>
  (await (await ask(`${aor}/ladders/${encodeURIComponent(callId)}`)).json()) as Ladder;

describe("a demonstration", () => {
  it("explains a wrong password, though the account has never been used", async () => {
    const stranger = await phone("carol@localhost", "wrong");
    expect((await stranger.register()).status).toBe(401);
    const { exchanges } = (await (await ask("carol@localhost/recording/exchanges")).json()) as ExchangePage;
    expect(exchanges[0]).toMatchObject({ method: "REGISTER", failed: true, summary: "Login refused" });
    const { verdict } = await ladder("carol@localhost", exchanges[0]?.callId ?? "");
    expect(verdict).toMatchObject({ failed: true, title: "Wrong password" });
  });

  it("explains a callee who is offline, and one who declines; tshark reads what is exported", async () => {
    const a = await phone(alice);
    expect((await a.register()).status).toBe(200);
    const unheard = place(a, bob);
    expect((await a.responseTo(unheard.callId, unheard.cseq)).status).toBe(480);
    expect((await ladder(alice, unheard.callId)).verdict?.title).toBe("bob was not reachable");

    const b = await phone(bob);
    expect((await b.register()).status).toBe(200);
    const placed = place(a, bob);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    respond(b, invite, 603);
    await b.receive("ACK");
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(603);
    const found = await ladder(bob, placed.callId);
    expect(found.verdict?.title).toBe("bob declined");
    expect(found.missing).toBeUndefined();

    const path = `${alice}/ladders/${encodeURIComponent(placed.callId)}/export`;
    expect(await (await ask(`${path}?format=text`)).text()).toContain("bob declined the call");
    const file = new Uint8Array(await (await ask(`${path}?format=pcapng`)).arrayBuffer());
    expect([...file.subarray(0, 4)]).toEqual([0x0a, 0x0d, 0x0d, 0x0a]);
    if (spawnSync("tshark", ["--version"]).status !== 0) return;
    const folder = mkdtempSync(join(tmpdir(), "durasip-capture-"));
    writeFileSync(join(folder, "call.pcapng"), file);
    const read = spawnSync(
      "tshark",
      ["-n", "-r", join(folder, "call.pcapng"), "-T", "fields", "-e", "sip.Call-ID", "-e", "_ws.malformed"],
      {
        encoding: "utf8",
      },
    );
    rmSync(folder, { recursive: true });
    const messages = found.lines.filter(({ text }) => text !== undefined);
    expect(read.stdout).toBe(`${placed.callId}\t\n`.repeat(messages.length));
  });
});
