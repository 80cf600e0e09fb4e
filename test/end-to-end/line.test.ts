// The page's own line (web/line) in real Chromium with real media, without a view: against itself and against stock
// clients, through the gateway as a user starts it.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type Gateway, startGateway } from "../support/gateway";
import { type LinePages, type LineUser, type LineUserOptions, lineForTests } from "../support/line-pages";

let gateway: Gateway;
let browser: Browser;
let pages: LinePages;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  const vars = {
    DIGEST_ALGORITHMS: "SHA-256,MD5",
    RING_SECONDS: "8",
    WATCHERS: "confirm",
    KEEP_HISTORY: "on",
  };
  [gateway, browser] = await Promise.all([startGateway({ demo: true, vars }), launchChromium()]);
  pages = await lineForTests(browser, () => gateway.url);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
});

let users = 0;
const newUser = (name: string): string => `${name}${++users}@localhost`;

async function user(aor: string, options: LineUserOptions = {}): Promise<LineUser> {
  const made = await pages.open(aor, options);
  open.push(made);
  return made;
}

const place = (from: LineUser, to: LineUser, video = true): Promise<string> =>
  from.run((line, [peer, media]) => line.calls.call(peer, media), [to.aor, { video }] as const);
const answer = (who: LineUser, id: string, video = true): Promise<void> =>
  who.run((line, [call, media]) => line.calls.answer(call, media), [id, { video }] as const);

/** A call that is talked: both ids. */
async function talk(from: LineUser, to: LineUser, video = true): Promise<readonly [string, string]> {
  const out = await place(from, to, video);
  const into = await to.rings();
  await from.sees(out, ({ phase }) => phase === "ringing");
  await answer(to, into, video);
  await Promise.all([
    from.sees(out, ({ phase }) => phase === "active"),
    to.sees(into, ({ phase }) => phase === "active"),
  ]);
  return [out, into];
}

const both = { audio: 20, video: 10 } as const;

describe("a call between two pages", () => {
  it("has audio and video both ways, is held and resumed by either side, and ends for both", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out, into] = await talk(a, b);
    await Promise.all([a.hears(both), b.hears(both)]);
    const hold = (who: LineUser, id: string, held: boolean): Promise<void> =>
      who.run((line, [call, on]) => line.calls.hold(call, on), [id, held] as const);
    await hold(a, out, true);
    await b.sees(into, ({ heldByPeer }) => heldByPeer);
    expect(await a.sees(out, ({ held }) => held)).toMatchObject({ heldByPeer: false, video: true });
    await hold(b, into, true);
    await a.sees(out, ({ heldByPeer }) => heldByPeer);
    await hold(a, out, false);
    await b.sees(into, ({ heldByPeer, held }) => !heldByPeer && held);
    await hold(b, into, false);
    await a.sees(out, ({ held, heldByPeer }) => !held && !heldByPeer);
    await Promise.all([a.hears(both), b.hears(both)]);
    await b.run((line, id) => line.calls.hangUp(id), into);
    expect(await a.ends(out)).toEqual({ kind: "hung-up", by: "them" });
    expect(await b.ends(into)).toEqual({ kind: "hung-up", by: "us" });
  });
});
