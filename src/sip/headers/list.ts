// Comma-separated values (RFC 3261 §7.3.1), and lists of tokens: Supported, Require, Allow and their like.

import { err, ok, type Result } from "../../base/result";
import { isToken, quotedEnd, trimWhite } from "../scan";
import type { HeaderFailure } from "./header-failure";

/**
 * The values between top-level commas, without the white space around them: commas in quoted strings and in
 * angle brackets do not divide. An unclosed quote or bracket takes the rest with it.
 */
export function splitList(value: string): readonly string[] {
  if (!value.includes(",")) return [trimWhite(value)];
  const items: string[] = [];
  let start = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 0x2c) {
      items.push(trimWhite(value.slice(start, at)));
      start = at + 1;
    } else if (code === 0x22 || code === 0x3c) {
      const end = code === 0x22 ? quotedEnd(value, at) : value.indexOf(">", at) + 1;
      if (end <= 0) break;
      at = end - 1;
    }
  }
  items.push(trimWhite(value.slice(start)));
  return items;
}

/** The tokens of all the values. What is no token is left out: see parseTokenList for the strict reading. */
export function tokenList(values: readonly string[]): readonly string[] {
  if (values.length === 0) return values;
  return values.flatMap((value) => splitList(value).filter(isToken));
}

/** The tokens of all the values; empty elements are passed over, as some phones send them. */
export function parseTokenList(values: readonly string[]): Result<readonly string[], HeaderFailure> {
  const items = values.flatMap((value) => splitList(value)).filter((item) => item !== "");
  return items.every(isToken) ? ok(items) : err("syntax");
}
