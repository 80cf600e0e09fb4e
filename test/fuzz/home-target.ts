// Whole homes on the virtual network: registrar, proxy, events, mailbox. Users who have logged in send what they like, answer
// as they like, come and go, and homes forget their memory meanwhile.

import type { Settings } from "../../src/contracts/settings";
import { putAccount } from "../../src/home/administration";
import type { Frame } from "../../src/sip/frame";
import { Client, registered } from "../home/support/client";
import { textOf } from "../home/support/sip-text";
import { VirtualNetwork } from "../home/support/virtual-network";
import { identity, putXcap, rule, ruleset } from "../home/support/xcap";
import { check, type FuzzCase, type FuzzTarget } from "./case";
import type { Corpus } from "./corpus";
import { listsOf, servicesOf } from "./documents";
import { requestOf, requestWithin, responseOf } from "./grammar";
import { judgeFrame, noteFields } from "./judge-frame";
import { judgeRest, judgeState } from "./judge-state";
import { mutate } from "./mutate";
import type { Random } from "./random";

const users = ["alice@example.com", "bob@example.com", "mallory@example.net"] as const;
const names = [
  ...users,
  "nobody@example.com",
  "group@example.com",
  "alice@example.com",
  "alice+friends@example.com",
];

/** Frames that one frame of a client's may lead to, in this small world: devices, watchers, what was stored for them. */
const mostFrames = 250;

/** Limits within reach of a case. */
export const smallSettings = (defaults: Settings): Settings => ({
  ...defaults,
  registration: { ...defaults.registration, devices: 4 },
  messages: { ...defaults.messages, storedMessages: 30, storedOctets: 200_000 },
  events: { ...defaults.events, subscriptions: 30, publications: 6 },
  calls: { ...defaults.calls, open: 8, logEntries: 20 },
  limits: {
    ...defaults.limits,
    openRequests: 40,
    openOctets: 400_000,
    requestRate: 1_000_000,
    requestBurst: 1_000_000,
    strangers: 6,
    strangerBurst: 100_000,
    sockets: 6,
  },
});

/** Limits that a few steps reach. */
const narrowSettings = (defaults: Settings): Settings => {
  const small = smallSettings(defaults);
  return {
    ...small,
    registration: { ...small.registration, devices: 3 },
    messages: { ...small.messages, storedMessages: 3, storedOctets: 5_000 },
    events: { ...small.events, subscriptions: 3, publications: 1, notifiesUnderWay: 3 },
    calls: { ...small.calls, open: 2, logEntries: 3 },
    limits: { ...small.limits, openRequests: 3, strangers: 2, sockets: 4 },
  };
};

/** `limits` is the same with narrow ones. */
export const homeTarget = (corpus: Corpus, name: "home" | "limits" = "home"): FuzzTarget => ({
  name,
  steps: 250,
  begin: () => new Homes(corpus, name === "home" ? smallSettings : narrowSettings),
});

class Homes implements FuzzCase {
  readonly #corpus: Corpus;
  readonly #network: VirtualNetwork;
  readonly #clients: Client[] = [];
  readonly #legitimate = new Set<string>();
  #judged = 0;

  constructor(corpus: Corpus, settings: (defaults: Settings) => Settings) {
    this.#corpus = corpus;
    this.#network = new VirtualNetwork({ settings });
    this.#network.withAccounts(...users);
    const group = { members: ["sip:bob@example.com", "sip:mallory@example.net"], order: "parallel" as const };
    this.#network.home("group@example.com").administer((turn) =>
      putAccount(turn, "group@example.com", {
        password: "secret",
        group: { ...group, ringFor: this.#network.ports.settings.events.minExpires },
      }),
    );
    const instances = ["urn:uuid:1", "urn:uuid:2", undefined];
    for (const user of users) {
      for (const [at, instance] of instances.slice(0, user.startsWith("alice") ? 3 : 1).entries()) {
        const page = `${user.split("@")[0]}${at}`;
        this.#clients.push(registered(this.#network, user, page, instance === undefined ? {} : { instance }));
      }
    }
    this.#clients.push(new Client(this.#network, users[0], "stranger").connect());
  }

