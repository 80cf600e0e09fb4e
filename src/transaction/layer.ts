// The transaction layer of one element, RFC 3261 §17 and RFC 6026 §8.9, §8.10: every live transaction by its
// key. Facts go in by key, effects come out with it; a terminated transaction is gone in the same step.
//
// The table is changed in place, since copying it for each message would make a burst quadratic; the
// transactions in it are plain data, so `rows()` given to a new layer goes on where this one stopped.
// A key that is not in the table is an answer, not an error: the core opens a transaction for a new request,
// and drops a stray response (RFC 6026 §7.3, RFC 4320 §4.2).

import type { EpochMs } from "../base/brand";
import { invariant } from "../base/invariant";
import { err, ok, type Result } from "../base/result";
import type { Step } from "../base/step";
import { dueTimers, nextDeadline } from "../base/timer-table";
import type { Refusal } from "../sip/refusal";
import { startInviteClient } from "./invite-client";
import { startInviteServer } from "./invite-server";
import type { TransactionKey } from "./key";
import { startNonInviteClient } from "./non-invite-client";
import { startNonInviteServer } from "./non-invite-server";
import { defaultTimers, type TimerValues } from "./timers";
import { stepClient, stepEither, stepServer, type Transaction, type TransactionEffect } from "./transaction";

export interface LayerSettings {
  /** How many transactions may live at once; one more is refused with 503. */
  readonly capacity: number;
  readonly timers: TimerValues;
}

export const defaultLayerSettings: LayerSettings = { capacity: 1024, timers: defaultTimers };

export interface TransactionRow {
  readonly key: TransactionKey;
  readonly transaction: Transaction;
}

export interface LayerEffect {
  readonly key: TransactionKey;
  readonly effect: TransactionEffect;
}

/** A response or a request of the TU or of the network, as SIP text with the one fact a machine needs. */
interface Response {
  readonly status: number;
  readonly message: string;
}
interface Request {
  readonly method: string;
  readonly message: string;
}

export class TransactionLayer {
  readonly #settings: LayerSettings;
  readonly #transactions: Map<TransactionKey, Transaction>;
  /** Never later than the nearest deadline; exact after `fireTimers`. */
  #nearest: EpochMs | undefined;

  constructor(settings: LayerSettings = defaultLayerSettings, rows: readonly TransactionRow[] = []) {
    this.#settings = settings;
    this.#transactions = new Map(rows.map(({ key, transaction }) => [key, transaction]));
    this.#nearest = this.#nearestDeadline();
  }

  get size(): number {
    return this.#transactions.size;
  }

  find(key: TransactionKey): Transaction | undefined {
    return this.#transactions.get(key);
  }

