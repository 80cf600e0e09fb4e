// What one operation made the platform do, as the platform bills it.

import { gigabytesPerObject, messagesPerRequest, type Priced, prices } from "../../src/http/admin/prices";

export interface Usage {
  /** Calls from object to object. */
  readonly calls: number;
  /** Rows written by SQL, index rows included. */
  readonly rows: number;
  readonly rowsRead: number;
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
  rowsRead: 0,
  alarmsSet: 0,
  alarmsFired: 0,
  messagesIn: 0,
  upgrades: 0,
  activeMs: 0,
});

/** What the metered gateway says when it is asked. */
export interface Reading extends Usage {
  /** SQL statements, which nobody bills. */
  readonly statements: number;
  /** Bytes of the database of each object that was used, by its name. */
  readonly storedBytes: Readonly<Record<string, number>>;
}

const names = Object.keys(newMeter()) as readonly (keyof Usage)[];

/** Each usage as often as it says. */
export function sumOf(...terms: readonly (readonly [count: number, usage: Usage])[]): Usage {
  const sum = newMeter();
  for (const [count, usage] of terms) for (const name of names) sum[name] += count * usage[name];
  return sum;
}

/** Handlers that ran: an object computes in each for a moment in which the clock within it stands still. */
export const eventsOf = ({ calls, messagesIn, alarmsFired, upgrades }: Usage): number =>
  calls + messagesIn + alarmsFired + upgrades;

/** The amounts that are billed for it, each counted as its price counts it. */
export const billedFor = (usage: Usage): Readonly<Record<Priced, number>> => ({
  workerRequests: usage.upgrades,
  workerCpuMs: 0,
  objectRequests: usage.calls + usage.alarmsFired + usage.upgrades + usage.messagesIn / messagesPerRequest,
  gigabyteSeconds: (usage.activeMs / 1000) * gigabytesPerObject,
  rowsRead: usage.rowsRead,
  rowsWritten: usage.rows + usage.alarmsSet,
});

/** USD for a million operations of that usage, where nothing is included any more. */
export function pricePerMillion(usage: Usage): number {
  const billed = billedFor(usage);
  return (Object.keys(prices) as readonly Priced[]).reduce(
    (sum, name) => sum + billed[name] * prices[name].perMillion,
    0,
  );
}
