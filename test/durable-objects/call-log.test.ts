// The log of calls and the rules for calls, over HTTP, at real homes: by the administrator and by the user himself.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { answerChallenge } from "../../src/auth/answer-challenge";
import type { CallPage, CallView } from "../../src/contracts/call-record";
import worker from "../../src/index";
import { CallSide, cancel, place, respond } from "../support/call";
import type { Phone } from "../support/phone";
import { hibernate, makeAccount, online, password } from "./support/homes";
import { administer, tokenFor } from "./support/worker";

const { hash } = createKeyring("the hash function alone");
const environment = { ...env, TOKEN_SECRET: "0123456789abcdef0123456789abcdef" };
const instances = [
  "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
  "6f85d4e3-e8aa-46aa-b768-bf39d5912143",
  "0c67446e-f1a1-11d9-94d3-000a95a0e128",
] as const;
const open: Phone[] = [];
let worlds = 0;

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});
afterEach(() => {
  for (const phone of open.splice(0)) phone.hangUp();
});

async function world(...users: readonly string[]): Promise<readonly string[]> {
  worlds++;
  return Promise.all(users.map((user) => makeAccount(`${user}log${worlds}@example.com`)));
}

async function phone(aor: string, device = 0): Promise<Phone> {
  const made = await online(aor, "named", { instance: instances[device] ?? "" });
  open.push(made);
  return made;
}