  rows(): readonly TransactionRow[] {
    return [...this.#transactions].map(([key, transaction]) => ({ key, transaction }));
  }

  /** Sends a request other than ACK in a client transaction of its own. */
  startClient(key: TransactionKey, request: Request, now: EpochMs): Result<readonly LayerEffect[], Refusal> {
    const { timers } = this.#settings;
    if (request.method !== "INVITE") {
      const { state, effects } = startNonInviteClient(request.message, now, timers);
      return this.#open(key, { state: { kind: "nonInviteClient", state }, effects });
    }
    const { state, effects } = startInviteClient(request.message, now, timers);
    return this.#open(key, { state: { kind: "inviteClient", state }, effects });
  }

  /** Opens the server transaction of a request other than ACK that `receiveRequest` did not know. */
  startServer(key: TransactionKey, method: string, now: EpochMs): Result<readonly LayerEffect[], Refusal> {
    const { timers } = this.#settings;
    if (method !== "INVITE") {
      const { state, effects } = startNonInviteServer(now, timers);
      return this.#open(key, { state: { kind: "nonInviteServer", state }, effects });
    }
    const { state, effects } = startInviteServer(now, timers);
    return this.#open(key, { state: { kind: "inviteServer", state }, effects });
  }

  /** A response from a hop; undefined when it is a stray one, which must not be forwarded. */
  receiveResponse(key: TransactionKey, response: Response, now: EpochMs): readonly LayerEffect[] | undefined {
    return this.#step(key, (transaction) =>
      stepClient(transaction, { kind: "received", ...response }, now, this.#settings.timers),
    );
  }

  /** A request from a hop; undefined when it belongs to no transaction and the core has to judge it. */
  receiveRequest(key: TransactionKey, request: Request, now: EpochMs): readonly LayerEffect[] | undefined {
    return this.#step(key, (transaction) =>
      stepServer(transaction, { kind: "received", ...request }, now, this.#settings.timers),
    );
  }

  /** The TU answers; undefined when the transaction is over and the response is discarded (RFC 6026 §8.3). */
  respond(key: TransactionKey, response: Response, now: EpochMs): readonly LayerEffect[] | undefined {
    return this.#step(key, (transaction) =>
      stepServer(transaction, { kind: "responded", ...response }, now, this.#settings.timers),
    );
  }

  /** The TU wants the INVITE cancelled; undefined when its transaction is over. */
  cancel(key: TransactionKey, now: EpochMs): readonly LayerEffect[] | undefined {
    return this.#step(key, (transaction) =>
      stepClient(transaction, { kind: "cancelled" }, now, this.#settings.timers),
    );
  }

  /** The hop did not take what this transaction last sent. */
  transportFailed(key: TransactionKey, now: EpochMs): readonly LayerEffect[] | undefined {
    return this.#step(key, (transaction) =>
      stepEither(transaction, { kind: "transportFailed" }, now, this.#settings.timers),
    );
  }

  /** Drops a transaction without a word, as when the row of its dialog is deleted. */
  forget(key: TransactionKey): void {
    this.#transactions.delete(key);
  }

  /** When to call `fireTimers`; it may be early, never late. */
  nextDeadline(): EpochMs | undefined {
    return this.#transactions.size === 0 ? undefined : this.#nearest;
  }

  /** Fires all that is due. Calling it early, late or twice does no harm. */
  fireTimers(now: EpochMs): readonly LayerEffect[] {
    const fired: LayerEffect[] = [];
    for (const { key, transaction } of this.rows()) {
      for (const timer of dueTimers(transaction.state.timers, now)) {
        const effects = this.#step(key, (current) =>
          stepEither(current, { kind: "timerFired", timer }, now, this.#settings.timers),
        );
        fired.push(...(effects ?? []));
      }
    }
    this.#nearest = this.#nearestDeadline();
    return fired;
  }

  #open(
    key: TransactionKey,
    next: Step<Transaction, TransactionEffect>,
  ): Result<readonly LayerEffect[], Refusal> {
    invariant(!this.#transactions.has(key), "a transaction is opened once");
    if (this.#transactions.size >= this.#settings.capacity) return err(full);
    return ok(this.#keep(key, next));
  }

  #step(
    key: TransactionKey,
    step: (transaction: Transaction) => Step<Transaction, TransactionEffect>,
  ): readonly LayerEffect[] | undefined {
    const transaction = this.#transactions.get(key);
    return transaction === undefined ? undefined : this.#keep(key, step(transaction));
  }

  #keep(key: TransactionKey, next: Step<Transaction, TransactionEffect>): readonly LayerEffect[] {
    const { state: transaction, effects } = next;
    if (transaction.state.kind === "terminated") {
      this.#transactions.delete(key);
    } else {
      this.#transactions.set(key, transaction);
      this.#nearest = earlier(this.#nearest, nextDeadline(transaction.state.timers));
    }
    return effects.map((effect) => ({ key, effect }));
  }

  #nearestDeadline(): EpochMs | undefined {
    let nearest: EpochMs | undefined;
    for (const { state } of this.#transactions.values())
      nearest = earlier(nearest, nextDeadline(state.timers));
    return nearest;
  }
}

/** RFC 3261 §21.5.4. */
const full: Refusal = { status: 503, reason: "Too Many Transactions", lines: [["Retry-After", "5"]] };

function earlier(one: EpochMs | undefined, other: EpochMs | undefined): EpochMs | undefined {
  if (one === undefined) return other;
  return other === undefined || one < other ? one : other;
}
