// Subscription-State (RFC 6665 §8.2.3).

import { err, ok, type Result } from "../../base/result";
import { formatParameters, type Parameter, type Parameters, parameter } from "../parameters";
import type { HeaderFailure } from "./header-failure";
import { parseDeltaSeconds } from "./integer";
import { parseTokenParameters } from "./token-parameters";

export interface SubscriptionState {
  /** `active`, `pending`, `terminated` or an extension, in lower case. */
  readonly state: string;
  /** Why it ended, in lower case: `deactivated`, `probation`, `rejected`, `timeout`, `giveup`, `noresource`. */
  readonly reason: string | undefined;
  /** Seconds. */
  readonly expires: number | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** All parameters, those above included. */
  readonly parameters: Parameters;
}

export function parseSubscriptionState(value: string): Result<SubscriptionState, HeaderFailure> {
  const parsed = parseTokenParameters(value);
  if (parsed === undefined) return err("syntax");
  const { token, parameters } = parsed;
  const expires = secondsOf(parameters, "expires");
  const retryAfter = secondsOf(parameters, "retry-after");
  if (expires === null || retryAfter === null) return err("range");
  const reason = parameter(parameters, "reason")?.toLowerCase();
  return ok({ state: token.toLowerCase(), reason, expires, retryAfter, parameters });
}

/** The seconds of a parameter, undefined when it is absent, null when it is no number of seconds. */
function secondsOf(parameters: Parameters, name: string): number | null | undefined {
  const value = parameter(parameters, name);
  return value === undefined ? undefined : (parseDeltaSeconds(value ?? "") ?? null);
}

/** What to write: the state and whichever of the known parameters are given. */
export interface SubscriptionStateFields {
  readonly state: string;
  readonly reason?: string | undefined;
  readonly expires?: number | undefined;
  readonly retryAfter?: number | undefined;
}

export function formatSubscriptionState(fields: SubscriptionStateFields): string {
  const parameters: Parameter[] = [];
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) parameters.push({ name, value: String(value) });
  };
  add("expires", fields.expires);
  add("reason", fields.reason);
  add("retry-after", fields.retryAfter);
  return fields.state + formatParameters(parameters);
}
