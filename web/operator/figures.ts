// The realm's figures prepared for the eye: a series per tile with its gaps filled, and what it adds up to.

import type { Counts, Minute } from "./contract";

export interface Series {
  /** One value a minute, oldest first. */
  readonly values: readonly number[];
  readonly sum: number;
  readonly peak: number;
  /** Of the last whole minute and the running one the greater: that one is over, this one has news. */
  readonly latest: number;
}

const minuteLength = 60_000;

/** The minutes up to `at`, one after the other; those that the gateway leaves out were quiet. */
export function wholeHour(minutes: readonly Minute[], at: string, length = 60): readonly Minute[] {
  const known = new Map(minutes.map((each) => [minuteOf(each.minute), each]));
  const last = minuteOf(at);
  return Array.from({ length }, (_, index) => {
    const start = last - (length - 1 - index) * minuteLength;
    return known.get(start) ?? { ...nothing, minute: new Date(start).toISOString() };
  });
}

const minuteOf = (at: string): number => Math.floor(Date.parse(at) / minuteLength) * minuteLength;

export const nothing: Counts = {
  ...{ registers: 0, messages: 0, stored: 0, calls: 0, answered: 0, failedCalls: 0, publishes: 0 },
  ...{ subscribes: 0, notifies: 0, refused: 0, errors: 0, requests: 0, rows: 0 },
};

export function seriesOf(minutes: readonly Minute[], member: keyof Counts): Series {
  const values = minutes.map((each) => each[member] ?? 0);
  return {
    values,
    sum: values.reduce((all, each) => all + each, 0),
    peak: Math.max(0, ...values),
    latest: Math.max(0, ...values.slice(-2)),
  };
}

/** The points of a line through the values in a box, with room for its stroke; flat at the bottom when all is quiet. */
export function sparkPoints(values: readonly number[], width: number, height: number): string {
  const peak = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const y = (value: number): number => height - 1.5 - (value / peak) * (height - 3);
  return values.map((value, index) => `${round(index * step)},${round(y(value))}`).join(" ");
}

const round = (value: number): number => Math.round(value * 10) / 10;
