// REFER and SUBSCRIBE outside of any dialog, answered by a device (RFC 3515 §2.4, RFC 6665 §4.4.1): what they open is a
// dialog between two devices, each of which says what it likes in it, and nobody else.

import { expect, it } from "vitest";
import { heard, respond, Side, taken, talk } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, phone } from "./support/pair";
import { bodyOf, headerOf, headersOf, statusOf, textOf } from "./support/sip-text";
import { Watcher } from "./support/watcher";

const accept = { withSdp: false };
const carol = "carol@example.com";

/** Alice's page, and bob's phone with its GRUUs. */
function pair(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, carol);
  const a = registered(network, alice, "alice");
  const b = registered(network, bob, "bob", { instance: phone, lines: ["Supported: gruu"] });
  const [contact = ""] = headersOf(b.register({ lines: ["Supported: gruu"] }), "Contact");
  const named = (name: string): string => new RegExp(`${name}="sip:([^"]*)"`).exec(contact)?.[1] ?? "";
  return { network, a, b, pub: named("pub-gruu"), temp: named("temp-gruu") };
}

function refer(from: Client, to: string, lines: readonly string[] = []): void {
  const own = [`Contact: <${from.contact}>`, `Refer-To: <sip:${carol}>`];
  from.send(from.text("REFER", `sip:${to}`, to, [...own, ...lines], "", { callId: "asked" }));
}

/** A REFER that is taken: the dialog, as both sides have it. */
function referred(from: Client, to: Client, uri = to.user): { readonly asker: Side; readonly device: Side } {
  refer(from, uri);
  const request = taken(to, "REFER");
  respond(to, request, 202, accept);
  return { asker: Side.ofCaller(from, taken(from, "202 REFER")), device: Side.ofCallee(to, request) };
}

const notify = (device: Side, state: string): string =>
  device.say("NOTIFY", [
    "Event: refer",
    `Subscription-State: ${state}`,
    `Contact: <${device.client.contact}>`,
  ]);

const states = (client: Client): readonly string[] =>
  [...client.network.home(client.user).state.dialogs.values()].map(({ state }) => state);

describeWithEviction("RFC 3515 §2.4: a REFER outside of any dialog", (open) => {
  it("goes to the user's device, with a route for each of the two pages, and its NOTIFYs come back", () => {
    const { a, b } = pair(open);
    refer(a, bob);
    const request = taken(b, "REFER");
    expect(headerOf(request, "Refer-To")).toBe(`<sip:${carol}>`);
    expect(headersOf(request, "Record-Route")).toHaveLength(2);
    respond(b, request, 202, accept);
    const answer = taken(a, "202 REFER");
    expect(headersOf(answer, "Record-Route")).toEqual(headersOf(request, "Record-Route"));
    notify(Side.ofCallee(b, request), "active;expires=60");
    const told = taken(a, "NOTIFY");
    expect(textOf(told)).toContain(`NOTIFY ${a.contact} SIP/2.0`);
    a.answer(told, 200);
    expect(heard(b)).toEqual(["200 NOTIFY"]);
    expect([states(a), states(b)]).toEqual([["confirmed"], ["confirmed"]]);
  });

  it("ends at both homes with the NOTIFY that says so (RFC 6665 §4.4.1)", () => {
    const { network, a, b } = pair(open);
    const { device } = referred(a, b);
    notify(device, "terminated;reason=noresource");
    a.answer(taken(a, "NOTIFY"), 200);
    taken(b, "200 NOTIFY");
    expect([states(a), states(b)]).toEqual([["ended"], ["ended"]]);
    notify(device, "active");
    expect(heard(b)).toEqual(["481 NOTIFY"]);
    network.advance(40_000);
    expect([states(a), states(b)]).toEqual([[], []]);
  });

  it("a NOTIFY that comes before the 202 forms the dialog (RFC 6665 §4.4.1)", () => {
    const { a, b } = pair(open);
    refer(a, bob);
    const request = taken(b, "REFER");
    notify(Side.ofCallee(b, request), "active;expires=60");
    respond(b, request, 202, accept);
    expect(heard(a)).toEqual(["202 REFER", "NOTIFY"]);
  });

  it("Refer-Sub: false leaves no dialog behind (RFC 4488 §4)", () => {
    const { a, b } = pair(open);
    refer(a, bob, ["Refer-Sub: false"]);
    b.answer(taken(b, "REFER"), 202, [`Contact: <${b.contact}>`, "Refer-Sub: false"]);
    expect(headerOf(taken(a, "202 REFER"), "Refer-Sub")).toBe("false");
    expect([states(a), states(b)]).toEqual([[], []]);
  });

  it("refused leaves none either", () => {
    const { a, b } = pair(open);
    refer(a, bob);
    b.answer(taken(b, "REFER"), 603);
    expect(heard(a)).toEqual(["603 REFER"]);
    expect([states(a), states(b)]).toEqual([[], []]);
  });

  it("goes to one device, the preferred one: two would call twice", () => {
    const network = open().withAccounts(alice, bob);
    const a = registered(network, alice, "alice");
    const devices = ["0.5", "0.7", "0.2"].map((q, at) =>
      registered(network, bob, `phone-${at}`, { instance: `urn:uuid:${at}`, parameters: `;q=${q}` }),
    );
    refer(a, bob);
    expect(devices.map(heard)).toEqual([[], ["REFER"], []]);
  });

  it("to oneself goes to one's other device (click to dial); with none it is 480", () => {
    const { network, a } = pair(open);
    refer(a, alice);
    expect(heard(a)).toEqual(["480 REFER"]);
    const other = registered(network, alice, "other", { instance: "urn:uuid:other" });
    const { device } = referred(a, other);
    notify(device, "active;expires=60");
    expect(heard(a)).toEqual(["NOTIFY"]);
  });

  it("for nobody who is here is 480", () => {
    const { network, a, b } = pair(open);
    b.close();
    network.advance(11_000);
    refer(a, bob);
    expect(heard(a)).toEqual(["480 REFER"]);
  });

  it("a stranger, and a page of the user that is not of the dialog, say nothing in it", () => {
    const { network, a, b } = pair(open);
    const { device } = referred(a, b);
    const c = registered(network, carol, "carol");
    const other = registered(network, bob, "other", { instance: "urn:uuid:other" });
    for (const forger of [c, other]) {
      const text = device.text("NOTIFY", 200, ["Event: refer", "Subscription-State: active"]);
      forger.send(text.replaceAll("bob.invalid", `${forger.page}.invalid`));
      expect(heard(forger)).toEqual(["481 NOTIFY"]);
    }
    expect(heard(a)).toEqual([]);
  });

  it("a route that leads to somebody else is 403, and reaches nobody", () => {
    const { network, a, b } = pair(open);
    const c = registered(network, carol, "carol");
    const { device } = referred(a, b);
    refer(a, carol);
    const [stranger = ""] = headersOf(taken(c, "REFER"), "Record-Route");
    const text = device.text("NOTIFY", 200, ["Event: refer", "Subscription-State: active"]);
    b.send(text.replace(/^From: /m, `Route: ${stranger}\r\nFrom: `));
    expect(heard(b)).toEqual(["403 NOTIFY"]);
    expect([heard(a), heard(c)]).toEqual([[], []]);
  });
});

