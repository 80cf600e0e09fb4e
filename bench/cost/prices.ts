// What the platform charges beyond the included amounts of its paid plan (USD, as published 2026-11-22: Durable
// Objects and Workers pricing). The cost meter multiplies, nothing else knows a price.

export const pricesAsOf = "2026-11-22";

/** USD for a million of each. */
export const prices = {
  /** An RPC call, an HTTP request, an alarm that fires, or 20 WebSocket messages that come in. */
  objectRequests: 0.15,
  /** A row, an index row, or a `setAlarm`. */
  rowsWritten: 1,
  /** GB-seconds of an object that is at work or cannot hibernate. */
  gigabyteSeconds: 12.5,
  /** A request to the Worker in front, upgrades included. */
  workerRequests: 0.3,
} as const;

/** WebSocket messages that count as one request. */
export const messagesPerRequest = 20;

/** The memory an object is billed for, whatever it uses. */
export const gigabytesPerObject = 0.128;