async function callsOf(aor: string, query = ""): Promise<CallPage> {
  await hibernate(aor);
  const response = await administer("GET", `/v1/accounts/${aor}/calls${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as CallPage;
}

const lastOf = async (aor: string): Promise<CallView | undefined> => (await callsOf(aor)).calls[0];

async function askOwn(target: string, authorization: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, Authorization: authorization };
  const request = new Request(new URL(target, "https://sip.example.com"), { ...init, headers });
  const asked = request as Request<unknown, IncomingRequestCfProperties>;
  return worker.fetch(asked, environment, createExecutionContext());
}

const byToken = async (aor: string): Promise<string> => `Bearer ${await tokenFor(aor)}`;

/** Rings and is answered; the caller hangs up. */
async function talk(a: Phone, b: Phone, called = b.aor): Promise<void> {
  const placed = place(a, called);
  const invite = await b.receive("INVITE");
  respond(b, invite, 200);
  const side = CallSide.ofCaller(a, await a.responseTo(placed.callId, placed.cseq));
  side.ack();
  await b.receive("ACK");
  const bye = side.request("BYE");
  await b.take("BYE");
  expect((await bye).status).toBe(200);
}

/** Calls who answers with that status. */
async function refused(a: Phone, b: Phone, status: number): Promise<number> {
  const placed = place(a, b.aor);
  const invite = await b.receive("INVITE");
  respond(b, invite, status);
  await b.receive("ACK");
  return (await a.responseTo(placed.callId, placed.cseq)).status;
}

describe("the log of calls", () => {
  it("has an answered call for both, with the devices", async () => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    await talk(await phone(alice), await phone(bob, 1));
    const out = await lastOf(alice);
    expect(out).toMatchObject({
      direction: "outgoing",
      peer: `sip:${bob}`,
      outcome: "answered",
      missed: false,
    });
    expect(out?.duration).toBe(0);
    const into = await lastOf(bob);
    expect(into).toMatchObject({ direction: "incoming", peer: `sip:${alice}`, outcome: "answered" });
    const devices = await administer("GET", `/v1/accounts/${bob}/devices`);
    const { devices: listed } = (await devices.json()) as { devices: readonly { id: string }[] };
    expect(listed.map(({ id }) => id)).toEqual([into?.device]);
  });

  it("a call that one of two devices answered is missed by neither", async () => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    const [a, laptop, mobile] = [await phone(alice), await phone(bob, 1), await phone(bob, 2)];
    const placed = place(a, bob);
    const rung = await mobile.receive("INVITE");
    respond(mobile, rung, 180);
    respond(laptop, await laptop.receive("INVITE"), 200);
    CallSide.ofCaller(a, await a.responseTo(placed.callId, placed.cseq)).ack();
    await mobile.take("CANCEL");
    expect(await lastOf(bob)).toMatchObject({ outcome: "answered", missed: false });
  });

  it.each([
    [486, "busy", "busy", true],
    [603, "declined", "declined", false],
    [488, "failed", "failed", false],
  ])("%i is %s, and in the callee's log %s", async (status, out, into, missed) => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    expect(await refused(await phone(alice), await phone(bob, 1), status)).toBe(status);
    expect(await lastOf(alice)).toMatchObject({ outcome: out, status, missed: false });
    expect(await lastOf(bob)).toMatchObject({ outcome: into, status, missed });
  });

  it("a call that its caller gave up is missed", async () => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    const [a, b] = [await phone(alice), await phone(bob, 1)];
    const placed = place(a, bob);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    cancel(placed);
    await b.take("CANCEL");
    respond(b, invite, 487);
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(487);
    expect(await lastOf(alice)).toMatchObject({ outcome: "cancelled", missed: false });
    expect(await lastOf(bob)).toMatchObject({ outcome: "cancelled", missed: true });
  });

  it("so is one to who is not there", async () => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    const a = await phone(alice);
    const placed = place(a, bob);
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(480);
    expect(await lastOf(bob)).toMatchObject({ outcome: "noAnswer", missed: true });
  });

  it("is read in pages, newest first, and cleared", async () => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    const [a, b] = [await phone(alice), await phone(bob, 1)];
    for (const status of [486, 603, 480]) await refused(a, b, status);
    const first = await callsOf(bob, "?limit=2");
    expect(first.calls.map(({ status }) => status)).toEqual([480, 603]);
    const rest = await callsOf(bob, `?limit=2&before=${first.next}`);
    expect([rest.calls.map(({ status }) => status), rest.next]).toEqual([[486], undefined]);
    const cleared = await administer("DELETE", `/v1/accounts/${bob}/calls`);
    expect(await cleared.json()).toEqual({ removed: 3 });
    expect((await callsOf(bob)).calls).toEqual([]);
    expect((await administer("GET", "/v1/accounts/nobody-here@example.com/calls")).status).toBe(404);
  });
});

describe("what a user reads and decides himself", () => {
  it("his log, by token and by digest; nobody else's", async () => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    await refused(await phone(alice), await phone(bob, 1), 486);
    const own = await askOwn("/v1/me/calls", await byToken(bob));
    expect(((await own.json()) as CallPage).calls).toHaveLength(1);
    const path = `/v1/me/calls?aor=${bob}`;
    const challenge = (await askOwn(path, "")).headers.get("www-authenticate") ?? "";
    const identity = { username: bob.slice(0, bob.indexOf("@")), password };
    const asked = { method: "GET", requestUri: path, body: "" };
    const answer = answerChallenge(hash, [challenge], identity, asked, { nc: 1, cnonce: "0a4f113b" });
    expect((await askOwn(path, answer ?? "")).status).toBe(200);
    expect((await askOwn(path, await byToken(alice))).status).toBe(403);
    expect((await askOwn("/v1/me/calls", "Bearer nonsense")).status).toBe(401);
  });

  it("his rules: calls go where he says, at once", async () => {
    const [alice = "", bob = "", carol = ""] = await world("alice", "bob", "carol");
    const [a, c] = [await phone(alice), await phone(carol, 2)];
    await phone(bob, 1);
    const put = await askOwn("/v1/me/rules", await byToken(bob), {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ forward: { always: carol } }),
    });
    const decided = { doNotDisturb: false, forward: { always: `sip:${carol}` }, blocked: [] };
    expect(await put.json()).toEqual(decided);
    await hibernate(bob);
    const read = await askOwn("/v1/me/rules", await byToken(bob));
    expect(await read.json()).toEqual(decided);
    await talk(a, c, bob);
    expect(await lastOf(bob)).toMatchObject({
      outcome: "forwarded",
      forwardedTo: `sip:${carol}`,
      missed: false,
    });
    expect(await lastOf(carol)).toMatchObject({ outcome: "answered", peer: `sip:${alice}` });
  });

  it("not to be disturbed: 486, and nothing rings", async () => {
    const [alice = "", bob = ""] = await world("alice", "bob");
    const [a, b] = [await phone(alice), await phone(bob, 1)];
    await administer("PATCH", `/v1/accounts/${bob}`, { rules: { doNotDisturb: true } });
    const placed = place(a, bob);
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(486);
    expect(b.unread()).toEqual([]);
    await administer("PATCH", `/v1/accounts/${bob}`, { rules: null });
    expect(await refused(a, b, 603)).toBe(603);
  });
});
