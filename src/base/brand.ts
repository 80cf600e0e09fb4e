// Units of time as types. A bare `number` never holds a time: an EpochMs and a Seconds do not mix.

declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Brand<number, "EpochMs">;

/** A span in milliseconds. */
export type Millis = Brand<number, "Millis">;

/** A span in seconds, the unit of every SIP header that carries a time. */
export type Seconds = Brand<number, "Seconds">;

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const millis = (value: number): Millis => value as Millis;
export const seconds = (value: number): Seconds => value as Seconds;

/** `at` moved by a span. */
export const after = (at: EpochMs, span: Millis): EpochMs => (at + span) as EpochMs;

export const toMillis = (span: Seconds): Millis => (span * 1000) as Millis;

/** Whole seconds from `now` to `until`, rounded up, never negative: what an Expires header says. */
export const secondsUntil = (until: EpochMs, now: EpochMs): Seconds =>
  Math.max(0, Math.ceil((until - now) / 1000)) as Seconds;
