// How much a socket may ask for: a bucket of tokens each, filled at the setting's rate, one token a request. Kept in
// memory alone: a home that was idle for long enough to be evicted would find every bucket full again.

import type { EpochMs } from "../base/brand";
import type { LimitSettings } from "../contracts/settings";
import type { HomeState } from "./state";

export type Rate = Pick<LimitSettings, "requestRate" | "requestBurst">;

/** A public-key signature takes about as long to check as so many requests to serve. */
const tokenCheckCost = 100;

/** Whether the socket may make one more request now; it is counted then. */
export function takeRequest(state: HomeState, socket: string, rate: Rate, now: EpochMs): boolean {
  return take(state, socket, { needs: 1, takes: 1 }, rate, now);
}

/** Whether the token in a request may be checked now, before the request itself is counted. */
export function takeTokenCheck(state: HomeState, socket: string, rate: Rate, now: EpochMs): boolean {
  const needs = Math.min(tokenCheckCost, rate.requestBurst);
  return take(state, socket, { needs, takes: needs - 1 }, rate, now);
}

function take(
  { rates }: HomeState,
  socket: string,
  { needs, takes }: { readonly needs: number; readonly takes: number },
  { requestRate, requestBurst }: Rate,
  now: EpochMs,
): boolean {
  const bucket = rates.get(socket) ?? { tokens: requestBurst, at: now };
  const tokens = Math.min(requestBurst, bucket.tokens + ((now - bucket.at) / 1000) * requestRate);
  const isThere = tokens >= needs;
  rates.set(socket, { tokens: isThere ? tokens - takes : tokens, at: now });
  return isThere;
}
