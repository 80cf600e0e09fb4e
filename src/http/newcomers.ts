// How many homes somebody may have woken who has not proved to be their user: openings of sockets, passwords over HTTP. Each
// wakes an object, and whoever makes up names has as many as he likes. A home counts its own strangers; this counts
// them over all homes, by network, in one isolate: a number each, as for guesses (auth/guess-rate.ts).
//
// An address may be that of a whole office that comes back at once after a deploy, so the bound is wide.

import { networkOf } from "../auth/back-off";
import { judgeGuess } from "../auth/guess-rate";
import { type EpochMs, epochMs, millis, type Seconds, secondsUntil } from "../base/brand";
import type { LimitSettings } from "../contracts/settings";
import { log } from "./log";

/** In this time as many more are let in as at once. */
const window = millis(100_000);

const mostNetworks = 10_000;

export interface HeldOff {
  readonly kind: "held-off";
  readonly retryAfter: Seconds;
}

type Limits = Pick<LimitSettings, "newcomersPerAddress">;

export class Newcomers {
  /** By network, the one that came last at the end. */
  readonly #forgottenAt = new Map<string, EpochMs>();

  /** Counts one more, or says until when none is let in from there. Without an address nobody waits. */
  enter(address: string | undefined, { newcomersPerAddress }: Limits, now: EpochMs): HeldOff | undefined {
    if (address === undefined) return undefined;
    const network = networkOf(address);
    const { wait, forgottenAt } = judgeGuess(
      this.#forgottenAt.get(network),
      newcomersPerAddress,
      now,
      window,
    );
    this.#keep(network, forgottenAt);
    if (wait === 0) return undefined;
    return { kind: "held-off", retryAfter: secondsUntil(epochMs(now + wait), now) };
  }

  /** It has proved to be a user. */
  letIn(address: string | undefined, { newcomersPerAddress }: Limits): void {
    const network = address === undefined ? "" : networkOf(address);
    const known = this.#forgottenAt.get(network);
    if (known !== undefined) this.#keep(network, epochMs(known - Math.floor(window / newcomersPerAddress)));
  }

  #keep(network: string, forgottenAt: EpochMs): void {
    this.#forgottenAt.delete(network);
    this.#forgottenAt.set(network, forgottenAt);
    const [first = network] = this.#forgottenAt.keys();
    if (this.#forgottenAt.size > mostNetworks) this.#forgottenAt.delete(first);
  }
}

/** Of this isolate. */
const newcomers = new Newcomers();

/** Until when no home is woken for who comes from there. */
export const refuseNewcomer = (address: string | undefined, limits: Limits): HeldOff | undefined =>
  newcomers.enter(address, limits, epochMs(Date.now()));

/** A home's word on somebody who is not yet known to be its user. */
export async function asNewcomer<Outcome extends { readonly kind: string }>(
  address: string | undefined,
  limits: Limits,
  ask: () => Promise<Outcome>,
): Promise<Outcome | HeldOff> {
  const held = refuseNewcomer(address, limits);
  if (held !== undefined) {
    log("info", "too many newcomers", { address });
    return held;
  }
  const outcome = await ask();
  if (letIn.includes(outcome.kind)) newcomers.letIn(address, limits);
  return outcome;
}

/** What homes say to their users alone. */
const letIn = ["authenticated", "answered", "opened"];
