// What one operation made the platform do, as the platform bills it.

import { gigabytesPerObject, messagesPerRequest, prices } from "./prices";

export interface Usage {
  /** Calls from object to object. */
  readonly calls: number;
  /** Rows written by SQL, index rows included. */
  readonly rows: number;
  readonly alarmsSet: number;
  readonly alarmsFired: number;
  readonly messagesIn: number;
  /** Upgrades, each a request to the Worker and to the object. */
  readonly upgrades: number;
  /** Milliseconds in which an object was at work: handlers, calls made and calls answered, waiting included. */
  readonly activeMs: number;
}

export type Meter = { -readonly [Name in keyof Usage]: Usage[Name] };

export const newMeter = (): Meter => ({
  calls: 0,
  rows: 0,
  alarmsSet: 0,
  alarmsFired: 0,
  messagesIn: 0,
  upgrades: 0,
  activeMs: 0,
});

/** USD for a million operations of that usage. */
export function pricePerMillion(usage: Usage): number {
  const requests = usage.calls + usage.alarmsFired + usage.upgrades + usage.messagesIn / messagesPerRequest;
  return (
    requests * prices.objectRequests +
    usage.upgrades * prices.workerRequests +
    (usage.rows + usage.alarmsSet) * prices.rowsWritten +
    (usage.activeMs / 1000) * gigabytesPerObject * prices.gigabyteSeconds
  );
}
