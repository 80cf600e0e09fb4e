// The requests that this user's devices have before them, in the order they came, with what a step asks of all of
// them kept beside: a phone that is silent for half a minute must not make each message to it dearer than the last.

import type { EpochMs } from "../../base/brand";
import { earlier, nextDeadline } from "../../base/timer-table";
import { WeighedMap } from "../../base/weighed-map";
import type { Parcel } from "../../contracts/parcel";
import { type DeliveryState, holdsDevice, willOweDevice } from "../../messaging/delivery-state";

/** What this asks of a delivery. */
export interface OpenDelivery {
  readonly machine: DeliveryState;
  readonly parcel: Parcel;
  /** Its place in the log, once stored. */
  readonly sequence: number | undefined;
}

export class OpenDeliveries<Delivery extends OpenDelivery> {
  readonly #open = new WeighedMap<Delivery>(({ parcel }) => parcel.frame.length);
  /** Those that may yet be stored, oldest first. */
  readonly #unstored = new Set<string>();
  /** How many of them each device did not acknowledge. */
  readonly #owing = new Map<string, number>();
  readonly #bySequence = new Map<number, string>();
  /** Not later than the nearest deadline. */
  #dueAt: EpochMs | undefined;

  get size(): number {
    return this.#open.size;
  }

  /** Octets of all requests together. */
  get octets(): number {
    return this.#open.weight;
  }

  /** When something may be due: never too late, and too early at most once for each delivery that ended before. */
  get dueAt(): EpochMs | undefined {
    return this.size === 0 ? undefined : this.#dueAt;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  get(key: string): Delivery | undefined {
    return this.#open.get(key);
  }

  set(key: string, delivery: Delivery): void {
    this.#unlist(this.#open.get(key));
    this.#open.set(key, delivery);
    const { machine, sequence } = delivery;
    const mayBeStored = machine.treatment === "storable" && !machine.stored && machine.phase === "unanswered";
    if (mayBeStored) this.#unstored.add(key);
    else this.#unstored.delete(key);
    if (mayBeStored) this.#count(delivery, 1);
    if (sequence !== undefined) this.#bySequence.set(sequence, key);
    this.#dueBy(delivery);
  }

  delete(key: string): void {
    this.#unlist(this.#open.get(key));
    this.#unstored.delete(key);
    this.#open.delete(key);
  }

  /** The keys there are now, oldest first. */
  keys(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** The keys of what may yet be stored and came before that one, oldest first. */
  unstoredBefore(youngest: string): readonly string[] {
    const before: string[] = [];
    for (const key of this.#unstored) {
      if (key === youngest) break;
      before.push(key);
    }
    return before;
  }

  /** Whether any message that is not in the log yet will be owed to the device. */
  willOwe(device: string): boolean {
    return this.#owing.has(device);
  }

  /** Whether that entry of the log is still under way to the device. */
  holds(sequence: number, device: string): boolean {
    const key = this.#bySequence.get(sequence);
    const delivery = key === undefined ? undefined : this.#open.get(key);
    return delivery !== undefined && holdsDevice(delivery.machine, device);
  }

  /** What is due; the next deadline is reckoned anew. */
  due(now: EpochMs): readonly (readonly [string, Delivery])[] {
    if (this.#dueAt === undefined || this.#dueAt > now) return [];
    this.#dueAt = undefined;
    const due: (readonly [string, Delivery])[] = [];
    for (const entry of this.#open) {
      const at = nextDeadline(entry[1].machine.timers);
      if (at !== undefined && at <= now) due.push(entry);
      else this.#dueBy(entry[1]);
    }
    return due;
  }

  #dueBy({ machine }: Delivery): void {
    const { pending, store, forget } = machine.timers;
    this.#dueAt = earlier(earlier(earlier(this.#dueAt, pending), store), forget);
  }

  #unlist(known: Delivery | undefined): void {
    if (known === undefined) return;
    if (known.sequence !== undefined) this.#bySequence.delete(known.sequence);
    this.#count(known, -1);
  }

  #count({ machine }: Delivery, by: 1 | -1): void {
    for (const { device, phase } of machine.branches) {
      if (phase === "waiting" || !willOweDevice(machine, device)) continue;
      const count = (this.#owing.get(device) ?? 0) + by;
      if (count > 0) this.#owing.set(device, count);
      else this.#owing.delete(device);
    }
  }
}
