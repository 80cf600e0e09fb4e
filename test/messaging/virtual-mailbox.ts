// A mailbox and its devices under one clock that jumps to the next event: deliveries, cursors and redeliveries
// joined as a home joins them, with the log and the cursors as the only things that survive a crash.

import { epochMs, millis } from "../../src/base/brand";
import { nextDeadline } from "../../src/base/timer-table";
import { openDelivery, stepDelivery } from "../../src/messaging/delivery";
import {
  type DeliveryEffect,
  type DeliveryInput,
  type DeliveryState,
  holdsDevice,
  willOweDevice,
} from "../../src/messaging/delivery-state";
import {
  advanceTo,
  countTry,
  type InboxCursor,
  isPassed,
  mayBeBehind,
  passAppended,
  passMessage,
  startCursor,
} from "../../src/messaging/inbox";
import {
  idleRedelivery,
  type RedeliveryEffect,
  type RedeliveryInput,
  type RedeliveryState,
  stepRedelivery,
} from "../../src/messaging/redelivery";

const settings = { pendingAfter: millis(1_000), storeAfter: millis(4_000) };

/** What a device does with one copy: null is silence. */
export interface Reaction {
  readonly status: number | null;
  readonly after: number;
}

interface Row {
  readonly seq: number;
  readonly message: number;
  readonly owed: boolean;
  taken: boolean;
}

interface Device {
  readonly name: string;
  cursor: InboxCursor;
  socket: string | null;
  redelivery: RedeliveryState;
}

interface Delivery {
  state: DeliveryState;
  seq: number | undefined;
}

/** One copy on its way to a device, for the checks. */
export interface SentCopy {
  readonly message: number;
  readonly device: string;
  readonly from: "live" | "log";
  /** True when the device's 2xx to an earlier copy had reached the home. */
  readonly wasTaken: boolean;
  /** Older messages the device had failed to acknowledge, and that are neither passed nor under way. */
  readonly overtakes: readonly number[];
}

export class VirtualMailbox {
  now = 0;
  readonly log: Row[] = [];
  readonly devices = new Map<string, Device>();
  readonly answers = new Map<number, number>();
  readonly copies: SentCopy[] = [];
  /** message → device → every final status that reached the home while it knew the branch. */
  readonly statuses = new Map<string, number[]>();
  readonly knownAtArrival = new Map<number, readonly string[]>();
  #deliveries = new Map<number, Delivery>();
  #events: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  #order = 0;
  #epoch = 0;
  #messages = 0;
  #sockets = 0;
  #react: () => Reaction;
  readonly #throughJson: boolean;

  constructor(react: () => Reaction, throughJson: boolean) {
    this.#react = react;
    this.#throughJson = throughJson;
  }

  setReaction(react: () => Reaction): void {
    this.#react = react;
  }

  comeLive(name: string): void {
    const device = this.devices.get(name) ?? this.#addDevice(name);
    if (device.socket !== null) return;
    device.socket = `socket-${++this.#sockets}`;
    this.#redeliver(device, { kind: "cameLive", socket: device.socket });
  }

