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
  /** A device hangs up what it talks in. */
  | { readonly kind: "leave"; readonly device: number }
  | { readonly kind: "cut" | "comeBack"; readonly client: number }
  /** What becomes of calls between the homes from now on. */
  | { readonly kind: "fate" | "fateOfNews"; readonly fate: Fate }
  | { readonly kind: "wait"; readonly milliseconds: number }
  /** The process dies when so many more of what is under way have arrived. */
  | { readonly kind: "crash"; readonly after: number }
  | { readonly kind: "kill"; readonly user: number; readonly keepingSockets: boolean };

/** What a device has been asked, and whether it is still asked it. */
interface Ringing {
  readonly invite: Frame;
  answered: number | undefined;
  /** Its ACK has come: without, a device gives up by itself (RFC 3261 §13.3.1.4). */
  isAcknowledged: boolean;
  /** Its BYE has come, or was sent. */
  isOver: boolean;
  /** The socket it came on is gone: whether its CANCEL finds the page depends on when that is back. */
  wasCut: boolean;
  /** The page was away for longer than it is told what it missed. */
  wasGone: boolean;
}

/** What the caller has sent, and heard of it. */
interface Placed {
  readonly text: string;
  readonly finals: number[];
  /** A provisional response has come: until then the caller's own Timer B runs (RFC 3261 §17.1.1.2). */
  isProceeding: boolean;
  /** A device that took it has hung up. */
  isLeft: boolean;
  /** A BYE has come. */
  isOver: boolean;
  /** The caller was away for longer than an answer waits; for longer than a BYE does. */
  wasAway: boolean;
  wasGone: boolean;
}

const unheard = { isProceeding: false, isLeft: false, isOver: false, wasAway: false, wasGone: false };

const answerKept = 5_000;
const farewellKept = 600_000;

export class CallWorld {
  readonly network: VirtualNetwork;
  readonly caller: Client;
  readonly devices: readonly Client[];
  /** The INVITEs that were sent, and the final answers to each. */
  readonly sent: Placed[] = [];
  readonly rung = new Map<string, Ringing[]>();
  /** The caller was away, or a home died: what it was told may have been lost on the way. */
  isDisturbed = false;
  /** The other home could not be reached with a BYE, twice in a row: nobody tells it later that the call is over. */
  hasLostBye = false;
  /** An answer that came late may have been lost between the homes: only who gave it knows, and ends it himself. */
  #hasLostAnswer = false;
  readonly #talking: Side[] = [];
  readonly #leftAt = new Map<string, number>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(evicts: boolean) {
    this.network = new VirtualNetwork({ evicts }).withAccounts(alice, bob);
    this.caller = this.#client(alice, "alice-page");
    this.devices = [this.#client(bob, "bob-desk"), this.#client(bob, "bob-mobile")];
  }

