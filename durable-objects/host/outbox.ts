// What goes from this home to others: per destination at most a few calls at a time, the rest waiting in order to
// go together as the next call's batch (design "A request is one call whose result is the answer").
//
// A call may wait for a phone that does not answer. One that has done so for a moment counts no more, so that a
// silent device holds up nothing behind it; looked at only while something waits, since a timer for each call would
// cost more than the call.
//
// Calls on one stub arrive in the order they were made, and making a stub costs a tenth of a call, so a lane keeps
// its own. One that failed never recovers (platform), so it is dropped and a fresh one tried once: every call may
// arrive twice, and the receiving home knows a parcel by its key.

import type { DialogName, Home, PageNews, Parcel, Reply } from "../../src/contracts/parcel";
import {
  packParcel,
  packParcels,
  packReplies,
  unpackAnswer,
  unpackReply,
} from "../../src/contracts/parcel-wire";
import { isUnknownThere } from "../../src/http/objects";

/** Calls under way to one destination; what comes beyond waits. */
const callsAtOnce = 4;
/** So long a call may hold up what waits behind it. */
const slowAfterMs = 50;
/** Calls under way in all, slow ones too. */
const slowCallsAtOnce = 32;
/** Parcels or replies in one call, and octets: a call of 32 MiB fails (platform). */
const batchLimit = 64;
const batchOctets = 1024 * 1024;
/** Parcels that may wait for one destination, and octets for all; more are failed at once. */
const queueLimit = 10_000;
const queueOctets = 8 * 1024 * 1024;
/** Destinations whose stub is kept while nothing is under way to them. */
const lanesKept = 256;

export interface OutboxOwner {
  /** A fresh stub for a home. */
  home(aor: string): Home;
  /** False once nobody waits for the parcel's reply: it need not be sent any more. */
  isAwaited(parcel: Parcel): boolean;
  /** The replies of one call, in order. */
  replied(replies: readonly Reply[]): void;
  /** A parcel that found no answer: the call failed, and again on a fresh stub. */
  failed(parcel: Parcel, why: string): void;
  /** Answers that did not arrive; whoever waits for them is told by his own timer. */
  unsaid(why: string): void;
}

interface Call {
  readonly startedAt: number;
  isSlow: boolean;
}

type Replied = (replies: readonly Reply[]) => void;
type Failed = (fault: unknown) => void;

interface Lane {
  stub: Home | undefined;
  /** The home has no `receiveOne`: a deploy is going out, and has not come to it (docs/upgrading.md). */
  isOlder: boolean;
  readonly calls: Set<Call>;
  watch: ReturnType<typeof setTimeout> | undefined;
  readonly waiting: Parcel[];
  isReplying: boolean;
  readonly replies: Reply[];
}

