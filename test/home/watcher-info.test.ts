// RFC 3857 and RFC 3858 at the home of the user: who watches him, told to him alone.

import { describe, expect, it } from "vitest";
import { putAccount } from "../../src/home/administration";
import { decide } from "../../src/home/events/watcher-decisions";
import { putXcapDocument } from "../../src/home/xcap/xcap-documents";
import type { SubHandling } from "../../src/presence/permissions";
import type { Frame } from "../../src/sip/frame";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, phone } from "./support/pair";
import { bodyOf, headerOf, statusOf, textOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { carol, live } from "./support/watched";
import { Watcher } from "./support/watcher";

const lines = ["Event: presence.winfo"];
const accepting = (frame: Frame): number | undefined =>
  textOf(frame).startsWith("NOTIFY") ? 200 : undefined;

type Otherwise = "allow" | "confirm";

/** Bob's phone watches who watches bob; carol and alice are there. */
function watchedBy(open: OpenNetwork, otherwise: Otherwise = "confirm") {
  const network = open({
    settings: (defaults) => ({
      ...defaults,
      events: { ...defaults.events, watchers: { ...defaults.events.watchers, otherwise, anonymous: true } },
    }),
  }).withAccounts(alice, bob, carol);
  const [a, b, c] = [
    registered(network, alice, "alice", { answers: accepting }),
    registered(network, bob, "bob", { instance: phone, answers: accepting }),
    registered(network, carol, "carol", { answers: accepting }),
  ];
  const own = new Watcher(b, bob, "winfo");
  const answer = own.subscribe(3600, lines);
  const told = () => {
    network.advance(1_000);
    return seen(own);
  };
  const block = (blocked: readonly string[]) =>
    network
      .home(bob)
      .administer((turn) =>
        putAccount(turn, bob, { blocked: blocked.map((name) => network.home(name).aor) }),
      );
  const say = (name: string, decision: SubHandling | undefined) =>
    network.home(bob).administer((turn) => decide(turn, network.home(name).aor, decision));
  return { network, a, b, c, own, answer, told, block, say };
}

/** What each NOTIFY says of each watcher: his name, status and event. */
function seen(watcher: Watcher): readonly string[] {
  return watcher
    .notifies()
    .map((frame) =>
      [...bodyOf(frame).matchAll(/status="(\w+)" event="(\w+)"[^>]*>sip:([^<@]+)@/g)]
        .map(([, status, event, user]) => `${user} ${status} ${event}`)
        .join(", "),
    );
}

const watch = (client: Client, callId = `watch-${client.page}`) => {
  const watcher = new Watcher(client, bob, callId);
  watcher.subscribe(600);
  return watcher;
};

describeWithEviction("design, Trust: whom the user has blocked", (open) => {
  it("is blocked though he does not say who he is: his home has told (RFC 3323 §4.1.1.3)", () => {
    const { network, a } = watchedBy(open, "allow");
    const ask = (): number => {
      const text = new Watcher(a, bob, `nobody-${network.now}`).text(600, ["Event: presence"], "");
      return statusOf(a.ask(text.replace(/^From: <[^>]*>/m, "From: <sip:anonymous@anonymous.invalid>")));
    };
    expect(ask()).toBe(200);
    network.home(bob).administer((turn) => putAccount(turn, bob, { blocked: [network.home(alice).aor] }));
    network.advance(1_000);
    expect(ask()).toBe(403);
  });
});

describeWithEviction("RFC 3857 §4.6: whose business it is", (open) => {
  it("the user's own, and nobody else's", () => {
    const { a, answer } = watchedBy(open);
    expect(statusOf(answer)).toBe(200);
    expect(statusOf(new Watcher(a, bob, "nosy").subscribe(600, lines))).toBe(403);
  });

  it("not even a watcher's who has been let in", () => {
    const { a } = watchedBy(open, "allow");
    watch(a);
    expect(statusOf(new Watcher(a, bob, "nosy").subscribe(600, lines))).toBe(403);
  });
});

describeWithEviction("RFC 3857 §4.7.1: watchers come and go", (open) => {
  it("an empty list, then one who comes, and is told of once when he goes", () => {
    const { network, a, told } = watchedBy(open, "allow");
    expect(told()).toEqual([""]);
    const watcher = watch(a);
    expect(told()).toEqual(["alice active subscribe"]);
    watcher.refresh(0);
    expect(told()).toEqual(["alice terminated timeout"]);
    network.advance(40_000);
    watch(a, "another");
    expect(told()).toEqual(["alice active subscribe"]);
  });

  it("a refresh is no news", () => {
    const { a, told } = watchedBy(open, "allow");
    const watcher = watch(a);
    told();
    watcher.refresh();
    expect(told()).toEqual([]);
  });

  it("one whose time runs out unseen is gone", () => {
    const { network, a, b, told } = watchedBy(open, "allow");
    new Watcher(a, bob, "short").subscribe(60);
    told();
    live(network, 70_000, a, b);
    expect(told().join()).toBe("alice terminated timeout");
  });

  it("one who is blocked is rejected", () => {
    const { network, a, told, block } = watchedBy(open, "allow");
    watch(a);
    told();
    block([alice]);
    network.settle();
    expect(told()).toEqual(["alice terminated rejected"]);
  });

  it("a single look of one who may look leaves nothing", () => {
    const { a, told } = watchedBy(open, "allow");
    told();
    new Watcher(a, bob, "look").subscribe(0);
    expect(told()).toEqual([]);
  });

  it("a document has the resource, the package, a version that rises and an id for each watcher that stays", () => {
    const { network, a, own } = watchedBy(open, "allow");
    watch(a);
    network.advance(1_000);
    new Watcher(a, bob, "second").subscribe(600);
    network.advance(1_000);
    const bodies = own.notifies().map(bodyOf);
    for (const body of bodies) {
      expect(body).toContain('<watcher-list resource="sip:bob@example.com" package="presence"');
      expect(body).toContain('state="full"');
    }
    const versions = bodies.map((body) => Number(/version="(\d+)"/.exec(body)?.[1]));
    expect(versions).toHaveLength(3);
    expect([...new Set(versions)].sort((x, y) => x - y)).toEqual(versions);
    const ids = bodies.map((body) => [...body.matchAll(/id="(\w+)"/g)].map(([, id]) => id));
    expect(ids[2]?.[0]).toBe(ids[1]?.[0]);
    expect(ids[2]?.[1]).not.toBe(ids[2]?.[0]);
  });
});

describeWithEviction("RFC 3857 §4.7.1: where nobody has decided yet", (open) => {
  it("a watcher is pending, and active once approved", () => {
    const { a, told, say } = watchedBy(open);
    told();
    watch(a);
    expect(told()).toEqual(["alice pending subscribe"]);
    say(alice, "allow");
    expect(told()).toEqual(["alice active approved"]);
  });

  it("is waiting when his time runs out, stays so though everything is forgotten, and gives up waiting as he comes again", () => {
    const { network, a, b, told } = watchedBy(open);
    new Watcher(a, bob, "short").subscribe(60);
    told();
    live(network, 70_000, a, b);
    expect(told()).toEqual(["alice waiting timeout"]);
    network.kill(bob, { keepingSockets: true });
    const late = new Watcher(b, bob, "late");
    late.subscribe(600, lines);
    expect(seen(late)).toEqual(["alice waiting timeout"]);
    told();
    watch(a, "again");
    expect(told()).toEqual(["alice pending subscribe, alice terminated giveup"]);
  });

  it("let in and told to wait again, the one subscription ends as deactivated, for both (RFC 6665 §4.1.3)", () => {
    const { network, a, own, told, say } = watchedBy(open);
    const watcher = new Watcher(a, bob);
    watcher.subscribe();
    say(alice, "allow");
    told();
    watcher.notifies();
    say(alice, "confirm");
    network.advance(1_000);
    const [last] = watcher.notifies().slice(-1);
    expect(headerOf(last, "Subscription-State")).toMatch(/^terminated;reason=deactivated/);
    expect(seen(own).at(-1)).toContain("alice terminated deactivated");
  });

  it("who only looks waits too, once however often he looks", () => {
    const { a, told } = watchedBy(open);
    told();
    new Watcher(a, bob, "look").subscribe(0);
    expect(told()).toEqual(["alice waiting timeout"]);
    const again = new Watcher(a, bob, "look-again").subscribe(0);
    expect(statusOf(again)).toBe(200);
    expect(told()).toEqual([]);
  });

  it("who takes his pending subscription back waits for the word all the same", () => {
    const { a, told } = watchedBy(open);
    const watcher = watch(a);
    told();
    watcher.refresh(0);
    expect(told()).toEqual(["alice waiting timeout"]);
  });

  it("who waits is told of once as rejected when he is blocked", () => {
    const { network, a, told, block } = watchedBy(open);
    new Watcher(a, bob, "look").subscribe(0);
    told();
    block([alice]);
    expect(told()).toEqual(["alice terminated rejected"]);
    network.advance(40_000);
    watch(registered(network, carol, "carol-2", { answers: accepting }));
    expect(told()).toEqual(["carol pending subscribe"]);
  });

  it("is given up after a month", () => {
    const { network, a, b, own, told } = watchedBy(open);
    new Watcher(a, bob, "look").subscribe(0);
    expect(told().at(-1)).toBe("alice waiting timeout");
    own.refresh(0, lines);
    network.advance(31 * 24 * 3_600_000);
    b.connect().register();
    const late = new Watcher(b, bob, "late");
    late.subscribe(600, lines);
    expect(seen(late)).toEqual([""]);
  });
});

describeWithEviction("RFC 5025 §3.2.1: the user's word on one watcher", (open) => {
  it("who waits is approved though his subscription is gone, and is let in when he comes again", () => {
    const { a, told, say } = watchedBy(open);
    new Watcher(a, bob, "look").subscribe(0);
    told();
    expect(say(alice, "allow")).toEqual({ ok: true, value: "allow" });
    expect(told()).toEqual(["alice terminated approved"]);
    watch(a);
    expect(told().at(-1)).toMatch(/^alice active subscribe/);
  });

  it("holds for who watches already, each time anew, and is taken back", () => {
    const { network, a, b, told, say } = watchedBy(open);
    const watcher = watch(a);
    told();
    const holds = (decision: SubHandling | undefined) => {
      const verdict = say(alice, decision);
      network.advance(1_000);
      return [verdict.ok && verdict.value, ...watcher.news()];
    };
    watcher.notifies();
    expect(holds("allow")).toEqual(["allow", "open, active"]);
    expect(holds("polite-block")).toEqual(["polite-block", "closed, active"]);
    expect(holds("allow")).toEqual(["allow", "open, active"]);
    expect(holds(undefined)).toEqual(["pending", "nothing, terminated;reason=deactivated"]);
    expect(holds("block")).toEqual(["reject"]);
    expect(statusOf(new Watcher(a, bob, "again").subscribe(600))).toBe(403);
    expect(told().at(-1)).not.toContain("active");
    b.takeAll();
  });

  it("the same word again changes nothing", () => {
    const { network, a, told, say } = watchedBy(open);
    const watcher = watch(a);
    say(alice, "allow");
    told();
    watcher.notifies();
    const rules = network.home(bob).state.xcap.get("pres-rules index")?.etag;
    say(alice, "allow");
    expect(told()).toEqual([]);
    expect(watcher.notifies()).toEqual([]);
    expect(network.home(bob).state.xcap.get("pres-rules index")?.etag).toBe(rules);
  });

  it("on somebody nobody has spoken of there is nothing to take back", () => {
    const { network, say } = watchedBy(open);
    expect(say(carol, undefined)).toEqual({ ok: true, value: "pending" });
    expect(network.home(bob).state.xcap.size).toBe(0);
  });

  it("whom the account has blocked stays blocked", () => {
    const { block, say } = watchedBy(open);
    block([alice]);
    expect(say(alice, "allow")).toEqual({ ok: true, value: "reject" });
  });

  it("is on none but whom it is about", () => {
    const { a, c, told, say } = watchedBy(open);
    watch(a);
    watch(c);
    told();
    say(carol, "allow");
    expect(told()).toEqual(["alice pending subscribe, carol active approved"]);
  });

  it("rules that are full take no more, and stay as they are", () => {
    const { network, say } = watchedBy(open);
    say(alice, "allow");
    const key = "pres-rules index";
    network.home(bob).administer((turn) => {
      const before = turn.state.xcap.get(key);
      if (before === undefined) return;
      const filling = `<!--${"x".repeat(65_000)}-->`;
      putXcapDocument(turn, { ...before, etag: "full", text: before.text.replace("><", `>${filling}<`) });
    });
    expect(say(carol, "allow").ok).toBe(false);
    expect(network.home(bob).state.xcap.get(key)?.etag).toBe("full");
  });
});

describeWithEviction("RFC 3323 §4.1.1.3: a watcher who does not say who he is", (open) => {
  it("is shown as nobody, and does not wait", () => {
    const { network, a, own, told } = watchedBy(open, "allow");
    told();
    const text = new Watcher(a, bob, "hidden")
      .text(60, ["Event: presence"], "")
      .replace("From: <sip:alice@example.com>", 'From: "Anonymous" <sip:anonymous@anonymous.invalid>');
    expect(statusOf(a.ask(text))).toBe(200);
    network.advance(1_000);
    const [frame] = own.notifies();
    expect(bodyOf(frame as Frame)).toContain(">sip:anonymous@anonymous.invalid<");
    expect(bodyOf(frame as Frame)).not.toContain("alice");
    network.advance(61_000);
    expect(seen(own)).toEqual(["anonymous terminated timeout"]);
  });
});

describeWithEviction("RFC 6665 §4.2.1.1: what is refused", (open) => {
  it("406 for a type that is none of its own", () => {
    const { b } = watchedBy(open);
    const other = new Watcher(b, bob, "other");
    expect(statusOf(other.subscribe(600, [...lines, "Accept: application/pidf+xml"]))).toBe(406);
    expect(statusOf(other.subscribe(600, [...lines, "Accept: application/watcherinfo+xml"]))).toBe(200);
  });

  it("423 below a minute, no more than the realm's longest, and 489 for what is no template of it", () => {
    const { b } = watchedBy(open);
    const brief = new Watcher(b, bob, "brief").subscribe(10, lines);
    expect([statusOf(brief), headerOf(brief, "Min-Expires")]).toEqual([423, "60"]);
    const long = new Watcher(b, bob, "long").subscribe(1_000_000, lines);
    expect(Number(headerOf(long, "Expires"))).toBeLessThanOrEqual(86_400);
    expect(statusOf(long)).toBe(200);
    const deeper = new Watcher(b, bob, "deep").subscribe(600, ["Event: presence.winfo.winfo"]);
    expect(statusOf(deeper)).toBe(489);
    expect(headerOf(deeper, "Allow-Events")).toContain("presence");
  });
});

describe("design, Trust: a crowd of watchers", () => {
  it("is told in part: who waits for a word, and who came last; its document stays small enough for a row", () => {
    const { network, b, own } = watchedBy((options) => new VirtualNetwork(options), "allow");
    const { subscriptions } = network.home(bob).state;
    new Watcher(b, bob).subscribe(3600);
    const [one] = [...subscriptions.values()].filter(({ event }) => event === "presence");
    // The longest names that an account can have.
    for (let count = 0; one !== undefined && count < 9_000; count++) {
      const state = count === 10 ? "pending" : "active";
      subscriptions.put({
        ...one,
        id: `id${count}`,
        state,
        watcher: `${count}${"w".repeat(200)}@example.com`,
      });
    }
    own.refresh(3600, lines);
    network.settle();
    const body = bodyOf(own.notifies().at(-1) as Frame);
    expect(body.match(/<watcher /g)).toHaveLength(250);
    expect(body).toContain('status="pending"');
    expect(body).toContain('id="id8999"');
    expect(network.home(bob).state.documents.get("presence.winfo")?.text.length).toBeLessThan(100_000);
  });
});
