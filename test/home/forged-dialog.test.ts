// A third user who knows the names of a dialog (RFC 3261 §12: Call-ID and both tags), as whoever may replace it does and
// whoever is told of it. At his own home he can have a dialog of the same names, and speak in that.

import { expect, it } from "vitest";
import type { Frame } from "../../src/sip/frame";
import { heard, rung, Side, taken, talk } from "./support/call";
import { type Client, registered, tagIn } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, phone } from "./support/pair";
import { headerOf, headersOf, responseFor, textOf } from "./support/sip-text";
import { pidf, publish, Watcher } from "./support/watcher";

const mallory = "mallory@example.com";
const eve = "eve@example.com";

function four(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, mallory, eve);
  const told = (frame: Frame) => (textOf(frame).startsWith("NOTIFY") ? 200 : undefined);
  const client = (user: string, page: string) => registered(network, user, page, { answers: told });
  const accomplice = registered(network, eve, "eve", { instance: phone, lines: ["Supported: gruu"] });
  const [contact = ""] = headersOf(accomplice.register({ lines: ["Supported: gruu"] }), "Contact");
  const device = /pub-gruu="sip:([^"]*)"/.exec(contact)?.[1] ?? "";
  return {
    a: client(alice, "alice"),
    b: client(bob, "bob"),
    forger: client(mallory, "mallory"),
    accomplice,
    device,
    network,
  };
}

interface Names {
  readonly callId: string;
  readonly tags: { readonly local: string; readonly remote: string };
}

/** The forger's dialog with his accomplice, by the names of somebody else's: he has the local tag. */
function forge(forger: Client, accomplice: Client, device: string, { callId, tags }: Names): Side {
  const own = [`Contact: <${forger.contact}>`, "Event: refer-me", "Expires: 600"];
  const request = forger
    .text("SUBSCRIBE", `sip:${device}`, device, own, "", { callId })
    .replace(/^(From: .*;tag=).*\r$/m, `$1${tags.local}\r`);
  forger.send(request);
  const arrived = taken(accomplice, "SUBSCRIBE");
  accomplice.send(withTag(accomplice, arrived, tags.remote));
  return Side.ofCaller(forger, taken(forger, "200 SUBSCRIBE"));
}

const withTag = (client: Client, request: Frame, tag: string): string =>
  responseFor(request, 200, [`Contact: <${client.contact}>`, "Expires: 600"]).replace(
    /;tag=uas\r\n/,
    `;tag=${tag}\r\n`,
  );

describeWithEviction("RFC 3261 §12.2.2: a third who knows Call-ID and both tags", (open) => {
  it.each(["BYE", "INFO", "INVITE", "UPDATE", "REFER"])("says no %s in a call", (method) => {
    const { a, b, forger, accomplice, device } = four(open);
    const { caller, callee } = talk(a, b);
    for (const side of [caller, callee]) {
      const victim = side === caller ? callee : caller;
      const forged = forge(forger, accomplice, device, side);
      forged.target = `sip:${victim.client.user}`;
      forged.cseq = 1000;
      forged.say(method, method === "REFER" ? ["Refer-To: <sip:mallory@example.com>"] : []);
      expect(heard(forger)).toEqual([`${method === "INVITE" ? 403 : 481} ${method}`]);
      expect(heard(victim.client)).toEqual([]);
    }
    caller.say("INFO");
    b.answer(taken(b, "INFO"), 200);
    expect(heard(a)).toEqual(["200 INFO"]);
    callee.say("BYE");
    expect(heard(a)).toEqual(["BYE"]);
  });

  it("acknowledges nothing in a call", () => {
    const { a, b, forger, accomplice, device } = four(open);
    const { caller } = talk(a, b);
    const forged = forge(forger, accomplice, device, caller);
    forged.target = `sip:${bob}`;
    forged.ack(1000, "v=0\r\n");
    expect(heard(b)).toEqual([]);
  });

  it("says nothing while it rings, where the home that called is known", () => {
    const { a, b, forger, accomplice, device } = four(open);
    const { sent, invite } = rung(a, b);
    const callId = headerOf(sent, "Call-ID");
    const tags = { local: tagIn(headerOf(sent, "From")), remote: b.page };
    const forged = forge(forger, accomplice, device, { callId, tags });
    forged.target = `sip:${bob}`;
    forged.say("UPDATE", [`Route: ${headersOf(invite, "Record-Route")[0]}`]);
    expect(heard(forger)).toEqual(["403 UPDATE"]);
    forged.say("UPDATE");
    expect(heard(forger)).toEqual(["481 UPDATE"]);
    expect(heard(b)).toEqual([]);
  });
});

