// Presence and the other event packages as JsSIP and SIP.js have them from npm, in real Chromium, through the gateway as
// a user starts it: what a page is told, and what it can read of it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CallPage, callPage } from "../support/call-pages";
import { launchChromium } from "../support/chromium";
import { watch, watchAll } from "../support/event-pages";
import { type Gateway, startGateway } from "../support/gateway";
import {
  type ClientPage,
  type Library,
  libraries,
  type StockPages,
  serveStockPages,
} from "../support/stock-pages";
import { presence, type WatchOptions } from "./clients/event-client";
import type { ClientOptions } from "./clients/stock-client";

const secret = "a secret of forty octets, for this test only";

const gatewayOptions = {
  demo: true,
  // As a deployment offers it, but for a patience that a test can outlast.
  vars: {
    TOKEN_SECRET: secret,
    DIGEST_ALGORITHMS: "SHA-256,MD5",
    GRACE_SECONDS: "3",
    CALL_GRACE_SECONDS: "5",
  },
  stateDir: mkdtempSync(join(tmpdir(), "durasip-events-")),
};

const dialog: WatchOptions = { event: "dialog", accept: "application/dialog-info+xml" };
const messageSummary: WatchOptions = {
  event: "message-summary",
  accept: "application/simple-message-summary",
};

let gateway: Gateway;
let browser: Browser;
let pages: StockPages;
const open: ClientPage[] = [];

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(gatewayOptions), launchChromium()]);
  pages = await serveStockPages(browser);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await gateway?.stop();
  rmSync(gatewayOptions.stateDir, { recursive: true, force: true });
});

/** Each test has users of its own. */
let users = 0;
const newUser = (): string => `watched${++users}@localhost`;
const userOf = (aor: string): string => aor.replace(/@.*$/, "");

/** A client that is registered, in a profile of its own. */
async function client(
  library: Library,
  aor: string,
  options: Partial<ClientOptions> = {},
): Promise<ClientPage> {
  const page = await pages.open(library, await browser.newContext());
  open.push(page);
  const url = `${gateway.socketUrl}/?aor=${encodeURIComponent(aor)}`;
  const status = await page.start({ url, aor, password: "demo", ...options });
  expect(status).toBe(options.isSilent ? 0 : 200);
  return page;
}

const registrations = ({ received }: ClientPage): number =>
  received.filter((frame) => /^SIP\/2\.0 200 [\s\S]*^CSeq: \d+ REGISTER/m.test(frame)).length;

/** Waits until these have found back by themselves. */
async function killAndRestart(...clients: readonly ClientPage[]): Promise<void> {
  const before = clients.map(registrations);
  const { port } = gateway;
  await gateway.kill();
  gateway = await startGateway({ ...gatewayOptions, port });
  const areBack = () => clients.every((each, at) => registrations(each) > (before[at] ?? 0));
  await expect.poll(areBack, { timeout: 15_000 }).toBe(true);
}

const pidf = (aor: string, note: string): string =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:${aor}"><tuple id="t1"><status><basic>open</basic></status><note>${note}</note></tuple></presence>`;

describe.each(libraries)("RFC 3856: presence watched by %s", (library) => {
  it("is open while a client is registered, though it cannot PUBLISH, and closed when it left", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([client(library, alice), client("jssip", bob)]);
    const watching = await watch(a, bob, presence);
    const { subscriptionState } = await watching.says("open");
    expect(subscriptionState).toMatch(/^active;.*expires=\d+/);
    await b.stop();
    await watching.says("closed");
  });

  it("goes on after the gateway was killed and came back", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([client(library, alice), client("sip-js", bob)]);
    await b.stop();
    const watching = await watch(a, bob, presence);
    await watching.says("closed");
    await killAndRestart();
    await client("sip-js", bob);
    await watching.says("open");
  });
});

describe("RFC 3903: SIP.js publishes", () => {
  it("and changes it, and takes it back: watchers of both libraries hear of each, and nothing twice", async () => {
    const bob = newUser();
    const [b, ...watchers] = await Promise.all([
      client("sip-js", bob),
      ...libraries.map((library) => client(library, newUser())),
    ]);
    const watched = await watchAll(watchers, bob, presence);
    await watched.says("open");
    for (const note of ["lunch", "grüße <&>"]) {
      await b.run((stock, body) => stock.publish(body), pidf(bob, note.replace("<&>", "&lt;&amp;&gt;")));
      await watched.says(`open ${note}`);
    }
    await b.run((stock) => stock.unpublish(), undefined);
    await watched.says("open");
    const all = ["open", "open lunch", "open grüße <&>", "open"];
    expect((await watched.notifies()).map(({ says }) => says)).toEqual([...all, ...all]);
    // RFC 3903 §4.1: each after the first was to the publication that is there.
    const published = b.sent.filter((frame) => frame.startsWith("PUBLISH"));
    expect(published.map((frame) => /^SIP-If-Match: /m.test(frame))).toEqual([false, true, true]);
  });
});

