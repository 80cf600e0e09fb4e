// Sockets, attachments, alarms and the deployment's secret, where only the runtime can show them.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmAdministration } from "../../src/contracts/administration";
import { formatSocketFacts, socketFactsHeader } from "../../src/contracts/socket-facts";
import { body, headerValue } from "../../src/sip/message";
import { Phone } from "../support/phone";
import {
  alarmOf,
  callsOf,
  crash,
  dial,
  hibernate,
  homeOf,
  makeAccount,
  online,
  password,
  type Road,
  rowsWritten,
  tablesOf,
} from "./support/homes";
import { RecordedSocket } from "./support/recorded-socket";
import { upgrade } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
});

const second = 1000;
const minute = 60 * second;

/** The clock that objects read; timers and alarms stay the platform's. */
const setClock = (now: number): void => {
  vi.useFakeTimers({ toFake: ["Date"], now });
};

/** Marks the object that is in memory now; a later one has no mark. */
const mark = (aor: string): Promise<void> =>
  runInDurableObject(homeOf(aor), (home) => {
    (home as unknown as { mark?: string }).mark = "seen";
  });

const isMarked = (aor: string): Promise<boolean> =>
  runInDurableObject(homeOf(aor), (home) => (home as unknown as { mark?: string }).mark === "seen");

describe.each<Road>(["named", "bare"])("RFC 5626 §4.4.1: keep-alives on the %s road", (road) => {
  it("are answered while the object sleeps, and leave it asleep", async () => {
    const aor = await makeAccount(`ping-${road}@example.com`);
    const phone = await online(aor, road);
    await hibernate(aor);
    for (let count = 0; count < 3; count++) {
      phone.send("\r\n\r\n");
      expect(await phone.frame()).toBe("\r\n");
    }
    // Nobody can evict what is not in memory.
    await expect(evictDurableObject(homeOf(aor))).rejects.toThrow("not currently running");
    expect((await phone.register()).status).toBe(200);
    phone.hangUp();
  });

  it("bring the longer expiry once one was seen, asleep or awake", async () => {
    const aor = await makeAccount(`grant-${road}@example.com`);
    const phone = await dial(aor, road);
    const granted = async (): Promise<string | undefined> =>
      /;expires=(\d+)/.exec(headerValue(await phone.register(3600), "contact") ?? "")?.[1];
    expect(await granted()).toBe("150");
    await hibernate(aor);
    phone.send("\r\n\r\n");
    expect(await phone.frame()).toBe("\r\n");
    expect(await granted()).toBe("600");
    await hibernate(aor);
    expect(await granted()).toBe("600");
    phone.hangUp();
  });

  it("are answered as octets when they come as octets (baresip)", async () => {
    const aor = await makeAccount(`octets-${road}@example.com`);
    const phone = await online(aor, road);
    await hibernate(aor);
    phone.send(new TextEncoder().encode("\r\n\r\n"));
    expect(await phone.frame()).toEqual(new TextEncoder().encode("\r\n"));
    phone.hangUp();
  });

  it("that are no ping get no answer", async () => {
    const aor = await makeAccount(`pong-${road}@example.com`);
    const phone = await online(aor, road);
    for (const noise of ["\r\n", new TextEncoder().encode("\r\n"), ""]) phone.send(noise);
    expect((await phone.register()).status).toBe(200);
    expect(phone.unread()).toEqual([]);
    phone.hangUp();
  });
});

describe.each<Road>(["named", "bare"])("RFC 7118 §5: frames on the %s road", (road) => {
  it("in octets carry a request, and what is no UTF-8 reaches the other side as it was", async () => {
    const [alice, bob] = [
      await makeAccount(`bin1-${road}@example.com`),
      await makeAccount(`bin2-${road}@example.com`),
    ];
    const [from, to] = [await online(alice, road), await online(bob, road)];
    const { text, callId, cseq } = from.format("MESSAGE", {
      uri: `sip:${bob}`,
      lines: ["Content-Type: application/octet-stream"],
      body: "abc",
    });
    const octets = new TextEncoder().encode(text);
    octets.set([0xff, 0x00, 0xc3], octets.length - 3);
    from.send(octets);
    const got = await to.take("MESSAGE");
    expect(got.octets).toBe(true);
    expect(body(got)).toBe("\u00ff\u0000\u00c3");
    expect((await from.responseTo(callId, `${cseq} MESSAGE`)).status).toBe(200);
    from.hangUp();
    to.hangUp();
  });
});

