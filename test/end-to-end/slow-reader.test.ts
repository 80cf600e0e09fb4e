// A client that stops reading what it asks for (RFC 6455 has no flow control): on plain workerd and a real connection, whose
// buffers take some megabytes before anything waits in the gateway.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { residentOctets } from "../support/process-cost";
import { WebSocketLine } from "../support/web-socket-line";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ demo: true, vars: { STRANGER_SECONDS: "60", STRANGER_BURST: "100000" } });
});

afterAll(async () => {
  await gateway.stop();
});

const target = (road: string, aor: string): string =>
  road === "named" ? `${gateway.socketUrl}/?aor=${aor}` : `${gateway.socketUrl}/`;

/** Each answer copies its Via and is as long. */
const octetsEach = 40_000;
const asked = 1000;

const question = (phone: Phone): string => {
  const text = phone.format("OPTIONS", { uri: "sip:localhost" }).text;
  return text.replace(/;branch=/, `;x="${"y".repeat(octetsEach)}";branch=`);
};

const timesClosed = (): number => gateway.log().split("client does not read").length;

describe.each(["named", "bare"])("on the %s road", (road) => {
  it.each([
    ["has logged in", "demo"],
    ["has not logged in", undefined],
  ])(
    "a client that %s and does not read is closed, and what waits for it is bounded",
    async (_who, password) => {
      const aor = `slow-${road}-${password ?? "stranger"}@localhost`;
      const line = await WebSocketLine.open(target(road, aor));
      const phone = new Phone(line, { aor, ...(password === undefined ? {} : { password }) });
      if (password === undefined) expect((await phone.attempt("REGISTER")).status).toBe(401);
      else expect((await phone.register()).status).toBe(200);

      const other = new Phone(await WebSocketLine.open(target(road, aor)), { aor, password: "demo" });
      expect((await other.register()).status).toBe(200);
      const before = residentOctets(gateway);
      const closedBefore = timesClosed();
      line.pause();
      for (let count = 0; count < asked; count++) phone.send(question(phone));
      await vi.waitUntil(() => timesClosed() > closedBefore, { timeout: 30_000 });
      expect((await other.register()).status).toBe(200);
      const grown = residentOctets(gateway) - before;

      line.resume();
      const closed = await phone.closed();
      expect(closed.code).toBe(1008);
      expect(closed.reason).toMatch(/^does not read$/i);
      expect(line.octetsHeard).toBeLessThan((asked * octetsEach) / 2);
      // What it asked is on its way through, too; what it would be answered is not there.
      expect(grown).toBeLessThan(3 * asked * octetsEach);
      expect((await other.register()).status).toBe(200);
      other.hangUp();
    },
  );
});