describeWithEviction("RFC 5057 §4: a subscription that began within a call", (open) => {
  it("outlives it: the NOTIFY passes after the BYE, and ends the dialog when it says so", () => {
    const { a, b } = pair(open);
    const { caller, callee } = talk(a, b);
    caller.say("SUBSCRIBE", ["Event: x-own", "Expires: 600", `Contact: <${a.contact}>`]);
    b.answer(taken(b, "SUBSCRIBE"), 200, [`Contact: <${b.contact}>`, "Expires: 600"]);
    taken(a, "200 SUBSCRIBE");
    caller.say("BYE");
    b.answer(taken(b, "BYE"), 200);
    taken(a, "200 BYE");
    const tell = (state: string): readonly string[] => {
      callee.say("NOTIFY", ["Event: x-own", `Subscription-State: ${state}`, `Contact: <${b.contact}>`]);
      const notify = heard(b).length > 0 ? undefined : taken(a, "NOTIFY");
      if (notify !== undefined) a.answer(notify, 200);
      return heard(b);
    };
    expect(tell("active")).toEqual(["200 NOTIFY"]);
    expect(tell("terminated;reason=noresource")).toEqual(["200 NOTIFY"]);
    callee.say("NOTIFY", ["Event: x-own", "Subscription-State: active"]);
    expect(heard(b)).toEqual(["481 NOTIFY"]);
  });
});

describeWithEviction("design, a page away from a subscription between devices", (open) => {
  it("a NOTIFY waits for the page, and is delivered when it is back", () => {
    const { network, a, b } = pair(open);
    const { device } = referred(a, b);
    a.close();
    notify(device, "active;expires=60");
    network.advance(3_000);
    expect(heard(b)).toEqual([]);
    a.connect().register();
    a.answer(taken(a, "NOTIFY"), 200);
    expect(heard(b)).toEqual(["200 NOTIFY"]);
  });

  it("is 504 when the page does not come, and 481 when it is gone for good", () => {
    const { network, a, b } = pair(open);
    const { device } = referred(a, b);
    a.close();
    notify(device, "active;expires=60");
    network.advance(20_000);
    expect(heard(b)).toEqual(["504 NOTIFY"]);
    notify(device, "active;expires=60");
    expect(heard(b)).toEqual(["481 NOTIFY"]);
  });
});

