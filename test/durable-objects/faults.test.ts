// A throw inside an object: logged, answered where possible, memory dropped, and the next event works. A disk that
// refuses a write is the throw; a trigger in the object's own database plays it.

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { body, headerValue } from "../../src/sip/message";
import { callsOf, hibernate, homeOf, makeAccount, online } from "./support/homes";
import { upgrade } from "./support/worker";

let errors: MockInstance<typeof console.error>;

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

beforeEach(() => {
  errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  errors.mockRestore();
});

/** The entries of the log at error level. */
const faults = (): readonly Record<string, unknown>[] =>
  errors.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);

const breakTable = (aor: string, table: string): Promise<void> =>
  runInDurableObject(homeOf(aor), (_home, { storage }) => {
    for (const event of ["INSERT", "UPDATE", "DELETE"]) {
      storage.sql.exec(
        `CREATE TRIGGER fail_${event} BEFORE ${event} ON ${table} BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
      );
    }
  });

const repair = (aor: string): Promise<void> =>
  runInDurableObject(homeOf(aor), (_home, { storage }) => {
    for (const event of ["INSERT", "UPDATE", "DELETE"]) storage.sql.exec(`DROP TRIGGER fail_${event}`);
  });

describe("a step that throws", () => {
  it("answers 500 to the request, says why in the log, and the socket goes on", async () => {
    const aor = await makeAccount("f1@example.com");
    const phone = await online(aor);
    await breakTable(aor, "publication");
    expect((await phone.publish("lost")).status).toBe(500);
    expect(faults()).toMatchObject([
      { event: "home failed", entry: "webSocketMessage", aor, message: expect.stringContaining("disk full") },
    ]);
    expect((await phone.register()).status).toBe(200);
    await repair(aor);
    const published = await phone.publish("kept");
    expect([published.status, headerValue(published, "sip-etag")]).toEqual([200, expect.any(String)]);
    expect(faults()).toHaveLength(1);
    phone.hangUp();
  });

  it("in another user's home is 503 to the sender, after a second try", async () => {
    const [alice, bob] = [await makeAccount("f2@example.com"), await makeAccount("f3@example.com")];
    const from = await online(alice);
    expect((await from.message(bob, "one")).status).toBe(202);
    await breakTable(bob, "message");
    const refused = await from.message(bob, "two");
    expect([refused.status, headerValue(refused, "retry-after")]).toEqual([503, "5"]);
    expect(faults().map(({ entry }) => entry)).toEqual(["receiveOne", "receiveOne"]);
    await repair(bob);
    expect((await from.message(bob, "three")).status).toBe(202);
    const to = await online(bob);
    expect(body(await to.take("MESSAGE"))).toBe("one");
    expect(body(await to.take("MESSAGE"))).toBe("three");
    from.hangUp();
    to.hangUp();
  });

  it("leaves none of its rows, also those that were written before the one that failed", async () => {
    const [alice, bob] = [await makeAccount("f11@example.com"), await makeAccount("f12@example.com")];
    const [watcher, watched] = [await online(alice), await online(bob)];
    const documents = (): Promise<number> =>
      runInDurableObject(homeOf(bob), (_home, { storage }) => {
        const rows = storage.sql.exec("SELECT count(*) AS n FROM meta WHERE name = 'document presence'");
        return Number(rows.one()["n"]);
      });
    await breakTable(bob, "subscription");
    expect((await watcher.subscribe(bob)).status).toBe(503);
    expect(await documents()).toBe(0);
    await repair(bob);
    const subscribed = watcher.subscribe(bob);
    await watcher.take("NOTIFY");
    expect([(await subscribed).status, await documents()]).toEqual([200, 1]);
    watcher.hangUp();
    watched.hangUp();
  });

  it("keeps nobody waiting who waits for something else of that home", async () => {
    const [alice, bob] = [await makeAccount("f4@example.com"), await makeAccount("f5@example.com")];
    const [from, to] = [await online(alice), await online(bob)];
    const sent = from.message(bob, "before");
    const first = await to.receive("MESSAGE");
    await breakTable(bob, "publication");
    expect((await to.publish("lost")).status).toBe(500);
    // The call that waited is made once more, on the new memory, and the phone asked once more.
    const again = await to.take("MESSAGE");
    expect([body(again), headerValue(again, "call-id")]).toEqual(["before", headerValue(first, "call-id")]);
    expect((await sent).status).toBe(200);
    from.hangUp();
    to.hangUp();
  });

  it("in a timer is caught too", async () => {
    const aor = await makeAccount("f6@example.com");
    const [from, to] = [await online(await makeAccount("f7@example.com")), await online(aor)];
    const sent = from.message(aor, "no answer comes");
    await to.receive("MESSAGE");
    await breakTable(aor, "message");
    // After four seconds the timer would store it.
    await vi.waitFor(() => expect(faults()).toMatchObject([{ entry: "timer", aor }]), 6000);
    await repair(aor);
    expect((await to.register()).status).toBe(200);
    from.hangUp();
    to.hangUp();
    await sent.catch(() => undefined);
  }, 10_000);

  it("in the alarm is told to the platform, which rings again", async () => {
    const aor = await makeAccount("f8@example.com");
    const phone = await online(aor);
    phone.hangUp();
    await phone.closed();
    await breakTable(aor, "device");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11_000 });
    try {
      await expect(runDurableObjectAlarm(homeOf(aor))).rejects.toThrow("The home failed");
      expect(faults()).toMatchObject([{ entry: "alarm" }]);
      await repair(aor);
      await hibernate(aor);
      const back = await online(aor);
      expect(await callsOf(aor).listDevices()).toMatchObject([{ state: "live" }]);
      back.hangUp();
    } finally {
      vi.useRealTimers();
    }
  });

  it("when the rows cannot be read: 500 to the upgrade and no socket, until they can", async () => {
    const aor = await makeAccount("f9@example.com");
    await hibernate(aor);
    const change = (from: string, to: string): Promise<void> =>
      runInDurableObject(homeOf(aor), (_home, { storage }) => {
        storage.sql.exec("UPDATE meta SET data = replace(data, ?, ?) WHERE name = 'tenancy'", from, to);
      });
    await change("{", "<");
    expect((await upgrade(`/?aor=${aor}`)).status).toBe(500);
    expect(faults()).toMatchObject([{ entry: "fetch" }]);
    await change("<", "{");
    const phone = await online(aor);
    phone.hangUp();
  });

  it("tells the administrator who waits for a message's outcome", async () => {
    const aor = await makeAccount("f10@example.com");
    const phone = await online(aor);
    const sent = callsOf(aor).sendMessage({
      from: "sip:example.com",
      contentType: "text/plain",
      body: "news",
    });
    await phone.receive("MESSAGE");
    await breakTable(aor, "publication");
    expect((await phone.publish("lost")).status).toBe(500);
    expect(await sent).toEqual({ status: 503, reason: "Service Unavailable" });
    phone.hangUp();
  });
});
