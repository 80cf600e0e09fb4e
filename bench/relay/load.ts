// The load: pairs of users on raw sockets, one of each sending MESSAGEs and the other answering 200, so many in
// flight. Every message is followed (ledger.ts).

import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import type { Problem } from "./ledger.ts";
import { patienceMs, Registration } from "./login.ts";
import { calleeName, callerName, domain } from "./message-text.ts";
import { Pair } from "./pair.ts";
import { cpuMicrosOf, type Server } from "./servers.ts";

/** One measured stretch of one load on one server. */
export interface Sample {
  readonly transactions: number;
  readonly perSecond: number;
  /** CPU time of the whole server process for one transaction. */
  readonly cpuMicros: number;
}

/** The users of one server: connected once, loaded many times. */
export class Load {
  /** What went wrong; empty in a correct run. */
  readonly problems: Problem[] = [];
  readonly #server: Server;
  readonly #pairs: Pair[] = [];
  readonly #registrations: Registration[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  async connect(pairs: number): Promise<void> {
    for (let index = this.#pairs.length; index < pairs; index++) {
      const caller = await this.#connect(callerName(index));
      const callee = await this.#connect(calleeName(index));
      this.#pairs.push(new Pair(caller, callee, index, (problem) => this.problems.push(problem)));
    }
  }

  async #connect(name: string): Promise<WebSocket> {
    const url = `ws://127.0.0.1:${this.#server.port}/?aor=${name}@${domain}`;
    const socket = new WebSocket(url, "sip", { perMessageDeflate: false });
    await once(socket, "open");
    if (this.#server.login)
      this.#registrations.push(await Registration.on(socket, { name, domain, password: "demo" }));
    return socket;
  }

  /** Keeps `inFlight` messages of each of `pairs` pairs under way, and measures after a moment of warming up. */
  async measure(pairs: number, inFlight: number, warmUpMs: number, measuredMs: number): Promise<Sample> {
    for (const registration of this.#registrations)
      await registration.keep(warmUpMs + measuredMs + patienceMs);
    const loaded = this.#pairs.slice(0, pairs);
    const answered = (): number => loaded.reduce((sum, pair) => sum + pair.ledger.done, 0);
    for (const pair of loaded) pair.start(inFlight);
    await wait(warmUpMs);
    const before = { at: performance.now(), answered: answered(), cpu: cpuMicrosOf(this.#server) };
    await wait(measuredMs);
    const cpu = cpuMicrosOf(this.#server) - before.cpu;
    const transactions = answered() - before.answered;
    const seconds = (performance.now() - before.at) / 1000;
    for (const pair of loaded) pair.stop();
    await this.#settle(loaded);
    return { transactions, perSecond: transactions / seconds, cpuMicros: cpu / transactions };
  }

  /** Messages that came from the log because nobody took them in time. */
  get stored(): number {
    return this.#pairs.reduce((sum, { ledger }) => sum + ledger.stored, 0);
  }

  /** The longest wait for an answer, in milliseconds. */
  get slowest(): number {
    return Math.max(...this.#pairs.map(({ ledger }) => ledger.slowest));
  }

  close(): void {
    for (const pair of this.#pairs) pair.close();
  }

  /** Waits for what is under way. */
  async #settle(pairs: readonly Pair[]): Promise<void> {
    const until = performance.now() + patienceMs;
    const isWaiting = (): boolean => pairs.some((pair) => pair.isWhole && pair.ledger.open > 0);
    while (isWaiting() && performance.now() < until) await wait(20);
    for (const pair of pairs) pair.ledger.end(Date.now());
  }
}
