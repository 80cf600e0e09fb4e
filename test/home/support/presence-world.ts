// A presentity with two devices, two watchers and one who watches by a list, and anything happening to them in any order;
// what each watcher was told last is kept.

import { putAccount } from "../../../src/home/administration";
import type { Frame } from "../../../src/sip/frame";
import { Buddies } from "./buddies";
import { Client } from "./client";
import { change, type Shift } from "./schedules";
import { headerOf, headersOf, statusOf, textOf } from "./sip-text";
import { type Fate, firstMoment, VirtualNetwork } from "./virtual-network";
import { cseqOf, newsIn, pidf, publish, Watcher } from "./watcher";

const bob = "bob@example.com";
const names = ["alice@example.com", "carol@example.com", "dave@example.com"] as const;

export type PresenceAction =
  | Shift
  /** A device of the presentity says something, or takes it back. */
  | { readonly kind: "publish"; readonly device: number; readonly note: string }
  /** The same, and what follows is not waited for. */
  | { readonly kind: "say"; readonly device: number; readonly note: string }
  | { readonly kind: "unpublish" | "register" | "unregister"; readonly device: number }
  | { readonly kind: "subscribe" | "refresh" | "unsubscribe"; readonly watcher: number }
  /** Most of what was granted passes, and he refreshes. */
  | { readonly kind: "refreshInTime"; readonly watcher: number; readonly times: number }
  | { readonly kind: "block"; readonly watcher: number; readonly isBlocked: boolean }
  | { readonly kind: "cut" | "comeBack"; readonly client: number }
  /** A watcher's page is away for a moment in which a device of the presentity says something. */
  | { readonly kind: "blink"; readonly watcher: number; readonly device: number; readonly note: string }
  | { readonly kind: "fate" | "fateOfNews"; readonly fate: Fate }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "kill"; readonly home: number; readonly keepingSockets: boolean };

interface Seen {
  readonly sequence: number[];
  last: string;
  isOver: boolean;
  /** Of the presentity's home, by which a NOTIFY is known again. */
  via: string;
  /** Until when the watcher may rely on it; undefined when the clock was set since. */
  agreed: number | undefined;
}

export class PresenceWorld {
  readonly network: VirtualNetwork;
  readonly devices: readonly Client[];
  readonly watchers: readonly Client[];
  readonly lister: Client;
  /** Why something that must never be was. */
  readonly faults: string[] = [];
  readonly #tags = new Map<Client, string>();
  readonly #dialogs = new Map<Client, Watcher>();
  readonly #seen = new Map<string, Seen>();
  readonly #blocked = new Set<string>();
  readonly #buddies: Buddies;
  /** The socket that remembers what the list was told is gone, or was. */
  #mayHaveLostMark = false;
  #calls = 0;

