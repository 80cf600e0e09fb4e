// What the administrator sees of an account now: its devices with their flows, dialogs, subscriptions, publications.

import { beforeEach, describe, expect, it, vi } from "vitest";
import { formatSocketFacts, socketFactsHeader } from "../../src/contracts/socket-facts";
import { CallSide, place, respond } from "../support/call";
import { Phone } from "../support/phone";
import { hibernate, homeOf, makeAccount, online, password } from "./support/homes";
import { RecordedSocket } from "./support/recorded-socket";
import { administer } from "./support/worker";

beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

type Row = Readonly<Record<string, unknown>>;

describe.each([
  ["in memory", async () => undefined],
  ["hibernating between any two steps", hibernate],
] as const)("an account, %s", (kind, between) => {
  const name = (user: string) => `${user}${kind.length}@example.com`;

  const listOf = async (aor: string, list: string): Promise<readonly Row[]> => {
    await between(aor);
    const response = await administer("GET", `/v1/accounts/${aor}/${list}`);
    expect(response.status).toBe(200);
    return ((await response.json()) as Record<string, Row[]>)[list] ?? [];
  };

  it("has its devices with the country and the flow that the edge vouched for", async () => {
    const aor = await makeAccount(name("flow"));
    const facts = {
      address: "192.0.2.1",
      origin: "https://app.example.com",
      scheme: "wss",
      host: "sip.example.com",
      token: undefined,
      userAgent: "Mozilla/5.0",
      country: "DE",
    } as const;
    const headers = { Upgrade: "websocket", [socketFactsHeader]: formatSocketFacts(facts) };
    const { webSocket } = await homeOf(aor).fetch("https://home.invalid/", { headers });
    const phone = new Phone(new RecordedSocket(webSocket as WebSocket), { aor, password });
    const before = Date.now();
    expect((await phone.register()).status).toBe(200);
    const [device, ...others] = await listOf(aor, "devices");
    expect(others).toEqual([]);
    expect(device).toMatchObject({
      state: "live",
      country: "DE",
      flows: 1,
      flow: {
        scheme: "wss",
        origin: facts.origin,
        userAgent: facts.userAgent,
        pinged: false,
        registeredUntil: expect.stringMatching(/Z$/),
      },
    });
    expect(Date.parse(String(device?.["lastSeenAt"]))).toBeGreaterThanOrEqual(before - 1000);
    phone.hangUp();
    await vi.waitFor(async () => expect((await listOf(aor, "devices"))[0]).toMatchObject({ flows: 0 }), 3000);
    expect((await listOf(aor, "devices"))[0]).not.toHaveProperty("country");
  });

  it("has the dialog of a call at both ends, from its ringing to its end", async () => {
    const [alice, bob] = [await makeAccount(name("dialog-a")), await makeAccount(name("dialog-b"))];
    const [from, to] = [await online(alice), await online(bob)];
    const placed = place(from, bob);
    const invite = await to.receive("INVITE");
    respond(to, invite, 180);
    respond(to, invite, 200);
    const caller = CallSide.ofCaller(from, await from.responseTo(placed.callId, placed.cseq));
    caller.ack();
    await to.receive("ACK");
    for (const [aor, peer] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const dialogs = await listOf(aor, "dialogs");
      expect(dialogs).toEqual([
        expect.objectContaining({
          callId: placed.callId,
          usages: ["invite"],
          peer,
          state: "confirmed",
          since: expect.stringMatching(/Z$/),
        }),
      ]);
      const [device] = await listOf(aor, "devices");
      expect(dialogs[0]?.["device"]).toBe(device?.["id"]);
    }
    const bye = caller.request("BYE");
    await to.take("BYE");
    expect((await bye).status).toBe(200);
    const states = async () => (await listOf(alice, "dialogs")).map(({ state }) => state);
    await vi.waitFor(async () => expect(await states()).not.toContain("confirmed"));
    from.hangUp();
    to.hangUp();
  });

  it("has who watches it, and whom it watches", async () => {
    const [alice, bob] = [await makeAccount(name("watch-a")), await makeAccount(name("watch-b"))];
    const [from, to] = [await online(alice), await online(bob)];
    expect((await from.subscribe(bob)).status).toBe(200);
    await from.take("NOTIFY");
    expect(await listOf(bob, "subscriptions")).toEqual([
      {
        event: "presence",
        role: "notifier",
        peer: alice,
        state: "active",
        since: expect.stringMatching(/Z$/),
        expiresAt: expect.stringMatching(/Z$/),
      },
    ]);
    await vi.waitFor(async () =>
      expect(await listOf(alice, "subscriptions")).toEqual([
        expect.objectContaining({ event: "presence", role: "subscriber", peer: bob, state: "active" }),
      ]),
    );
    from.hangUp();
    to.hangUp();
  });

  it("has what it published in a few words, and no entity-tag with which another could change it", async () => {
    const aor = await makeAccount(name("publish"));
    const phone = await online(aor);
    const { text } = await phone.publish("out for lunch");
    const [publication, ...others] = await listOf(aor, "publications");
    expect(others).toEqual([]);
    expect(publication).toMatchObject({
      event: "presence",
      summary: expect.stringContaining("out for lunch"),
    });
    const tag = /SIP-ETag: *(\S+)/i.exec(text)?.[1] ?? "no tag";
    expect(JSON.stringify(publication)).not.toContain(tag);
    phone.hangUp();
  });
});

it.each(["dialogs", "subscriptions", "publications"])("nobody has %s: 404", async (list) => {
  expect((await administer("GET", `/v1/accounts/nobody@example.com/${list}`)).status).toBe(404);
});
