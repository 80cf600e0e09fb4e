// CSeq (RFC 3261 §20.16): a number and the method.

import { err, ok, type Result } from "../../base/result";
import { isToken, trimWhite } from "../scan";
import type { HeaderFailure } from "./header-failure";
import { parseSequence } from "./integer";

export interface CSeq {
  readonly sequence: number;
  /** As written: methods compare with case (§7.1). */
  readonly method: string;
}

export function parseCSeq(value: string): Result<CSeq, HeaderFailure> {
  const match = /^([0-9]+)[ \t]+([^ \t]+)$/.exec(trimWhite(value));
  if (match === null) return err("syntax");
  const [, digits = "", method = ""] = match;
  const sequence = parseSequence(digits);
  if (sequence === undefined) return err("range");
  return isToken(method) ? ok({ sequence, method }) : err("syntax");
}