/** Two who call, and others, one with each library, who have a lamp for the callee and watch his presence. */
async function lamps() {
  const [alice, bob] = [newUser(), newUser()];
  const [a, b, ...watchers] = await Promise.all([
    client("sip-js", alice),
    client("sip-js", bob),
    ...libraries.map((library) => client(library, newUser())),
  ]);
  const [lamp, watched] = await Promise.all([
    watchAll(watchers, bob, dialog),
    watchAll(watchers, bob, presence),
  ]);
  await Promise.all([lamp.says("idle"), watched.says("open")]);
  return { alice, bob, b, caller: callPage(a), callee: callPage(b), lamp, watched };
}

async function talk(caller: CallPage, callee: CallPage, to: string): Promise<readonly [number, number]> {
  const out = await caller.place(to);
  const into = await callee.rings();
  await Promise.all([caller.sees("answered", out), callee.sees("answered", into)]);
  return [out, into];
}

describe("RFC 4235 §3.7.1: a busy lamp", () => {
  it("is early, confirmed and terminated; presence says on the phone (RFC 4480 §3.2), and neither who calls", async () => {
    const { alice, bob, caller, callee, lamp, watched } = await lamps();
    await callee.answering("ring");
    const out = await caller.place(bob);
    const into = await callee.rings();
    await lamp.says("early");
    await callee.does("answer", into);
    await Promise.all([lamp.says("confirmed"), watched.says("open on-the-phone")]);
    await caller.does("hangUp", out);
    await Promise.all([lamp.says("terminated"), watched.says("open")]);
    for (const told of await lamp.told()) {
      // What is between two that come in one moment is not told (RFC 4235 §3.10).
      const states = told.filter((each) => each !== "trying");
      expect(states).toEqual(["idle", "early", "confirmed", "terminated"]);
    }
    for (const told of await watched.told()) expect(told).toEqual(["open", "open on-the-phone", "open"]);
    const said = [...(await lamp.notifies()), ...(await watched.notifies())].map(({ body }) => body);
    expect(said.join()).not.toContain(userOf(alice));
  });

  it("says that a call was refused, and that one was given up", async () => {
    const { bob, caller, callee, lamp } = await lamps();
    await callee.answering("busy");
    await caller.sees("failed", await caller.place(bob));
    await lamp.says("terminated rejected");
    await callee.answering("ring");
    const out = await caller.place(bob);
    await caller.sees("ringing", out);
    await lamp.says("early, terminated rejected");
    await caller.does("cancel", out);
    await lamp.says("terminated rejected, terminated cancelled");
  });

  it("is dark once the callee's page is gone and its grace is over", async () => {
    const { bob, b, caller, callee, lamp, watched } = await lamps();
    const [out] = await talk(caller, callee, bob);
    await lamp.says("confirmed");
    await b.close();
    await Promise.all([lamp.says("terminated"), watched.says("closed"), caller.sees("ended", out)]);
  });

  it("goes on in mid call after the gateway was killed and came back", async () => {
    const { bob, caller, callee, lamp, watched } = await lamps();
    const [, into] = await talk(caller, callee, bob);
    await Promise.all([lamp.says("confirmed"), watched.says("open on-the-phone")]);
    await killAndRestart(caller.client, callee.client);
    await callee.does("hangUp", into);
    await Promise.all([lamp.says("terminated"), watched.says("open")]);
  });

  it("is dark after the gateway was killed while it rang, and came back", async () => {
    const { bob, caller, callee, lamp } = await lamps();
    await callee.answering("ring");
    const out = await caller.place(bob);
    const into = await callee.rings();
    await lamp.says("early");
    await killAndRestart(caller.client, callee.client);
    await Promise.all([caller.sees("failed", out), callee.sees("failed", into)]);
    await lamp.says("terminated timeout");
  });
});

/** RFC 4662 §4.1: one who reads lists. */
const storedList = {
  event: "presence",
  accept: "application/pidf+xml, application/rlmi+xml, multipart/related",
  extraHeaders: ["Supported: eventlist"],
} satisfies WatchOptions;

/** RFC 5367 §3: the list is in the body. */
const listOf = (...aors: readonly string[]): WatchOptions => ({
  ...storedList,
  extraHeaders: [
    ...storedList.extraHeaders,
    "Require: recipient-list-subscribe",
    "Content-Disposition: recipient-list",
  ],
  body: {
    contentType: "application/resource-lists+xml",
    content: `<?xml version="1.0" encoding="UTF-8"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${aors
      .map((aor) => `<entry uri="sip:${aor}"/>`)
      .join("")}</list></resource-lists>`,
  },
});

