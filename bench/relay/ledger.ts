// What became of each message of one pair of users: it arrives whole, once and in order, and its answer is one 200.
//
// A message that nobody took in time is answered 202 and comes from the log later (RFC 3428 §7): it is followed until
// it is there. Whatever else happens is a problem, and a problem says what was expected and what came.

import {
  type Answer,
  type Arrival,
  answerOf,
  arrivalOf,
  firstNumber,
  type MessageText,
} from "./message-text.ts";

/**
 * `damaged`: arrived in another shape, or an answer that is to no message of ours. `disordered`: behind a younger one.
 * `repeated`: arrived or answered twice. `refused`: answered, but not with a 2xx. `lost`: not answered, or accepted and
 * not arrived, when nobody waits any more. `closed`: a socket that the server closed.
 */
export type ProblemKind = "damaged" | "disordered" | "repeated" | "refused" | "lost" | "closed";

export interface Problem {
  readonly kind: ProblemKind;
  readonly at: number;
  readonly what: string;
}

interface Fate {
  readonly sentAt: number;
  arrivedAt?: number;
  /** The Call-ID was that of the log. */
  wasStored?: boolean;
  answeredAt?: number;
  status?: number;
}

export class Ledger {
  /** Messages that are accepted and have arrived. */
  done = 0;
  /** Of these those that came from the log. */
  stored = 0;
  /** The longest time between a message and its answer, in milliseconds. */
  slowest = 0;
  readonly #text: MessageText;
  readonly #tell: (problem: Problem) => void;
  readonly #open = new Map<number, Fate>();
  #sent = firstNumber;
  #arrived = firstNumber;

  constructor(text: MessageText, tell: (problem: Problem) => void) {
    this.#text = text;
    this.#tell = tell;
  }

  /** Messages whose end is not known yet. */
  get open(): number {
    return this.#open.size;
  }

  /** The number of the next message, which is on its way from now on. */
  send(now: number): number {
    this.#open.set(++this.#sent, { sentAt: now });
    return this.#sent;
  }

  /** The callee has a text: gives the answer, if there is one to give. */
  arrive(arrived: string, now: number): string | undefined {
    const arrival = arrivalOf(this.#text, arrived);
    if (arrival === undefined) {
      this.#problem("damaged", now, `a MESSAGE as sent by the caller was expected, came:\n${arrived}`);
      return undefined;
    }
    this.#arrives(arrival, arrived, now);
    return arrival.answer;
  }

  #arrives({ number, isStored }: Arrival, arrived: string, now: number): void {
    const fate = this.#open.get(number);
    if (fate === undefined || fate.arrivedAt !== undefined) {
      const before = fate === undefined ? "it was settled before" : story(fate);
      return this.#problem("repeated", now, `message ${number} arrived again; ${before}; came:\n${arrived}`);
    }
    fate.arrivedAt = now;
    fate.wasStored = isStored;
    if (number < this.#arrived)
      this.#problem("disordered", now, `message ${number} arrived behind ${this.#arrived}; ${story(fate)}`);
    else this.#arrived = number;
    this.#settle(number, fate);
  }

  /** The caller has a text. */
  answer(answered: string, now: number): void {
    const answer = answerOf(this.#text, answered);
    if (answer === undefined) {
      this.#problem(
        "damaged",
        now,
        `an answer to a message of the caller's was expected, came:\n${answered}`,
      );
    } else if (answer.status >= 200) this.#answers(answer, answered, now);
  }

  #answers({ number, status }: Answer, answered: string, now: number): void {
    const fate = this.#open.get(number);
    if (fate === undefined || fate.status !== undefined) {
      const before = fate === undefined ? "it was settled before" : story(fate);
      return this.#problem(
        "repeated",
        now,
        `message ${number} was answered again; ${before}; came:\n${answered}`,
      );
    }
    fate.answeredAt = now;
    fate.status = status;
    this.slowest = Math.max(this.slowest, now - fate.sentAt);
    if (status >= 300)
      this.#problem("refused", now, `message ${number} needs a 2xx; ${story(fate)}; came:\n${answered}`);
    this.#settle(number, fate);
  }

  #settle(number: number, { arrivedAt, status, wasStored }: Fate): void {
    if (status === undefined) return;
    if (status < 300 && arrivedAt === undefined) return;
    this.#open.delete(number);
    this.done++;
    if (wasStored) this.stored++;
  }

  /** A socket of the pair's was closed, and not by us. */
  close(whose: "caller" | "callee", code: number, reason: string, now: number): void {
    this.#problem(
      "closed",
      now,
      `the ${whose}'s socket was closed with ${code} ${reason}; ${this.open} messages open`,
    );
  }

  /** Nobody waits any more: what is open is lost. */
  end(now: number): void {
    for (const [number, fate] of this.#open) this.#problem("lost", now, `message ${number}: ${story(fate)}`);
    this.#open.clear();
  }

  #problem(kind: ProblemKind, at: number, what: string): void {
    this.#tell({ kind, at, what });
  }
}

function story({ sentAt, arrivedAt, wasStored, answeredAt, status }: Fate): string {
  const later = (at: number): string => `${(at - sentAt).toFixed(0)} ms later`;
  const arrived =
    arrivedAt === undefined
      ? "did not arrive"
      : `arrived ${wasStored ? "from the log " : ""}${later(arrivedAt)}`;
  const answered =
    answeredAt === undefined ? "was not answered" : `was answered ${status} ${later(answeredAt)}`;
  return `sent at ${new Date(sentAt).toISOString()}, ${arrived}, ${answered}`;
}
