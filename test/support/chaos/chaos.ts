// Real clients against a real gateway, and everything that can happen to them: sockets are cut at random, pages are loaded
// anew, homes are put to sleep in mid call, and the process is killed and started again on its state while they write,
// publish, watch and call. Raw user agents and stock clients share one realm and one judge.

import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { type Gateway, startGateway } from "../gateway";
import { Agent } from "./agent";
import { canSeeSleep, type HomeNames, homeNames, homesAsleep } from "./asleep";
import { keepCall, keepMessage, recordAll, recorderVars } from "./evidence";
import { Ledger, type OpenSide } from "./ledger";
import { leftovers } from "./leftovers";
import type { Participant, Patience } from "./participant";
import { randomFrom } from "./random";
import type { StockAgent } from "./stock-agent";
import { openStockRealm, type StockRealm } from "./stock-realm";

export interface ChaosOptions {
  readonly stateDir: string;
  readonly seconds: number;
  readonly seed: number;
  /** SIP.js and JsSIP take part. */
  readonly browser: boolean;
}

const rawUsers = ["ann", "ben", "cem", "dan", "eve", "fay"].map((name) => `${name}@localhost`);
/** Every other user has a second device. */
const rawDevicesOf = (aor: string): readonly string[] =>
  rawUsers.indexOf(aor) % 2 === 0
    ? [`${aor.slice(0, 3)}-desk`, `${aor.slice(0, 3)}-phone`]
    : [`${aor.slice(0, 3)}-desk`];

const betweenKills = (isLong: boolean): number => (isLong ? 8_000 : 4_000);
/** Of a long run: now and then nothing is asked of the gateway until all its homes have left the memory. */
const betweenLulls = 40_000;
/** What waits for a page that was cut keeps its home awake for 64·T1, and workerd lets an object go after ten seconds. */
const longestLull = 45_000;
/** Some are hung up by homes that sleep, others by homes that were woken and have forgotten all but their rows. */
const talkOverLull = (chance: number): number =>
  chance < 0.5 ? 15_000 + chance * 20_000 : longestLull + chance * 4_000;
/** Long enough for every retry, every grace and the end of every ringing. */
const calmSeconds = 150;
/** Who is called is busy now and then; once all is calm a call has sound, if none had before. */
const mostTries = 5;
/** Long enough for every grace, and for what is kept of dialogs that have ended. */
const farewell = 60_000;
/** A device that is away in a call is given up after so long (design.md §5). */
const callGrace = 5;
/** How long it is waited for answers that were lost: the short form has no time for the RFC's. */
const patienceOf = (isLong: boolean): Patience =>
  isLong ? { t1: 500, ringing: 15_000 } : { t1: 125, ringing: 5_000 };

export class Chaos {
  readonly ledger = new Ledger();
  readonly random: () => number;
  kills = 0;
  cuts = 0;
  reloads = 0;
  lulls = 0;
  /** How often a home has left the memory in a lull while its sockets stayed. */
  readonly #sleeps = new Map<string, number>();
  #homes: HomeNames = new Map();
  readonly #options: ChaosOptions;
  readonly #gateway: Gateway[] = [];
  readonly #agents: Participant[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #stock: StockRealm | undefined;
  #names = 0;

  constructor(options: ChaosOptions) {
    this.#options = options;
    this.random = randomFrom(options.seed);
  }