describe.each<Road>(["named", "bare"])("RFC 6455 §7: closing on the %s road", (road) => {
  it.each([
    ["the client's code", 1000, 1000],
    ["the client's own code", 4321, 4321],
    ["going away", 1001, 1001],
  ])("is completed with %s, hibernated or not", async (_what, code, answered) => {
    for (const asleep of [false, true]) {
      const aor = await makeAccount(`close-${road}-${code}-${asleep}@example.com`);
      const phone = await online(aor, road);
      if (asleep) await hibernate(aor);
      phone.hangUp(code);
      expect((await phone.closed()).code).toBe(answered);
      expect(await callsOf(aor).listDevices()).toMatchObject([{ state: "grace" }]);
    }
  });

  it("by the home says why", async () => {
    const aor = await makeAccount(`kick-${road}@example.com`);
    const phone = await online(aor, road);
    await callsOf(aor).putAccount(aor, { enabled: false }, "put");
    expect(await phone.closed()).toEqual({ code: 1008, reason: "Log in again" });
  });
});

describe("what survives hibernation in an attachment", () => {
  it("is the login, the binding, the nonce's count and the ping", async () => {
    const aor = await makeAccount("attached@example.com");
    const phone = await online(aor);
    await mark(aor);
    const before = await rowsWritten(aor);
    await hibernate(aor);
    expect(await isMarked(aor)).toBe(false);
    const fetched = await phone.attempt("REGISTER");
    expect([fetched.status, headerValue(fetched, "contact")]).toEqual([
      200,
      expect.stringContaining(phone.contact),
    ]);
    expect(await rowsWritten(aor)).toBeLessThanOrEqual(before);
    const attachment = await runInDurableObject(homeOf(aor), (_home, context) =>
      context.getWebSockets().map((socket) => socket.deserializeAttachment() as Record<string, unknown>),
    );
    expect(attachment).toMatchObject([
      { bindings: [{ uri: phone.contact }], nonceUse: { highest: 1 }, page: phone.contact },
    ]);
    // What is in an attachment can be read by whoever reads the disk.
    expect(JSON.stringify(attachment)).not.toContain(password);
    phone.hangUp();
  });

  it.each([
    ["five Contacts of 800 characters", 5, 800, 200],
    ["five Contacts of 950 characters", 5, 950, 403],
    ["one Contact of 5,500 characters", 1, 5500, 400],
    ["one Contact of 20,000 characters", 1, 20_000, 400],
  ])("has room for %s, or the registration is refused", async (_what, count, characters, status) => {
    const aor = await makeAccount(`large${count}-${characters}@example.com`);
    const phone = await online(aor);
    const contact = (at: number): string =>
      `<sip:c${at}@x.invalid;transport=ws>;p="${"€".repeat(characters)}"`;
    const contacts = Array.from({ length: count }, (_, at) => contact(at)).join(", ");
    expect((await phone.request("REGISTER", { lines: [`Contact: ${contacts}`] })).status).toBe(status);
    await hibernate(aor);
    expect((await phone.register()).status).toBe(200);
    phone.hangUp();
  });

  it("has no room for endless names in a Call-ID, a page or an Origin", async () => {
    const endless = "a".repeat(20_000);
    const aor = await makeAccount("endless@example.com");
    const phone = await dial(aor, "named");
    const subscribed = await phone.request("SUBSCRIBE", {
      uri: `sip:${aor}`,
      lines: ["Event: presence", `Contact: <sip:${endless}@x.invalid>`],
    });
    expect(subscribed.status).toBe(400);
    const lines = [`Contact: <${phone.contact}>`];
    expect((await phone.request("REGISTER", { lines, callId: endless })).status).toBe(400);
    phone.hangUp();
    const response = await upgrade(`/?aor=${aor}`, { Origin: `https://sip.example.com/${endless}` });
    expect(response.status).toBe(403);
  });
});

