// How many homes one address may have woken without having logged in anywhere. The homes of this gateway fail; who asks
// for one is counted.

import { describe, expect, it, vi } from "vitest";
import { mintHttpNonce } from "../../src/auth/http-nonce";
import { epochMs, millis } from "../../src/base/brand";
import type { Gateway } from "../../src/http/app-env";
import { Newcomers } from "../../src/http/newcomers";
import { ask, gatewayWith, jsonBody } from "./gateway";

const limits = { newcomersPerAddress: 10 };
const start = epochMs(1_795_330_800_000);
const at = (milliseconds: number) => epochMs(start + millis(milliseconds));

describe("newcomers of one address", () => {
  it("are so many at once, and a hundredth as many a second", () => {
    const newcomers = new Newcomers();
    const enter = (time: number) => newcomers.enter("198.51.100.7", limits, at(time));
    for (let count = 0; count < 10; count++) expect(enter(0)).toBeUndefined();
    expect(enter(0)).toEqual({ kind: "held-off", retryAfter: 10 });
    expect(enter(9_000)).toEqual({ kind: "held-off", retryAfter: 1 });
    expect(enter(10_000)).toBeUndefined();
    expect(enter(10_000)).toBeDefined();
  });

  it("are counted by network, and not where none is known", () => {
    const newcomers = new Newcomers();
    const enter = (address: string | undefined) => newcomers.enter(address, limits, start);
    for (let count = 0; count < 10; count++) enter(`2001:db8::${count}`);
    expect([enter("2001:db8::ffff:1"), enter("2001:db8:0:1::1"), enter(undefined)]).toEqual([
      { kind: "held-off", retryAfter: 10 },
      undefined,
      undefined,
    ]);
  });

  it("who have logged in are none of them", () => {
    const newcomers = new Newcomers();
    for (let count = 0; count < 100; count++) {
      expect(newcomers.enter("198.51.100.7", limits, start)).toBeUndefined();
      newcomers.letIn("198.51.100.7", limits);
    }
  });

  it("of many networks are forgotten, those first that came longest ago", () => {
    const newcomers = new Newcomers();
    const one = { newcomersPerAddress: 1 };
    const enter = (address: string) => newcomers.enter(address, one, start);
    for (let count = 0; count <= 10_000; count++) enter(`10.0.${count >> 8}.${count & 255}`);
    expect([enter("10.0.39.16"), enter("10.0.0.0")]).toEqual([expect.anything(), undefined]);
  });
});

describe("a stranger who makes up names", () => {
  /** Asks in that way for one name after the other; how many homes were woken, and the last answer. */
  async function woken(way: (name: string, gateway: Gateway) => Promise<Response>) {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(console, "info").mockImplementation(() => undefined);
    const variables = { NEWCOMERS_PER_ADDRESS: "5", CLIENT_ADDRESS_HEADER: "x-real-ip" };
    const plain = gatewayWith(variables);
    let homes = 0;
    const home: Gateway["objects"]["home"] = (aor) => {
      homes++;
      return plain.objects.home(aor);
    };
    const gateway = { ...plain, objects: { ...plain.objects, home } };
    let last: Response | undefined;
    for (let count = 0; count < 8; count++) last = await way(`nobody${count}@example.com`, gateway);
    return { homes, status: last?.status, retryAfter: last?.headers.get("retry-after") };
  }

  const opening = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "sip" };

  it.each(["/sip/", "/?aor=", "/ws?aor="])("wakes few homes by sockets at %s", async (path) => {
    const headers = { ...opening, "x-real-ip": `192.0.2.${path.length}` };
    const outcome = await woken((name, gateway) => ask(path + name, { gateway, token: "", headers }));
    expect(outcome).toEqual({ homes: 5, status: 503, retryAfter: "20" });
  });

  it("wakes few homes by passwords at sessions", async () => {
    const address = "192.0.2.101";
    const outcome = await woken((aor, gateway) => {
      const { headers, ...init } = jsonBody({ aor, password: "guess" });
      const own = { ...headers, "x-real-ip": address, Origin: "https://sip.example.com" };
      return ask("/v1/session", { ...init, headers: own, gateway, token: "" });
    });
    expect(outcome).toEqual({ homes: 5, status: 429, retryAfter: "20" });
  });

  it.each([
    ["a call of users", (name: string) => `/v1/turn-credentials?aor=${name}`],
    ["XCAP", (name: string) => `/xcap/resource-lists/users/sip:${name}/index`],
  ])("wakes few homes by digest at %s", async (what, target) => {
    const address = `192.0.2.${200 + what.length}`;
    const outcome = await woken(async (name, gateway) => {
      const { mac } = await gateway.keyring();
      const nonce = mintHttpNonce(mac, name, epochMs(Date.now()));
      const credentials =
        `Digest username="${name}", realm="example.com", nonce="${nonce}", uri="/", response="${"0".repeat(32)}", ` +
        "algorithm=MD5, qop=auth, nc=00000001, cnonce=c";
      const headers = { Authorization: credentials, "x-real-ip": address };
      return ask(target(name), { gateway, token: "", headers });
    });
    expect(outcome).toEqual({ homes: 5, status: 429, retryAfter: "20" });
  });
});
