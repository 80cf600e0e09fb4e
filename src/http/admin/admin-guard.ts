// Who may administer, and who has guessed too often to be asked (RFC 7616 §5.7 has the same for passwords). Of this isolate
// alone, since no object is on the way of an administrator's request: a brake on guessing. What stops it is the token's length.
//
// Only an address waits. Where none is known one stranger's guesses would hold the operator off, so nobody does.

import {
  allowedAt,
  type BackOffSettings,
  defaultBackOff,
  type FailedLogins,
  noFailedLogins,
  recordFailure,
  recordSuccess,
} from "../../auth/back-off";
import { type EpochMs, secondsUntil } from "../../base/brand";
import { log } from "../log";
import { type Problem, tooManyRequests } from "../problem";
import { refuseAdministrator } from "./admin-token";

export interface AdminRequest {
  readonly authorization: string | undefined;
  /** The configured token. */
  readonly expected: string | undefined;
  readonly address: string | undefined;
  /** Wrong tokens of one address before the first pause. */
  readonly tries: number;
  readonly now: EpochMs;
}

const networks = 256;

export class AdminGuard {
  #failures: FailedLogins = noFailedLogins;

  /** Why a request may not be served, or undefined when it may. */
  refuse({ authorization, expected, address, tries, now }: AdminRequest): Problem | undefined {
    const steps: BackOffSettings = {
      ...defaultBackOff,
      address: { ...defaultBackOff.address, free: tries },
      networks,
    };
    const until = allowedAt(this.#failures, address, true, now, steps);
    if (until > now && authorization !== undefined) return tooManyRequests(secondsUntil(until, now));
    const refusal = refuseAdministrator(authorization, expected);
    if (refusal?.name === "admin-token-wrong") {
      log("warn", "admin token wrong", { address });
      this.#failures = recordFailure(this.#failures, address, now, steps);
    } else if (refusal === undefined) {
      this.#failures = recordSuccess(this.#failures, address);
    }
    return refusal;
  }
}
