// What goes from this home to others: per destination at most a few calls at a time, the rest waiting in order to
// go together as the next call's batch (design "A request is one call whose result is the answer").
//
// Calls on one stub arrive in the order they were made, and making a stub costs a tenth of a call, so a lane keeps
// its own. One that failed never recovers (platform), so it is dropped and a fresh one tried once: every call may
// arrive twice, and the receiving home knows a parcel by its key.

import type { Home, Parcel, Reply } from "../../src/contracts/parcel";
import { packParcel, packReply, unpackReply } from "../../src/contracts/parcel-wire";

/** Calls under way to one destination; what comes beyond waits. */
const callsAtOnce = 4;
/** Parcels in one call. */
const batchLimit = 64;
/** Parcels that may wait for one destination; more are failed at once. */
const queueLimit = 10_000;
/** Destinations whose stub is kept while nothing is under way to them. */
const lanesKept = 64;

export interface OutboxOwner {
  /** A fresh stub for a home. */
  home(aor: string): Home;
  /** The replies of one call, in order. */
  replied(replies: readonly Reply[]): void;
  /** A parcel that found no answer: the call failed, and again on a fresh stub. */
  failed(parcel: Parcel, why: string): void;
}

interface Lane {
  stub: Home | undefined;
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
    const lane = this.#laneTo(to);
    if (lane.waiting.length >= queueLimit) return this.#owner.failed(parcel, "queue full");
    lane.waiting.push(parcel);
    if (lane.calls < callsAtOnce) void this.#drain(to, lane);
  }

  async #drain(to: string, lane: Lane): Promise<void> {
    lane.calls++;
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, batchLimit);
      await this.#call(to, lane, batch);
    }
    lane.calls--;
    this.#tidy(to, lane);
  }

  async #call(to: string, lane: Lane, batch: readonly Parcel[]): Promise<void> {
    const parcels = batch.map(packParcel);
    try {
      const replies = await this.#twice((home) => home.receive(parcels), to, lane);
      this.#owner.replied(replies.map(unpackReply));
    } catch (fault) {
      for (const parcel of batch) this.#owner.failed(parcel, String(fault));
    }
  }

  /** Sends answers that were pending; nobody waits for more than their arrival. */
  async reply(to: string, replies: readonly Reply[]): Promise<void> {
    const lane = this.#laneTo(to);
    await this.#twice((home) => home.replied(replies.map(packReply)), to, lane).finally(() =>
      this.#tidy(to, lane),
    );
  }

  #laneTo(to: string): Lane {
    const known = this.#lanes.get(to);
    if (known !== undefined) return known;
    const lane: Lane = { stub: undefined, calls: 0, waiting: [] };
    this.#lanes.set(to, lane);
    return lane;
  }

  #tidy(to: string, lane: Lane): void {
    if (lane.calls === 0 && this.#lanes.size > lanesKept) this.#lanes.delete(to);
  }

  async #twice<Outcome>(call: (home: Home) => Promise<Outcome>, to: string, lane: Lane): Promise<Outcome> {
    this.callsMade++;
    try {
      lane.stub ??= this.#owner.home(to);
      return await call(lane.stub);
    } catch {
      this.callsMade++;
      lane.stub = this.#owner.home(to);
      return await call(lane.stub);
    }
  }
}
