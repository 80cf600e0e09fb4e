// What a proxy passes whatever it is (RFC 3261 §16: "unknown methods"), within a dialog and beside one.

import { expect, it } from "vitest";
import { heard, offer, respond, rung, Side, taken, talk } from "./support/call";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { bodyOf, headerOf, textOf } from "./support/sip-text";

function two(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const a = registered(network, alice, "alice");
  const b = registered(network, bob, "bob");
  return { network, a, b };
}

describeWithEviction("RFC 3261 §16.2: requests within a dialog, whatever their method", (open) => {
  it.each(["INFO", "UPDATE", "OPTIONS", "MESSAGE", "REFER", "NEGOTIATE"])("%s, of either side", (method) => {
    const { a, b } = two(open);
    const { caller, callee } = talk(a, b);
    const lines = method === "REFER" ? ["Refer-To: <sip:carol@example.com>"] : ["X-Kept: as it came"];
    for (const [from, to] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      from.say(method, lines, offer);
      const request = taken(to.client, method);
      expect(bodyOf(request)).toBe(offer);
      expect(textOf(request)).toContain(lines[0]);
      to.client.answer(request, 200);
      taken(from.client, `200 ${method}`);
    }
  });

  it.each(["PRACK", "UPDATE"])("%s while it rings (RFC 3262 §3, RFC 3311 §5)", (method) => {
    const { a, b } = two(open);
    const { invite } = rung(a, b);
    const early = Side.ofCaller(a, taken(a, 180));
    early.say(method, method === "PRACK" ? ["RAck: 1 1 INVITE"] : [], offer);
    const request = taken(b, method);
    expect(bodyOf(request)).toBe(offer);
    b.answer(request, 200);
    taken(a, `200 ${method}`);
    respond(b, invite, 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    taken(b, "ACK");
  });

  it("RFC 4028 §8: Session-Expires and Min-SE pass both ways as they came", () => {
    const { a, b } = two(open);
    const timer = ["Session-Expires: 90;refresher=uac", "Min-SE: 90"];
    const { caller, callee } = talk(a, b);
    caller.say("UPDATE", timer);
    const request = taken(b, "UPDATE");
    expect(headerOf(request, "Session-Expires")).toBe("90;refresher=uac");
    expect(headerOf(request, "Min-SE")).toBe("90");
    callee.client.answer(request, 200, timer);
    expect(headerOf(taken(a, "200 UPDATE"), "Session-Expires")).toBe("90;refresher=uac");
  });
});

describeWithEviction("RFC 3261 §11: OPTIONS beside any dialog", (open) => {
  it("to a user goes to his device, which answers for itself", () => {
    const { a, b } = two(open);
    a.send(a.text("OPTIONS", `sip:${bob}`, bob, [`Contact: <${a.contact}>`]));
    const request = taken(b, "OPTIONS");
    expect(textOf(request)).toMatch(/^OPTIONS sip:bob@bob\.invalid/);
    b.answer(request, 200, ["Allow: INVITE, X-OWN"]);
    expect(headerOf(taken(a, "200 OPTIONS"), "Allow")).toBe("INVITE, X-OWN");
  });

  it("to one who is not there is 480", () => {
    const { a, b } = two(open);
    b.register({ expires: 0 });
    a.send(a.text("OPTIONS", `sip:${bob}`, bob));
    expect(heard(a)).toEqual(["480 OPTIONS"]);
  });
});
