// How much a socket may ask for: a bucket of tokens each, filled at the setting's rate, one token a message. Kept in
// memory alone: a home that was idle for long enough to be evicted would find every bucket full again.
//
// What finds the bucket empty is counted too, in a second bucket that leaks at the same rate: whoever goes on at more
// than twice the rate is not in a hurry but a flood.

import type { EpochMs } from "../base/brand";
import type { LimitSettings } from "../contracts/settings";
import type { HomeState } from "./state";

export type Rate = Pick<LimitSettings, "requestRate" | "requestBurst">;

/** A public-key signature takes about as long to check as so many requests to serve. */
const tokenCheckCost = 100;

/** Whether the socket may make one more request now; it is counted, served or not. */
export function takeRequest(state: HomeState, socket: string, rate: Rate, now: EpochMs): boolean {
  return take(state, socket, { needs: 1, takes: 1, counts: 1 }, rate, now);
}

/**
 * The same for a socket that nobody has logged in on, by a bucket of its own: a login takes a few messages, and each of a
 * stranger's is answered with a fresh nonce.
 */
export function takeStrangersRequest(
  state: HomeState,
  socket: string,
  limits: StrangerLimits,
  now: EpochMs,
): "served" | "refused" | "flooding" {
  const bucket = strangersBucket(socket);
  const rate = strangersRate(limits);
  if (takeRequest(state, bucket, rate, now)) return "served";
  return isFlooding(state, bucket, rate) ? "flooding" : "refused";
}

/** Whether a stranger's next message will be looked at; it is not counted yet. */
export const isStrangerServed = (
  state: HomeState,
  socket: string,
  limits: StrangerLimits,
  now: EpochMs,
): boolean =>
  take(state, strangersBucket(socket), { needs: 1, takes: 0, counts: 0 }, strangersRate(limits), now);

type StrangerLimits = Rate & Pick<LimitSettings, "strangerBurst">;

function strangersRate(limits: StrangerLimits): Rate {
  const requestBurst = Math.min(limits.strangerBurst, limits.requestBurst);
  return { requestRate: Math.min(requestBurst / 10, limits.requestRate), requestBurst };
}

/** A socket has logged in, or is gone. */
export const forgetStranger = ({ rates }: HomeState, socket: string): void => {
  rates.delete(strangersBucket(socket));
};

const strangersBucket = (socket: string): string => `stranger ${socket}`;

/** Whether the user may subscribe to a list of so many entries now: each is a subscription of its own at another home. */
export function takeListEntries(
  state: HomeState,
  entries: number,
  { listEntriesBurst }: Pick<LimitSettings, "listEntriesBurst">,
  now: EpochMs,
): boolean {
  const rate = { requestRate: listEntriesBurst / 100, requestBurst: listEntriesBurst };
  return take(state, "lists", { needs: entries, takes: entries, counts: 0 }, rate, now);
}

/** A request of the user's was for nobody: the object that was woken for it is as good as lost. */
export function countNobody(state: HomeState, { nobodiesBurst }: NobodyLimits, now: EpochMs): void {
  takeRequest(state, nobodies, nobodiesRate(nobodiesBurst), now);
}

/** Whether the user may send to another name: not, while he has just sent to so many that nobody has. */
export function maySeekSomebody(state: HomeState, { nobodiesBurst }: NobodyLimits, now: EpochMs): boolean {
  if (!state.rates.has(nobodies)) return true;
  return take(state, nobodies, { needs: 1, takes: 0, counts: 0 }, nobodiesRate(nobodiesBurst), now);
}

type NobodyLimits = Pick<LimitSettings, "nobodiesBurst">;

const nobodies = "nobodies";
const nobodiesRate = (requestBurst: number): Rate => ({ requestRate: requestBurst / 100, requestBurst });

/** Whether more than a whole burst came in excess of the rate. */
export function isFlooding({ rates }: HomeState, socket: string, { requestBurst }: Rate): boolean {
  return (rates.get(socket)?.excess ?? 0) > requestBurst;
}

/** Whether the token in a request may be checked now, before the request itself is counted. */
export function takeTokenCheck(state: HomeState, socket: string, rate: Rate, now: EpochMs): boolean {
  // The challenge before it was a request as well: a client gets through both at once.
  const needs = Math.max(1, Math.min(tokenCheckCost, Math.floor(rate.requestBurst / 2)));
  return take(state, socket, { needs, takes: needs - 1, counts: 0 }, rate, now);
}

interface Price {
  /** Tokens that must be there, and those of them that are taken. */
  readonly needs: number;
  readonly takes: number;
  /** Added to the excess when they are not there. */
  readonly counts: number;
}

function take(
  { rates }: HomeState,
  socket: string,
  { needs, takes, counts }: Price,
  { requestRate, requestBurst }: Rate,
  now: EpochMs,
): boolean {
  const bucket = rates.get(socket) ?? { tokens: requestBurst, excess: 0, at: now };
  // A clock that was set back takes away nothing.
  const sinceThen = (Math.max(0, now - bucket.at) / 1000) * requestRate;
  const tokens = Math.min(requestBurst, bucket.tokens + sinceThen);
  const excess = Math.max(0, bucket.excess - sinceThen);
  const isThere = tokens >= needs;
  rates.set(socket, {
    tokens: isThere ? tokens - takes : tokens,
    excess: isThere ? excess : excess + counts,
    at: now,
  });
  return isThere;
}
