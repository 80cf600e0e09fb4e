// Presence and the other event packages as JsSIP and SIP.js have them from npm, in real Chromium, through the gateway as
// a user starts it: what a page is told, and what it can read of it.

import { describe, expect, it } from "vitest";
import { browserWorld } from "../support/browser-world";
import { type CallPage, callPage } from "../support/call-pages";
import { watch, watchAll } from "../support/event-pages";
import { libraries } from "../support/stock-pages";
import { pidf, presence, type WatchOptions } from "./clients/event-client";

// A patience that a test can outlast, and a page on a busy machine need not.
const { newUser, client, killAndRestart, ask } = browserWorld({
  GRACE_SECONDS: "6",
  CALL_GRACE_SECONDS: "6",
});

const dialog: WatchOptions = { event: "dialog", accept: "application/dialog-info+xml" };
const messageSummary: WatchOptions = {
  event: "message-summary",
  accept: "application/simple-message-summary",
};

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

describe("RFC 5025: a JsSIP user, who cannot PUBLISH, over HTTP", () => {
  it("says how he is, and who may know: watchers of both libraries see it at once", async () => {
    const bob = newUser();
    const names = libraries.map(newUser);
    const [b, ...watchers] = await Promise.all([
      client("jssip", bob),
      ...libraries.map((library, at) => client(library, names[at] ?? "")),
    ]);
    const change = (path: string, body: object): Promise<number> =>
      ask(b, bob, {
        method: "PUT",
        path: `/v1/me/${path}?aor=${bob}`,
        contentType: "application/json",
        body: JSON.stringify(body),
      });
    const decide = (decision: string) =>
      Promise.all(names.map((name) => change(`watchers/${name}`, { decision })));
    const watched = await watchAll(watchers, bob, presence);
    await watched.says("open");
    expect(await change("presence", { basic: "open", activity: "meeting", note: "back at 3" })).toBe(200);
    await watched.says("open back at 3 meeting");
    expect(await decide("polite-block")).toEqual([200, 200]);
    await watched.says("closed");
    expect(await decide("allow")).toEqual([200, 200]);
    await watched.says("open back at 3 meeting");
    expect(await decide("block")).toEqual([200, 200]);
    for (const { received } of watchers) {
      const isRejected = (frame: string) =>
        /^NOTIFY [\s\S]*^Subscription-State: *terminated;reason=rejected/m.test(frame);
      await expect.poll(() => received.filter(isRejected).length).toBe(1);
    }
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
    expect(said.join()).not.toContain(alice);
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
