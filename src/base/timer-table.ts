// Timers as plain deadlines: an enum of names and the moment each fires (the sans-IO form).
// Nothing runs here: the owner asks for the nearest deadline, waits, and takes what is due.

import type { EpochMs } from "./brand";

export type TimerTable<Name extends string> = Readonly<Partial<Record<Name, EpochMs>>>;

/** The earlier of two moments, of which neither need be. */
export function earlier(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

/** The nearest deadline, or undefined when no timer runs. */
export function nextDeadline<Name extends string>(timers: TimerTable<Name>): EpochMs | undefined {
  let nearest: EpochMs | undefined;
  for (const deadline of Object.values(timers) as (EpochMs | undefined)[]) {
    if (deadline !== undefined && (nearest === undefined || deadline < nearest)) nearest = deadline;
  }
  return nearest;
}

/** The names that are due at `now`, earliest first. */
export function dueTimers<Name extends string>(timers: TimerTable<Name>, now: EpochMs): readonly Name[] {
  const due = (Object.entries(timers) as [Name, EpochMs | undefined][]).filter(
    (entry): entry is [Name, EpochMs] => entry[1] !== undefined && entry[1] <= now,
  );
  return due.sort((a, b) => a[1] - b[1]).map(([name]) => name);
}

export function startTimer<Name extends string>(
  timers: TimerTable<Name>,
  name: Name,
  deadline: EpochMs,
): TimerTable<Name> {
  return { ...timers, [name]: deadline };
}

export function stopTimer<Name extends string>(timers: TimerTable<Name>, name: Name): TimerTable<Name> {
  const { [name]: _stopped, ...rest } = timers as Record<Name, EpochMs>;
  return rest as TimerTable<Name>;
}