  step(random: Random): number {
    const client = random.pick(this.#clients);
    const octets = random.once(12)
      ? this.#live(random, client)
      : this.#say(client, this.#frame(random, client));
    this.#judgeWire();
    if (random.once(16))
      for (const home of this.#network.homes.values()) judgeState(home, this.#network.ports.settings);
    return octets;
  }

  /** Everybody leaves, and time passes: nothing that was under way may be left. */
  end(): void {
    for (const client of this.#clients) client.close();
    for (let hour = 0; hour < 26; hour++) this.#network.advance(3_600_000);
    this.#judgeWire();
    // What no alarm waits for is found out when it is next looked at.
    for (const home of this.#network.homes.values()) home.step({ kind: "timePassed" });
    for (const home of this.#network.homes.values()) judgeRest(home);
  }

  #say(client: Client, frame: Frame): number {
    noteFields(frame, this.#legitimate);
    const before = this.#network.wire.length;
    client.send(frame);
    const caused = this.#network.wire.length - before;
    check(caused <= mostFrames, `one frame led to ${caused}:`, textOf(frame));
    return frame.length;
  }

  #frame(random: Random, client: Client): Frame {
    const text = this.#text(random, client);
    const mutated = random.once(6) ? mutate(random, text, this.#corpus.messages) : text;
    if (random.once(20)) return Uint8Array.from(mutated, (each) => each.charCodeAt(0));
    return random.once(12) ? new TextEncoder().encode(mutated) : mutated;
  }

  #text(random: Random, client: Client): string {
    const speaker = { user: client.user, contact: client.contact };
    const known = this.#network.wire.at(-1 - random.below(40));
    switch (random.below(8)) {
      case 0:
      case 1: {
        const request = client.end.frames
          .filter((frame) => !textOf(frame).startsWith("SIP/2.0"))
          .at(-1 - random.below(4));
        if (request !== undefined) return responseOf(random, textOf(request), speaker, this.#corpus);
        break;
      }
      case 2:
        if (known !== undefined) return textOf(known.frame);
        break;
      case 3:
      case 4:
        if (known !== undefined)
          return requestWithin(random, textOf(known.frame), known.isFromClient, speaker, this.#corpus);
        break;
      case 5:
        if (!random.once(3)) break;
        return this.#fromCorpus(random, client);
    }
    return requestOf(random, speaker, this.#corpus, names);
  }

  /** A message of the corpus, from this user to one of ours. */
  #fromCorpus(random: Random, client: Client): string {
    const text = random.pick(this.#corpus.messages);
    return text
      .replace(/^(\w+) \S+ SIP/, `$1 sip:${random.pick(names)} SIP`)
      .replace(/^(From|f):.*$/im, `From: <sip:${client.user}>;tag=${random.below(4)}`);
  }

  /** What is no message: time, sockets, memory, the owner's own rules. */
  #live(random: Random, client: Client): number {
    const network = this.#network;
    const isClosed = client.end.closed !== undefined;
    switch (isClosed ? 2 : random.below(9)) {
      case 0:
        network.advance(random.pick([1, 100, 1000, 5000, 11_000, 32_000, 65_000, 130_000, 400_000]));
        return 0;
      case 1:
        client.close();
        return 0;
      case 2:
        client.close();
        client.connect();
        if (client.page !== "stranger") client.register();
        return 0;
      case 3:
        client.register();
        return 0;
      case 4:
        network.kill(client.user, { keepingSockets: random.once(2) });
        network.settle();
        return 0;
      case 5:
        client.page = random.once(2) ? client.page : `p${random.below(50)}`;
        client.register();
        return 0;
      case 6:
        this.#changeRules(random, client.user);
        return 0;
      case 7: {
        const handling = random.pick(["allow", "block", "confirm", "polite-block"]);
        putXcap(
          network,
          client.user,
          "pres-rules/index",
          ruleset(rule(handling, identity(random.pick(users)))),
        );
        return 0;
      }
      default:
        putXcap(network, users[0], "resource-lists/index", listsOf(random, users.slice(random.below(3))));
        putXcap(network, users[0], "rls-services/index", servicesOf(users[0]));
        return 0;
    }
  }

  #changeRules(random: Random, user: string): void {
    const forward = random.pick([
      {},
      { always: "sip:bob@example.com" },
      { always: "sip:alice@example.com" },
      { busy: "sip:mallory@example.net" },
    ]);
    this.#network.administer(user, (turn) =>
      putAccount(turn, user, {
        rules: { doNotDisturb: random.once(4), forward },
        blocked: [],
      }),
    );
    this.#network.settle();
  }

  #judgeWire(): void {
    const { wire } = this.#network;
    for (; this.#judged < wire.length; this.#judged++) {
      const sent = wire[this.#judged];
      if (sent !== undefined && !sent.isFromClient) judgeFrame(sent.frame, this.#legitimate);
    }
    for (const { end } of this.#clients)
      if (end.frames.length > 64) end.frames.splice(0, end.frames.length - 64);
  }
}
