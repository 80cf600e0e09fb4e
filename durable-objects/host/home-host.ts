// One home in memory, and the machinery that carries out its effects: rows, sockets, calls to other homes, clocks.
//
// Every entry is one synchronous step of the home. What the step wrote is on disk before what it sent leaves
// (output gate), so nothing is acknowledged that a crash could lose.

import { type EpochMs, epochMs } from "../../src/base/brand";
import { earlier } from "../../src/base/timer-table";
import type { Guess, GuessKeeping } from "../../src/contracts/guesses";
import type { DialogName, Home, PageNews, Parcel, Reply } from "../../src/contracts/parcel";
import type { OpeningFacts } from "../../src/contracts/socket-facts";
import { anyAccount } from "../../src/home/administration";
import { deviceKey } from "../../src/home/device";
import { type HomeEffect, isRowEffect, type OutwardEffect, type RowEffect } from "../../src/home/effect";
import { isAck } from "../../src/home/forward";
import { isTelling, nextAlarm, nextTick } from "../../src/home/lifecycle";
import { isDue } from "../../src/home/relay";
import type { HomeState } from "../../src/home/state";
import { type HomeInput, runTurn, stepHome } from "../../src/home/step";
import type { Ports, Scope, Turn } from "../../src/home/turn";
import { heldUntil } from "../../src/http/guess-guard";
import { log } from "../../src/http/log";
import { maySend } from "../../src/http/upgrade/close-code";
import { responseTo } from "../../src/sip/build";
import type { Frame } from "../../src/sip/frame";
import { parseMessage } from "../../src/sip/parser";
import { type AddressOfRecord, aorHost } from "../../src/sip/uri/address-of-record";
import { AlarmClock } from "./alarm-clock";
import { platformEntropy } from "./entropy";
import { type FigureReporter, figureReporter } from "./figure-reporter";
import { factsOf, type LearnedFacts, mayNameRegister } from "./frame-facts";
import { FrameGate } from "./frame-gate";
import { logFields } from "./log-fields";
import { Outbox } from "./outbox";
import { RealmListing } from "./realm-listing";
import { Recorder } from "./recorder";
import { SocketTable } from "./socket-table";
import { SqlStore } from "./sql-store";
import { type TicketOutcome, Tickets } from "./tickets";
import { HomeEnded, WaitingReplies } from "./waiting-replies";

const now = (): EpochMs => epochMs(Date.now());

/** What the shell around the home lends it. */
export interface HomeHostOptions extends Pick<Ports, "settings" | "keyring"> {
  /** The alarm that was armed before this memory began. */
  readonly alarmAt: number | null;
  /** The end of a socket is what woke the object. */
  readonly isToldOfAnEnd: boolean;
  /** A throw where no event of the platform's is there to catch it: in a timer, or behind an `await`. */
  readonly fault: (entry: string, thrown: unknown) => void;
}

export class HomeHost {
  state: HomeState;
  readonly store: SqlStore;
  readonly listing: RealmListing;
  /** Undefined where the operator wants none. */
  readonly figures: FigureReporter | undefined;
  readonly recorder: Recorder;
  readonly clock: AlarmClock;
  readonly #context: DurableObjectState;
  readonly #env: Env;
  readonly #ports: Ports;
  readonly #sockets = new SocketTable();
  readonly #outbox: Outbox;
  readonly #gate = new FrameGate((thrown) => this.#fault("received", thrown));
  readonly #replies = new WaitingReplies();
  readonly #tickets = new Tickets();
  readonly #fault: HomeHostOptions["fault"];
  readonly #inputs: HomeInput[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #isStepping = false;
  /** The nearest alarm has to be reckoned anew: it takes a look at every subscription. */
  #isAlarmStale = true;
  #isOver = false;

