// Who may administer, and who has guessed too often to be heard. The first realm's object counts wrong tokens by address, for all
// isolates together, and a right one is asked about once from each address in an isolate: an operator's requests cost no call.
//
// Only an address waits. Where none is known one stranger's guesses would hold the operator off, so nobody does.

import { networkOf } from "../../auth/back-off";
import { type EpochMs, secondsUntil } from "../../base/brand";
import type { Guess } from "../../contracts/guesses";
import { log } from "../log";
import { type Problem, tooManyRequests } from "../problem";
import { refuseAdministrator } from "./admin-token";

export interface AdminRequest {
  readonly authorization: string | undefined;
  /** The configured token. */
  readonly expected: string | undefined;
  readonly address: string | undefined;
  readonly now: EpochMs;
  /** Until when that guess is not to be answered (guess-guard.ts). */
  readonly heldUntil: (guess: Guess) => Promise<EpochMs | undefined>;
}

const mostNetworks = 256;

export class AdminGuard {
  /** Where an operator was let in from, the longest known first. */
  readonly #known = new Set<string>();

  /** Why a request may not be served, or undefined when it may. */
  async refuse(request: AdminRequest): Promise<Problem | undefined> {
    const { authorization, expected, address, now, heldUntil } = request;
    const refusal = refuseAdministrator(authorization, expected);
    const isWrong = refusal?.name === "admin-token-wrong";
    if (refusal !== undefined && !isWrong) return refusal;
    const network = address === undefined ? undefined : networkOf(address);
    if (network !== undefined && (isWrong || !this.#known.has(network))) {
      const until = await heldUntil({ door: "administration", network, isRight: !isWrong });
      if (until !== undefined) return tooManyRequests(secondsUntil(until, now));
      if (!isWrong) this.#remember(network);
    }
    if (isWrong) log("warn", "admin token wrong", { address });
    return refusal;
  }

  #remember(network: string): void {
    this.#known.add(network);
    const [longest = network] = this.#known;
    if (this.#known.size > mostNetworks) this.#known.delete(longest);
  }
}
