// The page's own line (web/line) in real Chromium, without a view: what is said and who is there, against itself and
// against stock clients, through the gateway as a user starts it.

import { describe, expect, it } from "vitest";
import type { LineUser } from "../support/line-pages";
import { answer, lineWorld, marked, place, say } from "../support/line-world";

const { newUser, user, stock } = lineWorld({ WATCHERS: "confirm", KEEP_HISTORY: "on" });

describe("a conversation between two pages", () => {
  it("RFC 5438: is kept for who is away, and told of when it was delivered and when it was seen", async () => {
    const [alice, bob] = [newUser("alice"), newUser("bob")];
    const [a, first] = await Promise.all([user(alice), user(bob)]);
    await first.close();
    await say(a, bob, "one");
    await say(a, bob, "two");
    await say(a, bob, "three & <more>");
    await marked(a, bob, "stored", "stored", "stored");
    const b = await user(bob);
    const came = await b.conversation(alice, ({ unread }) => unread === 3);
    expect(came.lines.map(({ text }) => text)).toEqual(["one", "two", "three & <more>"]);
    await marked(a, bob, "delivered", "delivered", "delivered");
    await b.run((line, peer) => line.conversations.displayed(peer), alice);
    await marked(a, bob, "displayed", "displayed", "displayed");
    expect((await b.conversation(alice, () => true)).unread).toBe(0);
    // What came together is reported together.
    expect(b.sent.filter((frame) => frame.includes("message/imdn+xml"))).toHaveLength(2);
  });

  it("is in step on all of the user's devices: what is sent, and what was seen", async () => {
    const [alice, bob] = [newUser("alice"), newUser("bob")];
    const [a, a2, b] = await Promise.all([user(alice), user(alice), user(bob)]);
    await say(a, bob, "from here");
    await a2.conversation(bob, ({ lines }) => lines[0]?.text === "from here");
    await b.conversation(alice, ({ unread }) => unread === 1);
    await b.run((line, peer) => line.conversations.displayed(peer), alice);
    await marked(a, bob, "displayed");
    await marked(a2, bob, "displayed");
    await say(b, alice, "and back");
    await Promise.all([a, a2].map((each) => each.conversation(bob, ({ unread }) => unread === 1)));
    await a2.run((line, peer) => line.conversations.displayed(peer), bob);
    await a.conversation(bob, ({ unread }) => unread === 0);
  });

  it("RFC 3994: says who is writing, and no more once he has sent it", async () => {
    const [alice, bob] = [newUser("alice"), newUser("bob")];
    const [a, b] = await Promise.all([user(alice), user(bob)]);
    const types = (who: LineUser, to: string, on: boolean): Promise<void> =>
      who.run((line, [peer, state]) => line.conversations.composing(peer, state), [to, on] as const);
    // To somebody of whom nothing is known, nothing but text is sent.
    await types(a, bob, true);
    await say(a, bob, "are you there?");
    await b.conversation(alice, ({ lines }) => lines.length === 1);
    expect(a.sent.join("")).not.toContain("im-iscomposing");
    await types(b, alice, true);
    await a.conversation(bob, ({ composing }) => composing);
    await types(b, alice, false);
    await a.conversation(bob, ({ composing }) => !composing);
    await types(b, alice, true);
    await a.conversation(bob, ({ composing }) => composing);
    await say(b, alice, "yes");
    expect(await a.conversation(bob, ({ lines }) => lines.length === 2)).toMatchObject({ composing: false });
  });
});

describe("a roster", () => {
  it("RFC 3857: asks the user before he is watched, and then shows him, his call and what he says of himself", async () => {
    const [alice, bob] = [newUser("alice"), newUser("bob")];
    const [a, b, c] = await Promise.all([user(alice), user(bob), user(newUser("carol"))]);
    await a.run((line, address) => line.roster.add(address), bob);
    await a.person(bob, ({ watching }) => watching === "pending");
    await b.watcher(alice, ({ status, decision }) => status === "pending" && decision === undefined);
    await b.run((line, address) => line.roster.decide(address, "allow"), alice);
    await a.person(bob, ({ watching, presence }) => watching === "active" && presence?.basic === "open");
    await b.watcher(alice, ({ status, decision }) => status === "active" && decision === "allow");
    await b.run((line) => line.roster.publish({ activity: "busy", note: "in a meeting" }), undefined);
    await a.person(bob, ({ presence }) => presence?.note === "in a meeting" && presence.activity === "busy");
    await a.person(bob, ({ lamp }) => lamp === "idle");
    const out = await place(c, b, false);
    const into = await b.rings();
    await a.person(bob, ({ lamp }) => lamp === "ringing");
    await answer(b, into, false);
    await a.person(bob, ({ lamp }) => lamp === "busy");
    await c.run((line, id) => line.calls.hangUp(id), out);
    await a.person(bob, ({ lamp }) => lamp === "idle");
    await b.run((line, address) => line.roster.decide(address, "block"), alice);
    await a.person(bob, ({ watching, presence }) => watching === "refused" && presence === undefined);
    await b.close();
  });
});

