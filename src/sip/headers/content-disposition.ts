// Content-Disposition (RFC 3261 §20.11): what a body is for.

import { err, ok, type Result } from "../../base/result";
import type { Parameters } from "../parameters";
import type { HeaderFailure } from "./header-failure";
import { parseTokenParameters } from "./token-parameters";

export interface ContentDisposition {
  /** `session`, `render`, `recipient-list`…, in lower case. */
  readonly type: string;
  readonly parameters: Parameters;
}

export function parseContentDisposition(value: string): Result<ContentDisposition, HeaderFailure> {
  const parsed = parseTokenParameters(value);
  if (parsed === undefined) return err("syntax");
  return ok({ type: parsed.token.toLowerCase(), parameters: parsed.parameters });
}
