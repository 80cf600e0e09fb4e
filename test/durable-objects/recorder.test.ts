// The flight recorder in real objects: what is recorded at two homes, how it is joined, and that nothing stays behind.

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Ladder } from "../../src/contracts/ladder";
import { CallSide, cancel, place, respond } from "../support/call";
import { Phone } from "../support/phone";
import {
  alarmOf,
  hibernate,
  homeOf,
  makeAccount,
  online,
  password,
  rowsWritten,
  tablesOf,
} from "./support/homes";
import { administer, fetchWorker, openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const instances = ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "6f85d4e3-e8aa-46aa-b768-bf39d5912143"] as const;
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const open: Phone[] = [];
let pairs = 0;

afterEach(() => {
  vi.useRealTimers();
  for (const phone of open.splice(0)) phone.hangUp();
});

async function record(aor: string, order: object = { seconds: 600 }): Promise<void> {
  const answer = await administer("PUT", `/v1/accounts/${aor}/recording`, order);
  expect(answer.status).toBe(200);
}

/** Alice and Bob, both recorded; Bob on Firefox. */
async function world({ leaves = false, bobIsThere = true, order = { seconds: 600 } as object } = {}) {
  const suffix = `${++pairs}@example.com`;
  const [alice, bob] = [await makeAccount(`flies${suffix}`), await makeAccount(`lands${suffix}`)];
  for (const aor of [alice, bob]) await record(aor, order);
  const a = await online(alice, "named", { instance: instances[0] });
  open.push(a);
  const rest = async (): Promise<void> => {
    if (leaves) for (const aor of [alice, bob]) await hibernate(aor);
  };
  const socket = await openSocket(`/?aor=${bob}`, { "User-Agent": firefox });
  const b = new Phone(socket, { aor: bob, password, instance: instances[1] });
  open.push(b);
  if (bobIsThere) expect((await b.register()).status).toBe(200);
  else {
    b.hangUp();
    await b.closed();
  }
  return { alice, bob, a, b, rest };
}