describe("a page and a stock JsSIP", () => {
  it("write to each other in plain text, and JsSIP is shown nothing but that", async () => {
    const [alice, jess] = [newUser("alice"), newUser("jess")];
    const [a, j] = await Promise.all([user(alice), stock(jess)]);
    expect(await j.client.send(alice, "hello")).toBe(200);
    await a.conversation(jess, ({ lines }) => lines[0]?.text === "hello");
    await a.run((line, peer) => line.conversations.composing(peer, true), jess);
    await a.run((line, peer) => line.conversations.displayed(peer), jess);
    await say(a, jess, "welcome");
    await marked(a, jess, undefined, "delivered");
    expect(await j.client.bodies(1)).toEqual(["welcome"]);
  });

  it("RFC 5438: who writes CPIM is answered in CPIM, and gets his reports", async () => {
    const [alice, jess] = [newUser("alice"), newUser("jess")];
    const [a, j] = await Promise.all([user(alice), stock(jess)]);
    const cpim = [
      `From: <sip:${jess}>`,
      `To: <sip:${alice}>`,
      "NS: imdn <urn:ietf:params:imdn>",
      "imdn.Message-ID: abc.1",
      "imdn.Disposition-Notification: positive-delivery, display",
      "",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "in an envelope",
    ].join("\r\n");
    await j.client.run((client, [to, body]) => client.sendTyped(to, body, "message/cpim"), [
      alice,
      cpim,
    ] as const);
    await a.conversation(jess, ({ lines }) => lines[0]?.text === "in an envelope");
    await a.run((line, peer) => line.conversations.displayed(peer), jess);
    expect((await j.client.bodies(1))[0]).toContain("<message-id>abc.1</message-id>");
    expect((await j.client.bodies(1))[0]).toContain("<displayed/>");
    await say(a, jess, "so is this");
    expect((await j.client.bodies(2))[1]).toMatch(
      /\r\n\r\nContent-Type: text\/plain[\s\S]*\r\n\r\nso is this$/,
    );
  });
});

describe("a page that is logged in by its session", () => {
  it("speaks without a password in SIP, and has the user's log of calls, messages and watchers", async () => {
    const [alice, bob] = [newUser("alice"), newUser("bob")];
    const [a, b] = await Promise.all([user(alice, { hasSession: true }), user(bob, { hasSession: true })]);
    expect(a.sent.join("")).not.toMatch(/^(?:Proxy-)?Authorization:/im);
    await say(a, bob, "before");
    await b.conversation(alice, ({ lines }) => lines.length === 1);
    await marked(a, bob, "delivered");
    await say(b, alice, "and after");
    await a.conversation(bob, ({ lines }) => lines.length === 2);
    const out = await place(a, b, false);
    await b.rings();
    await a.run((line, id) => line.calls.hangUp(id), out);
    await expect.poll(async () => (await a.log()).map(({ peer }) => peer)).toEqual([bob]);
    // Another device, which was not there: each line once, in the order in which they were said.
    const a2 = await user(alice, { hasSession: true });
    const { lines, unread } = await a2.conversation(bob, (all) => all.lines.length === 2);
    expect(lines.map(({ text, mark }) => [text, mark?.kind])).toEqual([
      ["before", "delivered"],
      ["and after", undefined],
    ]);
    expect(unread).toBe(0);
  });

  it("is refused when the session is over, and guesses no password", async () => {
    const a = await user(newUser("alice"), { hasSession: true });
    await a.page.context().clearCookies();
    await a.page.evaluate(() => window.linePage.cut());
    const state = () => a.run((line) => line.state.get(), undefined);
    await expect.poll(state).toEqual({ kind: "refused", status: 401 });
    expect(a.sent.join("")).not.toMatch(/^(?:Proxy-)?Authorization:/im);
  });
});
