// Lists that the user's own documents make (RFC 4826 §4), and lists that are too long for one NOTIFY.

import { describe, expect, it } from "vitest";
import type { Settings } from "../../src/contracts/settings";
import { serveXcapRequest } from "../../src/home/xcap/xcap-documents";
import { Buddies, gateway, Stored } from "./support/buddies";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { textOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { carol } from "./support/watched";
import { pidf, publish } from "./support/watcher";

const hour = ["Expires: 3600"];

describeWithEviction("RFC 4826 §4: a list by the user's own documents", (open) => {
  const friends = "sip:alice+friends@example.com";
  const root = "https://gateway.example/xcap";
  const list = (...uris: readonly string[]): string =>
    `<list name="friends">${uris.map((uri) => `<entry uri="sip:${uri}"/>`).join("")}</list>`;

  function owner(open: OpenNetwork) {
    const made = gateway(open);
    const { network, a } = made;
    const put = (auid: string, body: string): number =>
      network.home(alice).administer((turn) => {
        const path = `/${auid}/users/sip:${alice}/index`;
        const request = { method: "PUT", path, query: "", body, contentType: `application/${auid}+xml` };
        return serveXcapRequest(turn, request, root).status;
      });
    const lists = (...uris: readonly string[]) =>
      put(
        "resource-lists",
        `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${list(...uris)}</resource-lists>`,
      );
    const services = () =>
      put(
        "rls-services",
        `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="${friends}">
          <resource-list>${root}/resource-lists/users/sip:${alice}/index/~~/resource-lists/list%5b@name=%22friends%22%5d</resource-list>
          <packages><package>presence</package></packages></service></rls-services>`,
      );
    const buddies = new Stored(a, friends);
    const look = () => {
      network.advance(2_000);
      return buddies.look();
    };
    return { ...made, lists, services, buddies, look };
  }

  it("one SUBSCRIBE to its URI, and an edit of the list is seen at once (RFC 4662 §4.7)", () => {
    const { lists, services, buddies, look } = owner(open);
    expect([lists(bob), services()]).toEqual([201, 201]);
    expect(buddies.start()).toBe(200);
    expect(look()).toEqual({ [bob]: "active open" });
    expect(lists(bob, carol)).toBe(200);
    expect(look()).toEqual({ [bob]: "active open", [carol]: "active closed" });
    lists(carol);
    expect(look()).toEqual({ [carol]: "active closed" });
    expect(buddies.view.kinds.at(-1)).not.toBe(1);
  });

  it("who leaves the list is watched no longer", () => {
    const { network, lists, services, buddies, look } = owner(open);
    lists(bob, carol);
    services();
    buddies.start();
    look();
    lists(carol);
    look();
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    expect(network.home(carol).state.subscriptions.size).toBe(1);
  });

  it("an edit while a NOTIFY is under way is not lost with its answer", () => {
    const { network, a, lists, services, buddies, look } = owner(open);
    lists(bob);
    services();
    const { react } = a.end;
    a.end.react = undefined;
    buddies.start();
    lists(carol);
    a.end.react = react;
    for (const frame of [...a.end.frames]) if (textOf(frame).startsWith("NOTIFY")) a.answer(frame, 200);
    expect(look()).toEqual({ [carol]: "active closed" });
    network.kill(alice, { keepingSockets: true });
    expect(look()).toEqual({ [carol]: "active closed" });
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    expect(
      [...network.home(alice).state.subscriptions.values()].map(({ list }) => list?.entries.length),
    ).toEqual([1]);
    lists(carol, bob);
    expect(Object.keys(look())).toEqual([carol, bob]);
  });

  it("without the service it is nobody's address (404), and for another package 489 (RFC 4826 §4.5)", () => {
    const { lists, services, buddies } = owner(open);
    expect(buddies.start()).toBe(404);
    lists(bob);
    services();
    expect(buddies.start("dialog")).toBe(489);
  });

  it("another's list is nobody's business: the URI means nothing from his home", () => {
    const { network, b, lists, services } = owner(open);
    lists(carol);
    services();
    expect(new Stored(b, friends).start()).toBe(404);
    expect(network.home(carol).state.subscriptions.size).toBe(0);
  });
});

describe("RFC 4662: a list that does not fit into one frame", () => {
  const small = (defaults: Settings): Settings => ({
    ...defaults,
    limits: { ...defaults.limits, frame: 8_192 + 3_500 },
  });
  const names = Array.from({ length: 6 }, (_, index) => `u${index}@example.com`);
  const uris = names.map((each) => `sip:${each}`);

  function crowd(settings: (defaults: Settings) => Settings) {
    const network = new VirtualNetwork({ settings }).withAccounts(alice, ...names);
    const a = registered(network, alice, "alice", { answers: () => 200 });
    const clients = names.map((name) => registered(network, name, name.split("@")[0] ?? ""));
    const buddies = new Buddies(a);
    const say = (note: string) => {
      for (const [at, client] of clients.entries()) {
        publish(client, hour, pidf("open", note.repeat(80), uris[at]));
      }
    };
    return { network, buddies, say };
  }

  it("comes in parts, and nobody is left out", () => {
    const { network, buddies, say } = crowd(small);
    buddies.subscribe(uris);
    network.advance(20_000);
    say("hello ");
    network.advance(20_000);
    const seen = buddies.look();
    expect(Object.values(seen).every((said) => said.includes("hello"))).toBe(true);
    expect(buddies.view.kinds.slice(1).every((kind) => kind !== "full" && kind < 6)).toBe(true);
  });

  it("goes on after a kill between two parts", () => {
    const { network, buddies, say } = crowd(small);
    buddies.subscribe(uris);
    network.advance(20_000);
    buddies.look();
    // The page is slow: the first part is answered, the second, of many, is not.
    const { client } = buddies;
    const { end } = client;
    const { react } = end;
    end.react = undefined;
    say("bye ");
    client.answer(end.frames.find((frame) => textOf(frame).startsWith("NOTIFY")) ?? "", 200);
    network.advance(600);
    const told = Object.values(buddies.look()).filter((said) => said.includes("bye"));
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThan(6);
    end.react = react;
    network.kill(alice, { keepingSockets: true });
    network.advance(30_000);
    expect(Object.values(buddies.look()).every((said) => said.includes("bye"))).toBe(true);
  });
});
