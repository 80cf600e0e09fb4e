// Event (RFC 6665 §8.2.1): the package, and the id that tells two subscriptions of one dialog apart.

import { err, ok, type Result } from "../../base/result";
import { formatParameters, type Parameters, parameter } from "../parameters";
import { isToken } from "../scan";
import type { HeaderFailure } from "./header-failure";
import { parseTokenParameters } from "./token-parameters";

export interface Event {
  /** The package, templates included, in lower case: `presence`, `presence.winfo`. */
  readonly package: string;
  readonly id: string | undefined;
  readonly parameters: Parameters;
}

export function parseEvent(value: string): Result<Event, HeaderFailure> {
  const parsed = parseTokenParameters(value);
  if (parsed === undefined) return err("syntax");
  const id = parameter(parsed.parameters, "id");
  if (id === null || (id !== undefined && !isToken(id))) return err("syntax");
  return ok({ package: parsed.token.toLowerCase(), id, parameters: parsed.parameters });
}

export function formatEvent(event: Pick<Event, "package" | "parameters">): string {
  return event.package + formatParameters(event.parameters);
}
