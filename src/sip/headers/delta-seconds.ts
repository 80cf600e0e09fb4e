// Header fields that are seconds with parameters: Session-Expires and Min-SE (RFC 4028 §4, §5), and Retry-After,
// which may hold a comment (RFC 3261 §20.33).

import { err, ok, type Result } from "../../base/result";
import { type Parameters, parseParameters } from "../parameters";
import { codeAt, skipWhite } from "../scan";
import type { HeaderFailure } from "./header-failure";
import { parseDeltaSeconds } from "./integer";

export interface DeltaSeconds {
  /** Seconds. */
  readonly value: number;
  /** The text in parentheses, unescaped. */
  readonly comment: string | undefined;
  readonly parameters: Parameters;
}

/** delta-seconds [ comment ] *( SEMI generic-param ) */
export function parseDeltaSecondsField(value: string): Result<DeltaSeconds, HeaderFailure> {
  const digits = /^[0-9]+/.exec(value)?.[0];
  if (digits === undefined) return err("syntax");
  const seconds = parseDeltaSeconds(digits);
  if (seconds === undefined) return err("range");
  const start = skipWhite(value, digits.length);
  const end = codeAt(value, start) === 0x28 ? commentEnd(value, start) : start;
  const parameters = end < 0 ? undefined : parseParameters(value, end);
  if (parameters === undefined) return err("syntax");
  const comment = end > start ? value.slice(start + 1, end - 1).replace(/\\(.)/gs, "$1") : undefined;
  return ok({ value: seconds, comment, parameters });
}

/** The offset after the comment that starts at `at`, comments within it included; -1 when it does not end. */
function commentEnd(value: string, at: number): number {
  let depth = 0;
  for (let end = at; end < value.length; end++) {
    const code = value.charCodeAt(end);
    if (code === 0x5c) end++;
    else if (code === 0x28) depth++;
    else if (code === 0x29 && --depth === 0) return end + 1;
  }
  return -1;
}