  /** What was promised and not kept, once all is calm again. */
  async run(): Promise<readonly string[]> {
    await this.#start();
    let broken: readonly string[] = [];
    try {
      await this.#begin();
      await this.#rage();
      broken = await this.#calm();
    } finally {
      for (const agent of this.#agents) await agent.end();
      await this.#stock?.close();
      if (this.#isLong && broken.length === 0) await wait(farewell);
      await this.#current.stop();
    }
    if (broken.length > 0) return broken;
    return leftovers(this.#options.stateDir, this.#isLong ? "gone" : "there");
  }

  get summary(): string {
    const { ledger, cuts, kills, reloads, lulls } = this;
    const sleeps = [...this.#sleeps.values()].reduce((sum, each) => sum + each, 0);
    const what = `${ledger.messages.size} messages, ${ledger.callsPlaced} calls, ${ledger.heard.size} sides heard`;
    return `${what}; ${cuts} cuts, ${kills} kills, ${reloads} reloads, ${lulls} lulls, ${sleeps} homes asleep in them`;
  }

  /** The short form has no time for lulls, nor to see everybody leave. */
  get #isLong(): boolean {
    return this.#options.seconds >= 30;
  }

  get #patience(): Patience {
    return patienceOf(this.#isLong);
  }

  get #current(): Gateway {
    const gateway = this.#gateway.at(-1);
    if (gateway === undefined) throw new Error("no gateway was started");
    return gateway;
  }

  get #stockAgents(): readonly StockAgent[] {
    return this.#stock?.agents ?? [];
  }

  async #start(): Promise<void> {
    const port = this.#gateway.at(-1)?.port;
    const gateway = await startGateway({
      demo: true,
      stateDir: this.#options.stateDir,
      vars: {
        CALL_GRACE_SECONDS: String(callGrace),
        RING_SECONDS: String(this.#patience.ringing / 1_000),
        ...(this.#isLong ? recorderVars : {}),
      },
      ...(port === undefined ? {} : { port }),
    });
    this.#gateway.push(gateway);
  }

  async #begin(): Promise<void> {
    const { ledger, random } = this;
    const world = { ledger, random, url: this.#current.socketUrl, patience: this.#patience };
    for (const aor of rawUsers)
      for (const device of rawDevicesOf(aor)) this.#agents.push(new Agent(world, aor, device));
    if (this.#options.browser) this.#stock = await openStockRealm(world);
    this.#agents.push(...this.#stockAgents);
    for (const agent of this.#agents) await agent.up();
    const users = this.#users;
    if (this.#isLong) await recordAll(this.#current.url, users);
    if (this.#isLong && canSeeSleep) this.#homes = homeNames(this.#options.stateDir);
    for (const agent of this.#agents) {
      if (agent.canPublish) await agent.publish(`${agent.device}-first.`);
      const at = users.indexOf(agent.aor);
      for (const step of [1, 3]) await agent.subscribe(users[(at + step) % users.length] ?? "");
    }
  }

  get #users(): readonly string[] {
    return [...new Set(this.#agents.map(({ aor }) => aor))];
  }

  #devicesOf(aor: string): readonly string[] {
    return this.#agents.filter((agent) => agent.aor === aor).map(({ device }) => device);
  }

  async #rage(): Promise<void> {
    const end = Date.now() + this.#options.seconds * 1_000;
    const pause = betweenKills(this.#isLong);
    let killAt = Date.now() + pause * (0.3 + this.random());
    let lullAt = Date.now() + (this.#isLong ? betweenLulls : Number.POSITIVE_INFINITY);
    while (Date.now() < end) {
      await wait(20 + this.random() * 60);
      if (Date.now() >= lullAt) {
        const began = Date.now();
        await this.#lull();
        killAt += Date.now() - began;
        lullAt = Date.now() + betweenLulls;
      }
      if (Date.now() >= killAt) {
        await this.#kill();
        killAt = Date.now() + pause * (0.5 + this.random());
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

  /** Calls are talked over it, and ended by homes that have forgotten all but their rows and attachments. */
  async #lull(): Promise<void> {
    this.lulls++;
    for (const agent of this.#agents) await agent.up();
    for (const agent of this.#agents) if (this.random() < 0.5) this.#call(agent, talkOverLull(this.random()));
    const had = this.#agents.map(({ sockets }) => sockets);
    const sleepers = new Set<string>();
    const areAsleep = (): boolean => {
      for (const aor of homesAsleep(this.#current, this.#homes)) sleepers.add(aor);
      return this.#homes.size > 0 && sleepers.size === this.#homes.size;
    };
    await until(areAsleep, longestLull);
    const stayed = (aor: string): boolean =>
      this.#agents.every((agent, at) => agent.aor !== aor || (agent.isUp && agent.sockets === had[at]));
    for (const aor of sleepers) if (stayed(aor)) this.#sleeps.set(aor, (this.#sleeps.get(aor) ?? 0) + 1);
  }

  /** Homes that were in memory through every lull. */
  #sleepless(): readonly string[] {
    if (this.lulls === 0) return [];
    return [...this.#homes.values()]
      .filter((aor) => !this.#sleeps.has(aor))
      .map((aor) => `${aor} has never left the memory in a lull`);
  }

  #anything(): void {
    const agent = this.#oneOf(this.#agents);
    const chance = this.random();
    if (chance < 0.12) return this.#cut(agent);
    if (!agent.isUp) return;
    const name = `m${++this.#names}`;
    if (chance < 0.65) {
      const to = this.#oneOf(this.#users.filter((aor) => aor !== agent.aor));
      this.#follow(agent.message(to, name, this.#devicesOf(to)));
    } else if (chance < 0.8) {
      if (agent.canPublish) this.#follow(agent.publish(`${agent.device}-${name}.`));
    } else this.#call(agent, 100 + this.random() * 1_500);
  }

  #cut(agent: Participant): void {
    this.cuts++;
    const stock = this.#stockAgents.find((each) => each === agent);
    const chance = this.random();
    if (stock === undefined || chance < 0.7) return agent.cut();
    // Longer than a call's grace now and then, and than a device's.
    if (chance < 0.9 || !stock.isUp) return stock.away(chance * (this.#isLong ? 14_000 : 2_000));
    this.reloads++;
    this.#follow(stock.reload());
  }

  #call(agent: Participant, talk: number): void {
    const callees = this.#agents.filter(
      ({ hasSound, aor }) => hasSound === agent.hasSound && aor !== agent.aor,
    );
    this.#follow(agent.call(this.#oneOf(callees).aor, talk));
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
      ...this.ledger
        .undelivered()
        .map(({ name, device }) => `acknowledged, and not delivered: ${name} at ${device}`),
      ...this.ledger.openCalls().map(unended),
      ...this.#untold(),
      ...this.#agents.filter(({ isUp }) => !isUp).map(({ device }) => `${device} is not registered`),
    ];
    for (const agent of this.#agents) await agent.up();
    await Promise.all(
      this.#agents.map((agent) => agent.canPublish && agent.publish(`${agent.device}-last.`)),
    );
    const isCalm = (): boolean => broken().length === 0 && this.#underWay.size === 0;
    await until(isCalm, calmSeconds * 1_000);
    for (let tried = 0; tried < mostTries && !this.#isHeard; tried++) {
      await this.#stockAgents[0]?.call(this.#stockAgents.at(-1)?.aor ?? "", 3_000);
      await until(isCalm, calmSeconds * 1_000);
    }
    await this.#keepEvidence();
    const again = this.ledger.repeated().map((key) => `delivered again: ${key}`);
    return [...broken(), ...again, ...this.#sleepless()];
  }

  async #keepEvidence(): Promise<void> {
    if (!this.#isLong) return;
    const { url } = this.#current;
    const aorOf = (device: string): string =>
      this.#agents.find((agent) => agent.device === device)?.aor ?? "";
    const kept = [
      ...this.ledger.openCalls().map(({ callId, device }) => keepCall(url, aorOf(device), callId)),
      ...this.ledger.undelivered().map(({ name, device }) => keepMessage(url, aorOf(device), name)),
    ];
    for (const file of await Promise.all(kept)) process.stdout.write(`see ${file}\n`);
  }

  /** Where there is somebody to hear it. */
  get #isHeard(): boolean {
    return this.#stock === undefined || this.ledger.heard.size > 0;
  }

  /** Who watches and was told something else last than what is. */
  #untold(): readonly string[] {
    return this.#agents.flatMap((agent) =>
      [...agent.watching.values()].flatMap(({ aor, last, isOver }) =>
        this.#agents
          .filter((each) => each.aor === aor && each.canPublish && !isOver)
          .filter((each) => !last.includes(`>${each.note.acknowledged}<`))
          .map((each) => `${agent.device} does not know: ${each.note.acknowledged}`),
      ),
    );
  }
}

const unended = ({ callId, device, side }: OpenSide): string =>
  `a call that does not end: ${callId} at ${device}: ${side}`;

async function until(holds: () => boolean, patience: number): Promise<void> {
  const end = Date.now() + patience;
  while (Date.now() < end && !holds()) await wait(100);
}
