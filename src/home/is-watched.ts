// Whether anybody watches an event of the user's: unwatched, nothing of it is made, compared or written.

import type { HomeState } from "./state";

export function isWatched({ subscriptions }: Pick<HomeState, "subscriptions">, event: string): boolean {
  for (const subscription of subscriptions.values()) if (subscription.event === event) return true;
  return false;
}
