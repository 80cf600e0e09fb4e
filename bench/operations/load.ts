// The users of one server, and what they do at once: each operation as often as it is answered, for a while.

import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { patienceMs } from "../relay/login.ts";
import { cpuMicrosOf, type Server } from "../relay/servers.ts";
import { Agent } from "./agent.ts";

export type Operation = "REGISTER" | "MESSAGE" | "call" | "NOTIFY";

/** One operation, by that of several users who are at it at once; gives how many it was. */
export type Load = (life: number) => Promise<number>;

/** One measured stretch of one operation on one server. */
export interface Sample {
  readonly perSecond: number;
  /** CPU time of the whole server process for one operation. */
  readonly cpuMicros: number;
  /** From the user's first frame to the last answer; of a NOTIFY, from the PUBLISH until all watchers have theirs. */
  readonly latenciesMs: readonly number[];
}

export const watchers = 50;
const presentity = "presentity";

export class Users {
  readonly #server: Server;
  readonly #agents: readonly Agent[];
  readonly #presentity: Agent;
  #published = 0;
  #tag: string | undefined;
  /** What was accepted, and by whom it has to be heard. */
  #accepted: (readonly [agent: Agent, body: string])[] = [];

  private constructor(server: Server, agents: readonly Agent[], publisher: Agent) {
    this.#server = server;
    this.#agents = agents;
    this.#presentity = publisher;
  }

  static async open(server: Server, count: number): Promise<Users> {
    const agents: Agent[] = [];
    for (let index = 0; index < count; index++) agents.push(await Agent.open(server, `user${index}`));
    const publisher = await Agent.open(server, presentity, watchers);
    if (server.login) for (const agent of agents.slice(0, watchers)) await agent.subscribe(presentity);
    return new Users(server, agents, publisher);
  }

  close(): void {
    for (const agent of [...this.#agents, this.#presentity]) agent.close();
  }

  async measure(operation: Operation, atOnce: number, warmUpMs: number, measuredMs: number): Promise<Sample> {
    for (const agent of [...this.#agents, this.#presentity])
      await agent.keep(warmUpMs + measuredMs + patienceMs);
    const lives = operation === "NOTIFY" ? 1 : atOnce;
    const once = (life: number): Promise<number> => this.#once(operation, life);
    const sample = await measureLoad(this.#server, once, lives, warmUpMs, measuredMs);
    await this.#allHeard();
    return sample;
  }

  /** How many operations were done. */
  async #once(operation: Operation, index: number): Promise<number> {
    const agent = this.#agents[operation === "REGISTER" ? index : 2 * index] as Agent;
    if (operation === "REGISTER") await agent.register();
    else if (operation === "MESSAGE") {
      const callee = this.#agents[2 * index + 1] as Agent;
      this.#accepted.push([callee, await agent.message(callee.name)]);
    } else if (operation === "call") await agent.call(`user${2 * index + 1}`);
    else return this.#publishOnce();
    return 1;
  }

  /** A 202 is a promise (RFC 3428 §7): what was not taken in time comes from the log. */
  async #allHeard(): Promise<void> {
    const unheard = (): boolean => {
      this.#accepted = this.#accepted.filter(([agent, body]) => !agent.hasHeard(body));
      return this.#accepted.length > 0;
    };
    const until = performance.now() + patienceMs;
    while (unheard()) {
      const [agent, body] = this.#accepted[0] ?? [];
      if (performance.now() > until)
        throw new Error(`${this.#accepted.length} lost; ${agent?.name} has not heard: ${body}`);
      await wait(20);
    }
  }

  /** One change; over when every watcher has been told of it. */
  async #publishOnce(): Promise<number> {
    const note = `change ${++this.#published}.`;
    let untold = watchers;
    const told = new Promise<void>((resolve) => {
      for (const watcher of this.#agents.slice(0, watchers)) {
        watcher.notified = (text) => {
          if (text.includes(note) && --untold === 0) resolve();
        };
      }
    });
    this.#tag = await this.#presentity.publish(note, this.#tag);
    await told;
    return watchers;
  }
}

/** Keeps `atOnce` operations under way, and measures after a moment of warming up. */
export async function measureLoad(
  server: Server,
  load: Load,
  atOnce: number,
  warmUpMs: number,
  measuredMs: number,
): Promise<Sample> {
  let isRunning = true;
  let done = 0;
  let latenciesMs: number[] = [];
  const lives = Array.from({ length: atOnce }, async (_, life) => {
    while (isRunning) {
      const startedAt = performance.now();
      // Not `done += await`: what others add while this one waits would be lost.
      const count = await load(life);
      done += count;
      latenciesMs.push(performance.now() - startedAt);
    }
  });
  const ended = Promise.all(lives);
  ended.catch(() => undefined); // heard of below
  await wait(warmUpMs);
  latenciesMs = [];
  const before = { at: performance.now(), done, cpu: cpuMicrosOf(server) };
  await wait(measuredMs);
  const cpu = cpuMicrosOf(server) - before.cpu;
  const count = done - before.done;
  const seconds = (performance.now() - before.at) / 1000;
  const measured = latenciesMs;
  latenciesMs = [];
  isRunning = false;
  await ended;
  return { perSecond: count / seconds, cpuMicros: cpu / count, latenciesMs: measured };
}
