// Content-Type (RFC 3261 §20.15): a media type and its parameters.

import { err, ok, type Result } from "../../base/result";
import { formatParameters, type Parameters, parseParameters } from "../parameters";
import { codeAt, runEnd, skipWhite, TOKEN } from "../scan";
import type { HeaderFailure } from "./header-failure";

export interface ContentType {
  /** `type/subtype` in lower case. */
  readonly type: string;
  readonly parameters: Parameters;
}

/** m-type SLASH m-subtype *( SEMI m-parameter ); every parameter has a value. */
export function parseContentType(value: string): Result<ContentType, HeaderFailure> {
  const start = skipWhite(value, 0);
  const typeEnd = runEnd(value, start, TOKEN);
  const slash = skipWhite(value, typeEnd);
  if (typeEnd === start || codeAt(value, slash) !== 0x2f) return err("syntax");
  const subtypeStart = skipWhite(value, slash + 1);
  const subtypeEnd = runEnd(value, subtypeStart, TOKEN);
  if (subtypeEnd === subtypeStart) return err("syntax");
  const parameters = parseParameters(value, subtypeEnd);
  if (parameters?.every((entry) => entry.value !== null) !== true) return err("syntax");
  const type = `${value.slice(start, typeEnd)}/${value.slice(subtypeStart, subtypeEnd)}`.toLowerCase();
  return ok({ type, parameters });
}

export function formatContentType({ type, parameters }: ContentType): string {
  return type + formatParameters(parameters);
}
