// What goes from this home to others: per destination at most a few calls at a time, the rest waiting in order to
// go together as the next call's batch (design "A request is one call whose result is the answer").
//
// A stub that failed never recovers (platform), so it is dropped and a fresh one tried once: every call may
// arrive twice, and the receiving home knows a parcel by its key.

import type { Home, Parcel, Reply } from "../../src/contracts/parcel";

/** Calls under way to one destination; what comes beyond waits. */
const callsAtOnce = 4;
/** Parcels in one call. */
const batchLimit = 64;
/** Parcels that may wait for one destination; more are failed at once. */
const queueLimit = 10_000;

export interface OutboxOwner {
  /** A fresh stub for a home. */
  home(aor: string): Home;
  /** The replies of one call, in order. */
  replied(replies: readonly Reply[]): void;
  /** A parcel that found no answer: the call failed, and again on a fresh stub. */
  failed(parcel: Parcel, why: string): void;
}

interface Lane {
  calls: number;
  readonly waiting: Parcel[];
}

export class Outbox {
  readonly #owner: OutboxOwner;
  readonly #lanes = new Map<string, Lane>();
  /** Calls made since the object woke: what the cost meter reads. */
  callsMade = 0;

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
  }

  send(to: string, parcel: Parcel): void {
    const lane = this.#lanes.get(to) ?? { calls: 0, waiting: [] };
    this.#lanes.set(to, lane);
    if (lane.waiting.length >= queueLimit) return this.#owner.failed(parcel, "queue full");
    lane.waiting.push(parcel);
    if (lane.calls < callsAtOnce) void this.#drain(to, lane);
  }

  async #drain(to: string, lane: Lane): Promise<void> {
    lane.calls++;
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, batchLimit);
      await this.#call(to, batch);
    }
    if (--lane.calls === 0) this.#lanes.delete(to);
  }

  async #call(to: string, batch: readonly Parcel[]): Promise<void> {
    try {
      this.#owner.replied(await this.#twice((home) => home.receive(batch), to));
    } catch (fault) {
      for (const parcel of batch) this.#owner.failed(parcel, String(fault));
    }
  }

  /** Sends answers that were pending; nobody waits for more than their arrival. */
  async reply(to: string, replies: readonly Reply[]): Promise<void> {
    await this.#twice((home) => home.replied(replies), to);
  }

  async #twice<Outcome>(call: (home: Home) => Promise<Outcome>, to: string): Promise<Outcome> {
    this.callsMade++;
    try {
      return await call(this.#owner.home(to));
    } catch {
      this.callsMade++;
      return await call(this.#owner.home(to));
    }
  }
}
