// One home of a virtual network: the pure step, its rows in SQLite, its attachments as JSON, its two clocks. What is
// in neither rows nor attachments can be dropped at any moment, and is.

import { SqlStore } from "../../../durable-objects/host/sql-store";
import { type EpochMs, epochMs } from "../../../src/base/brand";
import type { EndedCall } from "../../../src/contracts/figures";
import { type HomeEffect, isRowEffect, type OutwardEffect } from "../../../src/home/effect";
import { countEffects } from "../../../src/home/figures";
import { nextAlarm, nextTick } from "../../../src/home/lifecycle";
import { listDueAt } from "../../../src/home/lists/lists";
import type { HomeState, Socket } from "../../../src/home/state";
import { type HomeInput, runTurn, stepHome } from "../../../src/home/step";
import type { Ports, Turn } from "../../../src/home/turn";
import type { AddressOfRecord } from "../../../src/sip/uri/address-of-record";
import { sqliteStorage } from "./sqlite-storage";

/** What is done outside of the home. */
type SurroundingEffect = Exclude<OutwardEffect, { kind: "putSocket" | "fetchMessage" | "deleteEverything" }>;

/** What a home cannot do alone. */
export interface HomeSurroundings {
  readonly ports: Ports;
  now(): number;
  carryOut(home: VirtualHome, effect: SurroundingEffect): void;
}

export class VirtualHome {
  readonly aor: AddressOfRecord;
  readonly #surroundings: HomeSurroundings;
  readonly #storage = sqliteStorage();
  /** The attachments of the open sockets, as the platform keeps them. */
  readonly #attachments = new Map<string, string>();
  store: SqlStore;
  state: HomeState;
  alarmAt = Number.POSITIVE_INFINITY;
  tickAt = Number.POSITIVE_INFINITY;
  alarmsSet = 0;
  evictions = 0;
  /** As its realm is told of them. */
  readonly endedCalls: EndedCall[] = [];
  #rowsOfEarlierLives = 0;
  readonly #inputs: HomeInput[] = [];
  #isStepping = false;

  constructor(aor: AddressOfRecord, surroundings: HomeSurroundings) {
    this.aor = aor;
    this.#surroundings = surroundings;
    this.store = new SqlStore(this.#storage);
    this.state = this.store.load(aor, epochMs(surroundings.now()));
  }

  get rowsWritten(): number {
    return this.#rowsOfEarlierLives + this.store.rowsWritten;
  }

  /** Nothing is under way that the runtime would keep the object in memory for. */
  get isAtRest(): boolean {
    const { forwards, deliveries, redeliveries, saveFailuresAt, parked, calls, fanOuts, lists, unheard } =
      this.state;
    const { ports } = this.#surroundings;
    const isWithin = [...calls.values()].some(({ within }) => within !== undefined);
    const isSending = [...redeliveries.values()].some(({ phase }) => phase.kind !== "pausing");
    return (
      forwards.size + deliveries.size + parked.size + unheard.size === 0 &&
      !isSending &&
      ![...fanOuts.values()].some(({ dueAt }) => dueAt !== undefined) &&
      ![...lists.keys()].some((id) => listDueAt(this.state, id, ports.settings) !== undefined) &&
      !isWithin &&
      saveFailuresAt === undefined
    );
  }

  step(input: HomeInput): void {
    this.#inputs.push(input);
    if (!this.#isStepping) this.#perform(() => undefined);
  }

  administer<Outcome>(run: (turn: Turn) => Outcome): Outcome {
    const outcomes: Outcome[] = [];
    this.#perform(() => {
      const { ports } = this.#surroundings;
      this.#carryOut(runTurn(this.state, this.#now(), ports, (turn) => outcomes.push(run(turn))));
    });
    return outcomes[0] as Outcome;
  }

  openSocket(id: string): void {
    this.#attachments.set(id, "");
  }

  isOpen(id: string): boolean {
    return this.#attachments.has(id);
  }

  /** The platform's side of a close: the attachment dies with the socket. */
  dropSocket(id: string): void {
    this.#attachments.delete(id);
  }

  /** What a memory would hold that began now. */
  get rows(): HomeState {
    return this.store.load(this.aor, epochMs(this.#surroundings.now()));
  }

  /** Memory is gone; rows and attachments are read again, as after a hibernation. */
  reload(isToldOfAnEnd = false): void {
    this.evictions++;
    this.#rowsOfEarlierLives += this.store.rowsWritten;
    this.store = new SqlStore(this.#storage);
    this.state = this.store.load(this.aor, epochMs(this.#surroundings.now()));
    for (const attachment of this.#attachments.values()) {
      if (attachment === "") continue;
      const socket = JSON.parse(attachment) as Socket;
      this.state.sockets.set(socket.id, socket);
    }
    this.step({ kind: "woke", isToldOfAnEnd });
  }

  /** When it is woken next, by its alarm, which may ring later than it was set for, or by a timer. */
  dueAt(alarmDelay: number): number {
    return Math.min(this.alarmAt + alarmDelay, this.tickAt);
  }

  /** What is due at its clocks, if anything is; whether it was the alarm that rang. */
  fireDue(now: number, alarmDelay = 0): boolean {
    if (this.dueAt(alarmDelay) > now) return false;
    const rings = this.alarmAt + alarmDelay <= now;
    if (rings) this.alarmAt = Number.POSITIVE_INFINITY;
    this.step({ kind: "timePassed" });
    return rings;
  }

  /** The clock was set: timers run on as they did, alarms are set for a time of day. */
  shiftTimers(milliseconds: number): void {
    this.tickAt += milliseconds;
  }

  #now(): EpochMs {
    return epochMs(this.#surroundings.now());
  }

  #perform(first: () => void): void {
    this.#isStepping = true;
    first();
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      this.#carryOut(stepHome(this.state, input, this.#now(), this.#surroundings.ports));
    }
    this.#isStepping = false;
    this.#setClocks();
  }

  #carryOut(effects: readonly HomeEffect[]): void {
    this.endedCalls.push(...countEffects(this.aor, ["example.com"], effects).calls);
    this.store.commit(this.state, effects.filter(isRowEffect));
    for (const effect of effects) if (!isRowEffect(effect)) this.#run(effect);
  }

  #setClocks(): void {
    const now = this.#now();
    this.tickAt = nextTick(this.state, this.#surroundings) ?? Number.POSITIVE_INFINITY;
    const alarm = nextAlarm(this.state, now);
    if (alarm === undefined || alarm >= this.alarmAt) return;
    this.alarmAt = Math.max(alarm, now + 1);
    this.alarmsSet++;
  }

  #run(effect: OutwardEffect): void {
    switch (effect.kind) {
      case "putSocket":
        if (this.isOpen(effect.socket.id))
          this.#attachments.set(effect.socket.id, JSON.stringify(effect.socket));
        return;
      case "closeSocket":
        this.dropSocket(effect.socket);
        return this.#surroundings.carryOut(this, effect);
      case "sendFrame":
      case "sendParcel":
      case "sendReply":
      case "sendPageNews":
      case "announce":
      case "settle":
      case "log":
        return this.#surroundings.carryOut(this, effect);
      case "fetchMessage": {
        const message = this.store.nextMessage(effect.device, effect.after, effect.except, this.#now());
        return this.step({ kind: "fetched", device: effect.device, message });
      }
      case "deleteEverything":
        void this.#storage.deleteAll();
        this.store.forgetTables();
        this.state = { ...this.store.load(this.aor, this.#now()), sockets: this.state.sockets };
        return;
    }
  }
}
