// Event packages in real objects: what is told by one home to a page of another goes on though the objects leave memory,
// or are killed, between any two steps. What is told to whom and why is the pure home's tests.

import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { body, headerValue, type SipRequest, type SipResponse } from "../../src/sip/message";
import { ListView } from "../home/support/list-view";
import { CallSide, place, respond } from "../support/call";
import type { Phone } from "../support/phone";
import { crash, hibernate, makeAccount, online, targetOn } from "./support/homes";
import { openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

type Loss = "nothing" | "memory" | "memory and sockets";

const open: Phone[] = [];
let stories = 0;

afterEach(() => {
  for (const phone of open.splice(0)) phone.hangUp();
});

/** Users, and what their homes lose between two steps. */
async function story<Name extends string>(loss: Loss, ...names: readonly Name[]) {
  const suffix = `${++stories}@example.com`;
  const aors = new Map<string, string>();
  for (const name of names) aors.set(name, await makeAccount(`${name}${suffix}`));
  const aorOf = (name: Name): string => aors.get(name) ?? "";
  const comes = async (name: Name, instance: string = name): Promise<Phone> => {
    const phone = await online(aorOf(name), "named", { instance, page: `${instance}page${stories}` });
    open.push(phone);
    return phone;
  };
  const leaves = async (phone: Phone): Promise<void> => {
    open.splice(open.indexOf(phone), 1);
    expect((await phone.register(0)).status).toBe(200);
    phone.hangUp();
    await phone.closed();
  };
  const lose = async (): Promise<void> => {
    if (loss === "memory") for (const aor of aors.values()) await hibernate(aor);
    if (loss !== "memory and sockets") return;
    await crash();
    for (const phone of open) {
      phone.rejoin(await openSocket(targetOn("named", phone.aor)));
      expect((await phone.register()).status).toBe(200);
    }
  };
  return { aorOf, comes, leaves, lose };
}

const subscribe = (
  phone: Phone,
  to: string,
  event: string,
  lines: readonly string[] = [],
  text = "",
): Promise<SipResponse> =>
  phone.request("SUBSCRIBE", {
    uri: `sip:${to}`,
    lines: [`Contact: <${phone.contact}>`, `Event: ${event}`, "Expires: 600", ...lines],
    body: text,
  });

/** A subscription that was accepted, as its page has it. */
async function watches(phone: Phone, to: string, event: string): Promise<CallSide> {
  const answer = await subscribe(phone, to, event);
  expect(answer.status).toBe(200);
  return CallSide.ofCaller(phone, answer);
}

/** Takes NOTIFYs of that package until one says so. */
async function hears(phone: Phone, event: string, wanted: RegExp | string): Promise<SipRequest> {
  for (;;) {
    const notify = await phone.take("NOTIFY");
    expect(headerValue(notify, "event")).toBe(event);
    if (typeof wanted === "string" ? body(notify).includes(wanted) : wanted.test(body(notify))) return notify;
  }
}

const listBody = (uris: readonly string[]): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${uris
    .map((uri) => `<entry uri="sip:${uri}"/>`)
    .join("")}</list></resource-lists>`;

const listLines = [
  "Supported: eventlist",
  "Require: recipient-list-subscribe",
  "Accept: application/pidf+xml, application/rlmi+xml, multipart/related",
  "Content-Type: application/resource-lists+xml",
  "Content-Disposition: recipient-list",
];

/** A subscription to a list; `shows` takes its NOTIFYs until each of its entries is so. */
async function watchesList(phone: Phone, uris: readonly string[]) {
  const answer = await subscribe(phone, phone.aor, "presence", listLines, listBody(uris));
  expect([answer.status, headerValue(answer, "require")]).toEqual([200, "eventlist"]);
  const view = new ListView();
  const shows = async (...wanted: readonly string[]): Promise<void> => {
    do view.take((await phone.take("NOTIFY")).text);
    while (!uris.every((uri, at) => view.seen[uri] === wanted[at]));
  };
  return { view, shows };
}

const losses: readonly Loss[] = ["nothing", "memory", "memory and sockets"];

describe.each(losses)("with %s lost between any two steps", (loss) => {
  it("RFC 3857 §4.7: presence.winfo tells the user, and nobody else, who comes to watch and who goes", async () => {
    const { aorOf, comes, lose } = await story(loss, "alice", "bob");
    const [alice, bob] = [await comes("alice"), await comes("bob")];
    expect((await subscribe(alice, aorOf("bob"), "presence.winfo")).status).toBe(403);
    await watches(bob, aorOf("bob"), "presence.winfo");
    const nobody = await hears(bob, "presence.winfo", `<watcher-list resource="sip:${aorOf("bob")}"`);
    expect(body(nobody)).not.toContain("<watcher ");
    await lose();
    const subscription = await watches(alice, aorOf("bob"), "presence");
    await hears(alice, "presence", "<basic>open</basic>");
    await hears(bob, "presence.winfo", /<watcher [^>]*status="active"[^>]*>sip:alice/);
    await lose();
    const left = subscription.send("SUBSCRIBE", [
      ...["Event: presence", "Expires: 0", `Contact: <${alice.contact}>`],
    ]);
    expect((await alice.responseTo(subscription.callId, left)).status).toBe(200);
    await hears(bob, "presence.winfo", /<watcher [^>]*status="terminated"[^>]*>sip:alice/);
  });

  it("RFC 3261 §12.2.1.1: NOTIFYs to one who refreshes rise, though no row tells of most refreshes", async () => {
    const { aorOf, comes, lose } = await story(loss, "alice", "bob");
    const [alice, bob] = [await comes("alice"), await comes("bob")];
    const subscription = await watches(alice, aorOf("bob"), "presence");
    const sequence: number[] = [];
    const takes = async (): Promise<void> => {
      sequence.push(Number.parseInt(headerValue(await alice.take("NOTIFY"), "cseq") ?? "", 10));
    };
    const refreshes = async (): Promise<void> => {
      const lines = ["Event: presence", "Expires: 600", `Contact: <${alice.contact}>`];
      expect((await subscription.request("SUBSCRIBE", lines)).status).toBe(200);
      await takes();
    };
    await takes();
    for (let round = 0; round < 3; round++) {
      await refreshes();
      await lose();
      await refreshes();
      await lose();
      await refreshes();
      await lose();
      expect((await bob.publish(`round ${round}`)).status).toBe(200);
      await takes();
      await lose();
    }
    expect(sequence).toEqual([...new Set(sequence)].sort((a, b) => a - b));
  });

  it("RFC 3680 §4.7: reg tells the user of each device that comes and goes", async () => {
    const { aorOf, comes, leaves, lose } = await story(loss, "alice", "bob");
    const [alice, bob] = [await comes("alice"), await comes("bob")];
    expect((await subscribe(alice, aorOf("bob"), "reg")).status).toBe(403);
    await watches(bob, aorOf("bob"), "reg");
    await hears(bob, "reg", `<uri>${bob.contact}</uri>`);
    await lose();
    const cell = await comes("bob", "cell");
    const both = await hears(bob, "reg", `<uri>${cell.contact}</uri>`);
    expect(body(both)).toContain(`<uri>${bob.contact}</uri>`);
    await lose();
    await leaves(cell);
    await hears(bob, "reg", /<contact [^>]*state="terminated" event="unregistered"/);
  });

  it("RFC 3842 §3.7: message-summary tells what waits, and that it was taken", async () => {
    const { aorOf, comes, leaves, lose } = await story(loss, "alice", "bob");
    const alice = await comes("alice");
    const desk = await comes("bob", "desk");
    await leaves(desk);
    for (const text of ["one", "two"]) expect((await alice.message(aorOf("bob"), text)).status).toBe(202);
    await lose();
    // A page that does not take them now: 480 leaves them where they are.
    const cell = await comes("bob", "cell");
    cell.answer(await cell.receive("MESSAGE"), 480);
    await watches(cell, aorOf("bob"), "message-summary");
    await hears(cell, "message-summary", /^Messages-Waiting: yes\r\n[\s\S]*^Text-Message: 2\/0/m);
    await lose();
    const back = await comes("bob", "desk");
    for (const text of ["one", "two"]) expect(body(await back.take("MESSAGE"))).toBe(text);
    await hears(cell, "message-summary", /^Messages-Waiting: no\r$/m);
  });

  it("RFC 4662 §4, RFC 5367 §3: one SUBSCRIBE watches a list, and what changes on it is told alone", async () => {
    const { aorOf, comes, leaves, lose } = await story(loss, "alice", "bob", "carol");
    const [alice, bob] = [await comes("alice"), await comes("bob")];
    const { view, shows } = await watchesList(alice, [aorOf("bob"), aorOf("carol"), "nobody@example.com"]);
    await shows("active open", "active closed", "terminated noresource");
    await lose();
    const published = await bob.publish("lunch");
    expect(published.status).toBe(200);
    await shows("active open lunch", "active closed", "terminated noresource");
    await lose();
    const carol = await comes("carol");
    await shows("active open lunch", "active open", "terminated noresource");
    if (loss !== "memory and sockets") expect(view.kinds.at(-1)).toBe(1);
    await leaves(carol);
    await shows("active open lunch", "active closed", "terminated noresource");
  });
});

describe("killed before a NOTIFY was answered: it is owed, and sent once the page is back", () => {
  it("RFC 6665 §4.2.2: presence", async () => {
    const { aorOf, comes, lose } = await story("memory and sockets", "alice", "bob");
    const [alice, bob] = [await comes("alice"), await comes("bob")];
    await watches(alice, aorOf("bob"), "presence");
    await hears(alice, "presence", "<basic>open</basic>");
    expect((await bob.publish("lunch")).status).toBe(200);
    const lost = await alice.receive("NOTIFY");
    await lose();
    const again = await hears(alice, "presence", "lunch");
    const [before, after] = [lost, again].map((notify) =>
      Number.parseInt(headerValue(notify, "cseq") ?? "", 10),
    );
    expect(after).toBeGreaterThan(before ?? Number.NaN);
  });

  it("RFC 4662 §4.5: a list", async () => {
    const { aorOf, comes, lose } = await story("memory and sockets", "alice", "bob");
    const [alice, bob] = [await comes("alice"), await comes("bob")];
    const { shows } = await watchesList(alice, [aorOf("bob")]);
    await shows("active open");
    expect((await bob.publish("lunch")).status).toBe(200);
    await alice.receive("NOTIFY");
    await lose();
    await shows("active open lunch");
  });
});

describe.each(["nothing", "memory"] as const)("with %s lost between any two steps of a call", (loss) => {
  it("RFC 4235 §3.7.1: the lamp of one who is called is early, confirmed and terminated", async () => {
    const { aorOf, comes, lose } = await story(loss, "alice", "bob", "carol");
    const [alice, bob, carol] = [await comes("alice"), await comes("bob"), await comes("carol")];
    await watches(carol, aorOf("bob"), "dialog");
    await hears(carol, "dialog", "<dialog-info");
    await lose();
    const placed = place(alice, bob.aor);
    const invite = await bob.receive("INVITE");
    respond(bob, invite, 180);
    await alice.hears(placed.callId, placed.cseq, 180);
    const early = await hears(carol, "dialog", "<state>early</state>");
    await lose();
    respond(bob, invite, 200);
    const caller = CallSide.ofCaller(alice, await alice.responseTo(placed.callId, placed.cseq));
    caller.ack();
    await bob.receive("ACK");
    const confirmed = await hears(carol, "dialog", "<state>confirmed</state>");
    const idOf = (notify: SipRequest): string => /<dialog id="([^"]+)"/.exec(body(notify))?.[1] ?? "none";
    expect(idOf(confirmed)).toBe(idOf(early));
    await lose();
    const bye = caller.send("BYE");
    await bob.take("BYE");
    expect((await alice.responseTo(caller.callId, bye)).status).toBe(200);
    const over = await hears(carol, "dialog", "<state>terminated</state>");
    expect(body(over)).not.toContain("alice");
  });

  it("RFC 3515 §2.4: a REFER outside of a call reaches the user's device, and its NOTIFYs come back until the last", async () => {
    const { aorOf, comes, lose } = await story(loss, "alice", "bob", "carol");
    const [alice, bob] = [await comes("alice"), await comes("bob")];
    const asked = alice.request("REFER", {
      uri: `sip:${aorOf("bob")}`,
      lines: [`Contact: <${alice.contact}>`, `Refer-To: <sip:${aorOf("carol")}>`],
    });
    const refer = await bob.receive("REFER");
    expect(headerValue(refer, "refer-to")).toBe(`<sip:${aorOf("carol")}>`);
    respond(bob, refer, 202);
    expect((await asked).status).toBe(202);
    const device = CallSide.ofCallee(bob, refer);
    const tell = (state: string, sipfrag: string): string =>
      device.send(
        "NOTIFY",
        [
          ...["Event: refer", `Subscription-State: ${state}`, `Contact: <${bob.contact}>`],
          "Content-Type: message/sipfrag;version=2.0",
        ],
        sipfrag,
      );
    for (const [state, sipfrag] of [
      ["active;expires=60", "SIP/2.0 100 Trying\r\n"],
      ["terminated;reason=noresource", "SIP/2.0 200 OK\r\n"],
    ] as const) {
      await lose();
      const told = tell(state, sipfrag);
      expect(body(await alice.take("NOTIFY"))).toBe(sipfrag);
      expect((await bob.responseTo(device.callId, told)).status).toBe(200);
    }
    await lose();
    // RFC 6665 §4.4.1: that NOTIFY was the end of the dialog.
    const late = tell("active;expires=60", "SIP/2.0 100 Trying\r\n");
    expect((await bob.responseTo(device.callId, late)).status).toBe(481);
  });
});
