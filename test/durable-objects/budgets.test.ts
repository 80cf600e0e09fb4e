// Rows and calls, counted where the platform bills them (design "Budgets"): rows by the database itself, alarms
// included, calls at the home that is called.

import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { AddressOfRecord } from "../../durable-objects/address-of-record";
import type { Home, WireParcel } from "../../src/contracts/parcel";
import { body, headerValue, type SipRequest } from "../../src/sip/message";
import type { AddressOfRecord as AorName } from "../../src/sip/uri/address-of-record";
import { CallSide } from "../support/call";
import type { Phone } from "../support/phone";
import {
  alarmOf,
  dial,
  hibernate,
  homeOf,
  makeAccount,
  online,
  rowsWritten,
  tablesOf,
} from "./support/homes";
import { openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

let calls: Record<"receive" | "receiveOne" | "replied" | "returned", MockInstance>;

beforeEach(() => {
  calls = {
    receive: vi.spyOn(AddressOfRecord.prototype, "receive"),
    receiveOne: vi.spyOn(AddressOfRecord.prototype, "receiveOne"),
    replied: vi.spyOn(AddressOfRecord.prototype, "replied"),
    returned: vi.spyOn(AddressOfRecord.prototype, "returned"),
  };
});

afterEach(() => {
  for (const spy of Object.values(calls)) spy.mockRestore();
});

const callsMade = (): number => Object.values(calls).reduce((sum, { mock }) => sum + mock.calls.length, 0);

/** Rows written in each home, and calls made, while `work` is done. */
async function costOf(aors: readonly string[], work: () => Promise<void>) {
  const before = [];
  for (const aor of aors) before.push(await rowsWritten(aor));
  const callsBefore = callsMade();
  await work();
  const rows = [];
  for (const [at, aor] of aors.entries()) rows.push((await rowsWritten(aor)) - (before[at] ?? 0));
  return { rows, calls: callsMade() - callsBefore };
}

describe("a REGISTER refresh", () => {
  it("costs no row and no call", async () => {
    const aor = await makeAccount("refresh@example.com");
    const phone = await online(aor);
    const cost = await costOf([aor], async () => {
      for (let count = 0; count < 5; count++) expect((await phone.register()).status).toBe(200);
    });
    expect(cost).toEqual({ rows: [0], calls: 0 });
    phone.hangUp();
  });

  it.each([1, 3])(
    "costs none either when the object wakes for it, watched or not (%s times)",
    async (times) => {
      const aor = await makeAccount(`woken${times}@example.com`);
      const phone = await online(aor);
      const watcher = await online(await makeAccount(`watcher${times}@example.com`));
      // Longer than the object looks for itself, so that the alarm is the one of a watched user.
      expect((await watcher.subscribe(aor, 3600)).status).toBe(200);
      await watcher.take("NOTIFY");
      await phone.register();
      const alarm = await alarmOf(aor);
      for (let time = 0; time < times; time++) {
        await hibernate(aor);
        const cost = await costOf([aor], async () => {
          expect((await phone.register()).status).toBe(200);
        });
        expect(cost).toEqual({ rows: [0], calls: 0 });
        expect(await alarmOf(aor)).toBe(alarm);
      }
      phone.hangUp();
      watcher.hangUp();
    },
  );
});

describe("a call with several parcels", () => {
  it("returns without what waits for a silent phone, which follows by a call of its own", async () => {
    const [alice, bob] = [await makeAccount("b1@example.com"), await makeAccount("b2@example.com")];
    const to = await online(bob);
    const parcel = (key: string): WireParcel => [
      `${key} MESSAGE`,
      `MESSAGE sip:${bob} SIP/2.0\r\nVia: SIP/2.0/WSS example.com;branch=${key}\r\nMax-Forwards: 69\r\n` +
        `From: <sip:${alice}>;tag=1\r\nTo: <sip:${bob}>\r\nCall-ID: ${key}\r\nCSeq: 1 MESSAGE\r\n` +
        `Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi`,
      alice as AorName,
      true,
      1,
    ];
    const home = homeOf(bob) as unknown as Home;
    const called = home.receive(["z9hG4bKsilent", "z9hG4bKquick", "z9hG4bKtoo"].map(parcel));
    const requests = [];
    for (let count = 0; count < 3; count++) requests.push(await to.receive("MESSAGE"));
    for (const request of requests.slice(1)) to.answer(request, 200);
    const before = Date.now();
    expect((await called).map(([kind]) => kind)).toEqual(["pending", "answered", "answered"]);
    expect(Date.now() - before).toBeLessThan(500);
    expect(calls.replied).not.toHaveBeenCalled();
    to.answer(requests[0] as SipRequest, 200);
    await vi.waitFor(() => expect(calls.replied).toHaveBeenCalledOnce());
    to.hangUp();
  });
});

describe("a MESSAGE to a user who is there", () => {
  it("costs one call and no row", async () => {
    const [alice, bob] = [await makeAccount("m1@example.com"), await makeAccount("m2@example.com")];
    const [from, to] = [await online(alice), await online(bob)];
    const cost = await costOf([alice, bob], async () => {
      const sent = from.message(bob, "hello");
      expect(body(await to.take("MESSAGE"))).toBe("hello");
      expect((await sent).status).toBe(200);
    });
    expect(cost).toEqual({ rows: [0, 0], calls: 1 });
    from.hangUp();
    to.hangUp();
  });

  it("costs a second call when the phone takes over a second", async () => {
    const [alice, bob] = [await makeAccount("m3@example.com"), await makeAccount("m4@example.com")];
    const [from, to] = [await online(alice), await online(bob)];
    const cost = await costOf([alice, bob], async () => {
      const sent = from.message(bob, "hello");
      const request = await to.receive("MESSAGE");
      await vi.waitFor(
        () => expect(calls.receiveOne.mock.settledResults.at(-1)?.type).toBe("fulfilled"),
        3000,
      );
      to.answer(request, 200);
      expect((await sent).status).toBe(200);
    });
    expect(cost).toEqual({ rows: [0, 0], calls: 2 });
    from.hangUp();
    to.hangUp();
  });
});

describe("a SUBSCRIBE", () => {
  it("costs its watcher's home a row, the other two, and two calls", async () => {
    const [aor, of] = [await makeAccount("seen@example.com"), await makeAccount("sees@example.com")];
    const [phone, watcher] = [await online(aor), await online(of)];
    // The state is told from now on, which is a row of its own.
    const other = await makeAccount("first-of-all@example.com");
    const first = await online(other);
    expect((await first.subscribe(aor)).status).toBe(200);
    await first.take("NOTIFY");
    // As is the alarm by which a home looks after the sockets of its dialogs.
    expect((await watcher.subscribe(other)).status).toBe(200);
    await watcher.take("NOTIFY");
    await phone.register();
    const cost = await costOf([of, aor], async () => {
      expect((await watcher.subscribe(aor)).status).toBe(200);
      await watcher.take("NOTIFY");
      // Its answer has come when one sent behind it has.
      await watcher.register();
      await vi.waitFor(() => expect(calls.receiveOne.mock.settledResults.at(-1)?.type).toBe("fulfilled"));
      await phone.register();
    });
    expect(cost).toEqual({ rows: [1, 2], calls: 2 });
    for (const each of [phone, watcher, first]) each.hangUp();
  });

  it("costs a row when it refreshes, and then none for as long as that is good", async () => {
    const [aor, of] = [
      await makeAccount("refreshed@example.com"),
      await makeAccount("refreshes@example.com"),
    ];
    const [phone, watcher] = [await online(aor), await online(of)];
    const answered = async () => {
      await watcher.take("NOTIFY");
      await watcher.register();
      await vi.waitFor(() => expect(calls.receiveOne.mock.settledResults.at(-1)?.type).toBe("fulfilled"));
      await phone.register();
    };
    const answer = await watcher.subscribe(aor);
    await answered();
    const subscription = CallSide.ofCaller(watcher, answer);
    const lines = ["Event: presence", "Expires: 600", `Contact: <${watcher.contact}>`];
    const refresh = async () => {
      expect((await subscription.request("SUBSCRIBE", lines)).status).toBe(200);
      await answered();
    };
    expect(await costOf([of, aor], refresh)).toEqual({ rows: [0, 1], calls: 2 });
    expect(await costOf([of, aor], refresh)).toEqual({ rows: [0, 0], calls: 2 });
    for (const each of [phone, watcher]) each.hangUp();
  });
});

describe("a PUBLISH", () => {
  it.each([0, 1, 3])("costs at most three rows and a call for each of %s watchers", async (count) => {
    const aor = await makeAccount(`presentity${count}@example.com`);
    const phone = await online(aor);
    const watchers: Phone[] = [];
    for (let index = 0; index < count; index++) {
      const watcher = await online(await makeAccount(`w${count}.${index}@example.com`));
      expect((await watcher.subscribe(aor)).status).toBe(200);
      await watcher.take("NOTIFY");
      watchers.push(watcher);
    }
    let tag: string | undefined;
    for (const note of ["first", "second"]) {
      // A state that was announced before has settled.
      await phone.register();
      const cost = await costOf([aor], async () => {
        const published = await phone.publish(note, tag === undefined ? [] : [`SIP-If-Match: ${tag}`]);
        expect(published.status).toBe(200);
        tag = headerValue(published, "sip-etag");
        for (const watcher of watchers) expect(body(await watcher.take("NOTIFY"))).toContain(note);
        await phone.register();
      });
      expect(cost.rows[0]).toBeLessThanOrEqual(3);
      expect(cost.calls).toBe(count);
    }
    for (const each of [phone, ...watchers]) each.hangUp();
  });
});

describe("an idle user", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Fifty minutes, with the refreshes of his phone; how often the alarm rang. */
  async function idle(aor: string, phones: readonly Phone[]): Promise<number> {
    let rang = 0;
    for (let minutes = 0; minutes < 50; minutes += 2) {
      vi.setSystemTime(Date.now() + 2 * 60_000);
      const at = await alarmOf(aor);
      if (at !== null && at <= Date.now() && (await runDurableObjectAlarm(homeOf(aor)))) rang++;
      for (const phone of phones) expect((await phone.register()).status).toBe(200);
    }
    return rang;
  }

  it("whom nobody watches costs no row, no call and no alarm", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const aor = await makeAccount("idle@example.com");
    const phone = await online(aor);
    const cost = await costOf([aor], async () => {
      expect(await idle(aor, [phone])).toBe(0);
    });
    expect([cost, await alarmOf(aor)]).toEqual([{ rows: [0], calls: 0 }, null]);
    phone.hangUp();
  });

  it("whom somebody watches costs an alarm in 15 minutes, and nothing else", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const aor = await makeAccount("idly-watched@example.com");
    const phone = await online(aor);
    const watcher = await online(await makeAccount("idle-watcher@example.com"));
    expect((await watcher.subscribe(aor, 3600)).status).toBe(200);
    await watcher.take("NOTIFY");
    await phone.register();
    let rang = 0;
    const cost = await costOf([aor], async () => {
      rang = await idle(aor, [phone, watcher]);
    });
    expect(rang).toBe(3);
    // Each alarm that rings is cleared, and set anew.
    expect(cost).toEqual({ rows: [2 * rang], calls: 0 });
    for (const each of [phone, watcher]) each.hangUp();
  });
});

