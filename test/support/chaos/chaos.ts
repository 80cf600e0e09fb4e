// Real clients against a real gateway, and everything that can happen to them: sockets are cut at random and the process is
// killed and started again on its state while they write, publish, watch and call.

import { setTimeout as wait } from "node:timers/promises";
import { type Gateway, startGateway } from "../gateway";
import { Agent } from "./agent";
import { Ledger } from "./ledger";

export interface ChaosOptions {
  readonly stateDir: string;
  readonly seconds: number;
  readonly seed: number;
}

const users = ["ann", "ben", "cem", "dan", "eve", "fay"].map((name) => `${name}@localhost`);
/** Every other user has a second device. */
const devicesOf = (aor: string): readonly string[] =>
  users.indexOf(aor) % 2 === 0
    ? [`${aor.slice(0, 3)}-desk`, `${aor.slice(0, 3)}-phone`]
    : [`${aor.slice(0, 3)}-desk`];

const betweenKills = 4_000;
/** Long enough for every retry, every grace and the end of every ringing. */
const calmSeconds = 150;
/** A device that is away in a call is given up after so long (design.md §5). */
const callGrace = 5;

export class Chaos {
  readonly ledger = new Ledger();
  readonly random: () => number;
  kills = 0;
  cuts = 0;
  readonly #options: ChaosOptions;
  readonly #gateway: Gateway[] = [];
  readonly #agents: Agent[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #names = 0;

  constructor(options: ChaosOptions) {
    this.#options = options;
    this.random = randomFrom(options.seed);
  }

  /** What was promised and not kept, once all is calm again. */
  async run(): Promise<readonly string[]> {
    await this.#start();
    try {
      await this.#begin();
      await this.#rage();
      return await this.#calm();
    } finally {
      for (const agent of this.#agents) await agent.end();
      await this.#current.stop();
    }
  }

  get #current(): Gateway {
    const gateway = this.#gateway.at(-1);
    if (gateway === undefined) throw new Error("no gateway was started");
    return gateway;
  }

  async #start(): Promise<void> {
    const port = this.#gateway.at(-1)?.port;
    const gateway = await startGateway({
      demo: true,
      stateDir: this.#options.stateDir,
      vars: { CALL_GRACE_SECONDS: String(callGrace) },
      ...(port === undefined ? {} : { port }),
    });
    this.#gateway.push(gateway);
  }

  async #begin(): Promise<void> {
    const { ledger, random } = this;
    const url = this.#current.socketUrl;
    for (const aor of users)
      for (const device of devicesOf(aor)) this.#agents.push(new Agent({ ledger, url, random }, aor, device));
    for (const agent of this.#agents) await agent.up();
    for (const [index, agent] of this.#agents.entries()) {
      await agent.publish(`${agent.device}-first.`);
      for (const step of [1, 2]) await agent.subscribe(users[(index + step) % users.length] ?? "");
    }
  }

  async #rage(): Promise<void> {
    const end = Date.now() + this.#options.seconds * 1_000;
    let killAt = Date.now() + betweenKills * (0.3 + this.random());
    while (Date.now() < end) {
      await wait(20 + this.random() * 60);
      if (Date.now() >= killAt) {
        await this.#kill();
        killAt = Date.now() + betweenKills * (0.5 + this.random());
      }
      this.#anything();
    }
    if (this.kills === 0) await this.#kill();
  }

  async #kill(): Promise<void> {
    this.kills++;
    await this.#current.kill();
    await this.#start();
  }

  #anything(): void {
    const agent = this.#oneOf(this.#agents);
    const chance = this.random();
    if (chance < 0.12) {
      this.cuts++;
      return agent.cut();
    }
    if (!agent.isUp) return;
    const others = users.filter((aor) => aor !== agent.aor);
    const to = this.#oneOf(others);
    const name = `m${++this.#names}`;
    if (chance < 0.65) this.#follow(agent.message(to, name, devicesOf(to)));
    else if (chance < 0.8) this.#follow(agent.publish(`${agent.device}-${name}.`));
    else this.#follow(agent.call(to));
  }

  #follow(work: Promise<void>): void {
    const followed: Promise<void> = work.finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.random() * items.length)] as Item;
  }

  async #calm(): Promise<readonly string[]> {
    const broken = (): readonly string[] => [
      ...this.ledger.undelivered().map((key) => `acknowledged, and never delivered: ${key}`),
      ...this.ledger.openCalls().map((key) => `a call that does not end: ${key}`),
      ...this.#untold(),
    ];
    for (const agent of this.#agents) await agent.up();
    for (const agent of this.#agents) await agent.publish(`${agent.device}-last.`);
    const end = Date.now() + calmSeconds * 1_000;
    while (Date.now() < end && (broken().length > 0 || this.#underWay.size > 0)) await wait(100);
    return [...broken(), ...this.ledger.repeated().map((key) => `delivered again: ${key}`)];
  }

  /** Who watches and was told something else last than what is. */
  #untold(): readonly string[] {
    return this.#agents.flatMap((agent) =>
      [...agent.watching.values()].flatMap(({ aor, last, isOver }) =>
        this.#agents
          .filter((each) => each.aor === aor && !isOver && !last.includes(`>${each.note.acknowledged}<`))
          .map((each) => `${agent.device} does not know: ${each.note.acknowledged}`),
      ),
    );
  }
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
