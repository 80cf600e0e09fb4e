// What a crowd of watchers (crowd.ts) is told to do, and what it says of itself.

/** How the first watchers of a presentity do not answer. */
export type Death =
  /** A phone that says nothing: its home says `pending`, and never more. */
  | "silent"
  /** A home whose every call fails. */
  | "failing"
  /** A home whose calls do not return. */
  | "hanging";

export interface Tally {
  /** Watchers that have come to a state, by its note, and when the last of them did. */
  readonly told: Record<string, { count: number; lastAt: number }>;
  /** NOTIFYs with an older state, or a CSeq that is not higher than the one before. */
  wentBack: number;
  /** NOTIFYs with a state that the watcher had. */
  repeated: number;
  refused: number;
}
