// What the platform charges on its paid plan (USD), from its published pages for Workers and Durable Objects as read on
// `pricesAsOf`: an amount that is included each month, and a price for what goes beyond. Whoever estimates multiplies
// these; nothing else knows a price.

export const pricesAsOf = "2026-11-22";

/** USD for a million, beyond what a month includes. */
export interface Rate {
  readonly perMillion: number;
  readonly included: number;
}

export const prices = {
  /** Requests to the Worker in front, upgrades included. Static assets are free. */
  workerRequests: { perMillion: 0.3, included: 10_000_000 },
  workerCpuMs: { perMillion: 0.02, included: 30_000_000 },
  /** An RPC call, an HTTP request, an alarm that fires, or `messagesPerRequest` WebSocket messages that come in. */
  objectRequests: { perMillion: 0.15, included: 1_000_000 },
  /** GB-seconds of an object that is at work or cannot hibernate. */
  gigabyteSeconds: { perMillion: 12.5, included: 400_000 },
  rowsRead: { perMillion: 0.001, included: 25_000_000_000 },
  /** A row, an index row, or a `setAlarm`. */
  rowsWritten: { perMillion: 1, included: 50_000_000 },
} as const satisfies Readonly<Record<string, Rate>>;

export type Priced = keyof typeof prices;

/** USD for a gigabyte of SQLite kept for a month, beyond the included gigabytes. */
export const storedGigabyte = { perMonth: 0.2, included: 5 } as const;

/** USD a month for the plan itself. */
export const planPerMonth = 5;

/** WebSocket messages that count as one request. Outgoing ones, and keep-alives that are answered automatically, are free. */
export const messagesPerRequest = 20;

/** The memory an object is billed for, whatever it uses. */
export const gigabytesPerObject = 0.128;