async function ladder(aor: string, callId: string, query = ""): Promise<Ladder> {
  const answer = await administer("GET", `/v1/accounts/${aor}/ladders/${encodeURIComponent(callId)}${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Ladder;
}

const shown = ({ lanes, lines }: Ladder): readonly string[] =>
  lines.map(({ from, to, label }) => {
    const name = (id: string): string => lanes.find((lane) => lane.id === id)?.label ?? id;
    return `${name(from)} -> ${name(to)}: ${label}`.replaceAll(/(flies|lands)\d+/g, "$1");
  });

describe.each([
  ["awake", false],
  ["out of memory between any two steps", true],
] as const)("with homes that are %s", (_, leaves) => {
  it("a call is one ladder, joined from both homes, in the order of what caused what", async () => {
    const { a, b, alice, rest } = await world({ leaves });
    const placed = place(a, b.aor);
    await a.hears(placed.callId, placed.cseq, 100);
    const invite = await b.receive("INVITE");
    await rest();
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    respond(b, invite, 200);
    const answer = await a.responseTo(placed.callId, placed.cseq);
    await rest();
    const caller = CallSide.ofCaller(a, answer);
    caller.ack();
    await b.receive("ACK");
    await rest();
    const bye = caller.send("BYE");
    b.answer(await b.receive("BYE"), 200);
    expect((await a.responseTo(caller.callId, bye)).status).toBe(200);
    const found = await ladder(alice, placed.callId);
    expect(shown(found)).toEqual([
      "flies · device -> flies@example.com: INVITE",
      "flies@example.com -> lands@example.com: INVITE",
      "lands@example.com -> lands · Firefox: INVITE",
      "flies@example.com -> flies · device: 100 Trying",
      "lands · Firefox -> lands@example.com: 180 Ringing",
      "lands@example.com -> flies@example.com: 180 Ringing",
      "flies@example.com -> flies · device: 180 Ringing",
      "lands · Firefox -> lands@example.com: 200 OK",
      "lands@example.com -> flies@example.com: 200 OK",
      "flies@example.com -> flies · device: 200 OK",
      "flies · device -> flies@example.com: ACK",
      "flies@example.com -> lands@example.com: ACK",
      "lands@example.com -> lands · Firefox: ACK",
      "flies · device -> flies@example.com: BYE",
      "flies@example.com -> lands@example.com: BYE",
      "lands@example.com -> lands · Firefox: BYE",
      "lands · Firefox -> lands@example.com: 200 OK",
      "lands@example.com -> flies@example.com: 200 OK",
      "flies@example.com -> flies · device: 200 OK",
    ]);
    expect(found.verdict).toMatchObject({ failed: false, title: "Answered, and hung up" });
    expect([found.missing, found.live]).toEqual([undefined, false]);
  });

  it("the callee is offline", async () => {
    const { a, b, alice, rest } = await world({ leaves, bobIsThere: false });
    await rest();
    const placed = place(a, b.aor);
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(480);
    await rest();
    const { verdict } = await ladder(alice, placed.callId);
    expect(verdict?.title).toMatch(/^lands\d+ was not reachable$/);
  });

  it.each([
    [603, /^lands\d+ declined$/],
    [486, /^lands\d+ is busy$/],
    [488, /^No common media$/],
  ])("the callee's phone says %i", async (status, title) => {
    const { a, b, bob, rest } = await world({ leaves });
    const placed = place(a, b.aor);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    respond(b, invite, status);
    await b.receive("ACK");
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(status);
    await rest();
    // Asked for from the callee's side, which is as good.
    const { verdict } = await ladder(bob, placed.callId);
    expect(verdict?.title).toMatch(title);
    expect(verdict?.explanation).toContain("Firefox");
  });

  it("the caller hangs up before there is an answer", async () => {
    const { a, b, alice, rest } = await world({ leaves });
    const placed = place(a, b.aor);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    cancel(placed);
    b.answer(await b.receive("CANCEL"), 200);
    respond(b, invite, 487);
    await b.receive("ACK");
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(487);
    const { verdict } = await ladder(alice, placed.callId);
    expect(verdict).toMatchObject({ failed: false, title: "Cancelled by the caller" });
  });

  it("the caller's socket is cut in mid call, and the gateway ends it a minute later", async () => {
    const { a, b, alice, bob, rest } = await world({ leaves });
    const placed = place(a, b.aor);
    const invite = await b.receive("INVITE");
    respond(b, invite, 200);
    CallSide.ofCaller(a, await a.responseTo(placed.callId, placed.cseq)).ack();
    await b.receive("ACK");
    await rest();
    a.hangUp(3000);
    await a.closed();
    expect((await ladder(bob, placed.callId)).verdict?.title).toBe("The call goes on");
    await rest();
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ["Date"] });
    await runDurableObjectAlarm(homeOf(alice));
    b.answer(await b.receive("BYE"), 200);
    await rest();
    const found = await ladder(bob, placed.callId);
    expect(found.verdict?.title).toMatch(/^flies\d+'s connection was lost$/);
    expect(found.verdict?.explanation).toContain("socket closed (3000)");
    expect(found.verdict?.explanation).toContain("1 min");
  });

  it("the callee's socket is cut while it rings", async () => {
    const { a, b, alice, bob, rest } = await world({ leaves });
    const placed = place(a, b.aor);
    respond(b, await b.receive("INVITE"), 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    b.hangUp(3001);
    await b.closed();
    vi.useFakeTimers({ now: Date.now() + 11_000, toFake: ["Date"] });
    await runDurableObjectAlarm(homeOf(bob));
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(480);
    const { verdict } = await ladder(alice, placed.callId);
    expect(verdict?.title).toMatch(/^lands\d+'s connection was lost$/);
    expect(verdict?.explanation).toContain("socket closed (3001)");
  });

  it("the callee has blocked the caller; of a home that is not recorded nothing is there", async () => {
    const { a, b, alice, bob, rest } = await world({ leaves });
    await administer("PATCH", `/v1/accounts/${bob}`, { blocked: [alice] });
    const refused = place(a, b.aor);
    expect((await a.responseTo(refused.callId, refused.cseq)).status).toBe(403);
    expect((await ladder(alice, refused.callId)).verdict?.title).toMatch(/^lands\d+ has blocked flies\d+$/);
    await administer("DELETE", `/v1/accounts/${bob}/recording?forget=true`);
    await rest();
    const again = place(a, b.aor);
    expect((await a.responseTo(again.callId, again.cseq)).status).toBe(403);
    const half = await ladder(alice, again.callId);
    expect(half.missing).toEqual([{ aor: bob, why: "Nothing of this call was recorded there." }]);
    expect(half.lanes.map(({ kind }) => kind)).toEqual(["device", "home", "peer"]);
  });

  it("RFC 3261 §22: a wrong password", async () => {
    const { alice, rest } = await world({ leaves });
    // Afterwards a timer holds it: failed logins are written down seconds later.
    await rest();
    const stranger = new Phone(await openSocket(`/?aor=${alice}`), { aor: alice, password: "another" });
    open.push(stranger);
    expect((await stranger.register()).status).toBe(401);
    stranger.hangUp();
    await stranger.closed();
    const refused = async () => {
      const answer = await administer("GET", `/v1/accounts/${alice}/recording/exchanges`);
      const { exchanges } = (await answer.json()) as {
        exchanges: readonly { callId: string; summary: string; failed: boolean }[];
      };
      return exchanges.filter(({ failed }) => failed);
    };
    const [login] = await refused();
    expect(login?.summary).toBe("Login refused");
    const found = await ladder(alice, login?.callId ?? "");
    expect(found.verdict?.title).toBe("Wrong password");
    expect(JSON.stringify(found)).not.toMatch(/response=|cnonce|nonce=\\"[^<]/);
  });
});

describe("what is kept", () => {
  const rowsOf = (aor: string): Promise<number> =>
    runInDurableObject(homeOf(aor), (_home, { storage }) =>
      Number(storage.sql.exec("SELECT count(*) AS n FROM record").one()["n"]),
    );
  const view = async (aor: string) =>
    (await (await administer("GET", `/v1/accounts/${aor}/recording`)).json()) as {
      readonly recording?: { readonly until: string };
      readonly kept: { readonly messages: number; readonly octets: number };
    };

  it("nothing, while the recorder is off: no table, and no row", async () => {
    const alice = await makeAccount("unseen@example.com");
    const a = await online(alice);
    open.push(a);
    const before = await rowsWritten(alice);
    expect((await a.register()).status).toBe(200);
    expect((await a.request("OPTIONS", { uri: "sip:example.com" })).status).toBe(200);
    expect(await rowsWritten(alice)).toBe(before);
    expect(await tablesOf(alice)).not.toContain("record");
    expect(await view(alice)).toMatchObject({ failedCalls: false, kept: { messages: 0, octets: 0 } });
  });

  it("one row for a step, whatever it sends", async () => {
    const { a, b, alice } = await world();
    const before = await rowsOf(alice);
    const placed = place(a, b.aor);
    const invite = await b.receive("INVITE");
    respond(b, invite, 486);
    await b.receive("ACK");
    await a.responseTo(placed.callId, placed.cseq);
    // The INVITE with its parcel; the 100; the 486 and what passes it on; the ACK.
    expect((await rowsOf(alice)) - before).toBeLessThanOrEqual(4);
  });

  it("until its time is over: the alarm takes the recording off, and the last row of it", async () => {
    const { alice, a, b } = await world({ order: { seconds: 60 } });
    const placed = place(a, b.aor);
    respond(b, await b.receive("INVITE"), 603);
    await a.responseTo(placed.callId, placed.cseq);
    for (const phone of open.splice(0)) {
      phone.hangUp();
      await phone.closed();
    }
    expect(await rowsOf(alice)).toBeGreaterThan(1);
    let at = Date.now();
    // The end of the recording, and a day and more after it.
    for (const hours of [0.1, 80]) {
      at += hours * 3_600_000;
      vi.useFakeTimers({ now: at, toFake: ["Date"] });
      expect(await alarmOf(alice)).toBeLessThanOrEqual(at);
      await runDurableObjectAlarm(homeOf(alice));
      vi.useRealTimers();
    }
    expect(await rowsOf(alice)).toBe(0);
    expect((await view(alice)).recording).toBeUndefined();
    const meta = await runInDurableObject(homeOf(alice), (_home, { storage }) =>
      storage.sql.exec("SELECT name FROM meta WHERE name = 'recording'").toArray(),
    );
    expect(meta).toEqual([]);
  });

  it("no more than the ring holds: the oldest goes", async () => {
    const { alice, a } = await world();
    for (let count = 0; count < 520; count++) {
      const { text, callId } = a.format("OPTIONS", { uri: "sip:example.com" });
      a.send(text);
      if (count % 100 === 99) await a.responseTo(callId, `${/CSeq: (\d+)/.exec(text)?.[1]} OPTIONS`);
    }
    const { kept } = await view(alice);
    expect(kept.messages).toBeLessThanOrEqual(2000);
    expect(kept.messages).toBeGreaterThan(1000);
  });

  it("is gone when the administrator says so, and with the account", async () => {
    const { alice, bob, a, b } = await world();
    const placed = place(a, b.aor);
    respond(b, await b.receive("INVITE"), 603);
    await a.responseTo(placed.callId, placed.cseq);
    expect((await administer("DELETE", `/v1/accounts/${alice}/recording?forget=true`)).status).toBe(200);
    expect(await view(alice)).toMatchObject({ kept: { messages: 0 } });
    const missing = await administer("GET", `/v1/accounts/${alice}/ladders/${placed.callId}`);
    expect(missing.status).toBe(404);
    await administer("DELETE", `/v1/accounts/${bob}`);
    expect(await tablesOf(bob)).toEqual([]);
  });
});

describe("GET /v1/shared-ladder", () => {
  const bearer = (token: string): RequestInit => ({ headers: { Authorization: `Bearer ${token}` } });

  it("reads and exports the one ladder that its token names, until it expires", async () => {
    const { alice, a, b } = await world();
    const placed = place(a, b.aor);
    respond(b, await b.receive("INVITE"), 603);
    await a.responseTo(placed.callId, placed.cseq);
    const path = `/v1/accounts/${alice}/ladders/${encodeURIComponent(placed.callId)}`;
    const shared = await administer("POST", `${path}/share`, { seconds: 300 });
    expect(shared.status).toBe(200);
    const { token, url } = (await shared.json()) as { readonly token: string; readonly url: string };
    expect(url).toBe(`/ladder#${token}`);
    const read = await fetchWorker("/v1/shared-ladder", bearer(token));
    expect(await read.json()).toEqual(await ladder(alice, placed.callId));
    for (const [format, type] of [
      ["text", "text/plain; charset=utf-8"],
      ["pcapng", "application/x-pcapng"],
    ]) {
      const file = await fetchWorker(`/v1/shared-ladder/export?format=${format}`, bearer(token));
      expect([file.status, file.headers.get("content-type")]).toEqual([200, type]);
      const same = await administer("GET", `${path}/export?format=${format}`);
      expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array(await same.arrayBuffer()));
    }
    expect((await fetchWorker(path, bearer(token))).status).toBe(401);
    const changed = `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`;
    for (const wrong of [changed, "", "x"]) {
      const refused = await fetchWorker("/v1/shared-ladder", wrong === "" ? {} : bearer(wrong));
      expect([refused.status, ((await refused.json()) as { type: string }).type]).toEqual([
        401,
        "urn:durasip:problem:share-token-wrong",
      ]);
    }
    vi.useFakeTimers({ now: Date.now() + 301_000, toFake: ["Date"] });
    expect((await fetchWorker("/v1/shared-ladder", bearer(token))).status).toBe(401);
  });

  it("a Call-ID is any text of at most 256 characters, percent-encoded; one of which nothing is known is 404", async () => {
    const { alice, a, b } = await world();
    const odd = "a/b%c?d[::1]<x>{y}@z";
    const { text, cseq } = a.format("MESSAGE", {
      uri: `sip:${b.aor}`,
      callId: odd,
      lines: ["Content-Type: text/plain"],
      body: "hello",
    });
    a.send(text);
    await b.take("MESSAGE");
    await a.responseTo(odd, `${cseq} MESSAGE`);
    expect((await ladder(alice, odd)).lines.length).toBe(6);
    const asked = async (callId: string): Promise<number> =>
      (await administer("GET", `/v1/accounts/${alice}/ladders/${encodeURIComponent(callId)}`)).status;
    expect(await asked("unknown")).toBe(404);
    expect(await asked("x".repeat(257))).toBe(400);
  });
});
