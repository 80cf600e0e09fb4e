// The tag of a From or To value (RFC 3261 §19.3), without parsing the rest where that is safe.

import { parameter } from "../parameters";
import { runEnd, TOKEN } from "../scan";
import { parseNameAddr } from "./name-addr";

/** The tag; undefined when there is none. For a malformed value the answer means nothing. */
export function tagOf(value: string): string | undefined {
  let tailStart = value.length;
  while (tailStart > 0 && value.charCodeAt(tailStart - 1) !== 0x3e) tailStart--;
  if (tailStart === value.length) return undefined;
  const tail = value.slice(tailStart);
  // A quoted string behind the address can hold ";tag=" or ">" and mean neither.
  if (tail.includes('"')) return tagByParsing(value);
  if (tail.startsWith(";tag=")) {
    const end = runEnd(tail, 5, TOKEN);
    if (end === tail.length && end > 5) return tail.slice(5);
  }
  return /;[ \t]*tag[ \t]*=[ \t]*([^ \t;]+)/i.exec(tail)?.[1];
}

function tagByParsing(value: string): string | undefined {
  const parsed = parseNameAddr(value);
  return parsed.ok ? (parameter(parsed.value.parameters, "tag") ?? undefined) : undefined;
}
