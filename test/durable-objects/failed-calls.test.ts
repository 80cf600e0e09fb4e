// RECORD_FAILED_CALLS in real objects: a call that fails is written, one that goes well is not, and an object that left
// memory in between has lost no more than docs/decisions/0020 says.

import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Ladder } from "../../src/contracts/ladder";
import { place, respond, talk } from "../support/call";
import { Phone } from "../support/phone";
import { hibernate, homeOf, makeAccount, online, rowsWritten, tablesOf } from "./support/homes";
import { administer, fetchWorker, openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const open: Phone[] = [];
let pairs = 0;

afterEach(() => {
  for (const phone of open.splice(0)) phone.hangUp();
});

/** The objects of the tests have the variables of wrangler.toml; this one gets another before it reads them. */
const watchFailures = (aor: string): Promise<void> =>
  runInDurableObject(homeOf(aor), (home) => {
    const { env } = home as unknown as { readonly env: Record<string, string> };
    env["RECORD_FAILED_CALLS"] = "on";
  });

async function world(leaves: boolean) {
  const suffix = `${++pairs}@example.com`;
  const names = [`fails${suffix}`, `refuses${suffix}`] as const;
  for (const aor of names) {
    await watchFailures(aor);
    await makeAccount(aor);
  }
  const [a, b] = [await online(names[0]), await online(names[1])];
  open.push(a, b);
  const rest = async (): Promise<void> => {
    if (!leaves) return;
    for (const aor of names) {
      await hibernate(aor);
      await watchFailures(aor);
    }
  };
  return { alice: names[0], bob: names[1], a, b, rest };
}

async function ladder(aor: string, callId: string): Promise<Ladder> {
  const answer = await administer("GET", `/v1/accounts/${aor}/ladders/${encodeURIComponent(callId)}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Ladder;
}

describe.each([
  ["awake", false],
  ["out of memory between any two steps", true],
] as const)("with homes that are %s", (_, leaves) => {
  it("a call that is declined is kept at both homes, from its INVITE on, without its body", async () => {
    const { alice, bob, a, b, rest } = await world(leaves);
    const placed = place(a, bob);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    respond(b, invite, 603);
    await b.receive("ACK");
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(603);
    await rest();
    const found = await ladder(alice, placed.callId);
    expect(found.verdict?.title).toMatch(/^refuses\d+ declined$/);
    const labels = found.lines.map(({ label }) => label);
    expect(labels.filter((label) => label === "INVITE").length).toBeGreaterThanOrEqual(2);
    expect(labels.filter((label) => label === "603 Decline").length).toBe(3);
    // What was held in memory alone is what an eviction loses.
    expect(labels.includes("180 Ringing")).toBe(!leaves);
    expect(labels.includes("forgotten")).toBe(leaves);
    expect(JSON.stringify(found)).not.toContain("c=IN IP4");
  });

  it("a call that goes well writes nothing, from REGISTER to BYE", async () => {
    const { alice, bob, a, b, rest } = await world(leaves);
    const { caller } = await talk(a, b);
    await rest();
    const bye = caller.send("BYE");
    b.answer(await b.receive("BYE"), 200);
    expect((await a.responseTo(caller.callId, bye)).status).toBe(200);
    await rest();
    for (const aor of [alice, bob]) expect(await tablesOf(aor)).not.toContain("record");
  });

  it("a call that its callee ends because of its media is kept (RFC 3326)", async () => {
    const { alice, a, b, rest } = await world(leaves);
    const { callee } = await talk(a, b);
    await rest();
    const bye = callee.send("BYE", ['Reason: SIP;cause=500;text="ICE failed"']);
    a.answer(await a.receive("BYE"), 200);
    expect((await b.responseTo(callee.callId, bye)).status).toBe(200);
    const { verdict } = await ladder(alice, callee.callId);
    expect(verdict?.title).toMatch(/^refuses\d+'s client ended the call$/);
    expect(verdict?.explanation).toContain("ICE failed");
  });
});

describe("while a call goes on", () => {
  it("its ladder shows what is held, and the lines keep their ids when it fails", async () => {
    const { alice, bob, a, b } = await world(false);
    const placed = place(a, bob);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    const before = await ladder(alice, placed.callId);
    expect(before).toMatchObject({ live: true, verdict: { title: "It rings" } });
    respond(b, invite, 486);
    await a.responseTo(placed.callId, placed.cseq);
    const after = await ladder(alice, placed.callId);
    expect(after.verdict?.title).toMatch(/is busy$/);
    expect(after.lines.map(({ id }) => id)).toEqual(expect.arrayContaining(before.lines.map(({ id }) => id)));
  });
});

describe("RFC 3261 §22: refused logins", () => {
  it("are kept, and never written in a step that a stranger waits for", async () => {
    const { alice } = await world(false);
    for (let count = 0; count < 3; count++) {
      const before = await rowsWritten(alice);
      const stranger = new Phone(await openSocket(`/?aor=${alice}`), {
        aor: alice,
        password: `guess ${count}`,
      });
      expect((await stranger.register()).status).toBe(401);
      stranger.hangUp();
      await stranger.closed();
      expect(await rowsWritten(alice)).toBe(before);
    }
    const answer = await administer("GET", `/v1/accounts/${alice}/recording/exchanges`);
    const { exchanges } = (await answer.json()) as {
      readonly exchanges: readonly { readonly callId: string }[];
    };
    expect(exchanges.length).toBe(3);
    const { verdict } = await ladder(alice, exchanges[0]?.callId ?? "");
    expect(verdict?.title).toBe("Wrong password");
  });
});

describe("a login over HTTP", () => {
  it("that fails writes no row in its time: neither its own, nor one that waits", async () => {
    const alice = await makeAccount("guessed@example.com");
    expect((await administer("PUT", `/v1/accounts/${alice}/recording`, { seconds: 600 })).status).toBe(200);
    const origin = "https://sip.example.com";
    const guess = () =>
      fetchWorker("/v1/session", {
        method: "POST",
        headers: { Origin: origin, "Content-Type": "application/json" },
        body: JSON.stringify({ aor: alice, password: "another" }),
      });
    const before = await rowsWritten(alice);
    expect((await guess()).status).toBe(401);
    expect(await rowsWritten(alice)).toBe(before);
    const stranger = new Phone(await openSocket(`/?aor=${alice}`), { aor: alice, password: "another" });
    open.push(stranger);
    expect((await stranger.register()).status).toBe(401);
    expect((await guess()).status).toBe(401);
    expect(await rowsWritten(alice)).toBe(before);
  });
});
