// One presentity and its watchers: it changes, and all are told.

import { setTimeout as wait } from "node:timers/promises";
import { headerValue } from "../../src/sip/message";
import type { Phone } from "../../test/support/phone";
import type { Usage } from "../cost/meter";
import { type Bench, readJson, readMeter, registeredPhone } from "./server";
import type { Death, Tally } from "./tally";

/** Longer than two NOTIFYs to one watcher are apart: a change by itself, that nothing else goes out with. */
const restMs = 700;
const pollMs = 50;
const patienceMs = 120_000;
/** A NOTIFY of the first kind that a watcher has, with a note that sorts before all. */
const initialNote = "";

export interface Told {
  readonly usage: Usage;
  /** From the PUBLISH to its 200, and to the last NOTIFY that came to a watcher. */
  readonly answeredMs: number;
  readonly lastMs: number;
  readonly cpuMicros: number;
}

export class FanOutRun {
  readonly #bench: Bench;
  readonly #presentity: Phone;
  readonly #size: number;
  readonly subscribeCpuMicros: number;
  #changes = 0;
  #entityTag: string | undefined;

  private constructor(bench: Bench, presentity: Phone, size: number, cpuMicros: number) {
    this.#bench = bench;
    this.#presentity = presentity;
    this.#size = size;
    this.subscribeCpuMicros = cpuMicros;
  }

  /** A presentity of that name whom so many watch, each told once. */
  static async open(bench: Bench, name: string, size: number): Promise<FanOutRun> {
    const presentity = await registeredPhone(bench, name);
    await readJson(bench, "/crowd/reset");
    const cpu = bench.cpuMicros();
    // In parts: no request to the gateway is long.
    for (let from = 0; from < size; from += 1_000) {
      const until = Math.min(from + 1_000, size);
      await readJson(bench, `/crowd/subscribe?to=${presentity.aor}&from=${from}&until=${until}`);
    }
    await toldAll(bench, initialNote, size);
    const cpuMicros = bench.cpuMicros() - cpu;
    await wait(restMs);
    return new FanOutRun(bench, presentity, size, cpuMicros);
  }

  /** Publishes another state; returns once every watcher has it, but for those that are dead. */
  async change(
    dead: { readonly count: number; readonly how: Death } = { count: 0, how: "silent" },
  ): Promise<Told> {
    const note = `${this.#presentity.user} ${String(++this.#changes).padStart(4, "0")}`;
    await readJson(this.#bench, `/crowd/reset?dead=${dead.count}&how=${dead.how}`);
    await readMeter(this.#bench);
    const cpu = this.#bench.cpuMicros();
    const start = Date.now();
    const lines = this.#entityTag === undefined ? [] : [`SIP-If-Match: ${this.#entityTag}`];
    const response = await this.#presentity.publish(note, lines);
    const answeredMs = Date.now() - start;
    if (response.status !== 200) throw new Error(`PUBLISH: ${response.status} ${response.reason}`);
    this.#entityTag = headerValue(response, "sip-etag");
    const lastAt = await toldAll(this.#bench, note, this.#size - dead.count);
    await wait(restMs);
    const cpuMicros = this.#bench.cpuMicros() - cpu;
    await toldAll(this.#bench, note, this.#size - dead.count);
    return { usage: await readMeter(this.#bench), answeredMs, lastMs: lastAt - start, cpuMicros };
  }

  close(): void {
    this.#presentity.hangUp();
  }
}

/** When the last of `count` watchers was told of a state. */
async function toldAll(bench: Bench, note: string, count: number): Promise<number> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const tally = await readJson<Tally>(bench, "/crowd/tally");
    const told = tally.told[note];
    if (tally.wentBack + tally.repeated + tally.refused > 0 || (told?.count ?? 0) > count) {
      throw new Error(`Told wrongly: ${JSON.stringify(tally)}`);
    }
    if (told?.count === count) return told.lastAt;
    if (Date.now() > giveUpAt) throw new Error(`Told ${told?.count ?? 0} of ${count} watchers`);
    await wait(pollMs);
  }
}
