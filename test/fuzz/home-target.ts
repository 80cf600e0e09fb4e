// Whole homes on the virtual network: registrar, proxy, events, mailbox. Users who have logged in send what they like, answer
// as they like, come and go, and homes forget their memory meanwhile.

import { epochMs, seconds } from "../../src/base/brand";
import type { Settings } from "../../src/contracts/settings";
import { putAccount } from "../../src/home/administration";
import type { BearerFact } from "../../src/home/authentication";
import { emit } from "../../src/home/turn";
import type { Frame } from "../../src/sip/frame";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { Client, registered } from "../home/support/client";
import { headerOf, statusOf, textOf } from "../home/support/sip-text";
import { type Fate, VirtualNetwork } from "../home/support/virtual-network";
import { putXcap } from "../home/support/xcap";
import { check, type FuzzCase, type FuzzTarget } from "./case";
import type { Corpus } from "./corpus";
import { listsOf, rulesOf, servicesOf } from "./documents";
import { publishAgain, requestOf, requestWithin, responseOf } from "./grammar";
import { judgeFrame, noteFields } from "./judge-frame";
import { judgeRest, judgeRows, judgeState } from "./judge-state";
import { lengthen } from "./long-forms";
import { mutate } from "./mutate";
import type { Random } from "./random";
import { respell } from "./respell";

