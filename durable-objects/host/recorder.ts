// The flight recorder of one home (decision 0020): sees each step's input and effects, and keeps what belongs to a
// recording or to a failed call. Off, it is one look at a flag a step.
//
// It must never be what a call fails of: whatever goes wrong here is logged, and the step goes on.

import { after, type EpochMs, epochMs, millis } from "../../src/base/brand";
import { earlier } from "../../src/base/timer-table";
import type {
  FlightRecord,
  Hop,
  NumberedRecord,
  RecorderView,
  Recording,
} from "../../src/contracts/flight-record";
import type { RecorderSettings } from "../../src/contracts/settings";
import type { HomeEffect } from "../../src/home/effect";
import { effectSightings, inputSightings, type Matters, type Names } from "../../src/home/sightings";
import type { HomeState } from "../../src/home/state";
import type { HomeInput } from "../../src/home/step";
import { describeThrow, log } from "../../src/http/log";
import { clientName } from "../../src/recorder/client-name";
import { OpenCalls } from "../../src/recorder/open-calls";
import { answeredEvent, forgottenEvent, observe, type Sighting } from "../../src/recorder/sighting";
import { RecordTable } from "./record-table";
import type { SqlStore } from "./sql-store";

/** What is too old is looked for once in that time at most: an alarm is a row. */
const sweepEvery = millis(3_600_000);

export interface RecorderOptions {
  readonly settings: RecorderSettings;
  readonly deviceName: (id: string) => string;
  /** There is something to be removed at another time than before. */
  readonly dueAtChanged: () => void;
}

/** Records of strangers that wait to be written, and their characters. */
const mostWaiting = 200;
/** Clients whose names are remembered. */
const mostClients = 64;
const mostWaitingCharacters = 256 * 1024;

export class Recorder {
  /** Whether a step has to be looked at. */
  isOn: boolean;
  readonly #store: SqlStore;
  readonly #table: RecordTable;
  readonly #options: RecorderOptions;
  readonly #open = new OpenCalls();
  readonly #names: Names;
  /**
   * What strangers did, until somebody else's step: a row holds the answer of its step back, which would tell a name
   * that exists from one that does not.
   */
  #waiting: FlightRecord[] = [];
  #recording: Recording | undefined;

  constructor(sql: SqlStorage, store: SqlStore, state: HomeState, options: RecorderOptions) {
    this.#store = store;
    this.#options = options;
    this.#names = remembered({ device: options.deviceName, client: clientName });
    this.#table = new RecordTable(sql);
    this.#recording = store.recording();
    this.isOn = this.#recording !== undefined || options.settings.failedCalls;
    if (options.settings.failedCalls) this.#resume(state);
  }