describe("strangers: sockets that have not logged in", () => {
  const socketFrom = async (aor: string, address: string): Promise<RecordedSocket> => {
    const headers = {
      Upgrade: "websocket",
      [socketFactsHeader]: formatSocketFacts({
        address,
        origin: undefined,
        scheme: "wss",
        host: "sip.example.com",
        token: undefined,
        userAgent: undefined,
      }),
    };
    const { webSocket } = await homeOf(aor).fetch("https://home.invalid/", { headers });
    return new RecordedSocket(webSocket as WebSocket);
  };

  it("are few from one address, the oldest makes room, and the owner is not locked out", async () => {
    const aor = await makeAccount("crowded@example.com");
    const owner = await online(aor);
    const crowd: RecordedSocket[] = [];
    for (let count = 0; count < 17; count++) crowd.push(await socketFrom(aor, "192.0.2.1"));
    expect(await crowd[0]?.next()).toEqual({ kind: "close", code: 1013, reason: "Too many connections" });
    const elsewhere = await socketFrom(aor, "192.0.2.2");
    const other = new Phone(elsewhere, { aor, password });
    expect((await other.register()).status).toBe(200);
    expect((await owner.register()).status).toBe(200);
    for (const socket of crowd.slice(1)) socket.close(1000);
    owner.hangUp();
    other.hangUp();
  });

  it("are few in all", async () => {
    const aor = await makeAccount("thronged@example.com");
    const crowd: RecordedSocket[] = [];
    for (let count = 0; count < 257; count++) {
      crowd.push(await socketFrom(aor, `192.0.${count >> 8}.${count & 255}`));
    }
    expect(await crowd[0]?.next()).toEqual({ kind: "close", code: 1013, reason: "Too many connections" });
    for (const socket of crowd.slice(1)) socket.close(1000);
  });

  it("have a few seconds, and any event finds those whose time is over", async () => {
    const aor = await makeAccount("waiting@example.com");
    const start = Date.now();
    setClock(start);
    const silent = await socketFrom(aor, "192.0.2.3");
    setClock(start + 11 * second);
    await runInDurableObject(homeOf(aor), async (home) => {
      await (home as unknown as { alarm(): Promise<void> }).alarm();
    });
    expect(await silent.next()).toEqual({ kind: "close", code: 1008, reason: "Not authenticated in time" });
  });
});