describe("a name without an account", () => {
  it("challenges like any other, takes no credentials, and makes no table", async () => {
    const [nobody, somebody] = ["nobody@example.com", await makeAccount("somebody@example.com")];
    const answers = [];
    for (const aor of [nobody, somebody]) {
      const phone = await dial(aor, "named", { password: "wrong" });
      const asked = await phone.attempt("REGISTER");
      const tried = await phone.register();
      const shape = (value: string | undefined) => value?.replace(/nonce="[^"]*"/, "").replaceAll(aor, "X");
      answers.push([asked, tried].map((one) => [one.status, shape(headerValue(one, "www-authenticate"))]));
      phone.hangUp();
      await phone.closed();
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(await tablesOf(nobody)).toEqual([]);
    expect(await alarmOf(nobody)).toBeNull();
    expect(await tablesOf(somebody)).toContain("meta");
  });

  it("writes nothing for a message, a subscription and sockets either", async () => {
    const from = await online(await makeAccount("writer@example.com"));
    expect((await from.message("void@example.com", "hello?")).status).toBe(404);
    expect((await from.subscribe("void@example.com")).status).toBe(404);
    const socket = await openSocket("/?aor=void@example.com");
    socket.send("\r\n\r\n");
    expect(await socket.text()).toBe("\r\n");
    socket.close(1000);
    await socket.next();
    expect(await tablesOf("void@example.com")).toEqual([]);
    expect(await rowsWritten("void@example.com")).toBe(0);
    expect(homeOf("void@example.com").name).toBe("void@example.com");
    from.hangUp();
  });
});