  close(name: string): void {
    const device = this.devices.get(name);
    if (device === undefined || device.socket === null) return;
    const { socket } = device;
    device.socket = null;
    this.#redeliver(device, { kind: "flowClosed", socket });
    for (const message of [...this.#deliveries.keys()]) this.#step(message, { kind: "flowClosed", socket });
  }

  receive(): void {
    const message = ++this.#messages;
    const devices = [...this.devices.values()];
    this.knownAtArrival.set(
      message,
      devices.map(({ name }) => name),
    );
    const targets = devices.map((device) => ({
      device: device.name,
      socket: device.socket ?? "",
      standing: this.#isBehind(device) ? ("behind" as const) : ("live" as const),
    }));
    const opened = openDelivery(
      { key: String(message), treatment: "storable", recorded: message % 2 === 0, targets },
      settings,
      epochMs(this.now),
    );
    this.#deliveries.set(message, { state: this.#persist(opened.state), seq: undefined });
    this.#run(message, opened.effects);
  }

  /** The home is killed and wakes up: rows, cursors and sockets are all it has. */
  crash(): void {
    this.#epoch++;
    this.#deliveries.clear();
    for (const device of this.devices.values()) {
      device.redelivery = idleRedelivery;
      if (device.socket !== null) this.#redeliver(device, { kind: "cameLive", socket: device.socket });
    }
  }

  /** Lets time pass, event by event; without an end, until nothing is left to happen. */
  passTime(until = Number.POSITIVE_INFINITY): void {
    for (let steps = 0; ; steps++) {
      if (steps > 20_000) throw new Error("the mailbox does not come to rest");
      const at = this.#nextEvent();
      if (at === undefined || at > until) break;
      this.now = Math.max(this.now, at);
      this.#fireDue();
    }
    if (Number.isFinite(until)) this.now = until;
  }

  isOwed(name: string, message: number): boolean {
    const device = this.devices.get(name);
    const row = this.log.find((candidate) => candidate.message === message);
    return device !== undefined && row?.owed === true && !isPassed(device.cursor, row.seq);
  }

  mayBeBehind(name: string): boolean {
    const device = this.devices.get(name);
    return device !== undefined && mayBeBehind(device.cursor, this.#lastOwed());
  }

  #lastOwed(): number {
    return this.log.findLast((row) => row.owed)?.seq ?? 0;
  }

  #addDevice(name: string): Device {
    const firstUntaken = this.log.find((row) => row.owed && !row.taken)?.seq;
    const cursor = startCursor({ lastSeq: this.log.length, firstUntaken });
    const device: Device = { name, cursor, socket: null, redelivery: idleRedelivery };
    this.devices.set(name, device);
    return device;
  }

  #isBehind(device: Device): boolean {
    if (device.socket === null || this.mayBeBehind(device.name)) return true;
    return [...this.#deliveries.values()].some(({ state }) => willOweDevice(state, device.name));
  }

  #firstOwed(device: Device): Row | undefined {
    return this.log.find((row) => row.owed && !isPassed(device.cursor, row.seq));
  }

  #nextEvent(): number | undefined {
    const times = this.#events.map(({ at }) => at);
    for (const { state } of this.#deliveries.values()) times.push(nextDeadline(state.timers) ?? Infinity);
    for (const device of this.devices.values())
      times.push(nextDeadline(device.redelivery.timers) ?? Infinity);
    const next = Math.min(...times);
    return Number.isFinite(next) ? next : undefined;
  }

  #fireDue(): void {
    const due = this.#events
      .filter(({ at }) => at <= this.now)
      .sort((a, b) => a.at - b.at || a.order - b.order);
    this.#events = this.#events.filter(({ at }) => at > this.now);
    for (const event of due) event.run();
    for (const message of [...this.#deliveries.keys()]) {
      for (const timer of ["pending", "store", "forget"] as const) {
        this.#step(message, { kind: "timerFired", timer });
      }
    }
    for (const device of this.devices.values()) {
      for (const timer of ["answer", "retry"] as const)
        this.#redeliver(device, { kind: "timerFired", timer });
    }
  }

