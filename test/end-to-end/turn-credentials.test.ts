// Credentials of the gateway at a real TURN server: it relays for whoever has them, a call of two browsers above all, and
// for nobody else.

import { createHash } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerChallenge } from "../../src/auth/answer-challenge";
import type { Hash } from "../../src/auth/digest";
import { epochMs } from "../../src/base/brand";
import { relayCredentials } from "../../src/http/turn/rest-credentials";
import { type CallPage, callPage } from "../support/call-pages";
import { launchChromium } from "../support/chromium";
import { type Coturn, hasCoturn, relays, startCoturn } from "../support/coturn";
import { type Gateway, startGateway } from "../support/gateway";
import { type Library, type StockPages, serveStockPages } from "../support/stock-pages";

const secret = "a secret shared with the relay";

interface IceServer {
  readonly urls: string[];
  readonly username: string;
  readonly credential: string;
}

/** The demonstration offers MD5 alone. */
const md5: Hash = (_algorithm, text) => createHash("md5").update(text, "utf8").digest("hex");

describe.skipIf(!hasCoturn)(`coturn${hasCoturn ? "" : " (install the package coturn to run these)"}`, () => {
  let coturn: Coturn;
  let gateway: Gateway;

  beforeAll(async () => {
    coturn = await startCoturn(secret);
    gateway = await startGateway({ demo: true, vars: { TURN_URLS: coturn.url, TURN_SECRET: secret } });
  });
  afterAll(async () => {
    await gateway?.stop();
    await coturn?.stop();
  });

  /** The relay's entry in the answer to a user who has logged in. */
  async function relayOf(username: string): Promise<IceServer> {
    const target = `/v1/turn-credentials?aor=${username}@localhost`;
    const url = `${gateway.url}${target}`;
    const challenge = (await fetch(url)).headers.get("www-authenticate") ?? "";
    const authorization = answerChallenge(
      md5,
      [challenge],
      { username, password: "demo" },
      { method: "GET", requestUri: target, body: "" },
      { nc: 1, cnonce: "0a4f113b" },
    );
    const response = await fetch(url, { headers: { Authorization: authorization ?? "" } });
    expect(response.status).toBe(200);
    const { iceServers } = (await response.json()) as { readonly iceServers: readonly [IceServer] };
    expect(iceServers.map(({ urls }) => urls)).toEqual([[coturn.url]]);
    return iceServers[0];
  }

  it("relays with what GET /v1/turn-credentials gives", async () => {
    const { username, credential } = await relayOf("alice");
    expect(await relays(coturn.port, username, credential)).toBe(true);
  });

  it("relays for nobody whose time is over, or who changes it", async () => {
    const { username, credential } = await relayOf("alice");
    const longer = `${Number.parseInt(username, 10) + 3600}${username.slice(10)}`;
    expect(await relays(coturn.port, longer, credential)).toBe(false);
    const ended = relayCredentials(secret, username.slice(11), epochMs(Date.now() - 60_000));
    expect(await relays(coturn.port, ended.username, ended.credential)).toBe(false);
    const other = relayCredentials("another secret", username.slice(11), epochMs(Date.now() + 60_000));
    expect(await relays(coturn.port, other.username, other.credential)).toBe(false);
  });

  describe("a call that may take no other way", () => {
    let browser: Browser;
    let pages: StockPages;
    beforeAll(async () => {
      browser = await launchChromium();
      pages = await serveStockPages(browser);
    });
    afterAll(async () => {
      await browser?.close();
      await pages?.close();
    });

    async function phone(library: Library, username: string): Promise<CallPage> {
      const client = await pages.open(library, await browser.newContext());
      const aor = `${username}@localhost`;
      const url = `${gateway.socketUrl}/?aor=${encodeURIComponent(aor)}`;
      expect(await client.start({ url, aor, password: "demo" })).toBe(200);
      return callPage(client);
    }

    /** The pair of candidates that the media took is known a moment after it flows. */
    const runsByRelay = (page: CallPage, call: number): Promise<void> =>
      expect.poll(() => page.route(call), { timeout: 10_000 }).toBe("relay relay");

    it.each([
      ["jssip", "sip-js"],
      ["sip-js", "jssip"],
    ] as const)("%s calls %s through the relay, each with its own credentials", async (one, other) => {
      const [caller, callee] = [`relayed-${one}`, `relayed-to-${other}`];
      const [alice, bob] = await Promise.all([phone(one, caller), phone(other, callee)]);
      const [ofAlice, ofBob] = await Promise.all([relayOf(caller), relayOf(callee)]);
      await bob.answering("answer", { iceServers: [ofBob], relayOnly: true });
      const out = await alice.place(`${callee}@localhost`, { iceServers: [ofAlice], relayOnly: true });
      const into = await bob.rings();
      await Promise.all([alice.sees("answered", out), bob.sees("answered", into)]);
      await Promise.all([alice.hears(out), bob.hears(into)]);
      await Promise.all([runsByRelay(alice, out), runsByRelay(bob, into)]);
      await alice.does("hangUp", out);
      await bob.sees("ended", into);
      await Promise.all([alice, bob].map(({ client }) => client.close()));
    });
  });
});
