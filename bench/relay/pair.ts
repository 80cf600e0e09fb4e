// Two users on raw sockets, one of whom sends MESSAGEs while the other answers: so many are always on their way.

import type { WebSocket } from "ws";
import { Ledger, type Problem } from "./ledger.ts";
import { type MessageText, messageOf, messageTextOf } from "./message-text.ts";

export class Pair {
  readonly ledger: Ledger;
  readonly #caller: WebSocket;
  readonly #callee: WebSocket;
  readonly #text: MessageText;
  #isRunning = false;

  constructor(caller: WebSocket, callee: WebSocket, index: number, tell: (problem: Problem) => void) {
    this.#caller = caller;
    this.#callee = callee;
    this.#text = messageTextOf(index);
    this.ledger = new Ledger(this.#text, (problem) =>
      tell({ ...problem, what: `pair ${index}: ${problem.what}` }),
    );
    callee.on("message", (data: Buffer) => this.#arrive(data.toString("latin1")));
    caller.on("message", (data: Buffer) => this.#answer(data.toString("latin1")));
    for (const [whose, socket] of [
      ["caller", caller],
      ["callee", callee],
    ] as const)
      socket.on("close", (code, reason) => this.ledger.close(whose, code, reason.toString(), Date.now()));
  }

  /** Both sockets are open. */
  get isWhole(): boolean {
    return this.#caller.readyState === this.#caller.OPEN && this.#callee.readyState === this.#callee.OPEN;
  }

  start(inFlight: number): void {
    this.#isRunning = true;
    for (let count = 0; count < inFlight; count++) this.#send();
  }

  stop(): void {
    this.#isRunning = false;
  }

  close(): void {
    for (const socket of [this.#caller, this.#callee]) socket.removeAllListeners("close").terminate();
  }

  #send(): void {
    const number = this.ledger.send(Date.now());
    this.#caller.send(messageOf(this.#text, number));
  }

  #arrive(text: string): void {
    if (isOfRegister(text)) return;
    const { done } = this.ledger;
    const answer = this.ledger.arrive(text, Date.now());
    if (answer !== undefined) this.#callee.send(answer);
    this.#goOn(done);
  }

  #answer(text: string): void {
    if (isOfRegister(text)) return;
    const { done } = this.ledger;
    this.ledger.answer(text, Date.now());
    this.#goOn(done);
  }

  #goOn(before: number): void {
    if (this.#isRunning && this.ledger.done > before) this.#send();
  }
}

/** The renewal of a registration hears of it for itself. */
const isOfRegister = (text: string): boolean => text.startsWith("SIP/2.0 ") && text.includes(" REGISTER\r\n");
