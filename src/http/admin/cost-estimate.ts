// What a month would cost if all of it were as the last hour (prices.ts). An estimate: homes count what
// they are asked and what they write, not what is included for the rest of the account's Workers, and not how long an
// object waits for a phone; for that a usual span stands.

import type { Counts, MinuteCounts } from "../../contracts/figures";
import {
  gigabytesPerObject,
  messagesPerRequest,
  planPerMonth,
  prices,
  pricesAsOf,
  type Rate,
} from "./prices";

export interface CostLine {
  readonly what: string;
  /** In a month. */
  readonly count: number;
  /** USD in a month. */
  readonly price: number;
}

export interface CostEstimate {
  readonly currency: "USD";
  readonly perMonth: number;
  readonly basis: string;
  readonly lines: readonly CostLine[];
  readonly pricesOf: string;
}

const minutesOfBasis = 60;
const minutesPerMonth = 30 * 24 * 60;
/** Measured (bench/RESULTS.md): how long a request keeps an object at work, a phone's answer included. */
const secondsPerRequest = 0.1;
const secondsPerFrame = 0.005;

/** `minutes` may hold more than the last hour: what is older than `since` counts for nothing. */
export function estimateCost(minutes: readonly MinuteCounts[], since: number): CostEstimate {
  const perMonth = (name: keyof Counts): number => {
    const counted = minutes
      .filter(({ at }) => at > since)
      .reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
    return (counted * minutesPerMonth) / minutesOfBasis;
  };
  const [frames, requests, rows] = [perMonth("frames"), perMonth("requests"), perMonth("rows")];
  const seconds = requests * secondsPerRequest + frames * secondsPerFrame;
  const lines = [
    line("requests to objects", requests + frames / messagesPerRequest, prices.objectRequests),
    line("GB-seconds of objects at work", seconds * gigabytesPerObject, prices.gigabyteSeconds),
    line("rows written", rows, prices.rowsWritten),
    { what: "the plan", count: 1, price: planPerMonth },
  ];
  return {
    currency: "USD",
    perMonth: cents(lines.reduce((sum, { price }) => sum + price, 0)),
    basis: `last ${minutesOfBasis} minutes of this realm as if all month were like them; objects at work are estimated from requests; requests to the Worker, storage and rows read are left out`,
    lines,
    pricesOf: pricesAsOf,
  };
}

function line(what: string, count: number, { perMillion, included }: Rate): CostLine {
  const beyond = Math.max(0, count - included);
  return { what, count: Math.round(count), price: cents((beyond / 1_000_000) * perMillion) };
}

const cents = (price: number): number => Math.round(price * 100) / 100;
