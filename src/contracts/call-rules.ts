// What a user has decided about calls to him, as data: run by his home, whoever calls and whatever devices he has.

import type { Seconds } from "../base/brand";

export interface CallRules {
  /** Nothing rings: calls are answered 486, or go where those that find him busy go. */
  readonly doNotDisturb: boolean;
  /** URIs that calls are sent on to. */
  readonly forward: {
    readonly always?: string;
    /** Every device refused with busy, or the user does not want to be disturbed. */
    readonly busy?: string;
    /** Nobody answered for so long, or no device was there. */
    readonly noAnswer?: { readonly to: string; readonly after: Seconds };
  };
}

/** A ring group: calls to this name ring other names. */
export interface RingGroup {
  /** URIs, in the order in which they are rung. */
  readonly members: readonly string[];
  readonly order: "parallel" | "sequential";
  /** How long one member rings before the next does; for a parallel group how long all ring. */
  readonly ringFor: Seconds;
}
