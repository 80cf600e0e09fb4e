// Users with two devices each, anything happening to them in any order, and a record of what came of each message.

import type { Frame } from "../../../src/sip/frame";
import { Client } from "./client";
import { change, type Shift } from "./schedules";
import { bodyOf, headerOf, headersOf, statusOf, textOf } from "./sip-text";
import { type Fate, VirtualNetwork } from "./virtual-network";

export const users = ["alice@example.com", "bob@example.com", "carol@example.com"] as const;

export type Action =
  | Shift
  | { readonly kind: "connect" | "register" | "close" | "unregister"; readonly device: number }
  | { readonly kind: "message"; readonly device: number; readonly to: number; readonly fate: Fate }
  /** Answers the oldest request it has been silent to. */
  | { readonly kind: "answer"; readonly device: number; readonly status: number }
  | { readonly kind: "fateOfNews"; readonly fate: Fate }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "kill"; readonly user: number; readonly keepingSockets: boolean };

/** What a device does with a request at once; undefined is silence. */
export type Reaction = number | undefined;

interface SentMessage {
  readonly name: string;
  readonly to: string;
  /** The devices the recipient had when it was sent, but the sending one. */
  readonly devices: readonly string[];
  /** The recipient's home died before the sender had its answer: its call was made again. */
  disturbed: boolean;
}

interface Outcome {
  copies: number;
  taken: boolean;
  refused: boolean;
  /** Copies that came after a 2xx of the device's had reached its home. */
  afterwards: number;
  /** The Call-IDs that the home made for its copies. */
  readonly derived: Set<string>;
}

const momentary = new Set([408, 430, 480, 486, 491, 500, 503, 504]);

export class MessageWorld {
  readonly network: VirtualNetwork;
  readonly clients: readonly Client[];
  readonly messages: SentMessage[] = [];
  readonly #outcomes = new Map<string, Outcome>();
  readonly #silent = new Map<string, Frame[]>();
  readonly #evicts: boolean;
  #reactions: Reaction[];

  constructor(reactions: readonly Reaction[], evicts: boolean) {
    this.#evicts = evicts;
    this.network = new VirtualNetwork({ evicts }).withAccounts(...users);
    this.#reactions = [...reactions];
    this.clients = users.flatMap((user, index) =>
      [0, 1].map((number) => {
        const page = `page${index}${number}`;
        const answers = (frame: Frame): Reaction => this.#requestCame(page, user, frame);
        return new Client(this.network, user, page, { instance: `urn:uuid:${page}`, answers });
      }),
    );
  }

  run(action: Action): void {
    const { network } = this;
    if (action.kind === "wait") return network.advance(action.milliseconds);
    if (action.kind === "alarms" || action.kind === "jump") return change(network, action);
    if (action.kind === "fateOfNews") {
      network.fateOfNews = action.fate;
      return;
    }
    if (action.kind === "kill") return this.#kill(users[action.user] ?? users[0], action.keepingSockets);
    const client = this.clients[action.device] as Client;
    const isOpen = client.socket !== "" && network.home(client.user).isOpen(client.socket);
    switch (action.kind) {
      case "connect":
        if (!isOpen) client.connect().register();
        return;
      case "register":
        if (isOpen) client.register();
        return;
      case "unregister":
        if (isOpen) client.register({ expires: 0 });
        return;
      case "close":
        if (isOpen) client.close();
        return;
      case "message":
        if (isOpen) this.#send(client, users[action.to] ?? users[0], action.fate);
        return;
      case "answer": {
        const frame = this.#silent.get(client.page)?.shift();
        if (isOpen && frame !== undefined) {
          this.#noteAnswer(client.page, client.user, frame, action.status);
          client.answer(frame, action.status);
        }
        return;
      }
    }
  }

  /** Everybody comes back, answers 200 to everything, and time passes until nothing is owed. */
  comeToRest(): void {
    const { network } = this;
    this.#reactions = [];
    network.fate = () => "arrives";
    network.fateOfNews = "arrives";
    network.alarms = "onTime";
    network.advance(60_000);
    for (let round = 0; round < 10; round++) {
      for (const client of this.clients) {
        if (client.socket === "" || !network.home(client.user).isOpen(client.socket)) client.connect();
        client.register();
      }
      network.advance(140_000);
    }
  }