describe.each(libraries)("RFC 4662, RFC 5367: a list subscribed to by %s", (library) => {
  it("tells of all of it, then of what changes, of all once more when refreshed, and through a kill", async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const [a, b, c] = await Promise.all([
      client(library, alice),
      client("sip-js", bob),
      client("sip-js", carol),
    ]);
    const list = await watch(a, alice, listOf(bob, carol, "nobody-at-all@localhost"));
    const says = (bobs: string, carols: string) =>
      list.says(
        `${userOf(bob)}: active ${bobs}; ${userOf(carol)}: active ${carols}; nobody-at-all: terminated noresource`,
      );
    const isFull = /fullState="true"/;
    await says("open", "open");
    await b.run((stock, body) => stock.publish(body), pidf(bob, "lunch"));
    const changed = await says("open lunch", "open");
    expect(changed.body).not.toMatch(isFull);
    expect(changed.body).not.toContain(carol);
    const before = (await list.notifies()).length;
    await list.refresh();
    await expect.poll(async () => (await list.notifies()).length).toBeGreaterThan(before);
    expect((await says("open lunch", "open")).body).toMatch(isFull);
    await killAndRestart(a, c);
    await c.run((stock, body) => stock.publish(body), pidf(carol, "back"));
    await says("open lunch", "open back");
    await list.leave();
    // RFC 4662 §4.5: the last NOTIFY has the list once more.
    const isLast = (frame: string) => /^NOTIFY [\s\S]*^Subscription-State: *terminated/m.test(frame);
    await expect.poll(() => a.received.filter(isLast).length).toBe(1);
    for (const frame of [...a.received, ...a.sent]) {
      expect(frame).not.toMatch(/^SIP\/2\.0 (?:4(?!01|07)|5|6)/);
    }
  });
});

/** RFC 4825 §7: the user's own document, put by the page itself, from an origin that is not the gateway's. */
async function put(page: ClientPage, aor: string, usage: string, body: string): Promise<number> {
  const token = await new SignJWT({ sub: userOf(aor) })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));
  const url = `${gateway.url}/xcap/${usage}/users/sip:${aor}/index`;
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": `application/${usage}+xml` };
  return page.run(async (_, [target, init]) => (await fetch(target, init)).status, [
    url,
    { method: "PUT", headers, body },
  ] as const);
}

describe.each(libraries)("RFC 4826: a list of the user's documents subscribed to by %s", (library) => {
  it("is one SUBSCRIBE to its URI, and an edit from the page is seen at once (RFC 4662 §4.7)", async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const [a, , c] = await Promise.all([
      client(library, alice),
      client("sip-js", bob),
      client("sip-js", carol),
    ]);
    const friends = (...aors: readonly string[]): Promise<number> => {
      const entries = aors.map((aor) => `<entry uri="sip:${aor}"/>`).join("");
      return put(
        ...([a, alice, "resource-lists"] as const),
        `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends">${entries}</list></resource-lists>`,
      );
    };
    const uri = `${userOf(alice)}+friends@localhost`;
    const services = `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:${uri}"><resource-list>${gateway.url}/xcap/resource-lists/users/sip:${alice}/index/~~/resource-lists/list%5b@name=%22friends%22%5d</resource-list><packages><package>presence</package></packages></service></rls-services>`;
    expect([await friends(bob), await put(a, alice, "rls-services", services)]).toEqual([201, 201]);
    const list = await watch(a, uri, storedList);
    await list.says(`${userOf(bob)}: active open`);
    expect(await friends(bob, carol)).toBe(200);
    await list.says(`${userOf(bob)}: active open; ${userOf(carol)}: active open`);
    await c.run((stock, body) => stock.publish(body), pidf(carol, "lunch"));
    await list.says(`${userOf(bob)}: active open; ${userOf(carol)}: active open lunch`);
    expect(await friends(carol)).toBe(200);
    await list.says(`${userOf(carol)}: active open lunch`);
  });
});

describe.each(libraries)("RFC 3842: messages that wait, told to %s", (library) => {
  it("a page that takes none itself is told of those that wait, of one more, and that another page has taken them", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, before] = await Promise.all([client("sip-js", alice), client("jssip", bob)]);
    await before.stop();
    for (const text of ["one", "two"]) expect(await a.send(bob, text)).toBe(202);
    const lamp = await watch(await client(library, bob, { isSilent: true }), bob, messageSummary);
    const { body } = await lamp.says("yes 2/0");
    expect(body).toContain(`Message-Account: sip:${bob}`);
    expect(await a.send(bob, "three")).toBe(202);
    await lamp.says("yes 3/0");
    expect(await (await client("jssip", bob)).bodies(3)).toEqual(["one", "two", "three"]);
    await lamp.says("no 0/0");
  });
});
