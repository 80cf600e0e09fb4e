// Calls and SIGKILL (design §5's last rows): what rang rings nowhere once the gateway is back, and what was talked can
// still be hung up for both. Raw clients: none of a stock client's own repairs hides what the gateway does.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { headerValue } from "../../src/sip/message";
import { CallSide, place, respond, talk } from "../support/call";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { WebSocketLine } from "../support/web-socket-line";

const adminToken = "administrator-of-these-tests";

let stateDir: string;
let gateway: Gateway;
const start = (port?: number): Promise<Gateway> =>
  startGateway({
    demo: true,
    stateDir,
    vars: { ADMIN_TOKEN: adminToken },
    ...(port === undefined ? {} : { port }),
  });

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "durasip-killed-"));
  gateway = await start();
});
afterAll(async () => {
  await gateway?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const lineFor = (aor: string): Promise<WebSocketLine> =>
  WebSocketLine.open(`${gateway.socketUrl}/?aor=${aor}`);

let users = 0;
let open: Phone[] = [];

async function online(): Promise<Phone> {
  const user = `killed${++users}`;
  const aor = `${user}@localhost`;
  const phone = new Phone(await lineFor(aor), {
    aor,
    password: "demo",
    instance: user,
    page: `page-${user}`,
  });
  open.push(phone);
  expect((await phone.register()).status).toBe(200);
  return phone;
}

/** The same page over a new socket, as a client that reconnects. */
async function back(phone: Phone): Promise<void> {
  phone.rejoin(await lineFor(phone.aor));
  expect((await phone.register()).status).toBe(200);
}

async function killAndRestart(): Promise<void> {
  const { port } = gateway;
  await gateway.kill();
  gateway = await start(port);
}

interface LoggedCall {
  readonly peer: string;
  readonly outcome: string;
  readonly endedAt?: string;
}

async function lastCallOf({ aor }: Phone): Promise<LoggedCall | undefined> {
  const url = `${gateway.url}/v1/accounts/${aor}/calls`;
  const response = await fetch(url, { headers: { Authorization: `Bearer ${adminToken}` } });
  expect(response.status).toBe(200);
  const { calls } = (await response.json()) as { readonly calls: readonly LoggedCall[] };
  return calls[0];
}

async function aCallWorks(caller: Phone, callee: Phone): Promise<void> {
  const call = await talk(caller, callee);
  const answer = call.caller.request("BYE");
  await callee.take("BYE");
  expect((await answer).status).toBe(200);
}

let caller: Phone;
let callee: Phone;
beforeEach(async () => {
  [caller, callee] = await Promise.all([online(), online()]);
});
afterEach(() => {
  for (const phone of open) phone.hangUp();
  open = [];
});

/** Design §5: nothing rings on either side 15 s after the restart. */
const withinItsTime = { timeout: 15_000 } as const;

describe("SIGKILL while it rings", () => {
  it("the callee who comes back is told to stop, the caller that it is over, both logs say so, and a new call works", async () => {
    const placed = place(caller, callee.aor);
    const invite = await callee.receive("INVITE");
    respond(callee, invite, 180);
    await caller.hears(placed.callId, placed.cseq, 180);
    await killAndRestart();
    await Promise.all([back(caller), back(callee)]);
    const stopped = callee.take("CANCEL").then((cancel) => {
      respond(callee, invite, 487);
      return cancel;
    });
    const [cancelled, refused] = await Promise.all([stopped, caller.responseTo(placed.callId, placed.cseq)]);
    for (const { aor } of [caller, callee]) {
      expect(gateway.log()).toMatch(new RegExp(`"call given up","aor":"${aor}".*"why":"restarted"`));
    }
    expect(headerValue(cancelled, "call-id")).toBe(placed.callId);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    const ended = { outcome: "noAnswer", status: 480, endedAt: expect.any(String) };
    await expect.poll(() => lastCallOf(caller), withinItsTime).toMatchObject({ ...ended, missed: false });
    await expect.poll(() => lastCallOf(callee), withinItsTime).toMatchObject({ ...ended, missed: true });
    await aCallWorks(caller, callee);
  }, 20_000);

  it("a callee who comes back alone is told to stop", async () => {
    const placed = place(caller, callee.aor);
    respond(callee, await callee.receive("INVITE"), 180);
    await caller.hears(placed.callId, placed.cseq, 180);
    await killAndRestart();
    await back(callee);
    expect(headerValue(await callee.take("CANCEL"), "call-id")).toBe(placed.callId);
  }, 20_000);

  it("a caller who comes back alone hears that it is over", async () => {
    const placed = place(caller, callee.aor);
    respond(callee, await callee.receive("INVITE"), 180);
    await caller.hears(placed.callId, placed.cseq, 180);
    await killAndRestart();
    await back(caller);
    expect((await caller.responseTo(placed.callId, placed.cseq)).status).toBeGreaterThanOrEqual(400);
  }, 20_000);
});

describe("SIGKILL in mid call", () => {
  it.each(["caller", "callee"] as const)(
    "once both are back, the %s hangs up for both within a second",
    async (who) => {
      const call = await talk(caller, callee);
      await killAndRestart();
      await Promise.all([back(caller), back(callee)]);
      const other = who === "caller" ? callee : caller;
      const since = Date.now();
      const answer = call[who].request("BYE");
      expect(headerValue(await other.take("BYE"), "call-id")).toBe(call.caller.callId);
      expect((await answer).status).toBe(200);
      expect(Date.now() - since).toBeLessThan(1_000);
      for (const phone of [caller, callee]) {
        await expect
          .poll(() => lastCallOf(phone))
          .toMatchObject({ outcome: "answered", endedAt: expect.any(String) });
      }
      await aCallWorks(caller, callee);
    },
    20_000,
  );

  it("what one says reaches the other, and nobody was hung up for", async () => {
    const call = await talk(caller, callee);
    await killAndRestart();
    await Promise.all([back(caller), back(callee)]);
    const answer = call.callee.request("INFO", ["Content-Type: application/dtmf-relay"], "Signal=1\r\n");
    await caller.take("INFO");
    expect((await answer).status).toBe(200);
    expect([...caller.unread(), ...callee.unread()]).toEqual([]);
  }, 20_000);

  it("RFC 3261 §15.1.1: a BYE that its page was owed waits for it over the kill", async () => {
    const call = await talk(caller, callee);
    callee.hangUp();
    await callee.closed();
    expect((await call.caller.request("BYE")).status).toBe(200);
    await killAndRestart();
    await back(callee);
    expect(headerValue(await callee.take("BYE"), "call-id")).toBe(call.caller.callId);
  }, 20_000);
});

describe("SIGKILL between the answer and its ACK", () => {
  it("RFC 3261 §13.2.2.4: the ACK reaches the callee once both are back", async () => {
    const placed = place(caller, callee.aor);
    const invite = await callee.receive("INVITE");
    respond(callee, invite, 200);
    const answer = await caller.responseTo(placed.callId, placed.cseq);
    await killAndRestart();
    await Promise.all([back(caller), back(callee)]);
    const side = CallSide.ofCaller(caller, answer);
    side.ack();
    expect(headerValue(await callee.receive("ACK"), "call-id")).toBe(placed.callId);
    const said = side.request("BYE");
    await callee.take("BYE");
    expect((await said).status).toBe(200);
  }, 20_000);
});

describe("SIGKILL with the end of a call on its way to a page", () => {
  it.each(["caller", "callee"] as const)(
    "RFC 3261 §15.1.1: the BYE of the %s is said again to the page that had not answered it, and then never",
    async (who) => {
      const call = await talk(caller, callee);
      const other = who === "caller" ? callee : caller;
      call[who].send("BYE");
      await other.receive("BYE");
      await killAndRestart();
      await Promise.all([back(caller), back(callee)]);
      expect(headerValue(await other.take("BYE"), "call-id")).toBe(call.caller.callId);
      await back(other);
      await aCallWorks(caller, callee);
      const requests = other.unread().map((heard) => (heard.kind === "message" ? String(heard.data) : ""));
      expect(requests.filter((text) => text.startsWith("BYE "))).toEqual([]);
    },
    20_000,
  );

  it("RFC 3261 §17.2.1: the refusal is said again to the caller who had not acknowledged it", async () => {
    const placed = place(caller, callee.aor);
    respond(callee, await callee.receive("INVITE"), 486);
    expect((await caller.responseTo(placed.callId, placed.cseq)).status).toBe(486);
    await killAndRestart();
    await Promise.all([back(caller), back(callee)]);
    expect((await caller.responseTo(placed.callId, placed.cseq)).status).toBe(486);
    await aCallWorks(caller, callee);
  }, 20_000);
});