  /** Everybody leaves; what would still be woken after the longest time that anything waits. */
  clocksWhenAllHaveLeft(): readonly string[] {
    for (const client of this.clients)
      if (this.network.home(client.user).isOpen(client.socket)) client.close();
    this.network.advance(12 * 3_600_000);
    return this.network.clocks();
  }

  /** The statuses of the final responses to a message. */
  answersTo({ name }: SentMessage): readonly number[] {
    const frames = [...this.network.ends.values()].flatMap((end) => end.frames);
    const isItsAnswer = (frame: Frame): boolean =>
      statusOf(frame) !== 0 &&
      headerOf(frame, "Call-ID") === name &&
      headerOf(frame, "CSeq").endsWith("MESSAGE");
    return frames.filter(isItsAnswer).map(statusOf);
  }

  outcomeOf({ name }: SentMessage, page: string): Outcome {
    const key = `${name} ${page}`;
    const known = this.#outcomes.get(key) ?? {
      copies: 0,
      taken: false,
      refused: false,
      afterwards: 0,
      derived: new Set<string>(),
    };
    this.#outcomes.set(key, known);
    return known;
  }

  /** What a home holds in memory for what is under way: nothing, once all is at rest. */
  leftovers(): readonly string[] {
    return [...this.network.homes.values()].flatMap(({ aor, state }) =>
      (["deliveries", "branches", "forwards", "redeliveries", "notifiers"] as const)
        .filter((name) => state[name].size > 0)
        .map((name) => `${aor} ${name}`),
    );
  }

  #send(client: Client, to: string, fate: Fate): void {
    const { network } = this;
    const name = `m${this.messages.length}`;
    const sender = `<${client.instance}>`;
    const known = [...network.home(to).state.devices.keys()].map((id) => id.slice("<urn:uuid:".length, -1));
    const devices = known.filter((page) => to !== client.user || sender !== `<urn:uuid:${page}>`);
    this.messages.push({ name, to, devices, disturbed: false });
    network.fate = (parcel) => (bodyOf(parcel.frame) === name ? fate : "arrives");
    client.send(client.messageText(to, name, [], name));
    network.fate = () => "arrives";
  }

  #kill(user: string, keepingSockets: boolean): void {
    for (const message of this.messages) {
      if (message.to === user && this.answersTo(message).length === 0) message.disturbed = true;
    }
    this.network.kill(user, { keepingSockets });
    this.network.settle();
  }

  #requestCame(page: string, user: string, frame: Frame): Reaction {
    const message = this.messages.find(({ name }) => name === bodyOf(frame));
    if (message === undefined || !textOf(frame).startsWith("MESSAGE"))
      throw new Error(`What is ${textOf(frame)}`);
    const outcome = this.outcomeOf(message, page);
    outcome.copies++;
    const callId = headerOf(frame, "Call-ID");
    if (callId !== message.name) outcome.derived.add(callId);
    if (outcome.taken) outcome.afterwards++;
    const reaction = this.#reactions.length === 0 ? 200 : this.#reactions.shift();
    if (reaction === undefined) this.#silent.set(page, [...(this.#silent.get(page) ?? []), frame]);
    else this.#noteAnswer(page, user, frame, reaction);
    return reaction;
  }

  /** An answer counts if it reaches a home that still knows what it is an answer to. */
  #noteAnswer(page: string, user: string, frame: Frame, status: number): void {
    const message = this.messages.find(({ name }) => name === bodyOf(frame));
    const branch = /branch=(\S+)/.exec(headersOf(frame, "Via")[0] ?? "")?.[1] ?? "";
    const home = this.network.home(user);
    const client = this.clients.find((each) => each.page === page);
    const isOpen = client !== undefined && home.isOpen(client.socket);
    // What a home at rest remembers of a branch whose time is over (Timer F) is gone when it leaves memory.
    const forgets = this.#evicts && home.isAtRest;
    if (message === undefined || !isOpen || forgets || !home.state.branches.has(branch)) return;
    const outcome = this.outcomeOf(message, page);
    if (status < 300) outcome.taken = true;
    else if (!momentary.has(status)) outcome.refused = true;
  }
}
