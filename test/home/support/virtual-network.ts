// Several homes and their clients under one clock that jumps to the next event. Calls between homes take a moment,
// may come twice, late or never, as the platform's do; whoever waits for a home that dies hears of it.

import { createKeyring } from "../../../durable-objects/host/keyring";
import { judgeGuess } from "../../../src/auth/guess-rate";
import { after, type EpochMs, epochMs } from "../../../src/base/brand";
import { invariant } from "../../../src/base/invariant";
import type { Guess } from "../../../src/contracts/guesses";
import type { Parcel, Reply } from "../../../src/contracts/parcel";
import type { Settings } from "../../../src/contracts/settings";
import type { OpeningFacts } from "../../../src/contracts/socket-facts";
import { configurationOf } from "../../../src/env";
import { putAccount } from "../../../src/home/administration";
import { guessInFrame } from "../../../src/home/guess";
import type { HomeInput } from "../../../src/home/step";
import type { Ports, Turn } from "../../../src/home/turn";
import type { Frame } from "../../../src/sip/frame";
import { parseAddressOfRecord } from "../../../src/sip/uri/address-of-record";
import { arrive, loseNewest, openEnd, type SocketEnd } from "./socket-end";
import { type HomeSurroundings, VirtualHome } from "./virtual-home";

/** What becomes of a call: `slow` is answered late, `lost` never arrives, `unanswered` arrives and its result is lost. */
export type Fate = "arrives" | "twice" | "late" | "slow" | "lost" | "unanswered";

/** How alarms ring: `late` after a while of the platform's own, `twice` once more than they were set. */
export type AlarmFate = "onTime" | "late" | "twice";

export interface NetworkOptions {
  /** Every home at rest loses its memory before each of its steps. */
  readonly evicts?: boolean;
  readonly settings?: (defaults: Settings) => Settings;
}

interface Event {
  readonly at: number;
  readonly order: number;
  /** The home it goes to. */
  readonly home: string;
  readonly run: () => void;
}

/** A call under way: who waits, and for what. */
interface Call {
  readonly from: string;
  readonly parcel: Parcel;
  readonly isRetry: boolean;
  /** Which life of the calling home it was: one that is over tries nothing again. */
  readonly life: number;
  /** Its result takes long. */
  readonly isSlow?: boolean;
}

const latency = 1;
const delay = 700;
/** So long a call waits for a better reply than that it may have one later. */
const held = 50;
const alarmDelay = 20_000;
const dayMs = 86_400_000;
export const firstMoment = Date.UTC(2026, 9, 1, 12, 0, 0);

export class VirtualNetwork {
  now = firstMoment;
  readonly homes = new Map<string, VirtualHome>();
  readonly ends = new Map<string, SocketEnd>();
  readonly logged: { readonly home: string; readonly event: string }[] = [];
  /** Every frame that has left or reached a client, in order. */
  readonly wire: { readonly socket: string; readonly isFromClient: boolean; readonly frame: Frame }[] = [];
  readonly settled: { readonly ticket: string; readonly status: number }[] = [];
  /** Calls made, by kind: what a deployment pays for. */
  readonly calls = { parcels: 0, lateReplies: 0, returned: 0, gone: 0, guesses: 0 };
  /** Decides over each call that brings a parcel. */
  fate: (parcel: Parcel) => Fate = () => "arrives";
  /** The same of what a home says by a call of its own, and nobody waits for: news of pages, and late replies. */
  fateOfNews: Fate = "arrives";
  alarms: AlarmFate = "onTime";
  readonly ports: Ports;
  readonly #evicts: boolean;
  readonly #surroundings: HomeSurroundings;
  #events: Event[] = [];
  #order = 0;
  #tokens = 0;
  /** When the process died last. */
  crashedAt = Number.NEGATIVE_INFINITY;
  #crashAfter = Number.POSITIVE_INFINITY;
  readonly #waiting = new Map<string, Call[]>();
  /** By network, when the realm forgets them. */
  readonly #guesses = new Map<string, EpochMs>();