  constructor(evicts: boolean) {
    this.network = new VirtualNetwork({ evicts }).withAccounts(bob, ...names);
    this.devices = [this.#client(bob, "desk"), this.#client(bob, "mobile")];
    this.watchers = [this.#client(names[0], "alice"), this.#client(names[1], "carol")];
    this.lister = this.#client(names[2], "dave");
    this.#buddies = this.#subscribeList();
  }

  run(action: PresenceAction): void {
    this.#perform(action);
    this.#readList();
  }

  #perform(action: PresenceAction): void {
    const { network } = this;
    switch (action.kind) {
      case "publish":
        this.#publish(this.#device(action.device), ["Expires: 3600"], pidf("open", action.note));
        break;
      case "say":
        this.#say(this.#device(action.device), action.note);
        break;
      case "unpublish":
        this.#publish(this.#device(action.device), ["Expires: 0"], "");
        break;
      case "register":
      case "unregister": {
        const device = this.#device(action.device);
        if (isOpen(device)) device.register(action.kind === "register" ? {} : { expires: 0 });
        break;
      }
      case "subscribe":
      case "refresh":
      case "unsubscribe":
        this.#subscribe(this.#watcher(action.watcher), action.kind);
        break;
      case "refreshInTime":
        for (let left = action.times; left > 0; left--) this.#refreshInTime(this.#watcher(action.watcher));
        break;
      case "block":
        this.#block(action.watcher, action.isBlocked);
        break;
      case "cut": {
        const client = this.#all[action.client % this.#all.length];
        if (client === this.lister) this.#mayHaveLostMark = true;
        if (client !== undefined && isOpen(client)) client.close();
        break;
      }
      case "blink": {
        const client = this.#watcher(action.watcher);
        if (isOpen(client)) client.close();
        this.#publish(this.#device(action.device), ["Expires: 3600"], pidf("open", action.note));
        network.advance(1_000);
        this.#comeBack(client);
        break;
      }
      case "comeBack":
        this.#comeBack(this.#all[action.client % this.#all.length]);
        break;
      case "fate":
        network.fate = () => action.fate;
        break;
      case "fateOfNews":
        network.fateOfNews = action.fate;
        break;
      case "alarms":
        change(network, action);
        break;
      case "jump":
        this.#jump(action);
        break;
      case "wait":
        network.advance(action.milliseconds);
        break;
      case "kill":
        if (!action.keepingSockets) this.#mayHaveLostMark = true;
        network.kill([bob, ...names][action.home % 4] ?? bob, { keepingSockets: action.keepingSockets });
        network.settle();
        break;
    }
  }

  /** Not back where the list's home may have told a version that counts from an age (decision 0019). */
  #jump(jump: Extract<Shift, { kind: "jump" }>): void {
    if (jump.milliseconds < 0 && (this.#mayHaveLostMark || this.network.now < firstMoment - 500_000)) return;
    for (const seen of this.#seen.values()) seen.agreed = undefined;
    change(this.network, jump);
  }

  /** Everybody comes back, calls arrive again, and time passes until nothing is owed. */
  comeToRest(): void {
    this.network.fate = () => "arrives";
    this.network.fateOfNews = "arrives";
    this.network.alarms = "onTime";
    for (const client of this.#all) this.#comeBack(client);
    for (let left = 0; left < 5; left++) {
      this.network.advance(60_000);
      for (const client of this.#all) client.register();
    }
    this.network.advance(5_000);
  }

  /**
   * Watchers whose subscription stands at both homes, and what each knows beside what is true: one whose page was given
   * up is told 481 when it refreshes, and subscribes anew.
   */
  beliefs(): readonly { readonly who: string; readonly knows: string; readonly is: string }[] {
    const truth = this.#truth();
    const { subscriptions } = this.network.home(bob).state;
    return [...subscriptions.values()].flatMap(({ callId, watcher, event }) => {
      const seen = this.#seen.get(callId);
      const { dialogs } = this.network.home(watcher).state;
      const isKnown = [...dialogs.values()].some((row) => row.callId === callId && row.state === "confirmed");
      return event !== "presence" || seen === undefined || !isKnown
        ? []
        : [{ who: watcher, knows: seen.last.replace(/, .*$/, ""), is: truth }];
    });
  }

  /**
   * What the list says of the presentity, beside what is true; undefined where its page was given up, or where the
   * presentity's home gave up on the list's after two NOTIFYs in a row were lost (RFC 6665 §4.2.2).
   */
  listBelief(): { readonly knows: string; readonly is: string } | undefined {
    const { dialogs } = this.network.home(names[2]).state;
    if (
      ![...dialogs.values()].some(({ page, state }) => page === this.lister.contact && state === "confirmed")
    )
      return undefined;
    const watchers = this.network.home(bob).state.subscriptions;
    if (![...watchers.values()].some(({ watcher }) => watcher === names[2])) return undefined;
    this.#readList();
    const told = this.#buddies.view.seen[bob] ?? "nothing";
    const truth = this.#truth().replace(" (", " ").replace(")", "");
    return { knows: told.replace(/^active /, ""), is: truth };
  }

  /** What the homes hold for what is under way. */
  leftovers(): readonly string[] {
    return [...this.network.homes.values()].flatMap(({ aor, state }) => [
      ...(["forwards", "parked", "notifiers", "toJudge"] as const)
        .filter((name) => state[name].size > 0)
        .map((name) => `${aor} ${name}`),
      ...[...state.fanOuts.values()].flatMap(({ queue, dueAt }) =>
        queue.size > 0 || dueAt !== undefined ? [`${aor} news`] : [],
      ),
      ...[...state.documents.values()].flatMap(({ event, told }) => (told ? [] : [`${aor} ${event} untold`])),
    ]);
  }

  /** Everybody leaves, and the longest time there is passes. */
  leave(): void {
    for (const client of this.#all) if (isOpen(client)) client.close();
    this.network.advance(5 * 3_600_000);
  }

  /** Subscriptions, lists and half-dialogs that nobody has any more, in memory and in rows. */
  remains(): readonly string[] {
    return [...this.network.homes.values()].flatMap(({ aor, state, rows }) =>
      (["subscriptions", "lists", "backEnds", "dialogs"] as const).flatMap((name) => [
        ...(state[name].size > 0 ? [`${aor} ${name}`] : []),
        ...(rows[name].size > 0 ? [`${aor} rows of ${name}`] : []),
      ]),
    );
  }

  get #all(): readonly Client[] {
    return [...this.devices, ...this.watchers, this.lister];
  }

  /** Composed anew by the one who looks once. */
  #truth(): string {
    const look = new Watcher(this.#fresh(), bob, `look-${++this.#calls}`);
    look.subscribe(0);
    return look.news().at(-1)?.replace(/, .*$/, "") ?? "nothing";
  }

  #fresh(): Client {
    const own = this.devices[0] as Client;
    own.takeAll();
    return own;
  }

  #device = (index: number): Client => this.devices[index % 2] as Client;
  #watcher = (index: number): Client => this.watchers[index % 2] as Client;

  #client(user: string, page: string): Client {
    const client: Client = new Client(this.network, user, page, {
      instance: `urn:uuid:${page}`,
      answers: (frame) => this.#told(frame),
    });
    client.connect().register();
    return client;
  }

  /** RFC 3261 §12.2.2: what is not newer than what is known is refused. */
  #told(frame: Frame): number {
    const callId = headerOf(frame, "Call-ID");
    if (!textOf(frame).startsWith("NOTIFY") || callId.startsWith("list-")) return 200;
    const seen = this.#seen.get(callId) ?? newlySeen();
    this.#seen.set(callId, seen);
    const cseq = cseqOf(frame);
    const known = seen.sequence.at(-1) ?? 0;
    // The same NOTIFY once more is a repetition, and no older state.
    const via = headersOf(frame, "Via").at(-1) ?? "";
    const isRepeated = cseq === known && via === seen.via;
    seen.via = via;
    if (cseq <= known && !isRepeated) this.faults.push(`${callId}: CSeq ${cseq} after ${known}`);
    if (seen.isOver) return 481;
    seen.sequence.push(cseq);
    this.#readExpires(callId, seen, frame);
    seen.last = newsIn(frame);
    seen.isOver = headerOf(frame, "Subscription-State").startsWith("terminated");
    return 200;
  }

  /** RFC 6665 §4.2.2: of a subscription that is not over a NOTIFY says no more than was agreed. */
  #readExpires(callId: string, seen: Seen, frame: Frame): void {
    const told = /;expires=(\d+)/.exec(headerOf(frame, "Subscription-State"))?.[1];
    if (told === undefined || seen.agreed === undefined || seen.agreed <= this.network.now) return;
    const until = this.network.now + Number(told) * 1000;
    if (until >= seen.agreed + 1_000) this.faults.push(`${callId}: ${until - seen.agreed} ms lengthened`);
  }

  #publish(device: Client, lines: readonly string[], body: string): void {
    if (!isOpen(device)) return;
    const tag = this.#tags.get(device);
    if (body === "" && tag === undefined) return;
    const { status, entityTag } = publish(
      device,
      tag === undefined ? lines : [...lines, `SIP-If-Match: ${tag}`],
      body,
    );
    if (status === 200 && body !== "") this.#tags.set(device, entityTag);
    else if (status !== 0) this.#tags.delete(device);
  }

