// What a home has counted and not yet told its realm, and when it tells it: at once when something happened and the last
// telling is a minute old, or when the account's state is another than was told (then at most every two seconds).
//
// What comes within the minute waits for the next step after it, on a socket's attachment meanwhile (`kept`): a timer
// would keep the object from hibernating, and that costs more than all the rest. A refreshing REGISTER is no reason to
// tell anything, nor is what other homes ask.

import { after, type EpochMs, millis } from "../base/brand";
import type { AccountFigures, Counts, EndedCall, FigureReport } from "../contracts/figures";
import { type Counted, minuteOf, type Tally, tallyUp } from "./figures";

/** Between two tellings of what was counted; between two of what is. */
const countsApart = millis(60_000);
const statesApart = millis(2_000);
/** Minutes told apart: those before are added to the first. */
const mostMinutes = 4;
const mostCalls = 50;

/** Counted under one name, so that what is told twice counts once. */
interface Batch {
  readonly id: string;
  readonly minutes: (readonly [EpochMs, Tally])[];
  /** In memory alone: the end of a call is told at once. */
  readonly calls: EndedCall[];
}

/** What a socket's attachment holds. */
export interface KeptFigures {
  readonly batches: readonly {
    readonly id: string;
    readonly minutes: readonly (readonly [EpochMs, Tally])[];
  }[];
  readonly told: AccountFigures | undefined;
}

export interface FigureBook {
  /** The one being told, which stays as it is until the realm has it. */
  underway: Batch | undefined;
  next: Batch | undefined;
  told: AccountFigures | undefined;
  toldAt: EpochMs | undefined;
  /** The rows say other than what this memory was born to know: perhaps other than what was told. */
  isUnsure: boolean;
  isTelling: boolean;
  /** Another where what is worth keeping is another. */
  revision: number;
}

/** The book of a memory that begins, with what a socket has kept of the one before. */
export function openBook(kept: KeptFigures | undefined): FigureBook {
  const batches = (kept?.batches ?? []).map(({ id, minutes }): Batch => {
    return { id, minutes: minutes.map(([at, tally]) => [at, { ...tally }] as const), calls: [] };
  });
  const [first, second] = batches;
  return {
    underway: second === undefined ? undefined : first,
    next: second ?? first,
    told: kept?.told,
    toldAt: undefined,
    isUnsure: false,
    isTelling: false,
    revision: kept === undefined ? 0 : 1,
  };
}

export const keptFigures = ({ underway, next, told }: FigureBook): KeptFigures => ({
  batches: [underway, next].flatMap((batch) =>
    batch === undefined ? [] : [{ id: batch.id, minutes: batch.minutes }],
  ),
  told,
});

/** `newId` is asked for one name at most. */
export function enter(book: FigureBook, now: EpochMs, { counts, calls }: Counted, newId: () => string): void {
  if (Object.keys(counts).length === 0 && calls.length === 0) return;
  book.next ??= { id: newId(), minutes: [], calls: [] };
  tallyUp(tallyOf(book.next, minuteOf(now)), counts);
  for (const call of calls) if (book.next.calls.length < mostCalls) book.next.calls.push(call);
  if (Object.keys(counts).some((name) => !billed.has(name))) book.revision++;
}

function tallyOf({ minutes }: Batch, minute: EpochMs): Tally {
  const known = minutes.find(([at]) => at === minute);
  if (known !== undefined) return known[1];
  const fresh: Tally = {};
  minutes.push([minute, fresh]);
  const [first, second] = minutes;
  if (minutes.length > mostMinutes && first !== undefined && second !== undefined) {
    tallyUp(second[1], first[1]);
    minutes.shift();
  }
  return fresh;
}

/** What goes on with whatever else is counted: to lose some of it is no matter, to tell it no reason. */
const billed: ReadonlySet<string> = new Set(["frames", "requests", "rows"]);
/** Nothing of these is worth a call by itself. */
const quiet: ReadonlySet<string> = new Set([...billed, "registers"]);

const hasMoreThan = (batch: Batch | undefined, names: ReadonlySet<string>): boolean =>
  batch !== undefined &&
  (batch.calls.length > 0 ||
    batch.minutes.some(([, tally]) => Object.keys(tally).some((name) => !names.has(name))));

const isWorthTelling = (batch: Batch | undefined): boolean => hasMoreThan(batch, quiet);

/** When the realm is to be told; undefined while nothing is worth it, or it is being told. */
export function dueAt(book: FigureBook, account: AccountFigures, now: EpochMs): EpochMs | undefined {
  if (book.isTelling) return undefined;
  const apart = isNews(book, account) ? statesApart : countsApart;
  if (apart === countsApart && !isWorthTelling(book.underway) && !isWorthTelling(book.next)) return undefined;
  // A clock that was set back must not keep the realm waiting until it has caught up.
  return book.toldAt === undefined || book.toldAt > now ? now : after(book.toldAt, apart);
}

function isNews({ told, isUnsure }: FigureBook, { enabled, live, calls, placed }: AccountFigures): boolean {
  // A memory that knows of no telling, of a user who is not there, has nothing to correct unless a row of his moved.
  if (told === undefined) return isUnsure || live > 0 || calls > 0;
  return told.enabled !== enabled || told.live !== live || told.calls !== calls || told.placed !== placed;
}

/** There is something to tell whoever asks; that he asks is not. */
export const isWorthAsking = ({ underway, next }: FigureBook): boolean =>
  hasMoreThan(underway, billed) || hasMoreThan(next, billed);

/** What is told now; `reported` or `notReported` follows. */
export function beginReport(
  book: FigureBook,
  aor: string,
  account: AccountFigures,
  now: EpochMs,
  newId: () => string,
): FigureReport {
  if (book.underway === undefined) {
    book.underway = book.next ?? { id: newId(), minutes: [], calls: [] };
    book.next = undefined;
  }
  book.isTelling = true;
  book.revision++;
  book.toldAt = now;
  const { id, minutes, calls } = book.underway;
  const told = minutes.map(([at, counts]): { at: EpochMs; counts: Counts } => ({
    at,
    counts: { ...counts },
  }));
  return { id, aor, at: now, account, minutes: told, calls: [...calls] };
}

export function reported(book: FigureBook, account: AccountFigures): void {
  book.isTelling = false;
  book.revision++;
  book.underway = undefined;
  book.told = account;
  book.isUnsure = false;
}

/** It is told again under the same name, with the next reason to tell anything. */
export function notReported(book: FigureBook): void {
  book.isTelling = false;
}