  #step(message: number, input: DeliveryInput): void {
    const delivery = this.#deliveries.get(message);
    if (delivery === undefined) return;
    const next = stepDelivery(delivery.state, input, epochMs(this.now));
    delivery.state = this.#persist(next.state);
    this.#run(message, next.effects);
  }

  #run(message: number, effects: readonly DeliveryEffect[]): void {
    for (const effect of effects) this.#perform(message, effect);
  }

  #perform(message: number, effect: DeliveryEffect): void {
    const delivery = this.#deliveries.get(message);
    if (delivery === undefined) throw new Error("an effect of a delivery that is over");
    switch (effect.kind) {
      case "send":
        this.#deliver(message, effect.device, "live", (status) =>
          this.#step(message, { kind: "responded", branch: effect.branch, status }),
        );
        return;
      case "store": {
        for (const older of [...this.#deliveries.keys()]) {
          if (older < message) this.#step(older, { kind: "overtaken" });
        }
        this.#store(message, effect);
        return;
      }
      case "pass":
        if (delivery.seq === undefined) throw new Error("a message is passed that is not stored");
        this.#pass(effect.device, delivery.seq, effect.taken);
        return;
      case "release": {
        const device = this.devices.get(effect.device);
        if (device !== undefined) this.#redeliver(device, { kind: "released", retry: effect.retry });
        return;
      }
      case "answer":
        this.answers.set(message, effect.status);
        return;
      case "finished":
        this.#deliveries.delete(message);
        return;
      default:
    }
  }

  #store(message: number, { owedTo, takenBy, passedBy }: Extract<DeliveryEffect, { kind: "store" }>): void {
    const seq = this.log.length + 1;
    const lastOwed = this.#lastOwed();
    const taken = takenBy.length > 0;
    const owed = owedTo.length > 0 || !taken;
    this.log.push({ seq, message, owed, taken });
    const delivery = this.#deliveries.get(message);
    if (delivery !== undefined) delivery.seq = seq;
    // History that is owed to nobody moves no cursor.
    if (!owed) return;
    const passing = new Set([...takenBy, ...passedBy]);
    const known = this.knownAtArrival.get(message) ?? [];
    for (const device of this.devices.values()) {
      // Devices new since the message came: theirs is what nobody took.
      const isNew = !known.includes(device.name);
      if (passing.has(device.name) || (isNew && taken)) {
        device.cursor = passAppended(device.cursor, seq, lastOwed);
      } else if (isNew) this.#redeliver(device, { kind: "released", retry: "now" });
    }
  }

  #pass(name: string, seq: number, taken: boolean): void {
    const device = this.devices.get(name);
    const row = this.log[seq - 1];
    if (device === undefined || row === undefined) throw new Error("a stranger passes, or a row that is not");
    device.cursor = this.#persist(passMessage(device.cursor, seq));
    row.taken ||= taken;
  }

  #redeliver(device: Device, input: RedeliveryInput): void {
    const next = stepRedelivery(device.redelivery, input, epochMs(this.now));
    device.redelivery = this.#persist(next.state);
    for (const effect of next.effects) this.#performFor(device, effect);
  }

  #performFor(device: Device, effect: RedeliveryEffect): void {
    switch (effect.kind) {
      case "fetchNext":
        this.#redeliver(device, this.#fetch(device));
        return;
      case "countTry":
        device.cursor = countTry(device.cursor);
        return;
      case "sendStored": {
        const row = this.log[effect.seq - 1];
        if (row === undefined) throw new Error("a row is sent that is not");
        this.#deliver(row.message, device.name, "log", (status) =>
          this.#redeliver(device, { kind: "responded", seq: effect.seq, status }),
        );
        return;
      }
      case "pass":
        this.#pass(device.name, effect.seq, effect.taken);
        return;
      default:
    }
  }

  #fetch(device: Device): RedeliveryInput {
    const row = this.#firstOwed(device);
    if (row === undefined) {
      device.cursor = advanceTo(device.cursor, this.#lastOwed());
      return { kind: "nothingOwed" };
    }
    const delivery = this.#deliveries.get(row.message);
    if (delivery !== undefined && holdsDevice(delivery.state, device.name)) return { kind: "nothingOwed" };
    device.cursor = advanceTo(device.cursor, row.seq - 1);
    return { kind: "fetched", seq: row.seq, tries: device.cursor.tries };
  }

  /** Hands a copy to a device; its answer comes back if socket and home are still the same by then. */
  #deliver(message: number, name: string, from: "live" | "log", respond: (status: number) => void): void {
    const device = this.devices.get(name);
    if (device === undefined || device.socket === null) throw new Error("sent to a device that is away");
    const { socket } = device;
    const key = `${message} ${name}`;
    const wasTaken = (this.statuses.get(key) ?? []).some((status) => status < 300);
    this.copies.push({
      message,
      device: name,
      from,
      wasTaken,
      overtakes: this.#failedBefore(device, message),
    });
    const epoch = this.#epoch;
    const { status, after } = this.#react();
    if (status === null) return;
    this.#events.push({
      at: this.now + after,
      order: ++this.#order,
      run: () => {
        if (device.socket !== socket || epoch !== this.#epoch) return;
        const isForgotten = from === "live" && !this.#deliveries.has(message);
        if (!isForgotten) this.statuses.set(key, [...(this.statuses.get(key) ?? []), status]);
        respond(status);
      },
    });
  }

  #failedBefore(device: Device, message: number): readonly number[] {
    const failed: number[] = [];
    for (const [older, { state }] of this.#deliveries) {
      if (older < message && willOweDevice(state, device.name)) failed.push(older);
    }
    for (const row of this.log) {
      // A message that came before the device did may become its own late: there is no order to keep.
      if (!this.knownAtArrival.get(row.message)?.includes(device.name)) continue;
      if (row.message >= message || !this.isOwed(device.name, row.message)) continue;
      const delivery = this.#deliveries.get(row.message);
      if (delivery === undefined || !holdsDevice(delivery.state, device.name)) failed.push(row.message);
    }
    return failed;
  }

  #persist<State>(state: State): State {
    return this.#throughJson ? (JSON.parse(JSON.stringify(state)) as State) : state;
  }
}