  constructor({ evicts = false, settings = (defaults) => defaults }: NetworkOptions = {}) {
    const configuration = configurationOf({ REALMS: "example.com,example.net" });
    invariant(configuration.ok, "the defaults are a configuration");
    this.#evicts = evicts;
    this.ports = {
      settings: settings(configuration.settings),
      keyring: createKeyring("a secret of the tests' own"),
      entropy: { token: () => `token${String(++this.#tokens).padStart(19, "0")}` },
    };
    this.#surroundings = {
      ports: this.ports,
      now: () => this.now,
      carryOut: (home, effect) => {
        switch (effect.kind) {
          case "sendFrame":
            return this.#deliverFrame(home, effect.socket, effect.frame);
          case "closeSocket":
            return this.#endSocket(effect.socket, effect.code, effect.reason);
          case "sendParcel": {
            const { to, parcel } = effect;
            this.calls.parcels++;
            return this.#call(to, { from: home.aor, parcel, isRetry: false, life: home.evictions });
          }
          case "sendReply":
            if (effect.mayWait === true)
              return this.#later(home.aor, held, () => this.#giveReply(home.aor, effect.to, effect.reply));
            return this.#giveReply(home.aor, effect.to, effect.reply);
          case "sendPageNews": {
            this.calls[effect.news]++;
            const { to, news, dialogs } = effect;
            return this.#say(to, () => this.#step(to, { kind: "pagesTold", news, dialogs }));
          }
          case "settle":
            this.settled.push({ ticket: effect.ticket, status: effect.status });
            return;
          case "log":
            this.logged.push({ home: home.aor, event: effect.event });
            return;
          case "announce":
            return;
        }
      },
    };
  }

  /** The home of that name, made when first asked for. */
  home(name: string): VirtualHome {
    const aor = parseAddressOfRecord(name);
    invariant(aor !== undefined, `${name} is an address-of-record`);
    const known = this.homes.get(aor);
    if (known !== undefined) return known;
    const home = new VirtualHome(aor, this.#surroundings);
    this.homes.set(aor, home);
    return home;
  }

  /** Gives each name an account with the password `secret`. */
  withAccounts(...names: readonly string[]): this {
    for (const name of names) {
      this.home(name).administer((turn) => putAccount(turn, name, { password: "secret" }));
    }
    return this;
  }

  openSocket(name: string, id: string, facts: Partial<OpeningFacts> = {}): SocketEnd {
    const end: SocketEnd = openEnd();
    this.ends.set(id, end);
    const whole: OpeningFacts = {
      address: "192.0.2.1",
      origin: undefined,
      scheme: "wss",
      host: "example.com",
      token: undefined,
      userAgent: undefined,
      ...facts,
    };
    this.#evictIfAtRest(name);
    this.home(name).openSocket(id);
    this.home(name).step({ kind: "socketOpened", socket: id, facts: whole });
    return end;
  }

  /** The client's side goes away, and the home is told. */
  closeSocket(name: string, id: string): void {
    this.#endSocket(id, 1001, "");
    if (!this.home(name).isOpen(id)) return;
    this.home(name).dropSocket(id);
    this.#evictIfAtRest(name, true);
    this.home(name).step({ kind: "socketClosed", socket: id });
  }

  receive(name: string, input: Extract<HomeInput, { kind: "received" }>): void {
    if (!this.home(name).isOpen(input.socket)) return;
    this.wire.push({ socket: input.socket, isFromClient: true, frame: input.frame });
    const { state } = this.home(name);
    const scope = { state, now: epochMs(this.now), ports: this.ports };
    const guess = guessInFrame(scope, input.socket, input.frame);
    this.#step(name, guess === undefined ? input : { ...input, heldUntil: this.#heldUntil(guess) });
  }

  /** The realm's word on a guess, as its object gives it. */
  #heldUntil({ network, isRight }: Guess): EpochMs | undefined {
    this.calls.guesses++;
    const now = epochMs(this.now);
    const { guessesPerAddress } = this.ports.settings.limits;
    const { wait, forgottenAt } = judgeGuess(this.#guesses.get(network), guessesPerAddress, now);
    if (wait > 0) return after(now, wait);
    if (!isRight) this.#guesses.set(network, forgottenAt);
    return undefined;
  }

  /** One step of the outside world's; an idle home has forgotten everything before it. */
  step(name: string, input: HomeInput): void {
    this.#step(name, input);
  }

  /** A call on the object that is no message; an idle home has forgotten everything before it. */
  administer<Outcome>(name: string, run: (turn: Turn) => Outcome): Outcome {
    this.#evictIfAtRest(name);
    return this.home(name).administer(run);
  }

  /** The object dies: memory is gone, whoever waits for it tries once more, and without `keeping` its sockets close. */
  kill(name: string, { keepingSockets }: { readonly keepingSockets: boolean }): void {
    const home = this.home(name);
    if (!keepingSockets) this.cutSockets(name);
    const orphans = [...this.#waiting].flatMap(([key, calls]) =>
      key.startsWith(`${home.aor} `) ? calls : [],
    );
    for (const key of [...this.#waiting.keys()])
      if (key.startsWith(`${home.aor} `)) this.#waiting.delete(key);
    home.reload();
    for (const call of orphans) this.#tryAgain(home.aor, call);
  }

  /** The process dies with all homes, their sockets and what is under way, and starts again on their rows. */
  crash(downFor = 1_000): void {
    this.crashedAt = this.now;
    this.#crashAfter = Number.POSITIVE_INFINITY;
    for (const end of this.ends.values()) loseNewest(end, this.now);
    for (const name of this.homes.keys()) this.cutSockets(name);
    this.#events = [];
    this.#waiting.clear();
    this.now += downFor;
    for (const home of this.homes.values()) home.reload();
  }

  /** The same when so many more of what is under way have arrived; the next is lost. */
  crashAfter(events: number): void {
    this.#crashAfter = events;
  }

  /** Its sockets vanish without a close event: what a deploy or an outage does. */
  cutSockets(name: string): void {
    const home = this.home(name);
    for (const id of [...this.ends.keys()]) {
      if (!home.isOpen(id)) continue;
      home.dropSocket(id);
      this.#endSocket(id, 1006, "");
    }
  }

  /** Runs what is under way; timers that fall due on the way fire. */
  settle(): void {
    this.#run(() => (this.#events.length === 0 ? undefined : this.#nextEventAt()));
  }

  /** Lets time pass. */
  advance(milliseconds: number): void {
    const end = this.now + milliseconds;
    this.#run(() => {
      const next = Math.min(this.#nextEventAt(), this.#nextClockAt());
      return next <= end ? next : undefined;
    });
    this.now = end;
  }

  /** The clock is set forward or back, as that of a machine that slept or moved; what is under way goes on as it was. */
  jump(milliseconds: number): void {
    this.now += milliseconds;
    this.#events = this.#events.map((event) => ({ ...event, at: event.at + milliseconds }));
    for (const home of this.homes.values()) home.shiftTimers(milliseconds);
  }

  /** Homes that are still to be woken, and by what, but for what waits for days. */
  clocks(): readonly string[] {
    const [soon, never] = [this.now + dayMs, Number.POSITIVE_INFINITY];
    return [...this.homes.values()].flatMap(({ aor, alarmAt, tickAt }) => [
      ...(alarmAt < soon ? [`${aor} alarm`] : []),
      ...(tickAt < never ? [`${aor} timer`] : []),
    ]);
  }

  #run(nextMoment: () => number | undefined): void {
    for (let turns = 0; ; turns++) {
      invariant(turns < 20_000, "the network comes to rest");
      const at = nextMoment();
      if (at === undefined) return;
      this.now = Math.max(this.now, at);
      for (const home of [...this.homes.values()]) {
        if (home.dueAt(this.#alarmDelay) > this.now) continue;
        this.#evictIfAtRest(home.aor);
        if (!home.fireDue(this.now, this.#alarmDelay) || this.alarms !== "twice") continue;
        this.#step(home.aor, { kind: "timePassed" });
      }
      const due = this.#events.find((event) => event.at <= this.now);
      if (due === undefined) continue;
      this.#events = this.#events.filter((event) => event !== due);
      if (--this.#crashAfter < 0) this.crash();
      else due.run();
    }
  }

  #nextEventAt(): number {
    return this.#events[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  #nextClockAt(): number {
    const clocks = [...this.homes.values()].map((home) => home.dueAt(this.#alarmDelay));
    return Math.min(Number.POSITIVE_INFINITY, ...clocks);
  }

  get #alarmDelay(): number {
    return this.alarms === "late" ? alarmDelay : 0;
  }

  #later(home: string, after: number, run: () => void): void {
    this.#events.push({ at: this.now + after, order: ++this.#order, home, run });
    this.#events.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  #step(name: string, input: HomeInput): void {
    this.#evictIfAtRest(name);
    this.home(name).step(input);
  }

  #evictIfAtRest(name: string, isToldOfAnEnd = false): void {
    const home = this.home(name);
    const isAwaited =
      this.#events.some((event) => event.home === home.aor) ||
      [...this.#waiting.keys()].some((key) => key.startsWith(`${home.aor} `));
    if (this.#evicts && home.isAtRest && !isAwaited) home.reload(isToldOfAnEnd);
  }

  #deliverFrame(home: VirtualHome, socket: string, frame: Frame): void {
    const end = this.ends.get(socket);
    if (end === undefined || !home.isOpen(socket)) return;
    arrive(end, frame, this.now);
    this.wire.push({ socket, isFromClient: false, frame });
    if (end.react !== undefined) this.#later("", 0, () => end.react?.(frame));
  }

  #endSocket(id: string, code: number, reason: string): void {
    const end = this.ends.get(id);
    if (end !== undefined && end.closed === undefined) end.closed = { code, reason };
  }

  #call(to: string, call: Call): void {
    const fate = this.fate(call.parcel);
    if (fate === "lost") return this.#later(call.from, latency, () => this.#tryAgain(to, call));
    const arrival = (): void => {
      const key = `${to} ${call.parcel.key}`;
      const known = this.#waiting.get(key) ?? [];
      if (fate === "unanswered") {
        this.#later(call.from, latency, () => this.#tryAgain(to, call));
        // No home hibernates between a call and its repetition.
        this.#later(to, 3 * latency, () => undefined);
      } else this.#waiting.set(key, [...known, { ...call, isSlow: fate === "slow" }]);
      this.home(to).step({ kind: "parcelReceived", parcel: call.parcel });
    };
    this.#later(to, fate === "late" ? delay : latency, () => {
      this.#evictIfAtRest(to);
      arrival();
      // At once, for the same reason.
      if (fate === "twice") arrival();
    });
  }

  /** A call that nobody waits for: lost is one whose repetition was lost too. */
  #say(to: string, run: () => void): void {
    const fate = this.fateOfNews;
    if (fate === "lost") return;
    this.#later(to, fate === "late" || fate === "slow" ? delay : latency, () => {
      run();
      if (fate === "twice") run();
    });
  }

  /** What is safe to repeat is tried once more, on a fresh stub (design, "One object per address-of-record"). */
  #tryAgain(to: string, call: Call): void {
    if (this.home(call.from).evictions !== call.life) return;
    if (call.isRetry) this.#fail(call);
    else this.#call(to, { ...call, parcel: { ...call.parcel, isAgain: true }, isRetry: true });
  }

  #fail({ from, parcel }: Call): void {
    this.#step(from, { kind: "parcelFailed", key: parcel.key, why: "the call failed" });
  }

  #giveReply(home: string, to: string, reply: Reply): void {
    const key = `${home} ${reply.key}`;
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (waiting === undefined && reply.kind === "pending") return;
    if (waiting === undefined) {
      this.calls.lateReplies++;
      return this.#say(to, () => this.#step(to, { kind: "replied", reply }));
    }
    const isSlow = waiting.some((call) => call.isSlow === true);
    this.#later(to, isSlow ? delay : latency, () => this.#step(to, { kind: "replied", reply }));
  }
}
