// Header fields that are a number: Expires, Min-Expires, Content-Length, Max-Forwards, RSeq
// (RFC 3261 §20.14, §20.19, §20.22, §20.23; RFC 3262 §7.1).

import { isDigit } from "../scan";

/** 2^32-1: the largest delta-seconds (RFC 3261 §20.19) and sequence number (§8.1.1.5 with RFC 4475 §3.1.2.4). */
export const largestInteger = 4294967295;

function parseInteger(text: string, largest: number): number | undefined {
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return undefined;
    value = value * 10 + code - 0x30;
  }
  return text !== "" && value <= largest ? value : undefined;
}

/** Seconds from 0 to 2^32-1; undefined if malformed or larger. */
export const parseDeltaSeconds = (text: string): number | undefined => parseInteger(text, largestInteger);

/** Hops from 0 to 255. */
export const parseMaxForwards = (text: string): number | undefined => parseInteger(text, 255);

/** RFC 5393 §5.3.3: 1*DIGIT; more than any fork has branches is all the same. */
export const parseMaxBreadth = (text: string): number | undefined => parseInteger(text, largestInteger);

/** Octets, as large as a number is exact. */
export const parseContentLength = (text: string): number | undefined =>
  parseInteger(text, Number.MAX_SAFE_INTEGER);

/** CSeq and RSeq numbers: from 0 to 2^32-1. */
export const parseSequence = (text: string): number | undefined => parseInteger(text, largestInteger);
