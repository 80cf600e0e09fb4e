// A caller, a user with two devices, and anything happening to them in any order; what each of them was told is kept.

import type { Frame } from "../../../src/sip/frame";
import { call, cancelOf, respond, Side } from "./call";
import { Client } from "./client";
import { change, type Shift } from "./schedules";
import { headerOf, responseFor, statusOf, textOf } from "./sip-text";
import { type Fate, VirtualNetwork } from "./virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";

export type CallAction =
  | Shift
  | { readonly kind: "call" | "cancel" | "hangUp" }
  /** A device says that to what rings on it. */
  | { readonly kind: "answer"; readonly device: number; readonly status: number }
  | { readonly kind: "cut" | "comeBack"; readonly client: number }
  /** What becomes of calls between the homes from now on. */
  | { readonly kind: "fate" | "fateOfNews"; readonly fate: Fate }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "kill"; readonly user: number; readonly keepingSockets: boolean };

/** What a device has been asked, and whether it is still asked it. */
interface Ringing {
  readonly invite: Frame;
  answered: number | undefined;
  isAcknowledged: boolean;
  /** Its BYE has come, or was sent. */
  isOver: boolean;
  /** The socket it came on is gone: whether its CANCEL finds the page depends on when that is back. */
  wasCut: boolean;
}

export class CallWorld {
  readonly network: VirtualNetwork;
  readonly caller: Client;
  readonly devices: readonly Client[];
  /** The INVITEs that were sent, and the final answers to each. */
  readonly sent: { readonly text: string; readonly finals: number[] }[] = [];
  readonly rung = new Map<string, Ringing[]>();
  /** The caller was away, or a home died: what it was told may have been lost on the way. */
  isDisturbed = false;
  /** The other home could not be reached with a BYE, twice in a row: nobody tells it later that the call is over. */
  hasLostBye = false;
  /** An answer that came late may have been lost between the homes: only who gave it knows, and ends it himself. */
  #hasLostAnswer = false;
  readonly #talking: Side[] = [];

