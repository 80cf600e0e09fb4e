// Many clients of a gateway that is killed and comes back: each registers, and when its socket ends it comes back as our
// page does, after `reconnectDelay`.

import { setTimeout as wait } from "node:timers/promises";
import { Phone } from "../../test/support/phone";
import { WebSocketLine } from "../../test/support/web-socket-line";
import { reconnectDelay } from "../../web/line/back-off";

/** What the clients have met since it was last read. */
export interface Met {
  /** Milliseconds from the loss of its socket until each was registered again. */
  readonly back: number[];
  /** Attempts that came to nothing, by what was said. */
  readonly failures: Map<string, number>;
}

export class Clients {
  readonly #base: string;
  readonly #count: number;
  #met: Met = newMet();
  #registered = 0;
  #isEnded = false;
  readonly #open = new Set<Phone>();
  readonly #lives: Promise<void>[] = [];

  /** `base` is the gateway's host and port. */
  constructor(base: string, count: number) {
    this.#base = base;
    this.#count = count;
  }

  get registered(): number {
    return this.#registered;
  }

  readMet(): Met {
    const met = this.#met;
    this.#met = newMet();
    return met;
  }

  /** All of them, `atOnce` at a time: the first registration of an account makes its tables. */
  async start(atOnce: number): Promise<void> {
    for (let index = 0; index < this.#count; index++) {
      this.#lives.push(this.#live(index));
      while (this.#lives.length - this.#registered >= atOnce) await wait(5);
    }
    await this.allRegistered();
  }

  async allRegistered(): Promise<void> {
    while (this.#registered < this.#count) await wait(10);
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    for (const phone of this.#open) phone.hangUp();
    await Promise.all(this.#lives);
  }

  async #live(index: number): Promise<void> {
    const aor = `storm${index}@example.test`;
    let [failures, lostAt] = [0, Date.now()];
    let phone: Phone | undefined;
    while (!this.#isEnded) {
      try {
        const line = await WebSocketLine.open(`ws://${this.#base}/?aor=${aor}`);
        if (phone === undefined)
          phone = new Phone(line, { aor, password: "demo", instance: `storm-${index}` });
        else phone.rejoin(line);
        const { status } = await phone.register();
        if (status !== 200) throw new Error(`REGISTER: ${status}`);
        this.#open.add(phone);
        this.#registered++;
        this.#met.back.push(Date.now() - lostAt);
        failures = 0;
        await phone.closed();
        this.#open.delete(phone);
        this.#registered--;
        lostAt = Date.now();
      } catch (error) {
        const why = String(error)
          .replace(/storm\d+@[^ ]*/, "")
          .slice(0, 80);
        this.#met.failures.set(why, (this.#met.failures.get(why) ?? 0) + 1);
      }
      if (this.#isEnded) return;
      await wait(reconnectDelay(++failures));
    }
  }
}

const newMet = (): Met => ({ back: [], failures: new Map() });
