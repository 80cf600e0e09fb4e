// What tells a reader that two calls come from one page (RFC 3323 §4.1, RFC 5627 §5.1): nothing of ours, where the caller
// does not say who he is.

import { describe, expect, it } from "vitest";
import { offer, respond, taken } from "./support/call";
import { type Client, registered } from "./support/client";
import { alice, bob, desk, phone } from "./support/pair";
import { headerOf, headersOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";

const anonymous = "sip:anonymous@anonymous.invalid";

function pair() {
  const network = new VirtualNetwork().withAccounts(alice, bob);
  return {
    a: registered(network, alice, "alice", { instance: desk }),
    b: registered(network, bob, "bob", { instance: phone }),
  };
}

interface Shown {
  readonly from?: string;
  readonly contact?: string;
}

/** What of ours the INVITE of a new call shows its callee: the route to the caller's page, and its Contact. */
function shown(from: Client, to: Client, { from: name, contact = from.contact }: Shown) {
  const lines = [`Contact: <${contact}>`, "Content-Type: application/sdp"];
  const text = from.text("INVITE", `sip:${to.user}`, to.user, lines, offer);
  from.send(name === undefined ? text : text.replace(`From: <sip:${from.user}>`, `From: <${name}>`));
  const invite = taken(to, "INVITE");
  const routes = headersOf(invite, "Record-Route");
  expect(routes).toHaveLength(2);
  return { route: routes.at(-1), contact: headerOf(invite, "Contact") };
}

/** What the answer to a call shows its caller of the way to the page that gave it. */
function routeOfAnswer(from: Client, to: Client, target: string): string | undefined {
  const lines = [`Contact: <${from.contact}>`, "Content-Type: application/sdp"];
  from.send(from.text("INVITE", target, to.user, lines, offer));
  respond(to, taken(to, "INVITE"), 200);
  return headersOf(taken(from, 200), "Record-Route").at(0);
}

const twice = (how: Shown) => {
  const { a, b } = pair();
  return [shown(a, b, how), shown(a, b, how)] as const;
};

describe("RFC 3323 §4.1", () => {
  it("a caller who says who he is shows the same page in each of his calls", () => {
    const [first, second] = twice({});
    expect(second).toEqual(first);
    expect(first.contact).toContain(";durasip=");
  });

  it("one who is anonymous shows another each time", () => {
    const [first, second] = twice({ from: anonymous, contact: `${anonymous};transport=ws` });
    expect(second.route).not.toBe(first.route);
    expect(second.contact).not.toBe(first.contact);
    expect(second.contact).toContain(";durasip=");
  });

  it("so does one who names a temporary GRUU alone (RFC 5627 §5.1)", () => {
    const [first, second] = twice({ contact: "sip:tgruu.any@example.com;gr" });
    expect(second.route).not.toBe(first.route);
  });

  it("so does one who is called by it: the route to his page is not that of calls to his name", () => {
    const { a, b } = pair();
    const registration = b.register({ lines: ["Supported: gruu"] });
    const gruu = /temp-gruu="([^"]*)"/.exec(headerOf(registration, "Contact"))?.[1] ?? "";
    const [route, again] = [gruu, gruu].map((target) => routeOfAnswer(a, b, target));
    const [named, namedAgain] = [1, 2].map(() => routeOfAnswer(a, b, `sip:${bob}`));
    expect(namedAgain).toBe(named);
    expect(new Set([route, again, named]).size).toBe(3);
  });
});