  constructor(
    context: DurableObjectState,
    env: Env,
    aor: AddressOfRecord,
    { alarmAt, fault, isToldOfAnEnd, ...ports }: HomeHostOptions,
  ) {
    this.#context = context;
    this.#env = env;
    this.#ports = { ...ports, entropy: platformEntropy };
    this.store = new SqlStore(context.storage);
    this.listing = new RealmListing(env, this.store, aor, {
      account: () => anyAccount(this.state),
      told: () => this.figures?.settle(),
    });
    this.state = this.store.load(aor, now());
    for (const socket of this.#sockets.restore(context.getWebSockets()))
      this.state.sockets.set(socket.id, socket);
    this.figures = figureReporter(ports.settings, { context, env, sockets: this.#sockets, host: this });
    this.recorder = new Recorder(context.storage.sql, this.store, this.state, {
      settings: ports.settings.recorder,
      deviceName: (id) => deviceKey({ ports: this.#ports }, { id }),
      dueAtChanged: () => {
        this.#isAlarmStale = true;
      },
    });
    this.#fault = fault;
    this.clock = new AlarmClock(context.storage, alarmAt, () =>
      this.#guard("timer", () => this.step({ kind: "timePassed" })),
    );
    this.#outbox = new Outbox({
      home: (to) => env.ADDRESS_OF_RECORD.getByName(to) as unknown as Home,
      isAwaited: ({ key }) => !this.#isOver && isDue(this.state, key),
      replied: (replies) => this.#guard("replied", () => this.repliesReceived(replies)),
      failed: (parcel, why) =>
        this.#guard("failed", () => this.step({ kind: "parcelFailed", key: parcel.key, why })),
      unsaid: (why) => log("warn", "late reply failed", { aor, why }),
    });
    // A socket that has closed, or is about to, may be listed still.
    const isListed = context.getWebSockets().some(({ readyState }) => readyState > 1);
    this.step({ kind: "woke", isToldOfAnEnd: isToldOfAnEnd || isListed });
    if (this.store.isUnlisted()) this.#inBackground("announce", this.listing.tell("added"));
  }

  /** One event of the platform's is one moment: to ask for the time costs as much as a step's smaller parts. */
  step(input: HomeInput, at = now()): void {
    if (this.#isOver) return;
    this.#inputs.push(input);
    // What a step's own effects cause waits until all of them are done.
    if (!this.#isStepping) this.#perform(at);
  }

  /** A step of the administrator's; its result is the caller's. */
  administer<Outcome>(run: (turn: Turn) => Outcome): Outcome {
    if (this.#isOver) throw new HomeEnded();
    let outcome: { readonly value: Outcome } | undefined;
    const at = now();
    this.#perform(at, () => {
      const step = (): readonly HomeEffect[] =>
        runTurn(this.state, at, this.#ports, (turn) => {
          outcome = { value: run(turn) };
        });
      this.#carryOut(this.recorder.isOn ? this.recorder.watch(this.state, undefined, at, step) : step(), at);
    });
    return (outcome as { readonly value: Outcome }).value;
  }

  /** Work that awaits other objects between its steps, and bears no other of its kind beside it. */
  oneAfterTheOther<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** One step and those that its effects cause, one after the other; then the clocks are set. */
  #perform(at: EpochMs, first?: () => void): void {
    this.#isStepping = true;
    try {
      first?.();
      for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
        const effects = this.recorder.isOn
          ? this.recorder.watch(this.state, input, at, (seen) => stepHome(this.state, seen, at, this.#ports))
          : stepHome(this.state, input, at, this.#ports);
        this.#carryOut(effects, at);
      }
    } finally {
      this.#isStepping = false;
    }
    // Pauses of redeliveries, pages that are away from a call that rings, and bursts of NOTIFYs are in no row; all else
    // that an alarm is for changes with one.
    const { redeliveries, calls } = this.state;
    const mayMove = this.#isAlarmStale || redeliveries.size + calls.size > 0 || isTelling(this.state);
    const alarm = mayMove ? earlier(nextAlarm(this.state, at), this.recorder.dueAt) : undefined;
    this.#isAlarmStale = false;
    this.clock.set(nextTick(this.state, { ports: this.#ports }), alarm, at);
    this.figures?.settle();
  }

  /** This memory is not to be trusted any more: it does nothing, and nobody waits for it. */
  end(): void {
    this.#isOver = true;
    this.clock.stop();
    this.figures?.end();
    this.#replies.giveUp(new HomeEnded());
    this.#tickets.giveUp();
  }

  acceptSocket(facts: OpeningFacts): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#context.acceptWebSocket(server);
    const socket = this.#ports.entropy.token();
    this.#sockets.add(socket, server);
    this.step({ kind: "socketOpened", socket, facts });
    const headers = { "Sec-WebSocket-Protocol": "sip" };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  frameReceived(webSocket: WebSocket, frame: Frame): void {
    const id = this.#sockets.idOf(webSocket);
    if (id === undefined) return;
    const { queuedPerSocket } = this.#ports.settings.limits;
    const taken = this.#gate.take(id, frame, queuedPerSocket, (next) => this.#stepFrame(id, webSocket, next));
    if (!taken)
      this.step({ kind: "socketRefused", socket: id, code: 1013, reason: "Too many messages at once" });
  }

  /** Steps a frame, or gives what has to be awaited before (frame-facts.ts). */
  #stepFrame(socket: string, webSocket: WebSocket, frame: Frame): (() => Promise<void>) | undefined {
    const step = ({ bearer, heldUntil: held }: LearnedFacts, at?: EpochMs): void => {
      // Only the answer to a REGISTER depends on it, and to ask the platform is not free.
      const pinged = mayNameRegister(frame) && this.#hasPinged(socket, webSocket);
      const { sent } = this.#sockets;
      try {
        this.step({ kind: "received", socket, frame, pinged, bearer, heldUntil: held }, at);
      } catch (thrown) {
        if (this.#sockets.sent === sent) this.#answerFault(socket, frame);
        throw thrown;
      }
    };
    const scope = this.#scope();
    const facts = factsOf(scope, socket, frame, this.#heldUntil);
    if (typeof facts !== "function") {
      step(facts, scope.now);
      return undefined;
    }
    return async () => {
      const learned = await facts();
      this.#guard("received", () => step(learned));
    };
  }

  /** A step of somebody who may be guessing: the realm is asked before. */
  async judge<Outcome>(guessIn: (scope: Scope) => Guess | undefined, run: (turn: Turn) => Outcome) {
    const guess = guessIn(this.#scope());
    const held = guess === undefined ? undefined : await this.#heldUntil(guess);
    return this.administer((turn) => run(held === undefined ? turn : { ...turn, heldUntil: held }));
  }

  readonly #scope = (): Scope => ({ state: this.state, now: now(), ports: this.#ports });

  readonly #heldUntil = (guess: Guess): Promise<EpochMs | undefined> => {
    const realm = aorHost(this.state.aor);
    return heldUntil(realm, () => this.#env.REALM.getByName(realm) as unknown as GuessKeeping, guess);
  };

  /** RFC 3261 §21.5.1: a request that met a bug of ours is not left without an answer. */
  #answerFault(socket: string, frame: Frame): void {
    const parsed = parseMessage(frame, { headerFields: this.#ports.settings.limits.headerFields });
    if (!parsed.ok || parsed.value.kind !== "request" || parsed.value.method === "ACK") return;
    this.figures?.count({ errors: 1 });
    this.#send(socket, responseTo(parsed.value, 500, { toTag: this.newToken() }));
  }

  #guard(entry: string, run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.#fault(entry, thrown);
    }
  }

  /** RFC 5626 §4.4.1: keep-alives are answered unseen; the platform remembers when it last did so. */
  #hasPinged(socket: string, webSocket: WebSocket): boolean {
    if (this.state.sockets.get(socket)?.pinged === true) return true;
    return this.#context.getWebSocketAutoResponseTimestamp(webSocket) !== null;
  }

  /** When the platform last answered a keep-alive on a socket. */
  readonly pingedAt = (id: string): EpochMs | undefined => this.#sockets.pingedAt(id, this.#context);

  /** Completes the closing handshake: a hibernatable socket is not closed by the runtime. */
  socketClosed(webSocket: WebSocket, code: number): void {
    const id = this.#sockets.idOf(webSocket);
    // The code is the client's, and any number: one that may not be sent would throw.
    if (webSocket.readyState !== 3) webSocket.close(maySend(code) ? code : 1000);
    if (id === undefined) return;
    this.#sockets.delete(id);
    this.#gate.forget(id);
    this.step({ kind: "socketClosed", socket: id, code });
  }

  alarmFired(): void {
    this.clock.alarmFired();
    this.recorder.sweep(now());
    this.step({ kind: "timePassed" });
  }

  parcelsReceived(parcels: readonly Parcel[]) {
    const replies = this.#replies.all(parcels.map(({ key }) => key));
    const at = now();
    for (const parcel of parcels) this.step({ kind: "parcelReceived", parcel }, at);
    return replies;
  }

  parcelReceived(parcel: Parcel) {
    const reply = this.#replies.one(parcel.key);
    this.step({ kind: "parcelReceived", parcel });
    return reply;
  }

  repliesReceived(replies: readonly Reply[]): void {
    const at = now();
    for (const reply of replies) if (!isAck(reply.key)) this.step({ kind: "replied", reply }, at);
  }

  pagesTold(news: PageNews, dialogs: readonly DialogName[]): void {
    this.step({ kind: "pagesTold", news, dialogs });
  }

  /** The outcome of what is sent under that ticket. */
  ticket(name: string): Promise<TicketOutcome> {
    return this.#tickets.outcomeOf(name);
  }

  newToken(): string {
    return this.#ports.entropy.token();
  }

  /** A stub of another home, for the administrator's calls. */
  home<Contract>(aor: string): Contract {
    return this.#env.ADDRESS_OF_RECORD.getByName(aor) as unknown as Contract;
  }

  /** The rows of a step first, all of them or none: nothing is said of what could not be written. */
  #carryOut(effects: readonly HomeEffect[], at: EpochMs): void {
    const rows: RowEffect[] = [];
    const outward: OutwardEffect[] = [];
    for (const effect of effects) {
      if (isRowEffect(effect)) rows.push(effect);
      else outward.push(effect);
    }
    if (rows.length > 0) {
      this.#isAlarmStale = true;
      this.store.commit(this.state, rows);
    }
    this.figures?.carriedOut(effects);
    for (const effect of outward) this.#run(effect, at);
  }

  /** A peer that does not read ends: what waits for it is in memory, and memory is everybody's. */
  #send(socket: string, frame: Frame): void {
    const { unreadOctets, frame: longest } = this.#ports.settings.limits;
    const isStranger = this.state.sockets.get(socket)?.authenticatedUntil === undefined;
    if (this.#sockets.send(socket, frame, isStranger ? longest : unreadOctets)) return;
    log("warn", "client does not read", { aor: this.state.aor });
    this.step({ kind: "socketRefused", socket, code: 1008, reason: "Does not read" });
  }

  #run(effect: OutwardEffect, at: EpochMs): void {
    switch (effect.kind) {
      case "putSocket":
        return this.#sockets.attach(effect.socket);
      case "sendFrame":
        return this.#send(effect.socket, effect.frame);
      case "closeSocket":
        return this.#sockets.close(effect.socket, effect.code, effect.reason);
      case "sendParcel":
        return this.#outbox.send(effect.to, effect.parcel, at);
      case "sendReply":
        if (!this.#replies.give(effect.reply, effect.mayWait)) this.#sendLate(effect.to, effect.reply);
        return;
      case "sendPageNews":
        return this.#inBackground(effect.news, this.#outbox.tell(effect.to, effect.news, effect.dialogs));
      case "fetchMessage":
        return this.step({
          kind: "fetched",
          device: effect.device,
          message: this.store.nextMessage(effect.device, effect.after, effect.except, at),
        });
      case "announce":
        return this.#inBackground("announce", this.listing.tell(effect.change));
      case "settle":
        return this.#tickets.settle(effect.ticket, { status: effect.status, reason: effect.reason });
      case "deleteEverything":
        return this.#deleteEverything();
      case "log":
        return log("info", effect.event, { aor: this.state.aor, ...logFields(effect.detail) });
    }
  }

  /** A reply whose call has returned `pending` goes by a call of its own; lost, the client's timer ends it. */
  #sendLate(to: string, reply: Reply): void {
    if (reply.kind !== "pending") this.#context.waitUntil(this.#outbox.reply(to, reply));
  }

  #inBackground(what: string, work: Promise<unknown>): void {
    const logged = work.catch((thrown) =>
      log("warn", "call failed", { what, aor: this.state.aor, why: String(thrown) }),
    );
    this.#context.waitUntil(logged);
  }

  /** Memory begins anew but for the sockets: what it knew of was the account's. Whoever waits may ask again. */
  #deleteEverything(): void {
    void this.#context.storage.deleteAll();
    this.store.forgetTables();
    this.recorder.forget();
    this.clock.alarmFired();
    const { aor, sockets, rates } = this.state;
    this.state = { ...this.store.load(aor, now()), sockets, rates };
    this.#replies.giveUp(new HomeEnded());
    this.#tickets.giveUp();
  }
}