const users = ["alice@example.com", "bob@example.com", "mallory@example.net"] as const;
const names = [
  ...users,
  "nobody@example.com",
  "group@example.com",
  "alice@example.com",
  "alice+friends@example.com",
  "other@example.com",
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
    events: { ...small.events, subscriptions: 2, publications: 1, notifiesUnderWay: 3 },
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

/** What something follows on: an answer that is none of refusal, a challenge, what opens a dialog or is within one. */
const goesOn = /^SIP\/2\.0 (?:1[1-9]|2|3|401|407)|^(?:INVITE|NOTIFY|SUBSCRIBE|REFER) |\r\nTo:[^\r]*;tag=/;
const keepAlives: readonly Frame[] = [
  "\r\n\r\n",
  "\r\n",
  new TextEncoder().encode("\r\n\r\n"),
  "\r\n\r\n\r\n",
  "",
];
const fates = ["arrives", "twice", "late", "slow", "lost", "unanswered"] as const;

/** Mostly the calls between homes arrive; for a while one in a few does not, or twice, or late. */
function fateOf(random: Random): () => Fate {
  if (random.once(2)) return () => "arrives";
  const [fate, every] = [random.pick(fates), 1 + random.below(4)];
  let calls = 0;
  return () => (++calls % every === 0 ? fate : "arrives");
}

/** What has become of a token in that frame, as the shell says it: by its length, so that it is always the same. */
function bearerOf({ user }: Client, frame: Frame): BearerFact | undefined {
  const token = /^(?:proxy-)?authorization: bearer (.*)$/im.exec(textOf(frame))?.[1];
  if (token === undefined) return undefined;
  const facts: readonly BearerFact[] = [
    { kind: "valid", aor: user as AddressOfRecord, expiresAt: undefined },
    { kind: "valid", aor: "other@example.com" as AddressOfRecord, expiresAt: undefined },
    { kind: "invalid", why: "signature" },
    { kind: "unavailable", why: "timeout", retryAfter: seconds(5) },
  ];
  return facts[frame.length % facts.length];
}

class Homes implements FuzzCase {
  readonly #corpus: Corpus;
  readonly #network: VirtualNetwork;
  readonly #clients: Client[] = [];
  readonly #legitimate = new Set<string>();
  #judged = 0;
  #sequence = 1000;

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
    // A name that leads to an account, as the administrator's desk claims it.
    this.#network.administer("other@example.com", (turn) => {
      turn.state.tenancy = { kind: "alias", of: "bob@example.com" as AddressOfRecord };
      emit(turn, { kind: "putTenancy", tenancy: turn.state.tenancy });
    });
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
    if (random.once(16)) this.#judgeHomes();
    return octets;
  }

  /** Everybody leaves, and time passes: nothing that was under way may be left. */
  end(): void {
    this.#network.fate = () => "arrives";
    this.#network.alarms = "onTime";
    for (const client of this.#clients) client.close();
    for (let hour = 0; hour < 26; hour++) this.#network.advance(3_600_000);
    this.#judgeWire();
    // What no alarm waits for is found out when it is next looked at.
    for (const home of this.#network.homes.values()) home.step({ kind: "timePassed" });
    for (const home of this.#network.homes.values()) judgeRest(home);
    this.#judgeHomes();
  }

  #judgeHomes(): void {
    const { homes, ports, now } = this.#network;
    for (const home of homes.values()) {
      judgeState(home, ports.settings);
      judgeRows(home, epochMs(now), ports.settings);
    }
  }

  #say(client: Client, frame: Frame): number {
    noteFields(frame, this.#legitimate);
    const before = this.#network.wire.length;
    client.send(frame, bearerOf(client, frame));
    const caused = this.#network.wire.length - before;
    check(caused <= mostFrames, `one frame led to ${caused}:`, textOf(frame));
    return frame.length;
  }

  #frame(random: Random, client: Client): Frame {
    if (random.once(60)) return random.pick(keepAlives);
    const text = this.#text(random, client);
    const changed = random.once(9) ? mutate(random, text, this.#corpus.messages) : text;
    const spelled = random.once(6) ? respell(random, changed) : changed;
    const mutated = random.once(300) ? lengthen(random, spelled) : spelled;
    if (random.once(20)) return Uint8Array.from(mutated, (each) => each.charCodeAt(0));
    // No text frame has half a pair (RFC 6455 §8.1).
    return random.once(12) ? new TextEncoder().encode(mutated) : mutated.toWellFormed();
  }

  #text(random: Random, client: Client): string {
    const speaker = { user: client.user, contact: client.contact, sequence: ++this.#sequence };
    const known = this.#known(random, client);
    switch (random.below(10)) {
      case 0:
      case 1:
      case 9: {
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
      case 5: {
        if (known === undefined) break;
        const etag = headerOf(known.frame, "SIP-ETag");
        if (etag !== "" && !random.once(4)) return publishAgain(random, etag, speaker, this.#corpus);
        const challenged = this.#challenged(random, client, known.frame);
        if (challenged !== undefined) return challenged;
        return requestWithin(random, textOf(known.frame), known.isFromClient, speaker, this.#corpus);
      }
      case 6:
        if (!random.once(3)) break;
        return this.#fromCorpus(random, client);
    }
    return requestOf(random, speaker, this.#corpus, names);
  }

  /** What went by lately: mostly on this client's own socket, where alone it has a meaning. */
  #known(random: Random, client: Client): VirtualNetwork["wire"][number] | undefined {
    const { wire } = this.#network;
    if (random.once(4)) return wire.at(-1 - random.below(40));
    const own = wire.slice(-400).filter(({ socket }) => socket === client.socket);
    const good = random.once(4) ? own : own.filter(({ frame }) => goesOn.test(textOf(frame)));
    return good.at(-1 - random.below(12));
  }

  /** The request that was challenged, with credentials that are right or near it. */
  #challenged(random: Random, client: Client, challenge: Frame): string | undefined {
    const status = statusOf(challenge);
    if (status !== 401 && status !== 407) return undefined;
    const asked = this.#network.wire.findLast(
      ({ socket, isFromClient, frame }) =>
        isFromClient && socket === client.socket && headerOf(frame, "CSeq") === headerOf(challenge, "CSeq"),
    );
    if (asked === undefined) return undefined;
    const text = textOf(asked.frame);
    const [, method, uri] = /^([A-Z]+) ([!-~]+) SIP/.exec(text) ?? [];
    if (method === undefined || uri === undefined) return undefined;
    const right = client.credentials(challenge, method, uri, 1 + random.below(3));
    const shown = random.once(3) ? mutate(random, right, this.#corpus.lines) : right;
    const field = `${status === 401 ? "Authorization" : "Proxy-Authorization"}: ${shown}`;
    return text.replace("\r\n", () => `\r\n${field}\r\n`);
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
    switch (isClosed ? 2 : random.below(12)) {
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
      case 7:
        putXcap(network, client.user, "pres-rules/index", rulesOf(random, random.pick(users)));
        return 0;
      case 8:
        network.fate = fateOf(random);
        network.alarms = random.pick(["onTime", "onTime", "late", "twice"]);
        return 0;
      case 9:
        network.step(client.user, { kind: "socketRefused", socket: client.socket, code: 1013, reason: "x" });
        network.closeSocket(client.user, client.socket);
        network.settle();
        return 0;
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
