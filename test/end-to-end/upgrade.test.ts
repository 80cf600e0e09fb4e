// A deploy in mid call, as far as one machine can show it: a revision from the history runs, people talk and leave messages, it
// is killed, and this one goes on with its state; and the way back (docs/upgrading.md). Raw clients, none of whose repairs hide
// what the gateway does.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { body, headerValue, type SipRequest } from "../../src/sip/message";
import { CallSide, talk } from "../support/call";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { type Revision, unpackRevision } from "../support/revision";
import { WebSocketLine } from "../support/web-socket-line";

/** Revisions that were there to be deployed, and are nearer than the states kept in test/schemas are far. */
const earlier = [
  ["calls", "9daf116"],
  ["presence", "d8dfee4"],
] as const;

let gateway: Gateway;
const open: Phone[] = [];

const lineFor = (aor: string): Promise<WebSocketLine> =>
  WebSocketLine.open(`${gateway.socketUrl}/?aor=${aor}`);

async function online(user: string): Promise<Phone> {
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

const sequenceOf = (request: SipRequest): number => Number.parseInt(headerValue(request, "cseq") ?? "", 10);

/** The same page over a new socket, as a client that reconnects. */
async function back(phone: Phone): Promise<void> {
  phone.rejoin(await lineFor(phone.aor));
  expect((await phone.register()).status).toBe(200);
}

describe.each(earlier)("with the revision of %s (%s) in the history", (_, name) => {
  const revision: Revision | undefined = unpackRevision(name);
  const present: Pick<Revision, "program"> | undefined = undefined;
  let stateDir: string;

  beforeAll(() => {
    stateDir = mkdtempSync(join(tmpdir(), "durasip-upgrade-"));
  });
  afterEach(async () => {
    for (const phone of open.splice(0)) phone.hangUp();
    await gateway?.stop();
  });
  afterAll(() => {
    rmSync(stateDir, { recursive: true, force: true });
    revision?.remove();
  });

  const start = (which: Pick<Revision, "program"> | undefined, port = 0): Promise<Gateway> =>
    startGateway({ demo: true, stateDir, port, ...(which === undefined ? {} : { program: which.program }) });

  describe.skipIf(revision === undefined).each([
    ["a deploy", "up", revision, present],
    ["a deploy that is taken back", "down", present, revision],
  ] as const)("%s in mid call", (_what, way, before, after) => {
    it("brings both pages back, their BYE to the other side, and what was stored once", async () => {
      gateway = await start(before);
      const [caller, callee, away] = (await Promise.all(
        ["caller", "callee", "away"].map((user) => online(`${user}-${way}`)),
      )) as [Phone, Phone, Phone];
      const published = await callee.publish("here since then");
      expect(published.status).toBe(200);
      const subscribed = await caller.subscribe(callee.aor);
      expect(subscribed.status).toBe(200);
      await caller.take("NOTIFY");
      const subscription = CallSide.ofCaller(caller, subscribed);
      const sequence: number[] = [];
      for (let refresh = 0; refresh < 3; refresh++) {
        const lines = ["Event: presence", "Expires: 600", `Contact: <${caller.contact}>`];
        expect((await subscription.request("SUBSCRIBE", lines)).status).toBe(200);
        sequence.push(sequenceOf(await caller.take("NOTIFY")));
      }
      away.hangUp();
      await away.closed();
      for (const text of ["one", "two"]) expect((await caller.message(away.aor, text)).status).toBe(202);
      const call = await talk(caller, callee);

      const { port } = gateway;
      await gateway.kill();
      gateway = await start(after, port);
      await Promise.all([back(caller), back(callee), back(away)]);

      expect(body(await away.take("MESSAGE"))).toBe("one");
      expect(body(await away.take("MESSAGE"))).toBe("two");
      const tag = headerValue(published, "sip-etag");
      const replaced = await callee.publish("still here", [`SIP-If-Match: ${tag}`]);
      expect(replaced.status).toBe(200);
      let told = "";
      while (!told.includes("still here")) {
        const notify = await caller.take("NOTIFY");
        sequence.push(sequenceOf(notify));
        told = body(notify);
      }
      // RFC 3261 §12.2.1.1: whichever of the two counts, and whatever no row tells of.
      expect(sequence).toEqual([...new Set(sequence)].sort((a, b) => a - b));
      const answer = call.callee.request("BYE");
      await caller.take("BYE");
      expect((await answer).status).toBe(200);

      // Nothing comes twice, and whoever was not there before is served too.
      const last = caller.message(away.aor, "last");
      expect(body(await away.take("MESSAGE"))).toBe("last");
      expect((await last).status).toBe(200);
      const fresh = await online(`fresh-${way}`);
      const second = await talk(fresh, callee);
      const ended = second.caller.request("BYE");
      await callee.take("BYE");
      expect((await ended).status).toBe(200);
      await gateway.kill();
    });
  });
});