describe("the alarm", () => {
  it("ends the grace of a phone that vanished: on time, late, twice, and for nothing", async () => {
    for (const late of [11 * second, 60 * minute]) {
      const aor = await makeAccount(`vanished${late}@example.com`);
      const start = Date.now();
      setClock(start);
      const phone = await online(aor);
      phone.hangUp(1001);
      await phone.closed();
      const armed = await alarmOf(aor);
      expect(armed).toBe(start + 10 * second);
      expect(await callsOf(aor).listDevices()).toMatchObject([{ state: "grace" }]);
      await hibernate(aor);
      setClock(start + late);
      expect(await runDurableObjectAlarm(homeOf(aor))).toBe(true);
      expect(await callsOf(aor).listDevices()).toMatchObject([{ state: "away" }]);
      // Unwatched and away: nothing is waited for any more.
      expect(await runDurableObjectAlarm(homeOf(aor))).toBe(false);
      const rows = await rowsWritten(aor);
      for (let time = 0; time < 2; time++) {
        await runInDurableObject(homeOf(aor), (home) =>
          (home as unknown as { alarm(): Promise<void> }).alarm(),
        );
      }
      expect(await rowsWritten(aor)).toBe(rows);
      vi.useRealTimers();
    }
  });

  it("that rings early finds nothing due and is set again", async () => {
    const aor = await makeAccount("early@example.com");
    const start = Date.now();
    setClock(start);
    const phone = await online(aor);
    phone.hangUp(1001);
    await phone.closed();
    setClock(start + 5 * second);
    expect(await runDurableObjectAlarm(homeOf(aor))).toBe(true);
    expect(await callsOf(aor).listDevices()).toMatchObject([{ state: "grace" }]);
    expect(await alarmOf(aor)).toBe(start + 10 * second);
  });

  it("is armed earlier but never later, by events and wakes alike", async () => {
    const aor = await makeAccount("armed@example.com");
    const start = Date.now();
    setClock(start);
    const phone = await online(aor);
    const watcher = await online(await makeAccount("armer@example.com"));
    expect((await watcher.subscribe(aor, 3600)).status).toBe(200);
    await watcher.take("NOTIFY");
    const watched = await alarmOf(aor);
    // A keep-alive earns the longer expiry, so that no binding ends between the refreshes below.
    phone.send("\r\n\r\n");
    expect(await phone.frame()).toBe("\r\n");
    expect((await phone.register()).status).toBe(200);
    expect(watched).toBe(start + 15 * minute);
    for (const after of [1, 5, 14]) {
      setClock(start + after * minute);
      if (after === 5) await hibernate(aor);
      expect((await phone.register()).status).toBe(200);
      expect(await alarmOf(aor)).toBe(watched);
    }
    phone.hangUp(1001);
    await phone.closed();
    expect(await alarmOf(aor)).toBe(start + 14 * minute + 10 * second);
    // The phone is back within its grace, the object sleeps and wakes, and the next grace is not missed.
    const back = await online(aor, "named", { page: "again" });
    await hibernate(aor);
    setClock(start + 14 * minute + 5 * second);
    expect((await back.register()).status).toBe(200);
    back.hangUp(1001);
    await back.closed();
    setClock(start + 14 * minute + 16 * second);
    while ((await alarmOf(aor)) !== null && ((await alarmOf(aor)) as number) <= Date.now()) {
      await runDurableObjectAlarm(homeOf(aor));
    }
    expect(await callsOf(aor).listDevices()).toMatchObject([{ state: "away" }]);
    watcher.hangUp();
  });

  it("finds a phone whose socket vanished unseen", async () => {
    const aor = await makeAccount("unseen@example.com");
    const start = Date.now();
    setClock(start);
    await online(aor);
    await crash();
    expect(await callsOf(aor).listDevices()).toMatchObject([{ state: "grace" }]);
    expect(await alarmOf(aor)).toBe(start + 10 * second);
  });
});

describe("the deployment's secret, when none is configured", () => {
  it("is the first realm's, and stays", async () => {
    expect((env as unknown as Record<string, unknown>)["DEPLOYMENT_SECRET"]).toBeUndefined();
    const realm = env.REALM.getByName("example.com") as unknown as RealmAdministration;
    const secret = await realm.deploymentSecret();
    const phone = await online(await makeAccount("secret@example.com"));
    const gruu = async (): Promise<string | undefined> =>
      /pub-gruu="([^"]*)"/.exec(headerValue(await phone.register(), "contact") ?? "")?.[1];
    const before = await gruu();
    await hibernate("secret@example.com");
    expect(await gruu()).toBe(before);
    expect(await realm.deploymentSecret()).toBe(secret);
    phone.hangUp();
  });

  it("serves logins before a wake and after it", async () => {
    const aor = await makeAccount("nonce@example.com");
    const before = await online(aor);
    await hibernate(aor);
    const after = await online(aor);
    expect((await before.register()).status).toBe(200);
    before.hangUp();
    after.hangUp();
  });
});

describe("an account that is deleted", () => {
  it("leaves nothing in memory, and nobody waits for it", async () => {
    const [alice, bob] = [await makeAccount("waits@example.com"), await makeAccount("leaves@example.com")];
    const [from, to] = [await online(alice), await online(bob)];
    await to.publish("here");
    const sent = from.message(bob, "still there?");
    await to.receive("MESSAGE");
    const before = Date.now();
    expect(await callsOf(bob).deleteAccount()).toBe(true);
    // It was stored when the phone's socket closed, and went with the rest.
    expect((await sent).status).toBe(202);
    expect(Date.now() - before).toBeLessThan(900);
    expect((await from.message(bob, "hello?")).status).toBe(404);
    expect(await tablesOf(bob)).toEqual([]);
    await makeAccount(bob);
    expect(await callsOf(bob).listDevices()).toEqual([]);
    from.hangUp();
    to.hangUp();
  });
});