describeWithEviction("RFC 6665 §4.2.1, §4.4: a third who knows the names of a subscription", (open) => {
  /** Mallory's subscription to a device, by the names that alice's to bob has, of either side. */
  function watched(side: "watcher" | "notifier") {
    const { network, a, b, forger, accomplice, device } = four(open);
    const watcher = new Watcher(a, bob);
    watcher.subscribe();
    const [notify = ""] = watcher.notifies();
    const [own, theirs] = [tagIn(headerOf(notify, "To")), tagIn(headerOf(notify, "From"))];
    const tags = side === "watcher" ? { local: own, remote: theirs } : { local: theirs, remote: own };
    const forged = forge(forger, accomplice, device, { callId: watcher.callId, tags });
    forged.target = `sip:${side === "watcher" ? bob : alice}`;
    forged.cseq = 1000;
    return { network, b, watcher, forger, forged };
  }

  it("does not end it", () => {
    const { network, b, watcher, forger, forged } = watched("watcher");
    forged.say("SUBSCRIBE", ["Event: presence", "Expires: 0", `Contact: <${forger.contact}>`]);
    expect(heard(forger)).toEqual(["481 SUBSCRIBE"]);
    publish(b, ["Expires: 60"], pidf("open", "still told"));
    network.advance(1000);
    expect(watcher.news()).toEqual(["open (still told), active"]);
  });

  it("tells its watcher nothing", () => {
    const { watcher, forger, forged } = watched("notifier");
    forged.say("NOTIFY", ["Event: presence", "Subscription-State: active"], pidf("closed", "forged"));
    expect(heard(forger)).toEqual(["481 NOTIFY"]);
    expect(watcher.news()).toEqual([]);
  });

  /** Alice watches bob by another name of his. */
  function watchedByAlias() {
    const { network, a, b } = four(open);
    const alias = network.home("robert@example.com");
    alias.administer((turn) => {
      turn.state.tenancy = { kind: "alias", of: network.home(bob).aor };
      turn.effects.push({ kind: "putTenancy", tenancy: turn.state.tenancy });
    });
    const watcher = new Watcher(a, alias.aor);
    watcher.subscribe();
    expect(watcher.news()).toHaveLength(1);
    return { network, b, alias, watcher };
  }

  it("and one who watches an alias is told by the home that it leads to", () => {
    const { network, b, watcher } = watchedByAlias();
    publish(b, ["Expires: 60"], pidf("open", "told"));
    network.advance(1000);
    expect(watcher.news()).toEqual(["open (told), active"]);
  });

  it("also where the row of an earlier version names the alias", () => {
    const { network, b, alias, watcher } = watchedByAlias();
    network.home(alice).administer((turn) => {
      for (const { namesHome: _, ...row } of [...turn.state.dialogs.values()]) {
        const before = { ...row, remoteAor: alias.aor };
        turn.state.dialogs.put(before);
        turn.effects.push({ kind: "putDialog", row: before });
      }
    });
    publish(b, ["Expires: 60"], pidf("open", "told"));
    network.advance(1000);
    expect(watcher.news()).toEqual(["open (told), active"]);
  });
});
