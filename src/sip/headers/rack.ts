// RAck (RFC 3262 §7.2): which reliable provisional response a PRACK acknowledges.

import { err, ok, type Result } from "../../base/result";
import { type CSeq, parseCSeq } from "./cseq";
import type { HeaderFailure } from "./header-failure";
import { parseSequence } from "./integer";

export interface RAck {
  /** The RSeq of the response. */
  readonly responseSequence: number;
  /** The CSeq of the response. */
  readonly cseq: CSeq;
}

export function parseRAck(value: string): Result<RAck, HeaderFailure> {
  const match = /^([0-9]+)[ \t]+(?![ \t])(.*)$/s.exec(value);
  const responseSequence = parseSequence(match?.[1] ?? "");
  if (match === null) return err("syntax");
  if (responseSequence === undefined) return err("range");
  const cseq = parseCSeq(match[2] ?? "");
  return cseq.ok ? ok({ responseSequence, cseq: cseq.value }) : cseq;
}