  constructor(evicts: boolean) {
    this.network = new VirtualNetwork({ evicts }).withAccounts(alice, bob);
    this.caller = this.#client(alice, "alice-page");
    this.devices = [this.#client(bob, "bob-desk"), this.#client(bob, "bob-mobile")];
  }

  run(action: CallAction): void {
    const { network } = this;
    switch (action.kind) {
      case "call":
        if (this.#isOpen(this.caller)) this.sent.push({ text: call(this.caller, bob), finals: [] });
        break;
      case "cancel": {
        const last = this.sent.at(-1);
        if (last !== undefined && this.#isOpen(this.caller)) this.caller.send(cancelOf(last.text));
        break;
      }
      case "hangUp":
        if (this.#isOpen(this.caller)) this.#talking.shift()?.say("BYE");
        break;
      case "answer":
        this.#answer(action.device, action.status);
        break;
      case "cut":
        this.#cut(action.client);
        break;
      case "comeBack":
        this.#comeBack([this.caller, ...this.devices][action.client] ?? this.caller);
        break;
      case "fate":
        if (action.fate === "lost" || action.fate === "unanswered") this.isDisturbed = true;
        network.fate = ({ key }) => {
          if (action.fate === "lost" && key.endsWith(" BYE")) this.hasLostBye = true;
          return action.fate;
        };
        break;
      case "fateOfNews":
        if (action.fate === "lost") {
          this.isDisturbed = true;
          this.#hasLostAnswer = true;
        }
        network.fateOfNews = action.fate;
        break;
      case "alarms":
      case "jump":
        change(network, action);
        break;
      case "wait":
        network.advance(action.milliseconds);
        break;
      case "kill":
        this.isDisturbed = true;
        if (action.user === 1 && !action.keepingSockets) for (const each of this.devices) this.#cutOff(each);
        network.kill(action.user === 0 ? alice : bob, { keepingSockets: action.keepingSockets });
        network.settle();
        break;
    }
    this.#callerHears();
  }

  /** Everybody comes back, whoever talks hangs up, and time passes until nothing is owed. */
  comeToRest(): void {
    this.network.fate = () => "arrives";
    this.network.fateOfNews = "arrives";
    this.network.alarms = "onTime";
    for (const client of [this.caller, ...this.devices]) this.#comeBack(client);
    this.network.advance(200_000);
    this.#callerHears();
    if (this.#hasLostAnswer) for (const device of this.devices) this.#giveUpUnacknowledged(device);
    for (const side of this.#talking.splice(0)) side.say("BYE");
    // Time enough for Timer C, for 64·T1 of what has ended, and for the longest absence.
    this.network.advance(600_000);
    // Whose home sleeps through Timer C waits for an answer that was lost as long as an INVITE may live.
    if (this.#hasLostAnswer) this.network.advance(3_600_000);
    this.#callerHears();
  }

  /** What the homes hold for what is under way. Dialogs that have ended go when next they are looked at. */
  leftovers(): readonly string[] {
    return [...this.network.homes.values()].flatMap(({ aor, state, rows }) => [
      ...(rows.calls.size > 0 ? [`${aor} rows of calls`] : []),
      ...(["calls", "branches", "forwards", "parked"] as const)
        .filter((name) => state[name].size > 0)
        .map((name) => `${aor} ${name}`),
      ...[...state.dialogs.values()]
        .filter((row) => row.state !== "ended")
        .map((row) => `${aor} ${row.state} dialog`),
    ]);
  }

  /** Everybody leaves; what would still be woken after the longest time that anything waits. */
  clocksWhenAllHaveLeft(): readonly string[] {
    for (const client of [this.caller, ...this.devices]) if (this.#isOpen(client)) client.close();
    this.network.advance(12 * 3_600_000);
    return this.network.clocks();
  }

  /** Devices that still ring, as far as they know, and were there all the time. */
  stillRinging(): readonly string[] {
    return [...this.rung].flatMap(([page, all]) =>
      all.some(({ answered, wasCut }) => answered === undefined && !wasCut) ? [page] : [],
    );
  }

  /** Devices that took a call, were there all the time, and have not heard that it is over. */
  stillTalking(): readonly string[] {
    return [...this.rung].flatMap(([page, all]) =>
      all.some(({ answered, isOver, wasCut }) => answered === 200 && !isOver && !wasCut) ? [page] : [],
    );
  }

  #client(user: string, page: string): Client {
    const client = new Client(this.network, user, page, {
      instance: `urn:uuid:${page}`,
      answers: (frame) => this.#asked(client, frame),
    });
    client.connect().register();
    return client;
  }

  #asked(client: Client, frame: Frame): number | undefined {
    const method = textOf(frame).split(" ", 1)[0];
    const known = this.rung.get(client.page) ?? [];
    if (method === "ACK") {
      for (const ringing of known)
        if (headerOf(ringing.invite, "Call-ID") === headerOf(frame, "Call-ID")) ringing.isAcknowledged = true;
      return undefined;
    }
    const one = known.find(({ invite }) => headerOf(invite, "Via") === headerOf(frame, "Via"));
    if (method === "INVITE") {
      // The same branch once more is a repetition (RFC 3261 §17.2.1).
      if (one === undefined) {
        this.rung.set(client.page, [
          ...known,
          { invite: frame, answered: undefined, isAcknowledged: false, isOver: false, wasCut: false },
        ]);
        respond(client, frame, 180);
      } else if (one.answered !== undefined) respond(client, frame, one.answered);
      return undefined;
    }
    if (method === "CANCEL" && one !== undefined && one.answered === undefined) {
      one.answered = 487;
      client.sendOnly(responseFor(frame, 200));
      respond(client, one.invite, 487);
      return undefined;
    }
    const over = known.find(({ invite }) => headerOf(invite, "Call-ID") === headerOf(frame, "Call-ID"));
    if (method === "BYE" && over !== undefined) over.isOver = true;
    return 200;
  }

  #answer(at: number, status: number): void {
    const client = this.devices[at] as Client;
    const ringing = this.rung.get(client.page)?.find(({ answered }) => answered === undefined);
    if (ringing === undefined || !this.#isOpen(client)) return;
    ringing.answered = status;
    respond(client, ringing.invite, status);
  }

  /** RFC 3261 §13.3.1.4: the end of a call whose 200 nobody has acknowledged for 64·T1. */
  #giveUpUnacknowledged(device: Client): void {
    for (const ringing of this.rung.get(device.page) ?? []) {
      if (ringing.answered !== 200 || ringing.isAcknowledged || ringing.isOver) continue;
      ringing.isOver = true;
      Side.ofCallee(device, ringing.invite).say("BYE");
    }
  }

  #cut(at: number): void {
    const client = [this.caller, ...this.devices][at] ?? this.caller;
    if (!this.#isOpen(client)) return;
    if (client === this.caller) this.isDisturbed = true;
    this.#cutOff(client);
    client.close();
    this.network.settle();
  }

  #cutOff({ page }: Client): void {
    for (const ringing of this.rung.get(page) ?? []) ringing.wasCut = true;
  }

  #comeBack(client: Client): void {
    if (!this.#isOpen(client)) client.connect().register();
    this.network.settle();
  }

  #isOpen = (client: Client): boolean => this.network.home(client.user).isOpen(client.socket);

  /** Every 2xx is acknowledged (RFC 3261 §13.2.2.4), also one that comes again. */
  #callerHears(): void {
    for (const frame of this.caller.takeAll()) {
      if (statusOf(frame) < 200 || !headerOf(frame, "CSeq").endsWith("INVITE")) continue;
      const one = this.sent.find(({ text }) => headerOf(text, "Call-ID") === headerOf(frame, "Call-ID"));
      one?.finals.push(statusOf(frame));
      if (statusOf(frame) >= 300) continue;
      const side = Side.ofCaller(this.caller, frame);
      side.ack();
      this.#talking.push(side);
    }
  }
}
