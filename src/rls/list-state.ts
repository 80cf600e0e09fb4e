// One list subscription at the subscriber's home, as plain data (RFC 4662 §4): the list, and for each resource how its
// virtual subscription stands. Kept are 100 to 200 octets for an entry, so a list of 200 is one small row.
//
// The documents of the resources are kept apart, under the resource's URI, by whoever runs the machine: together they
// are a hundred times larger than all the rest, and one of them changes where nothing else does. A document that was
// forgotten makes its resource one whose state is not known (§4.5), until its back end is asked to tell it again.

import type { EpochMs } from "../base/brand";
import type { DisplayName } from "./display-name";
import type { ListEntry } from "./flat-list";

export type ListState = { readonly kind: "new" } | OpenList | { readonly kind: "over" };

/** What is subscribed to: a list with its URI. */
export interface ListContents {
  /** What the SUBSCRIBE was sent to. */
  readonly uri: string;
  readonly displayNames: readonly DisplayName[];
  readonly entries: readonly ListEntry[];
}

export interface OpenList {
  readonly kind: "open";
  readonly uri: string;
  readonly displayNames: readonly DisplayName[];
  /** Of the next NOTIFY; 0 for the first (§5.2). */
  readonly version: number;
  /** The next NOTIFY is to have full state. */
  readonly owesFull: boolean;
  /** In the list's order, no URI twice. */
  readonly resources: readonly ListResource[];
}

export interface ListResource {
  readonly uri: string;
  readonly displayNames: readonly DisplayName[];
  readonly backEnd: BackEnd;
  /** Numbers the virtual subscriptions, one after another: the id of the instance (§5.5). */
  readonly instance: number;
  /** When the back end was last asked. */
  readonly subscribedAt: EpochMs;
  /** Virtual subscriptions in a row that did not last. */
  readonly attempts: number;
  /** The version that was next when its state changed; absent when the subscriber has its state. */
  readonly owedSince?: number;
}

/** The virtual subscription to one resource. */
export type BackEnd =
  /** Asked, with no word from there yet; `reason` is how the one before ended, which is shown meanwhile (§4.5). */
  | { readonly kind: "asked"; readonly reason?: string }
  | { readonly kind: "pending" }
  | { readonly kind: "active" }
  /** Over; it is tried again at `retryAt`, or never. */
  | { readonly kind: "terminated"; readonly reason: string; readonly retryAt?: EpochMs };

/** A resource's state as its notifier sent it. */
export interface ResourceDocument {
  /** The value of Content-Type. */
  readonly contentType: string;
  readonly body: string;
}

/** What the next NOTIFY would have to say. */
export function owes(state: ListState): "nothing" | "partial" | "full" {
  if (state.kind !== "open") return "nothing";
  if (state.owesFull) return "full";
  return state.resources.some(({ owedSince }) => owedSince !== undefined) ? "partial" : "nothing";
}

/** The earliest moment at which a virtual subscription is to be tried again. */
export function nextRetryAt(state: ListState): EpochMs | undefined {
  if (state.kind !== "open") return undefined;
  let earliest: EpochMs | undefined;
  for (const { backEnd } of state.resources) {
    const at = backEnd.kind === "terminated" ? backEnd.retryAt : undefined;
    if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
  }
  return earliest;
}
