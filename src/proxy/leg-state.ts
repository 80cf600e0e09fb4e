// One INVITE of a page of this home on its way to the next hop: what the home keeps of it, what happens to it and
// what it asks for. The machine itself is leg.ts.

import type { EpochMs } from "../base/brand";
import type { Step } from "../base/step";
import type { TimerTable } from "../base/timer-table";
import type { InviteClient } from "../transaction/invite-client";
import type { CancelCause } from "./cancel-reason";

/**
 * `back`: the caller is given up; `acknowledge`: a 2xx has waited for its ACK long enough; `forget`: the wait for
 * the ACK of a refusal (Timer H); `longest`: the INVITE is over, whoever is silent.
 */
export type LegTimer = "back" | "acknowledge" | "forget" | "longest";

/** The final response that is not a 2xx: the next hop's, or our own. */
export interface Refusal {
  readonly status: number;
  readonly own: boolean;
}

/** `hungUp`: this home has acknowledged and ended it for an absent caller. */
export interface LegDialog {
  readonly toTag: string;
  readonly state: "unacknowledged" | "acknowledged" | "hungUp";
}

/** Plain data: survives JSON. */
export interface Leg {
  /** `ringing`: no final response yet; `answered`: a 2xx came; `refused`: another final one did. */
  readonly phase: "ringing" | "answered" | "refused" | "finished";
  /** The branch the page chose, which its CANCEL and ACK name. */
  readonly branchIn: string;
  /** The branch of our own Via. */
  readonly branchOut: string;
  readonly nextHop: string;
  /** The Contact URI of the page. */
  readonly page: string;
  /** Where the page is reached; absent while it is away. */
  readonly socket?: string;
  /** The page's socket was cut once: it may have forgotten the call. */
  readonly wasCut: boolean;
  /** The transaction towards the next hop, with the request left out: it is kept beside. */
  readonly client: InviteClient;
  readonly cancel?: CancelCause;
  /** The page has its 100, or a response that says more. */
  readonly isTried: boolean;
  /** A response waits for the page to come back. */
  readonly kept?: "provisional" | "final";
  readonly refusal?: Refusal;
  /** The page has acknowledged a refusal of our own. */
  readonly isRefusalHeard?: true;
  /** The dialogs that 2xx have formed. */
  readonly dialogs: readonly LegDialog[];
  readonly timers: TimerTable<LegTimer>;
}

export type LegInput =
  /** A response of the next hop. */
  | { readonly kind: "responded"; readonly status: number; readonly toTag?: string }
  /** The page's CANCEL of this INVITE. */
  | { readonly kind: "cancelled"; readonly reason?: string }
  /** An ACK of the page: for a 2xx it names the dialog, and goes on end to end by its route. */
  | { readonly kind: "acknowledged"; readonly toTag?: string }
  /** The page's socket is gone; `since` when, which after a wake the device's row knows. */
  | { readonly kind: "flowClosed"; readonly since: EpochMs }
  /** The same page is back. */
  | { readonly kind: "pageCame"; readonly socket: string }
  /** The device is back with another page: a reload. */
  | { readonly kind: "pageReplaced" }
  /** The call to the next hop failed without a clear answer: the INVITE may have come through, or not. */
  | { readonly kind: "unreachable" }
  /** The object was killed, and began anew from its rows: the page's socket is gone. */
  | { readonly kind: "restarted" }
  | { readonly kind: "timePassed" };

export type LegEffect =
  | { readonly kind: "putRow" }
  | { readonly kind: "deleteRow" }
  | { readonly kind: "sendInvite"; readonly branch: string; readonly to: string }
  /** In order behind the INVITE, and tried again while the hop does not answer. */
  | { readonly kind: "sendCancel"; readonly branch: string; readonly to: string; readonly reason?: string }
  /** Answer the page's CANCEL with 200. */
  | { readonly kind: "acceptCancel" }
  /** Pass the response in hand to the page. */
  | { readonly kind: "relay"; readonly socket: string; readonly status: number }
  /** Keep the response in hand for the page: a final one with the row, a provisional one in memory alone. */
  | { readonly kind: "keep"; readonly status: number }
  /** Pass on what was kept. */
  | { readonly kind: "relayKept"; readonly socket: string }
  /** A response of our own; a 503 with Retry-After, a 100 without a To-tag. */
  | { readonly kind: "answer"; readonly socket: string; readonly status: number }
  /** ACK, as the caller would, the 2xx of this To-tag: it is in hand, was kept, or stands in the dialog's row. */
  | { readonly kind: "acknowledge"; readonly toTag: string }
  /** BYE, as the caller would, in the dialog of this To-tag. */
  | { readonly kind: "bye"; readonly toTag: string; readonly reason: string }
  | { readonly kind: "finished" };

export type LegStep = Step<Leg, LegEffect>;

export const stay = (state: Leg): LegStep => ({ state, effects: [] });

export const withEffects = (state: Leg, ...effects: readonly LegEffect[]): LegStep => ({ state, effects });

/** One transition after the other, the effects in that order. */
export function sequence(from: Leg, transitions: readonly ((state: Leg) => LegStep)[]): LegStep {
  let state = from;
  const effects: LegEffect[] = [];
  for (const transition of transitions) {
    const next = transition(state);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}
