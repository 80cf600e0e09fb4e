// The calls of other homes that wait for replies: each parcel's first reply is part of its call's result, later ones
// go by a call of their own.
//
// A call that brought several parcels returns when all have their reply, or a moment after the first has: what is
// ready is not kept for what waits for a silent phone. So does one whose parcel may have its reply in such a moment, for which
// no call of its own is made then. That moment is measured by one timer for all calls, and only while one is kept.

import type { Reply, WireAnswer, WireReply } from "../../src/contracts/parcel";
import { packAnswer, packReplies } from "../../src/contracts/parcel-wire";

/** So long a reply that is ready may be kept for others of its call, or for a better one; the timer is as coarse. */
const keptForMs = 50;

/** The end of whoever waits for a home whose memory was dropped; the fault has been logged, and is nobody else's to know. */
export class HomeEnded extends Error {
  constructor() {
    super("The home failed");
  }
}

interface Call {
  readonly keys: readonly string[];
  readonly replies: (Reply | undefined)[];
  missing: number;
  /** When the first of its replies was there, or could have been `pending`. */
  readyAt: number | undefined;
  /** Returns them, in the order of the keys. */
  readonly give: (replies: readonly Reply[]) => void;
  readonly result: { readonly promise: Promise<unknown>; readonly reject: (why: Error) => void };
}

export class WaitingReplies {
  readonly #waiting = new Map<string, Call[]>();
  /** The calls that return in a moment, with the replies that they have by then. */
  readonly #kept = new Set<Call>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The first reply to each of the keys, in their order; `pending` for those that keep the others waiting. */
  all(keys: readonly string[]): Promise<readonly WireReply[]> {
    return keys.length === 0 ? Promise.resolve([]) : this.#wait(keys, packReplies);
  }

  /** The first reply to that key. */
  one(key: string): Promise<WireAnswer> {
    return this.#wait([key], ([reply]) => packAnswer(reply as Reply));
  }

  #wait<Result>(keys: readonly string[], pack: (replies: readonly Reply[]) => Result): Promise<Result> {
    const replies = keys.map(() => undefined);
    const result = Promise.withResolvers<Result>();
    const give = (all: readonly Reply[]): void => result.resolve(pack(all));
    const call: Call = { keys, replies, missing: keys.length, readyAt: undefined, give, result };
    for (const key of keys) {
      const known = this.#waiting.get(key);
      if (known === undefined) this.#waiting.set(key, [call]);
      else known.push(call);
    }
    return result.promise;
  }

  /** Gives a reply to whoever waits for it, `mayWait` in a moment, unless there is another by then; false when nobody does. */
  give(reply: Reply, mayWait = false): boolean {
    const waiting = this.#waiting.get(reply.key);
    if (waiting === undefined) return false;
    if (mayWait) {
      for (const call of waiting) this.#keep(call);
      return true;
    }
    this.#waiting.delete(reply.key);
    for (const call of waiting) this.#put(call, reply);
    return true;
  }

  /** This memory ends: nobody is kept waiting, and whoever called may call again. */
  giveUp(why: Error): void {
    this.#stopTimer();
    for (const { result } of [...this.#waiting.values()].flat()) {
      result.reject(why);
      // The step that made this memory end may be the one that was to return it: then nobody hears of it.
      result.promise.catch(() => undefined);
    }
    this.#waiting.clear();
    this.#kept.clear();
  }

  #put(call: Call, reply: Reply): void {
    for (let at = 0; at < call.keys.length; at++) {
      if (call.keys[at] !== reply.key || call.replies[at] !== undefined) continue;
      call.replies[at] = reply;
      call.missing--;
    }
    if (call.missing <= 0) this.#return(call);
    else this.#keep(call);
  }

  #keep(call: Call): void {
    if (call.readyAt !== undefined) return;
    call.readyAt = Date.now();
    this.#kept.add(call);
    this.#timer ??= setTimeout(() => this.#returnLate(), keptForMs);
  }

  #returnLate(): void {
    this.#timer = undefined;
    const late = Date.now() - keptForMs;
    for (const call of [...this.#kept]) if ((call.readyAt ?? late) <= late) this.#return(call);
    if (this.#kept.size > 0) this.#timer = setTimeout(() => this.#returnLate(), keptForMs);
  }

  #return(call: Call): void {
    if (this.#kept.delete(call) && this.#kept.size === 0) this.#stopTimer();
    const replies = call.keys.map((key, at): Reply => {
      const reply = call.replies[at];
      if (reply === undefined) this.#leave(key, call);
      return reply ?? { kind: "pending", key };
    });
    call.give(replies);
  }

  /** To set another costs less than one that rings for nothing. */
  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The call waits for that key no more. */
  #leave(key: string, call: Call): void {
    const others = this.#waiting.get(key)?.filter((each) => each !== call) ?? [];
    if (others.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, others);
  }
}
