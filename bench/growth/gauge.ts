// What an operation costs, as a mean of many: counts by the meter, CPU time by the system, milliseconds by the clock.

import { performance } from "node:perf_hooks";
import { Phone } from "../../test/support/phone";
import { WebSocketLine } from "../../test/support/web-socket-line";
import { type Bench, domain, readMeter } from "../presence/server";
import { median, type Report } from "../report/report";

/** Of one operation. */
export interface Cost {
  readonly calls: number;
  readonly rows: number;
  readonly rowsRead: number;
  readonly statements: number;
  readonly cpuMicros: number;
  /** The median. */
  readonly ms: number;
}

export class Gauge {
  readonly bench: Bench;
  readonly report: Report;

  constructor(bench: Bench, report: Report) {
    this.bench = bench;
    this.report = report;
  }

  /** Does each once, one after the other; `parts` of them make one operation. */
  async measure(operations: Iterable<() => Promise<unknown>>, parts = 1): Promise<Cost> {
    await readMeter(this.bench);
    const took: number[] = [];
    const before = this.bench.cpuMicros();
    for (const operation of operations) {
      const start = performance.now();
      await operation();
      took.push(performance.now() - start);
    }
    const cpu = this.bench.cpuMicros() - before;
    const { calls, rows, rowsRead, statements } = await readMeter(this.bench);
    const each = (sum: number): number => sum / (took.length * parts);
    return {
      calls: each(calls),
      rows: each(rows),
      rowsRead: each(rowsRead),
      statements: each(statements),
      cpuMicros: each(cpu),
      ms: median(took) / parts,
    };
  }

  /** The same operation as often as that. */
  measureTimes(whole: number, operation: () => Promise<unknown>): Promise<Cost> {
    return this.measure(Array.from({ length: this.report.times(whole) }, () => operation));
  }

  /** A registered phone on a socket of its own; each number is another device of that user. */
  async phone(user: string, device = 0): Promise<Phone> {
    const aor = `${user}@${domain}`;
    const phone = new Phone(await this.line(aor), {
      aor,
      password: "demo",
      instance: `${user}-${device}`,
    });
    await ok(phone.register());
    return phone;
  }

  line(aor: string): Promise<WebSocketLine> {
    return WebSocketLine.open(`ws://${this.bench.base}/?aor=${aor}`);
  }

  /** A phone of each of so many users. */
  async phones(prefix: string, count: number): Promise<readonly Phone[]> {
    const phones: Phone[] = [];
    while (phones.length < count) {
      const group = Array.from({ length: Math.min(20, count - phones.length) }, (_, index) =>
        this.phone(`${prefix}${phones.length + index}`),
      );
      phones.push(...(await Promise.all(group)));
    }
    return phones;
  }

  async devices(user: string, count: number): Promise<readonly Phone[]> {
    const phones: Phone[] = [];
    for (let device = 0; device < count; device++) phones.push(await this.phone(user, device));
    return phones;
  }
}

export async function ok(answered: Promise<{ readonly status: number }> | undefined): Promise<void> {
  const status = (await answered)?.status ?? 0;
  if (status < 200 || status > 299) throw new Error(`answered ${status}`);
}

/** A MESSAGE that every one of the addressee's phones takes. */
export async function messageToAll(from: Phone, to: readonly Phone[]): Promise<void> {
  const sent = from.message(to[0]?.aor ?? "", "hello");
  await Promise.all(to.map((phone) => phone.take("MESSAGE")));
  await ok(sent);
}

/** The columns of a table of costs, and the cells of one of them. */
export const costHead = ["RPC", "rows", "rows read", "statements", "CPU µs", "ms"];
export const costCells = ({ calls, rows, rowsRead, statements, cpuMicros, ms }: Cost): readonly string[] => [
  ...[calls, rows, rowsRead, statements].map((count) => count.toFixed(1).replace(/\.0$/, "")),
  cpuMicros.toFixed(0),
  ms.toFixed(2),
];
