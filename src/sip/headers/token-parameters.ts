// The shape that many header fields share: one token, then parameters. Event, Subscription-State,
// Content-Disposition, Reason and the delta-seconds fields are of it.

import { type Parameters, parseParameters } from "../parameters";
import { runEnd, skipWhite, TOKEN } from "../scan";

export interface TokenParameters {
  /** As written. */
  readonly token: string;
  readonly parameters: Parameters;
}

/** token *( SEMI generic-param ); undefined if malformed. */
export function parseTokenParameters(value: string): TokenParameters | undefined {
  const start = skipWhite(value, 0);
  const end = runEnd(value, start, TOKEN);
  if (end === start) return undefined;
  const parameters = parseParameters(value, end);
  return parameters && { token: value.slice(start, end), parameters };
}
