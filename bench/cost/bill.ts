// The platform's bill for a month, line by line, as it would print it.

import { type Priced, planPerMonth, prices, pricesAsOf, storedGigabyte } from "../../src/http/admin/prices";
import { monthOf, type Part } from "./load";
import type { Counts } from "./measure";
import { billedFor, sumOf } from "./meter";
import type { Load } from "./usual-load";

export interface BillLine {
  readonly name: string;
  /** How much was used of it, and how much of that is included. */
  readonly used: number;
  readonly included: number;
  readonly usd: number;
}

export interface Bill {
  readonly pricesAsOf: string;
  readonly lines: readonly BillLine[];
  readonly usd: number;
  /** The same by what it was used for, nothing included. */
  readonly parts: readonly { readonly name: string; readonly usd: number }[];
}

const titles: Readonly<Record<Priced, string>> = {
  workerRequests: "Workers requests",
  workerCpuMs: "Workers CPU, ms",
  objectRequests: "Durable Objects requests",
  gigabyteSeconds: "Durable Objects duration, GB-s",
  rowsRead: "rows read",
  rowsWritten: "rows written",
};
const priced = Object.keys(prices) as readonly Priced[];

export function billFor(load: Load, counts: Counts): Bill {
  const parts = monthOf(load, counts);
  const usage = sumOf(...parts.map((part) => [1, part.usage] as const));
  const billed = { ...billedFor(usage), workerCpuMs: usage.upgrades * load.computeMs };
  const gigabytes = (load.users * counts.bytesOfAnAccount) / 1e9;
  const lines = [
    { name: "Workers Paid, the plan", used: 1, included: 0, usd: planPerMonth },
    ...priced.map((name) => {
      const { included, perMillion } = prices[name];
      const usd = (Math.max(billed[name] - included, 0) / 1e6) * perMillion;
      return { name: titles[name], used: billed[name], included, usd };
    }),
    {
      name: "SQLite stored, GB",
      used: gigabytes,
      included: storedGigabyte.included,
      usd: Math.max(gigabytes - storedGigabyte.included, 0) * storedGigabyte.perMonth,
    },
  ];
  const usd = lines.reduce((sum, line) => sum + line.usd, 0);
  return { pricesAsOf, lines, usd, parts: parts.map(listPrice) };
}

function listPrice({ name, usage }: Part): { readonly name: string; readonly usd: number } {
  const billed = billedFor(usage);
  return { name, usd: priced.reduce((sum, each) => sum + (billed[each] / 1e6) * prices[each].perMillion, 0) };
}