export class Outbox {
  readonly #owner: OutboxOwner;
  readonly #lanes = new Map<string, Lane>();
  #queuedOctets = 0;
  /** Calls made since the object woke: what the cost meter reads. */
  callsMade = 0;

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
  }

  send(to: string, parcel: Parcel, at: number): void {
    const lane = this.#laneTo(to);
    const isFull = lane.waiting.length >= queueLimit || this.#queuedOctets >= queueOctets;
    if (isFull) return this.#owner.failed(parcel, "queue full");
    lane.waiting.push(parcel);
    this.#queuedOctets += parcel.frame.length;
    if (mayCall(lane)) this.#drain(to, lane, at);
    else this.#watch(to, lane);
  }

  /** Sends answers that were pending: one call at a time, so that they keep their order and go together. */
  async reply(to: string, reply: Reply): Promise<void> {
    const lane = this.#laneTo(to);
    lane.replies.push(reply);
    if (lane.isReplying) return;
    lane.isReplying = true;
    while (lane.replies.length > 0) {
      const batch = packReplies(lane.replies.splice(0, batchLimit));
      try {
        await this.#answerTo(to, lane, (home) => home.replied(batch));
      } catch (fault) {
        this.#owner.unsaid(String(fault));
      }
    }
    lane.isReplying = false;
    this.#tidy(to, lane);
  }

  /** Nobody waits for it. A home that misses it finds out by itself, later (src/home/notifiers.ts). */
  async tell(to: string, news: PageNews, dialogs: readonly DialogName[]): Promise<void> {
    const lane = this.#laneTo(to);
    await this.#answerTo(to, lane, (home) => home[news](dialogs));
    this.#tidy(to, lane);
  }

  /** The next call with what waits, and when it is over the one after it. */
  #drain(to: string, lane: Lane, startedAt: number): void {
    const batch = mayCall(lane) ? this.#nextBatch(lane) : [];
    const [first, another] = batch;
    if (first === undefined) return this.#tidy(to, lane);
    const call: Call = { startedAt, isSlow: false };
    lane.calls.add(call);
    const over = (): void => {
      lane.calls.delete(call);
      this.#drain(to, lane, lane.waiting.length > 0 ? Date.now() : startedAt);
    };
    const replied = (replies: readonly Reply[]): void => {
      this.#owner.replied(replies);
      over();
    };
    const failed = (fault: unknown): void => {
      for (const parcel of batch) this.#owner.failed(parcel, String(fault));
      over();
    };
    if (another === undefined && !lane.isOlder) this.#sendOne(to, lane, first, replied, failed);
    else this.#sendBatch(to, lane, batch, replied, failed);
  }

  #sendOne(to: string, lane: Lane, parcel: Parcel, replied: Replied, failed: Failed): void {
    this.#twice(
      to,
      lane,
      (home, isAgain) =>
        isAgain ? home.receiveOne(packParcel(parcel), true) : home.receiveOne(packParcel(parcel)),
      (answer) => replied([unpackAnswer(answer, parcel.key)]),
      (fault) => {
        if (!isUnknownThere(fault)) return failed(fault);
        lane.isOlder = true;
        this.#sendBatch(to, lane, [parcel], replied, failed);
      },
    );
  }

  #sendBatch(to: string, lane: Lane, batch: readonly Parcel[], replied: Replied, failed: Failed): void {
    const parcels = packParcels(batch);
    this.#twice(
      to,
      lane,
      (home, isAgain) => (isAgain ? home.receive(parcels, true) : home.receive(parcels)),
      (replies) => replied(replies.map(unpackReply)),
      failed,
    );
  }

  /** What has waited too long is left out: whoever asked has been told by his own timer. */
  #nextBatch(lane: Lane): readonly Parcel[] {
    const batch: Parcel[] = [];
    let taken = 0;
    let octets = 0;
    for (const parcel of lane.waiting) {
      const { length } = parcel.frame;
      if (batch.length === batchLimit || (batch.length > 0 && octets + length > batchOctets)) break;
      taken++;
      this.#queuedOctets -= length;
      if (!this.#owner.isAwaited(parcel)) continue;
      batch.push(parcel);
      octets += length;
    }
    lane.waiting.splice(0, taken);
    return batch;
  }

  /** While something waits, looks which calls have become slow. */
  #watch(to: string, lane: Lane): void {
    lane.watch ??= setTimeout(() => {
      lane.watch = undefined;
      const late = Date.now() - slowAfterMs;
      for (const call of lane.calls) if (call.startedAt <= late) call.isSlow = true;
      while (lane.waiting.length > 0 && mayCall(lane)) this.#drain(to, lane, Date.now());
      if (lane.waiting.length > 0) this.#watch(to, lane);
    }, slowAfterMs);
  }

  #laneTo(to: string): Lane {
    const known = this.#lanes.get(to);
    if (known !== undefined) return known;
    const lane: Lane = {
      stub: undefined,
      isOlder: false,
      calls: new Set(),
      watch: undefined,
      waiting: [],
      isReplying: false,
      replies: [],
    };
    this.#lanes.set(to, lane);
    return lane;
  }

  #tidy(to: string, lane: Lane): void {
    const isIdle = lane.calls.size === 0 && lane.waiting.length === 0 && !lane.isReplying;
    if (isIdle && this.#lanes.size > lanesKept) this.#lanes.delete(to);
  }

  #answerTo<Outcome>(to: string, lane: Lane, call: (home: Home) => Promise<Outcome>): Promise<Outcome> {
    return new Promise((resolve, reject) => this.#twice(to, lane, call, resolve, reject));
  }

  /** Calls back, and makes no promise of its own: each is a turn of the microtasks, for every message. */
  #twice<Outcome>(
    to: string,
    lane: Lane,
    call: (home: Home, isAgain: boolean) => Promise<Outcome>,
    done: (outcome: Outcome) => void,
    failed: Failed,
  ): void {
    const stub = this.#stubOf(to, lane);
    call(stub, false).then(done, (fault) => {
      dropStub(lane, stub);
      // A home that has too much to do is not helped by being asked again (platform).
      if (isOverload(fault)) return failed(fault);
      const fresh = this.#stubOf(to, lane);
      call(fresh, true).then(done, (again) => {
        dropStub(lane, fresh);
        failed(again);
      });
    });
  }

  #stubOf(to: string, lane: Lane): Home {
    this.callsMade++;
    lane.stub ??= this.#owner.home(to);
    return lane.stub;
  }
}

/** Of several calls that fail together the first to be heard drops the stub, and the others find a fresh one: perhaps of another version. */
function dropStub(lane: Lane, stub: Home): void {
  if (lane.stub !== stub) return;
  lane.stub = undefined;
  lane.isOlder = false;
}

function mayCall({ calls }: Lane): boolean {
  if (calls.size < callsAtOnce) return true;
  let quick = 0;
  for (const { isSlow } of calls) if (!isSlow) quick++;
  return quick < callsAtOnce && calls.size < slowCallsAtOnce;
}

const isOverload = (fault: unknown): boolean =>
  (fault as { readonly overloaded?: unknown } | undefined)?.overloaded === true;
