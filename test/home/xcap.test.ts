import { expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { putXcapDocument } from "../../src/home/xcap/xcap-documents";
import { decideWatcher } from "../../src/presence/decide-watcher";
import { parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { formatDateTime } from "../../src/xml/date-time";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { bodyOf, headerOf, statusOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";
import { carol, live, watched } from "./support/watched";
import { cseqOf, pidf, publish, Watcher } from "./support/watcher";
import { askXcap, deleteXcap, identity, putXcap, rule, ruleset } from "./support/xcap";

const hour = ["Expires: 3600"];
const rules = "pres-rules/index";

/** A period around now, in milliseconds from now. */
function period(network: VirtualNetwork, from: number, until: number): string {
  const at = (offset: number): string => formatDateTime(epochMs(network.now + offset));
  return `<cr:validity><cr:from>${at(from)}</cr:from><cr:until>${at(until)}</cr:until></cr:validity>`;
}

describeWithEviction("RFC 4825 §8: a user's documents at his home", (open) => {
  it("survive, with their entity tags, and are gone when deleted", () => {
    const network = open().withAccounts(bob);
    const body = ruleset(rule("allow", identity(alice)));
    const put = askXcap(network, bob, "PUT", rules, { body });
    expect(put.status).toBe(201);
    const got = askXcap(network, bob, "GET", rules);
    expect([got.status, got.body]).toEqual([200, body]);
    const etag = (response: typeof put) => response.headers.find(([name]) => name === "ETag")?.[1];
    expect(etag(got)).toBe(etag(put));
    expect(askXcap(network, bob, "GET", rules, { ifNoneMatch: etag(got) }).status).toBe(304);
    expect(deleteXcap(network, bob, rules)).toBe(200);
    expect(askXcap(network, bob, "GET", rules).status).toBe(404);
  });

  it("what is refused changes nothing", () => {
    const network = open().withAccounts(bob);
    putXcap(network, bob, rules, ruleset(rule("allow", identity(alice))));
    const rows = network.home(bob).rowsWritten;
    expect(putXcap(network, bob, rules, "<nonsense/>")).toBe(409);
    expect(network.home(bob).rowsWritten).toBe(rows);
  });

  it("a row is written for each change, and none for what was there already", () => {
    const network = open().withAccounts(bob);
    const before = network.home(bob).rowsWritten;
    const body = ruleset(rule("allow", identity(alice)));
    expect([putXcap(network, bob, rules, body), putXcap(network, bob, rules, body)]).toEqual([201, 200]);
    expect(network.home(bob).rowsWritten - before).toBe(1);
  });

  it("rules with more URIs than are kept to are refused, over all documents together (RFC 5025 §9.7)", () => {
    const network = open().withAccounts(bob);
    const uris = Array.from(
      { length: 60 },
      (_, at) => `<pr:service-uri>sip:s${at}@example.com</pr:service-uri>`,
    );
    const many = `<pr:provide-services>${uris.join("")}</pr:provide-services>`;
    const body = ruleset(rule("allow", identity(alice), many));
    expect(putXcap(network, bob, rules, body)).toBe(201);
    const second = askXcap(network, bob, "PUT", "pres-rules/more", { body });
    expect(second.status).toBe(409);
    expect(second.body).toContain("constraint-failure");
    expect(network.home(bob).state.xcap.size).toBe(1);
  });
});

describeWithEviction("what is made of a user's documents", (open) => {
  it("has the same entity tag before and after the home has lost its memory", () => {
    const network = open().withAccounts(bob);
    const lists = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';
    for (const name of ["b", "c", "a"]) putXcap(network, bob, `resource-lists/${name}`, lists);
    const directory = "org.openmobilealliance.xcap-directory/directory.xml";
    const before = askXcap(network, bob, "GET", directory);
    network.home(bob).reload();
    expect(before.status).toBe(200);
    expect(askXcap(network, bob, "GET", directory)).toEqual(before);
  });

  it("rules in a row that are read no more let nobody in by the realm's word", () => {
    const { network, watcher } = watched(open);
    const document = { auid: "pres-rules", name: "index", etag: "e1", text: "<nonsense/>" };
    network.administer(bob, (turn) =>
      putXcapDocument(turn, { ...document, contentType: "application/auth-policy+xml" }),
    );
    network.settle();
    expect(watcher.news()).toEqual(["nothing, terminated;reason=rejected"]);
  });
});

describeWithEviction("RFC 5025 §3.2.1: a change of the rules and a live subscription", (open) => {
  it("block ends it, at once", () => {
    const { network, watcher } = watched(open);
    expect(putXcap(network, bob, rules, ruleset(rule("block", identity(alice))))).toBe(201);
    expect(watcher.news()).toEqual(["nothing, terminated;reason=rejected"]);
    expect(statusOf(watcher.subscribe())).toBe(403);
  });

  it("polite-block shows a user who is not there, and allow shows all again", () => {
    const { network, watcher } = watched(open);
    putXcap(network, bob, rules, ruleset(rule("polite-block", identity(alice))));
    expect(watcher.news()).toEqual(["closed, active"]);
    putXcap(network, bob, rules, ruleset(rule("allow", identity(alice))));
    expect(watcher.news()).toEqual(["open, active"]);
  });

  it("confirm holds a new watcher back; allow then lets him in, with one NOTIFY", () => {
    const { network } = watched(open);
    putXcap(network, bob, rules, ruleset(rule("confirm", identity(carol))));
    const client = registered(network, carol, "carol-page", { answers: () => 200 });
    const watcher = new Watcher(client, bob);
    expect(statusOf(watcher.subscribe())).toBe(200);
    expect(watcher.news()).toEqual(["closed, pending"]);
    putXcap(network, bob, rules, ruleset(rule("allow", identity(carol))));
    expect(watcher.news()).toEqual(["open, active"]);
  });

  it("a watcher of whom no rule speaks has the realm's word, also when all rules are gone", () => {
    const { network, watcher } = watched(open);
    putXcap(network, bob, rules, ruleset(rule("block", identity(carol))));
    expect(watcher.news()).toEqual(["open, active"]);
    putXcap(network, bob, rules, ruleset(rule("polite-block", identity(alice))));
    deleteXcap(network, bob, rules);
    expect(watcher.news()).toEqual(["closed, active", "open, active"]);
  });

  it("all documents count together (§9.7)", () => {
    const { network, watcher } = watched(open);
    putXcap(network, bob, rules, ruleset(rule("polite-block", identity(alice))));
    putXcap(network, bob, "pres-rules/presrules", ruleset(rule("allow", identity(alice))));
    expect(watcher.news()).toEqual(["closed, active", "open, active"]);
  });

  it("CSeq rises through all of it (RFC 3261 §12.2.1.1)", () => {
    const { network, watcher } = watched(open);
    for (const handling of ["polite-block", "allow", "polite-block"] as const)
      putXcap(network, bob, rules, ruleset(rule(handling, identity(alice))));
    const numbers = watcher.notifies().map(cseqOf);
    expect(numbers.length).toBe(3);
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(3);
  });

  it("the dialog package is under the same rules", () => {
    const { network, client } = watched(open);
    const watcher = new Watcher(client, bob, "lamp");
    watcher.subscribe(600, ["Event: dialog"]);
    watcher.notifies();
    putXcap(network, bob, rules, ruleset(rule("block", identity(alice))));
    const [last] = watcher.notifies();
    expect(headerOf(last, "Subscription-State")).toBe("terminated;reason=rejected");
  });

  it("an owner who blocks himself still sees himself", () => {
    const { network, bobClient } = watched(open);
    putXcap(network, bob, rules, ruleset(rule("block", identity(bob))));
    const watcher = new Watcher(bobClient, bob);
    expect(statusOf(watcher.subscribe())).toBe(200);
    expect(watcher.news()).toEqual(["open, active"]);
  });

  it("a decision of the user's that was written into the rules holds too", () => {
    const { network, watcher } = watched(open);
    const aor = parseAddressOfRecord(alice);
    const text = aor === undefined ? undefined : decideWatcher(undefined, aor, "polite-block");
    if (text?.ok !== true) throw new Error("no rules");
    const document = { auid: "pres-rules", name: "index", etag: "e1", text: text.value };
    network.administer(bob, (turn) =>
      putXcapDocument(turn, { ...document, contentType: "application/auth-policy+xml" }),
    );
    network.settle();
    expect(watcher.news()).toEqual(["closed, active"]);
  });
});

describeWithEviction("RFC 5025 §3.3: a change of the transformations", (open) => {
  it("takes effect at once, though presence is the same", () => {
    const { network, bobClient, watcher } = watched(open);
    publish(bobClient, hour, pidf("open", "at my desk"));
    expect(watcher.news()).toEqual(["open (at my desk), active"]);
    const services = "<pr:provide-services><pr:all-services/></pr:provide-services>";
    putXcap(network, bob, rules, ruleset(rule("allow", identity(alice), services)));
    expect(watcher.news()).toEqual(["open, active"]);
    const note = "<pr:provide-note>true</pr:provide-note>";
    putXcap(network, bob, rules, ruleset(rule("allow", identity(alice), services + note)));
    expect(watcher.news()).toEqual(["open (at my desk), active"]);
    putXcap(network, bob, rules, ruleset(rule("allow", identity(alice), "")));
    expect(watcher.news()).toEqual(["nothing, active"]);
  });
});

describeWithEviction("RFC 4745 §7.4: rules for a time", (open) => {
  it("begin and end by themselves, at their moment", () => {
    const { network, bobClient, client, watcher } = watched(open);
    const evening = rule("polite-block", identity(alice) + period(network, 600_000, 1_200_000));
    putXcap(network, bob, rules, ruleset(evening));
    expect(watcher.news()).toEqual(["open, active"]);
    live(network, 590_000, bobClient, client);
    expect(watcher.news()).toEqual([]);
    live(network, 20_000, bobClient, client);
    expect(watcher.news()).toEqual(["closed, active"]);
    live(network, 580_000, bobClient, client);
    expect(watcher.news()).toEqual([]);
    live(network, 20_000, bobClient, client);
    expect(watcher.news()).toEqual(["open, active"]);
  });

  it("begin though nothing else happens at the home", () => {
    const { network, watcher } = watched(open);
    putXcap(
      network,
      bob,
      rules,
      ruleset(rule("polite-block", identity(alice) + period(network, 30_000, 60_000))),
    );
    watcher.news();
    network.advance(29_000);
    expect(watcher.news()).toEqual([]);
    network.advance(2_000);
    expect(watcher.news()).toEqual(["closed, active"]);
    network.advance(30_000);
    expect(watcher.news()).toEqual(["open, active"]);
  });

  it("change what is shown, too", () => {
    const { network, bobClient, client, watcher } = watched(open);
    publish(bobClient, hour, pidf("open", "at my desk"));
    const always = rule(
      "allow",
      identity(alice),
      "<pr:provide-services><pr:all-services/></pr:provide-services>",
    );
    const later = rule("allow", identity(alice) + period(network, 600_000, 1_200_000), undefined, "b");
    putXcap(network, bob, rules, ruleset(always, later));
    expect(watcher.news()).toEqual(["open (at my desk), active", "open, active"]);
    live(network, 610_000, bobClient, client);
    expect(watcher.news()).toEqual(["open (at my desk), active"]);
    expect(network.home(bob).state.subscriptions.size).toBe(1);
  });

  it("nobody is told for nothing while a period lasts", () => {
    const { network, bobClient, client, watcher } = watched(open);
    putXcap(network, bob, rules, ruleset(rule("allow", identity(alice) + period(network, -1, 86_400_000))));
    expect(watcher.news()).toEqual(["open, active"]);
    live(network, 1_800_000, bobClient, client);
    expect(watcher.news()).toEqual([]);
  });
});

describeWithEviction("RFC 4745 §7.3: rules for a sphere", (open) => {
  const inSphere = (sphere: string): string =>
    pidf("open", "here").replace(
      "</presence>",
      '<dm:person xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" id="p"><r:sphere ' +
        `xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"><r:${sphere}/></r:sphere></dm:person></presence>`,
    );

  it("hold while the user publishes it", () => {
    const { network, bobClient, watcher } = watched(open);
    const atWork = rule("allow", `${identity(alice)}<cr:sphere value="work"/>`);
    const else_ = rule("polite-block", identity(alice), "", "b");
    putXcap(network, bob, rules, ruleset(atWork, else_));
    const first = publish(bobClient, hour, inSphere("work"));
    network.advance(1_000);
    expect(watcher.news()).toEqual(["closed, active", "open (here), active"]);
    publish(bobClient, [...hour, `SIP-If-Match: ${first.entityTag}`], inSphere("home"));
    network.advance(1_000);
    expect(watcher.news()).toEqual(["closed, active"]);
  });
});

describeWithEviction("RFC 4827 §3: presence put by XCAP", (open) => {
  const hardState = "pidf-manipulation/index";

  it("is told with no device to publish it, and outlives it", () => {
    const { network, bobClient, watcher } = watched(open);
    expect(putXcap(network, bob, hardState, pidf("closed", "on holiday"))).toBe(201);
    expect(watcher.news()).toEqual(["closed (on holiday), active"]);
    bobClient.close();
    network.advance(60_000);
    expect(watcher.news()).toEqual([]);
    deleteXcap(network, bob, hardState);
    expect(watcher.news()).toEqual(["closed, active"]);
  });

  it("stands below what a device publishes, with ids of its own (RFC 3863 §4.1.2)", () => {
    const { network, bobClient, watcher } = watched(open);
    putXcap(network, bob, hardState, pidf("closed", "on holiday"));
    watcher.notifies();
    network.advance(1_000);
    publish(bobClient, hour, pidf("open", "at my desk"));
    const body = bodyOf(watcher.notifies().at(-1) ?? "");
    const found = [...body.matchAll(/<tuple id="([^"]+)">.*?<note>([^<]+)</g)].map(([, id, note]) => [
      id,
      note,
    ]);
    expect(found).toEqual([
      ["t1", "at my desk"],
      ["t1-lasting", "on holiday"],
    ]);
  });

  it("that speaks of the person alone leaves it to registration whether the user can be reached", () => {
    const { network, watcher } = watched(open);
    const person = pidf("open", "").replace(
      /<tuple.*<\/tuple>/,
      '<dm:person xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" id="p"><dm:note>busy</dm:note></dm:person>',
    );
    expect(putXcap(network, bob, hardState, person)).toBe(201);
    const [told] = watcher.notifies();
    expect(bodyOf(told ?? "")).toMatch(/<basic>open<\/basic>.*<dm:note>busy<\/dm:note>/s);
  });
});

describeWithEviction("RFC 5025 §10: what is not granted is not shown, whenever a NOTIFY goes out", (open) => {
  it("who waits for a word does not get one by another From", () => {
    const { network, bobClient } = watched((options) =>
      open({
        ...options,
        settings: (defaults) => {
          const { events } = defaults;
          return { ...defaults, events: { ...events, watchers: { ...events.watchers, anonymous: true } } };
        },
      }),
    );
    publish(bobClient, hour, pidf("open", "secret"));
    putXcap(network, bob, rules, ruleset(rule("confirm", identity(carol), "")));
    const client = registered(network, carol, "carol-page", { answers: () => 200 });
    const watcher = new Watcher(client, bob);
    watcher.subscribe();
    expect(watcher.news()).toEqual(["closed, pending"]);
    const refresh = watcher.text(600, ["Event: presence"], watcher.toTag);
    const anonymous = "From: <sip:anonymous@anonymous.invalid>;";
    expect(statusOf(client.ask(refresh.replace(/From: <[^>]*>;/, anonymous)))).toBe(200);
    expect(watcher.news()).toEqual(["closed, pending"]);
  });

  it("behind the end of a period, though the alarm for it comes late", () => {
    const { network, bobClient } = watched(open);
    publish(bobClient, hour, pidf("open", "secret"));
    const little = "<pr:provide-services><pr:all-services/></pr:provide-services>";
    const now = identity(carol) + period(network, -1_000, 60_000);
    putXcap(
      network,
      bob,
      rules,
      ruleset(rule("allow", now, little), rule("block", identity(carol), "", "b")),
    );
    const client = registered(network, carol, "carol-page", { answers: () => 200 });
    const watcher = new Watcher(client, bob);
    watcher.subscribe(3600, ["Event: presence;max-rate=0.1"]);
    expect(watcher.news()).toEqual(["open, active;max-rate=0.1"]);
    network.advance(55_000);
    publish(bobClient, hour, pidf("open", "one"));
    network.advance(1_000);
    watcher.notifies();
    // This waits for ten seconds, and the object for longer.
    publish(bobClient, hour, pidf("open", "two"));
    network.now += 20_000;
    network.advance(1_000);
    const news = watcher.news();
    expect(news.join()).not.toMatch(/open|one|two|secret/);
    expect(news.at(-1)).toBe("nothing, terminated;reason=rejected");
  });
});