  /** When something is to be removed; undefined while nothing is kept. */
  get dueAt(): EpochMs | undefined {
    const { oldestAt } = this.#table.kept;
    const expiresAt =
      oldestAt === undefined ? undefined : after(after(oldestAt, this.#options.settings.keptFor), sweepEvery);
    return earlier(this.#recording?.until, expiresAt);
  }

  /** Takes a step of the home, before its effects are carried out. */
  watch<Input extends HomeInput | undefined>(
    state: HomeState,
    input: Input,
    at: EpochMs,
    step: (input: Input) => readonly HomeEffect[],
  ): readonly HomeEffect[] {
    const matters = this.#matters(at);
    const received = this.#safely(() =>
      input === undefined ? [] : inputSightings(state, input, this.#names, matters),
    );
    const wasStranger = input?.kind === "socketClosed" && isStranger(state, input.socket);
    const effects = this.#stepped(input, step, received ?? [], at);
    this.#safely(() => {
      const isStrangers = wasStranger || isOfStranger(state, input);
      const seen = [...(received ?? []), ...effectSightings(state, effects, this.#names, matters)];
      const records = this.#take(seen, at, isStrangers);
      if (isStrangers || (input === undefined && records.every(isOfNobody))) this.#wait(records);
      else this.#write(records, at);
    });
    return effects;
  }

  /** A step that throws is a bug of ours, and the end of this memory: what is known of it is written at once. */
  #stepped<Input>(
    input: Input,
    step: (input: Input) => readonly HomeEffect[],
    received: readonly Sighting[],
    at: EpochMs,
  ): readonly HomeEffect[] {
    try {
      return step(input);
    } catch (thrown) {
      this.#safely(() =>
        this.#write(this.#take([...received, { kind: "event", event: "fault" }], at, false), at),
      );
      throw thrown;
    }
  }

  /** Ends a recording whose time is over, and removes what is too old. */
  sweep(now: EpochMs): void {
    if (this.#recording !== undefined && this.#recording.until <= now) this.#set(undefined);
    this.#table.expire(now - this.#options.settings.keptFor);
    this.#options.dueAtChanged();
  }

  start(seconds: number, bodies: boolean, now: EpochMs): RecorderView {
    this.sweep(now);
    this.#set({ since: now, until: epochMs(now + seconds * 1000), bodies });
    this.#write([{ kind: "event", at: now, callId: "", event: "recording began" }], now);
    return this.view(now);
  }

  stop(forget: boolean, now: EpochMs): RecorderView {
    if (this.#recording !== undefined) this.#set(undefined);
    if (forget) {
      this.#waiting = [];
      this.#open.clear();
      this.#table.clear();
    }
    return this.view(now);
  }

  view(now: EpochMs): RecorderView {
    this.sweep(now);
    return {
      recording: this.#recording,
      failedCalls: this.#options.settings.failedCalls,
      kept: this.#table.kept,
    };
  }

  /** What is written, and of that call what is held. */
  *records(callId?: string): Iterable<NumberedRecord> {
    let last = 0;
    for (const record of this.#table.all(callId)) {
      last = record.number;
      yield record;
    }
    const held = callId === undefined ? [] : this.#open.held(callId);
    for (const record of [...this.#waiting, ...held]) {
      last = Math.max(last + 1, record.at);
      yield { ...record, number: last };
    }
  }

  /** The account is gone, and its rows with it. */
  forget(): void {
    this.#table.forget();
    this.#open.clear();
    this.#waiting = [];
    this.#recording = undefined;
    this.isOn = this.#options.settings.failedCalls;
  }

  /** All, while a recording is on; else what may be of a call, or refuse a login: most messages are looked at no further. */
  #matters(at: EpochMs): Matters {
    if (this.#isRecording(at)) return () => true;
    let isAnswer = false;
    return (frame) => {
      const isIt = this.#open.mayMatter(frame, isAnswer);
      isAnswer ||= isIt;
      return isIt;
    };
  }

  #isRecording(at: EpochMs): boolean {
    return this.#recording !== undefined && this.#recording.until > at;
  }

  #take(sightings: readonly Sighting[], at: EpochMs, isStrangers: boolean): readonly FlightRecord[] {
    if (sightings.length === 0) return [];
    if (this.#recording !== undefined && this.#isRecording(at))
      return observe(sightings, at, this.#recording).map(({ record }) => record);
    if (!this.#options.settings.failedCalls) return [];
    const observed = observe(sightings, at, { bodies: false });
    return isStrangers ? this.#open.takeStrangers(observed, at) : this.#open.take(observed, at);
  }

  #wait(records: readonly FlightRecord[]): void {
    this.#waiting.push(...records);
    let characters = 0;
    let from = this.#waiting.length;
    while (from > 0 && this.#waiting.length - from < mostWaiting && characters < mostWaitingCharacters) {
      const record = this.#waiting[--from];
      characters += record?.kind === "message" ? record.text.length : 0;
    }
    this.#waiting = this.#waiting.slice(from);
  }

  #write(records: readonly FlightRecord[], at: EpochMs): void {
    if (records.length + this.#waiting.length === 0) return;
    // A name nobody has writes nothing; in a demonstration its account may yet be made.
    if (!this.#store.hasTables) return this.#wait(records);
    const all = [...this.#waiting, ...records];
    this.#waiting = [];
    const { oldestAt } = this.#table.kept;
    this.#table.append(all, at, this.#options.settings);
    if (this.#table.kept.oldestAt !== oldestAt) this.#options.dueAtChanged();
  }

  #set(recording: Recording | undefined): void {
    this.#recording = recording;
    this.#store.putRecording(recording);
    this.isOn = recording !== undefined || this.#options.settings.failedCalls;
    this.#options.dueAtChanged();
  }

  /** Calls that began before this memory: their INVITEs are in their rows, and whether they were answered. */
  #resume(state: HomeState): void {
    for (const call of state.calls.values()) {
      if (call.record === undefined) continue;
      const { text, bodyStart } = call.invite;
      const hop: Hop =
        call.side === "callee"
          ? { kind: "home", aor: call.parcel.from }
          : { kind: "socket", socket: call.leg.socket ?? "" };
      const sighting: Sighting = { kind: "message", direction: "in", hop, frame: text.slice(0, bodyStart) };
      for (const { record } of observe([sighting], call.startedAt, { bodies: false })) {
        this.#open.resume(record);
        const { answeredAt: at } = call.record;
        if (at !== undefined)
          this.#open.resume({ kind: "event", at, callId: record.callId, event: answeredEvent });
        const woken = epochMs(Date.now());
        this.#open.resume({ kind: "event", at: woken, callId: record.callId, event: forgottenEvent });
      }
    }
  }

  #safely<Outcome>(run: () => Outcome): Outcome | undefined {
    try {
      return run();
    } catch (thrown) {
      log("error", "recorder failed", describeThrow(thrown));
      return undefined;
    }
  }
}

/** Reckoned once: the one is a MAC, the other several patterns, and both would be asked for with each message. */
function remembered({ device, client }: Names): Names {
  const devices = new Map<string, string>();
  const clients = new Map<string, string | undefined>();
  return {
    device: (id) => {
      const known = devices.get(id) ?? device(id);
      devices.set(id, known);
      return known;
    },
    client: (sip, http) => {
      const key = `${sip ?? ""}\n${http ?? ""}`;
      if (clients.has(key)) return clients.get(key);
      if (clients.size >= mostClients) clients.clear();
      const known = client(sip, http);
      clients.set(key, known);
      return known;
    },
  };
}

/** A step whose answer somebody who has not logged in waits for; its end is looked at before the socket is forgotten. */
function isOfStranger(state: HomeState, input: HomeInput | undefined): boolean {
  if (input?.kind !== "received" && input?.kind !== "socketOpened" && input?.kind !== "socketRefused")
    return false;
  return isStranger(state, input.socket);
}

/** An event of a step that came over no socket: a login over HTTP, whose answer a stranger may wait for. */
const isOfNobody = ({ kind, callId, hop }: FlightRecord): boolean =>
  kind === "event" && callId === "" && hop === undefined;

function isStranger(state: HomeState, id: string): boolean {
  const socket = state.sockets.get(id);
  return socket !== undefined && socket.authenticatedUntil === undefined;
}
