// Whether anybody watches an event of the user's: unwatched, nothing of it is made, compared or written.

import type { HomeState } from "./state";

export function isWatched({ subscriptions }: Pick<HomeState, "subscriptions">, event: string): boolean {
  for (const { event: watched, list } of subscriptions.values()) {
    // A list is told of its entries, and not of the user who subscribed to it.
    if (watched === event && list === undefined) return true;
  }
  return false;
}