  /** Its answer, and with it the entity-tag, is lost on the client, which is refused (412) when it speaks next. */
  #say(device: Client, note: string): void {
    if (!isOpen(device)) return;
    const tag = this.#tags.get(device);
    const lines = ["Event: presence", "Expires: 3600", "Content-Type: application/pidf+xml"];
    const own = tag === undefined ? lines : [...lines, `SIP-If-Match: ${tag}`];
    device.sendOnly(device.text("PUBLISH", `sip:${bob}`, bob, own, pidf("open", note)));
  }

  #subscribe(client: Client, how: "subscribe" | "refresh" | "unsubscribe"): void {
    if (!isOpen(client)) return;
    const known = this.#dialogs.get(client);
    // The NOTIFY may be there before its 200.
    const seen = this.#seen.get(known?.callId ?? "");
    if (seen !== undefined) seen.agreed = undefined;
    if (how !== "subscribe") return this.#agree(known, known?.refresh(how === "refresh" ? 3600 : 0));
    const watcher = new Watcher(client, bob, `watch-${client.page}-${++this.#calls}`);
    this.#dialogs.set(client, watcher);
    watcher.cseq = 0;
    this.#agree(watcher, watcher.subscribe(3600));
  }

  /** What was granted, from the moment at which the 200 is there. */
  #agree(watcher: Watcher | undefined, answer: Frame | undefined): void {
    if (watcher === undefined || statusOf(answer) !== 200) return;
    const seen = this.#seen.get(watcher.callId) ?? newlySeen();
    this.#seen.set(watcher.callId, seen);
    seen.agreed = this.network.now + Number(headerOf(answer, "Expires")) * 1000;
  }

  #refreshInTime(client: Client): void {
    const agreed = this.#seen.get(this.#dialogs.get(client)?.callId ?? "")?.agreed ?? this.network.now;
    for (let left = Math.floor(0.9 * (agreed - this.network.now)); left > 0; left -= 250_000) {
      this.network.advance(Math.min(left, 250_000));
      for (const each of this.#all) if (isOpen(each)) each.register();
    }
    this.#subscribe(client, "refresh");
  }

  #block(index: number, isBlocked: boolean): void {
    const name = names[index % 2] as string;
    if (isBlocked) this.#blocked.add(name);
    else this.#blocked.delete(name);
    const blocked = [...this.#blocked].map((each) => this.network.home(each).aor);
    this.network.home(bob).administer((turn) => putAccount(turn, bob, { blocked }));
    this.network.settle();
  }

  /** RFC 4662 §5.6: what is out of order is a fault of whoever said it. */
  #readList(): void {
    try {
      this.#buddies.look();
    } catch (thrown) {
      this.faults.push(`list: ${String(thrown)}`);
    }
  }

  #subscribeList(): Buddies {
    const buddies = new Buddies(this.lister, `list-${++this.#calls}`);
    const status = buddies.subscribe([`sip:${bob}`, `sip:${names[0]}`]);
    if (status !== 200) throw new Error(`list: ${status}`);
    return buddies;
  }

  #comeBack(client: Client | undefined): void {
    if (client === undefined || isOpen(client)) return;
    client.connect();
    if (statusOf(client.register()) !== 200) client.register();
  }
}

const newlySeen = (): Seen => ({ sequence: [], last: "", isOver: false, via: "", agreed: undefined });

const isOpen = (client: Client): boolean =>
  client.end.closed === undefined && client.network.home(client.user).isOpen(client.socket);
