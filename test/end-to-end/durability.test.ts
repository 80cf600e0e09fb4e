// What the gateway has acknowledged survives SIGKILL in the middle of a stream: messages for somebody who is away
// (RFC 3428 §7: 202), publications (RFC 3903 §6) and the document watchers see.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { body, headerValue } from "../../src/sip/message";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { WebSocketLine } from "../support/web-socket-line";

let stateDir: string;

beforeAll(() => {
  stateDir = mkdtempSync(join(tmpdir(), "durasip-durability-"));
});

afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

async function online(gateway: Gateway, user: string): Promise<Phone> {
  const aor = `${user}@localhost`;
  const line = await WebSocketLine.open(`${gateway.socketUrl}/?aor=${aor}`);
  const phone = new Phone(line, { aor, password: "demo", instance: user, page: `page-${user}` });
  expect((await phone.register()).status).toBe(200);
  return phone;
}

/** Does one thing after another until the gateway is gone. */
async function untilKilled(work: (count: number) => Promise<void>): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      await work(count);
    } catch (ended) {
      if (!String(ended).includes("the socket ended")) throw ended;
      return;
    }
  }
}

const inFlight = 4;

describe.each([1, 2, 3])("SIGKILL in the middle of a stream (run %s)", (run) => {
  it("loses nothing that was acknowledged", async () => {
    const gateway = await startGateway({ demo: true, stateDir });
    const away = `away${run}`;
    const leaving = await online(gateway, away);
    expect((await leaving.register(0)).status).toBe(200);
    leaving.hangUp();
    await leaving.closed();

    const stored = new Set<string>();
    const writers = await Promise.all([1, 2, 3].map((index) => online(gateway, `writer${run}-${index}`)));
    const published = new Map<string, string>();
    const announced = new Map<string, { acknowledged: number; sent: number }>();
    let acknowledgements = 0;
    let enough = (): void => undefined;
    const inTheMiddle = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const acknowledged = (): void => {
      if (++acknowledgements === 300) enough();
    };

    const streams = [
      ...writers.flatMap((writer, index) =>
        Array.from({ length: inFlight }, (_, lane) =>
          untilKilled(async (count) => {
            const text = `${index}.${lane}.${count}`;
            expect((await writer.message(`${away}@localhost`, text)).status).toBe(202);
            stored.add(text);
            acknowledged();
          }),
        ),
      ),
      // A publication for each of many users, and then nothing that could replace it.
      untilKilled(async (count) => {
        const user = `publisher${run}-${count}`;
        const phone = await online(gateway, user).catch((ended) => {
          throw new Error(`the socket ended before it began: ${ended}`);
        });
        const answer = await phone.publish("here");
        expect(answer.status).toBe(200);
        published.set(user, headerValue(answer, "sip-etag") ?? "");
        acknowledged();
      }),
      // One publication, replaced again and again.
      ...writers.map((writer) => {
        let tag: string | undefined;
        const state = { acknowledged: 0, sent: 0 };
        announced.set(writer.user, state);
        return untilKilled(async (count) => {
          state.sent = count;
          const lines = tag === undefined ? [] : [`SIP-If-Match: ${tag}`];
          const answer = await writer.publish(`state ${count}.`, lines);
          expect(answer.status).toBe(200);
          tag = headerValue(answer, "sip-etag");
          state.acknowledged = count;
          acknowledged();
        });
      }),
    ];
    await inTheMiddle;
    await gateway.kill();
    await Promise.all(streams);

    const again = await startGateway({ demo: true, stateDir, port: gateway.port });
    const back = await online(again, away);
    const got: string[] = [];
    const missing = new Set(stored);
    while (missing.size > 0) {
      const text = body(await back.take("MESSAGE"));
      got.push(text);
      missing.delete(text);
    }
    expect(new Set(got).size).toBe(got.length);
    const lanes = new Map<string, number>();
    for (const text of got) {
      const [index, lane, count] = text.split(".").map(Number);
      // In the order they were sent, one by one.
      expect(count).toBe((lanes.get(`${index}.${lane}`) ?? 0) + 1);
      lanes.set(`${index}.${lane}`, count ?? 0);
    }

    expect(published.size).toBeGreaterThan(0);
    for (const [user, tag] of published) {
      const phone = await online(again, user);
      const refreshed = await phone.request("PUBLISH", {
        lines: ["Event: presence", `SIP-If-Match: ${tag}`, "Expires: 600"],
      });
      expect([user, refreshed.status]).toEqual([user, 200]);
      phone.hangUp();
    }

    for (const [user, state] of announced) {
      expect(state.acknowledged).toBeGreaterThan(0);
      expect((await back.subscribe(`${user}@localhost`)).status).toBe(200);
      const seen = Number(/state (\d+)\./.exec(body(await back.take("NOTIFY")))?.[1]);
      // The one in flight may have been stored and its 200 lost.
      expect([state.acknowledged, state.sent]).toContain(seen);
    }
    back.hangUp();
    expect(await again.stop()).toBe(0);
  }, 120_000);
});