  run(action: CallAction): void {
    const { network } = this;
    switch (action.kind) {
      case "call":
        if (this.#isOpen(this.caller))
          this.sent.push({ ...unheard, text: call(this.caller, bob), finals: [] });
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
      case "leave":
        this.#leave(action.device);
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
        // For the homes a jump is time that has passed; one back gives none of it back.
        if (action.kind === "jump" && action.milliseconds < 0)
          for (const [page, at] of this.#leftAt) this.#leftAt.set(page, at + action.milliseconds);
        break;
      case "wait":
        network.advance(action.milliseconds);
        break;
      case "crash":
        this.isDisturbed = true;
        network.crashAfter(action.after);
        break;
      case "kill":
        this.isDisturbed = true;
        if (action.user === 1 && !action.keepingSockets) for (const each of this.devices) this.#cutOff(each);
        network.kill(action.user === 0 ? alice : bob, { keepingSockets: action.keepingSockets });
        network.settle();
        break;
    }
    this.#callerHears();
    this.#noteCuts();
  }

  /** Everybody comes back, whoever talks hangs up, and time passes until nothing is owed. */
  comeToRest(): void {
    this.network.fate = () => "arrives";
    this.network.fateOfNews = "arrives";
    this.network.alarms = "onTime";
    this.network.crashAfter(Number.POSITIVE_INFINITY);
    for (const client of [this.caller, ...this.devices]) this.#comeBack(client);
    // RFC 3261 §13.3.1.4: a 2xx is said again until its ACK comes.
    if (this.#mayHaveLostAnswers)
      for (const [client, { invite }] of this.#unacknowledged()) respond(client, invite, 200);
    this.network.advance(200_000);
    this.#callerHears();
    if (this.#mayHaveLostAnswers) this.#giveUpUnacknowledged();
    for (const side of this.#talking.splice(0)) side.say("BYE");
    // Time enough for Timer C, for 64·T1 of what has ended, and for the longest absence.
    this.network.advance(600_000);
    // Whose home sleeps through Timer C waits for an answer that was lost as long as an INVITE may live.
    if (this.#mayHaveLostAnswers) this.network.advance(3_600_000);
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

  /**
   * INVITEs whose caller was never away for as long as an answer waits, and has not heard how they ended. A 2xx that died with
   * the process is its callee's to say again (RFC 3261 §13.3.1.4), who may not come back in time. An INVITE that died with
   * it, before anybody was told that it rings, ends by the caller's own Timer B.
   */
  unanswered(): readonly string[] {
    const mayHaveDied = this.network.crashedAt > 0;
    return this.sent
      .filter(({ finals, wasAway }) => finals.length === 0 && !wasAway)
      .filter(({ text, isProceeding }) => (isProceeding || !mayHaveDied) && !this.#wasTakenInCrash(text))
      .map(({ text }) => text);
  }

  #wasTakenInCrash(text: string): boolean {
    const isTaken = ({ invite, answered }: Ringing): boolean =>
      answered === 200 && headerOf(invite, "Call-ID") === headerOf(text, "Call-ID");
    return this.#mayHaveLostAnswers && [...this.rung.values()].flat().some(isTaken);
  }

  /** Calls that whoever took them has hung up, and whose caller, though there, believes that he talks. */
  stillBelieved(): readonly string[] {
    return this.sent
      .filter(({ finals, isLeft, isOver, wasGone }) => finals[0] === 200 && isLeft && !isOver && !wasGone)
      .map(({ text }) => text);
  }

  /** Devices that took a call, were never away for as long as anything waits for a page, and have not heard that it is over. */
  stillTalking(): readonly string[] {
    return [...this.rung].flatMap(([page, all]) =>
      all.some(
        ({ answered, isOver, wasCut, isAcknowledged, wasGone }) =>
          answered === 200 && !isOver && (!wasCut || (isAcknowledged && !wasGone)),
      )
        ? [page]
        : [],
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
      for (const each of known)
        if (headerOf(each.invite, "Call-ID") === headerOf(frame, "Call-ID")) each.isAcknowledged = true;
      return undefined;
    }
    const one = known.find(({ invite }) => headerOf(invite, "Via") === headerOf(frame, "Via"));
    if (method === "INVITE") {
      // The same branch once more is a repetition (RFC 3261 §17.2.1).
      if (one === undefined) {
        this.rung.set(client.page, [
          ...known,
          {
            invite: frame,
            answered: undefined,
            isAcknowledged: false,
            isOver: false,
            wasCut: false,
            wasGone: false,
          },
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
    const placed = method === "BYE" && client === this.caller ? this.#placed(frame) : undefined;
    if (placed !== undefined) placed.isOver = true;
    return 200;
  }

  /** With the process, or late and between the homes. */
  get #mayHaveLostAnswers(): boolean {
    return this.#hasLostAnswer || this.network.crashedAt > 0;
  }

  /** RFC 3261 §13.3.1.4: the end of a call whose 200 nobody has acknowledged for 64·T1. */
  #giveUpUnacknowledged(): void {
    for (const [client, ringing] of this.#unacknowledged()) {
      ringing.isOver = true;
      Side.ofCallee(client, ringing.invite).say("BYE");
    }
  }

  #unacknowledged(): readonly (readonly [Client, Ringing])[] {
    return this.devices.flatMap((client) =>
      (this.rung.get(client.page) ?? [])
        .filter((one) => one.answered === 200 && !one.isAcknowledged && !one.isOver)
        .map((one) => [client, one] as const),
    );
  }

  #leave(at: number): void {
    const client = this.devices[at] as Client;
    const talked = this.rung
      .get(client.page)
      ?.find((one) => one.answered === 200 && one.isAcknowledged && !one.isOver);
    if (talked === undefined || !this.#isOpen(client)) return;
    talked.isOver = true;
    const placed = this.#placed(talked.invite);
    if (placed !== undefined) placed.isLeft = true;
    Side.ofCallee(client, talked.invite).say("BYE");
  }

  #placed(message: Frame): Placed | undefined {
    return this.sent.find(({ text }) => headerOf(text, "Call-ID") === headerOf(message, "Call-ID"));
  }

  #answer(at: number, status: number): void {
    const client = this.devices[at] as Client;
    const ringing = this.rung.get(client.page)?.find(({ answered }) => answered === undefined);
    if (ringing === undefined || !this.#isOpen(client)) return;
    ringing.answered = status;
    respond(client, ringing.invite, status);
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
    this.#noteCuts();
    if (!this.#isOpen(client)) client.connect().register();
    if (this.#isOpen(client)) this.#leftAt.delete(client.page);
    this.network.settle();
  }

  /** Whose sockets are gone, by whatever cause. */
  #noteCuts(): void {
    const { now, crashedAt } = this.network;
    // What a page that was away already would have been told may have died with the process.
    if (crashedAt > this.#lookedAt && this.#leftAt.size > 0) this.hasLostBye = true;
    for (const client of [this.caller, ...this.devices]) {
      if (this.#isOpen(client)) continue;
      const since = this.#leftAt.get(client.page) ?? (crashedAt > this.#lookedAt ? crashedAt : now);
      this.#leftAt.set(client.page, since);
      this.#cutOff(client);
      for (const placed of client === this.caller ? this.sent : []) {
        placed.wasAway ||= now - since >= answerKept;
        placed.wasGone ||= now - since >= farewellKept;
      }
      if (now - since < farewellKept) continue;
      for (const ringing of this.rung.get(client.page) ?? []) ringing.wasGone = true;
    }
    this.#lookedAt = now;
  }

  #isOpen = (client: Client): boolean => this.network.home(client.user).isOpen(client.socket);

  /** Every 2xx is acknowledged (RFC 3261 §13.2.2.4), also one that comes again. */
  #callerHears(): void {
    for (const frame of this.caller.takeAll()) {
      if (!headerOf(frame, "CSeq").endsWith("INVITE")) continue;
      const placed = this.#placed(frame);
      if (statusOf(frame) < 200) {
        if (placed !== undefined) placed.isProceeding = true;
        continue;
      }
      placed?.finals.push(statusOf(frame));
      if (statusOf(frame) >= 300) continue;
      const side = Side.ofCaller(this.caller, frame);
      side.ack();
      this.#talking.push(side);
    }
  }
}
