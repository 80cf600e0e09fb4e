// RFC 5025 for a crowd: new rules hold at once for what is shown, and who may watch no longer hears of it in bursts.

import { describe, expect, it } from "vitest";
import { serveXcapRequest } from "../../src/home/xcap/xcap-documents";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { bob, phone } from "./support/pair";
import { headerOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { pidf, publish, Watcher } from "./support/watcher";
import { putXcap, xcapRoot } from "./support/xcap";

const many = 120;

const nobody = `<?xml version="1.0"?><cp:ruleset xmlns:pr="urn:ietf:params:xml:ns:pres-rules" xmlns:cp="urn:ietf:params:xml:ns:common-policy">
  <cp:rule id="a"><cp:conditions/><cp:actions><pr:sub-handling>block</pr:sub-handling></cp:actions></cp:rule></cp:ruleset>`;

function crowd(open: OpenNetwork, size = many) {
  const names = Array.from({ length: size }, (_, index) => `watcher${index}@example.com`);
  const network = open().withAccounts(bob, ...names);
  const client = registered(network, bob, "bob", { instance: phone, answers: () => 200 });
  const watchers = names.map((name) => {
    const watcher = new Watcher(
      registered(network, name, name.split("@")[0] ?? "", { answers: () => 200 }),
      bob,
    );
    watcher.subscribe(3600);
    watcher.notifies();
    return watcher;
  });
  network.advance(1_000);
  const lastStates = () =>
    new Set(watchers.map((each) => headerOf(each.notifies().at(-1) ?? "", "Subscription-State")));
  return { network, client, watchers, lastStates };
}

const everybody = nobody.replace(">block<", ">allow<");

describe("what a memory that begins anew has to judge", () => {
  const open = () => new VirtualNetwork();
  /** More than are judged in one step. */
  const size = 600;

  it("is nobody, where all were judged under the rules there are", () => {
    const { network } = crowd(open, size);
    putXcap(network, bob, "pres-rules/index", everybody);
    network.advance(60_000);
    network.kill(bob, { keepingSockets: true });
    expect(network.home(bob).state.toJudge.size).toBe(0);
  });

  it("is all of them, where it was lost in the middle of it", () => {
    const { network } = crowd(open, size);
    const request = { method: "PUT", path: `/pres-rules/users/sip:${bob}/index`, query: "", body: everybody };
    const contentType = "application/auth-policy+xml";
    network.administer(bob, (turn) => serveXcapRequest(turn, { ...request, contentType }, xcapRoot));
    network.kill(bob, { keepingSockets: true });
    expect(network.home(bob).state.toJudge.size).toBeGreaterThan(0);
    network.advance(5_000);
    expect(network.home(bob).state.toJudge.size).toBe(0);
  });
});

describeWithEviction("RFC 5025 §3.2.1: everybody is blocked at once", (open) => {
  it("each is told that it is over, in bursts of bounded size", () => {
    const { network, lastStates } = crowd(open);
    const { parcels } = network.calls;
    const request = { method: "PUT", path: `/pres-rules/users/sip:${bob}/index`, query: "", body: nobody };
    const contentType = "application/auth-policy+xml";
    const { status } = network.administer(bob, (turn) =>
      serveXcapRequest(turn, { ...request, contentType }, xcapRoot),
    );
    expect(status).toBe(201);
    expect(network.calls.parcels - parcels).toBeLessThanOrEqual(network.ports.settings.events.notifiesAtOnce);
    network.advance(5_000);
    expect(lastStates()).toEqual(new Set(["terminated;reason=rejected"]));
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });

  it("the home is killed in the middle of it: nobody is forgotten, and nobody is shown a thing", () => {
    const { network, client, watchers } = crowd(open);
    putXcap(network, bob, "pres-rules/index", nobody);
    network.kill(bob, { keepingSockets: true });
    publish(client, ["Expires: 3600"], pidf("open", "a secret"));
    network.advance(60_000);
    const told = watchers.flatMap((each) => each.notifies());
    expect(told.some((frame) => String(frame).includes("a secret"))).toBe(false);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });
});
