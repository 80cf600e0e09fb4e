// Guesses at passwords from one address, over all accounts of a realm (decision 0025): counted by the realm's object, asked by homes.

import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { Realm } from "../../durable-objects/realm";
import { crash, makeAccount, password } from "./support/homes";
import { RecordedSocket } from "./support/recorded-socket";
import { logIn } from "./support/registering-client";
import { adminToken, fetchWorker } from "./support/worker";

let asked: MockInstance<Realm["guess"]>;
let logged: string[];

beforeEach(() => {
  asked = vi.spyOn(Realm.prototype, "guess");
  logged = [];
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: unknown) => void logged.push(String(line)));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A request as Cloudflare's edge hands it on: it alone sets `cf`. */
const from = (address: string, headers: Record<string, string> = {}): RequestInit =>
  ({ cf: { country: "DE" }, headers: { "CF-Connecting-IP": address, ...headers } }) as RequestInit;

async function socketFrom(address: string, aor: string): Promise<RecordedSocket> {
  const headers = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "sip" };
  const { webSocket } = await fetchWorker(`/?aor=${aor}`, from(address, headers));
  if (webSocket === null) throw new Error("no socket");
  return new RecordedSocket(webSocket);
}

async function tryOnce(address: string, aor: string, secret: string): Promise<string> {
  const socket = await socketFrom(address, aor);
  const status = await logIn(socket, aor, secret);
  socket.close(1000);
  return status.slice("SIP/2.0 ".length);
}

const openSession = (address: string, aor: string, secret: string): Promise<Response> =>
  fetchWorker("/v1/session", {
    method: "POST",
    ...from(address, { "Content-Type": "application/json", Origin: "https://sip.example.com" }),
    body: JSON.stringify({ aor, password: secret }),
  });

/** Each object may have died before it is asked again. */
const fates: readonly (readonly [string, () => Promise<void>])[] = [
  ["in memory", async () => undefined],
  ["killed between any two steps", crash],
];

describe.each(fates)("one password tried at each of many accounts, objects %s", (kind, between) => {
  const network = kind.length;

  it("is held off at all of them, by SIP and by HTTP, until the minute is over", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const address = `198.51.100.${network}`;
    const owner = await makeAccount(`owner${network}@example.com`);
    for (let count = 0; count < 30; count++) {
      const name = `sprayed${count}.${network}@example.com`;
      expect(await tryOnce(address, name, "letmein")).toBe("401 Unauthorized");
      expect((await openSession(address, `over-http-${name}`, "letmein")).status).toBe(401);
      await between();
    }
    for (const secret of ["letmein", password]) {
      expect(await tryOnce(address, owner, secret)).toBe("503 Service Unavailable");
      const refused = await openSession(address, owner, secret);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("Retry-After"))).toBeLessThanOrEqual(60);
      await between();
    }
    expect(await tryOnce(`203.0.113.${network}`, owner, password)).toBe("200 OK");
    vi.setSystemTime(Date.now() + 60_000);
    expect((await openSession(address, owner, password)).status).toBe(204);
    const lines = logged.join("\n");
    expect(lines).toContain('"too many guesses"');
    expect(lines).toMatch(/"login held off".*"by":"address"/);
    expect(lines).not.toContain("letmein");
    expect(lines).not.toContain(adminToken);
  });

  it("asks the realm at a login from somewhere new, and never again from there, nor for anything else", async () => {
    const aor = await makeAccount(`home${network}@example.com`);
    const address = `192.0.2.${network}`;
    expect(await tryOnce(address, aor, password)).toBe("200 OK");
    expect(asked).toHaveBeenCalledTimes(1);
    await between();
    for (let time = 0; time < 3; time++) {
      expect(await tryOnce(address, aor, password)).toBe("200 OK");
      expect((await openSession(address, aor, password)).status).toBe(204);
      await between();
    }
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe("a realm that cannot be asked", () => {
  it("holds nobody off, and that is said in the log", async () => {
    const aor = await makeAccount("unasked@example.com");
    asked.mockRejectedValue(new Error("overloaded"));
    expect(await tryOnce("192.0.2.200", aor, "wrong")).toBe("401 Unauthorized");
    expect(await tryOnce("192.0.2.200", aor, password)).toBe("200 OK");
    expect(logged.join("\n")).toContain('"guess not told"');
  });
});

describe.each(fates)("wrong admin tokens, objects %s", (kind, between) => {
  it("are counted by the first realm, and held off", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const address = `2001:db8:${kind.length}::1`;
    const status = async (token: string, origin: string): Promise<number> => {
      const { status: answered } = await fetchWorker(
        "/v1/settings",
        from(origin, { Authorization: `Bearer ${token}` }),
      );
      await between();
      return answered;
    };
    for (let count = 0; count < 10; count++)
      expect(await status("wrong-token-of-a-guesser", address)).toBe(401);
    expect(await status("wrong-token-of-a-guesser", address)).toBe(429);
    expect(await status(adminToken, `2001:db8:${kind.length}::2`)).toBe(429);
    expect(await status(adminToken, `2001:db8:${kind.length}:1::1`)).toBe(200);
    vi.setSystemTime(Date.now() + 360_000);
    expect(await status(adminToken, address)).toBe(200);
    expect(logged.join("\n")).not.toContain("token-of-a-guesser");
  });
});
