// JsSIP puts its token into the Authorization header of every request, whoever the request is for. It must end at
// the sender's home (RFC 8898 §4): the other browser, the disk and the log never see it.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { watch } from "../support/event-pages";
import { type Gateway, startGateway } from "../support/gateway";
import { type ClientPage, type StockPages, serveStockPages } from "../support/stock-pages";
import { presence } from "./clients/event-client";

const secret = "a secret of forty octets, for this test only";
const [alice, bob] = ["alice@localhost", "bob@localhost"];

describe("RFC 8898 §4: a token JsSIP sends with", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "durasip-token-"));
  let gateway: Gateway;
  let browser: Browser;
  let pages: StockPages;
  let sender: ClientPage;
  let witness: ClientPage;
  let token: string;

  beforeAll(async () => {
    token = await new SignJWT({ sub: "alice" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(secret));
    const options = { demo: true, vars: { TOKEN_SECRET: secret, KEEP_HISTORY: "on" }, stateDir };
    [gateway, browser] = await Promise.all([startGateway(options), launchChromium()]);
    pages = await serveStockPages(browser);
    sender = await pages.open("jssip");
    witness = await pages.open("jssip");
    await witness.start({ url: gateway.socketUrl, aor: bob, password: "demo" });
    await sendEveryMethod();
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await gateway?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  /** To one who is there and to one who is away, so that it is forwarded and stored. */
  async function sendEveryMethod(): Promise<void> {
    expect(await sender.start({ url: gateway.socketUrl, aor: alice, token })).toBe(200);
    expect(await sender.send(bob, "online")).toBe(200);
    expect(await sender.run((client, to) => client.ask(to), bob)).toBeGreaterThan(0);
    await (await watch(sender, bob, presence)).says("open");
    expect(await sender.run((client, to) => client.ringAndHangUp(to), bob)).toBe("Canceled");
    await witness.stop();
    expect(await sender.send(bob, "offline")).toBe(202);
    await witness.page.reload();
    await witness.start({ url: gateway.socketUrl, aor: bob, password: "demo" });
    await witness.bodies(1);
  }

  it.each(["REGISTER", "MESSAGE", "OPTIONS", "SUBSCRIBE", "INVITE"])("is in its %s", (method) => {
    const requests = sender.sent.filter((frame) => frame.startsWith(`${method} `));
    expect(requests.length).toBeGreaterThan(0);
    for (const request of requests) expect(request).toContain(`Authorization: Bearer ${token}`);
  });

  it("reaches no other browser, nor does any Authorization", () => {
    expect(witness.received.some((frame) => frame.startsWith("MESSAGE "))).toBe(true);
    for (const frame of witness.received) {
      expect(frame).not.toContain(token);
      expect(frame).not.toMatch(/^(?:Proxy-)?Authorization:/im);
    }
  });

  it("is not sent back to its owner", () => {
    for (const frame of sender.received) expect(frame).not.toContain(token);
  });

  it("is in no file of the state, though the messages are", async () => {
    const files = readdirSync(stateDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(files.some((bytes) => bytes.includes("offline"))).toBe(true);
    for (const part of partsOf(token)) expect(files.some((bytes) => bytes.includes(part))).toBe(false);
  });

  it("is not in the gateway's log", () => {
    for (const part of partsOf(token)) expect(gateway.log()).not.toContain(part);
  });

  /** Whole, its claims and its signature: its header is that of any token. */
  const partsOf = (text: string): readonly string[] => [text, ...text.split(".").slice(1)];
});