describeWithEviction("RFC 6665 §4.4.1: SUBSCRIBE to a device", (open) => {
  const watch = (a: Client, uri: string): Watcher => new Watcher(a, uri, "to-a-device");

  it("to a GRUU goes to the device, which is the notifier, and so do its refreshes", () => {
    const { network, a, b, pub } = pair(open);
    const watcher = watch(a, pub);
    a.send(watcher.text(600, ["Event: presence"], ""));
    const request = taken(b, "SUBSCRIBE");
    respond(b, request, 200, accept);
    const side = Side.ofCaller(a, taken(a, "200 SUBSCRIBE"));
    Side.ofCallee(b, request).say("NOTIFY", ["Event: presence", "Subscription-State: active"]);
    a.answer(taken(a, "NOTIFY"), 200);
    taken(b, "200 NOTIFY");
    side.say("SUBSCRIBE", ["Event: presence", "Expires: 600", `Contact: <${a.contact}>`]);
    const refresh = taken(b, "SUBSCRIBE");
    expect(textOf(refresh)).toContain(`SUBSCRIBE ${b.contact} SIP/2.0`);
    b.answer(refresh, 200);
    expect(heard(a)).toEqual(["200 SUBSCRIBE"]);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });

  it("to a temporary GRUU shows nobody whose it is (RFC 5627 §3.1.2)", () => {
    const { a, b, temp } = pair(open);
    a.send(watch(a, temp).text(600, ["Event: presence"], ""));
    b.answer(taken(b, "SUBSCRIBE"), 489);
    const refused = taken(a, "489 SUBSCRIBE");
    expect(textOf(refused).replace(/^To:.*$/m, "")).not.toContain("bob");
  });

  it("to a GRUU of nobody is 404 (RFC 5627 §5.4), to that of a device that is away 480", () => {
    const { network, a, b, pub } = pair(open);
    expect(statusOf(watch(a, "bob@example.com;gr=urn:uuid:nobody").subscribe())).toBe(404);
    b.close();
    network.advance(11_000);
    expect(statusOf(watch(a, pub).subscribe())).toBe(480);
  });

  it("without an Event is 489 and wakes nobody (RFC 6665 §4.2.3)", () => {
    const { a, b, pub } = pair(open);
    expect(statusOf(watch(a, pub).subscribe(600, []))).toBe(489);
    expect(heard(b)).toEqual([]);
  });

  it("its body is what the device said, byte for byte", () => {
    const { a, b, pub } = pair(open);
    a.send(watch(a, pub).text(600, ["Event: x-own"], ""));
    const request = taken(b, "SUBSCRIBE");
    respond(b, request, 200, accept);
    taken(a, "200 SUBSCRIBE");
    const lines = ["Event: x-own", "Subscription-State: active", "X-Kept: as it came"];
    Side.ofCallee(b, request).say("NOTIFY", lines, "any\r\nthing");
    const told = taken(a, "NOTIFY");
    expect([headerOf(told, "X-Kept"), bodyOf(told)]).toEqual(["as it came", "any\r\nthing"]);
  });
});

describeWithEviction("design, Trust: REFERs and SUBSCRIBEs that fill a table", (open) => {
  it("of one who refers again and again, and whose REFERs nobody ends, go on being taken", () => {
    const { network, a, b } = pair(open);
    for (let count = 0; count < 30; count++) {
      const lines = [`Contact: <${a.contact}>`, `Refer-To: <sip:${carol}>`];
      a.send(a.text("REFER", `sip:${bob}`, bob, lines, "", { callId: `refer-${count}` }));
      respond(b, taken(b, "REFER"), 202, accept);
      expect(heard(a)).toEqual(["202 REFER"]);
      network.advance(40_000);
      for (const client of [a, b]) client.register();
      heard(b);
    }
    expect(states(b).length).toBeLessThanOrEqual(20);
  });

  it.each([1, 8])("of %i strangers leave the user's own calls and subscriptions their room", (strangers) => {
    const names = Array.from({ length: strangers }, (_, index) => `stranger${index}@example.com`);
    const network = open().withAccounts(bob, carol, ...names);
    // It answers nothing.
    const b = registered(network, bob, "bob", { instance: phone });
    registered(network, carol, "carol", { answers: () => 200 });
    for (const name of names) {
      const from = registered(network, name, name.split("@")[0] ?? "");
      for (let count = 0; count < 60; count++) {
        const lines = [`Contact: <${from.contact}>`, `Refer-To: <sip:${carol}>`];
        from.sendOnly(from.text("REFER", `sip:${bob}`, bob, lines, "", { callId: `refer-${count}` }));
      }
    }
    network.settle();
    expect(network.home(bob).state.dialogs.size).toBe(strangers === 1 ? 20 : 100);
    b.takeAll();
    expect(statusOf(new Watcher(b, carol).subscribe())).toBe(200);
    const contact = `Contact: <${b.contact}>`;
    expect(statusOf(b.ask(b.text("INVITE", `sip:${carol}`, carol, [contact], "v=0")))).toBe(200);
  });
});
