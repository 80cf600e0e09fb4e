// The load: pairs of users on raw sockets, one of each sending MESSAGEs and the other answering 200, so many in
// flight. Every message is followed: it arrives whole, once and in order, and its answer is one 200.

import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { register } from "./login.ts";
import {
  answeredNumber,
  answerTo,
  calleeName,
  callerName,
  domain,
  firstNumber,
  type MessageText,
  messageOf,
  messageTextOf,
} from "./message-text.ts";
import { cpuMicrosOf, type Server } from "./servers.ts";

/** What went wrong; all zero in a correct run. */
export interface Problems {
  /** Messages that arrived in another shape, and answers that are not the 200 to a message of ours. */
  damaged: number;
  /** Messages that arrived twice or behind a younger one. */
  disordered: number;
  /** Answers beyond the one to each message. */
  repeated: number;
  /** Messages without an answer some time after the last was sent. */
  lost: number;
  /** Sockets that the server closed. */
  closed: number;
}

/** One measured stretch of one load on one server. */
export interface Sample {
  readonly transactions: number;
  readonly perSecond: number;
  /** CPU time of the whole server process for one transaction. */
  readonly cpuMicros: number;
}

class Pair {
  readonly #caller: WebSocket;
  readonly #callee: WebSocket;
  readonly #text: MessageText;
  readonly #problems: Problems;
  readonly #open = new Set<number>();
  #sent = firstNumber;
  #arrived = firstNumber;
  #running = false;
  answered = 0;

  constructor(caller: WebSocket, callee: WebSocket, index: number, problems: Problems) {
    this.#caller = caller;
    this.#callee = callee;
    this.#text = messageTextOf(index);
    this.#problems = problems;
    callee.on("message", (data: Buffer) => this.#arrive(data.toString("latin1")));
    caller.on("message", (data: Buffer) => this.#answer(data.toString("latin1")));
    for (const socket of [caller, callee]) socket.on("close", () => problems.closed++);
  }

  get unanswered(): number {
    return this.#open.size;
  }

  start(inFlight: number): void {
    this.#running = true;
    for (let count = 0; count < inFlight; count++) this.#send();
  }

  stop(): void {
    this.#running = false;
  }

  close(): void {
    for (const socket of [this.#caller, this.#callee]) socket.removeAllListeners("close").terminate();
  }

  #send(): void {
    this.#open.add(++this.#sent);
    this.#caller.send(messageOf(this.#text, this.#sent));
  }

  #arrive(arrived: string): void {
    const taken = answerTo(this.#text, arrived);
    if (taken === undefined) {
      this.#problems.damaged++;
      return;
    }
    if (taken.number !== this.#arrived + 1) this.#problems.disordered++;
    this.#arrived = taken.number;
    this.#callee.send(taken.answer);
  }

  #answer(answer: string): void {
    const number = answeredNumber(this.#text, answer);
    if (number === undefined) this.#problems.damaged++;
    else if (!this.#open.delete(number)) this.#problems.repeated++;
    this.answered++;
    if (this.#running) this.#send();
  }
}

/** The users of one server: connected once, loaded many times. */
export class Load {
  readonly problems: Problems = { damaged: 0, disordered: 0, repeated: 0, lost: 0, closed: 0 };
  readonly #server: Server;
  readonly #pairs: Pair[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  async connect(pairs: number): Promise<void> {
    for (let index = this.#pairs.length; index < pairs; index++) {
      const caller = await connect(this.#server, callerName(index));
      const callee = await connect(this.#server, calleeName(index));
      this.#pairs.push(new Pair(caller, callee, index, this.problems));
    }
  }

  /** Keeps `inFlight` messages of each of `pairs` pairs under way, and measures after a moment of warming up. */
  async measure(pairs: number, inFlight: number, warmUpMs: number, measuredMs: number): Promise<Sample> {
    const loaded = this.#pairs.slice(0, pairs);
    const answered = (): number => loaded.reduce((sum, pair) => sum + pair.answered, 0);
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

  close(): void {
    for (const pair of this.#pairs) pair.close();
  }

  /** Waits for what is under way; past Timer F (RFC 3261 §17.1.2.2) nobody would, and this is far sooner. */
  async #settle(pairs: readonly Pair[]): Promise<void> {
    const unanswered = (): number => pairs.reduce((sum, pair) => sum + pair.unanswered, 0);
    for (let patience = 100; patience > 0 && unanswered() > 0; patience--) await wait(20);
    this.problems.lost += unanswered();
  }
}

async function connect(server: Server, name: string): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${server.port}/?aor=${name}@${domain}`;
  const socket = new WebSocket(url, "sip", { perMessageDeflate: false });
  await once(socket, "open");
  if (server.login) await register(socket, { name, domain, password: "demo" });
  return socket;
}
