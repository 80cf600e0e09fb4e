// Accept (RFC 3261 §20.1): the media types a peer can read.

import { ok, type Result } from "../../base/result";
import { type Parameters, parameter } from "../parameters";
import { type ContentType, parseContentType } from "./content-type";
import type { HeaderFailure } from "./header-failure";
import { splitList } from "./list";
import { parseQvalue } from "./qvalue";

/** A media range: `type/subtype`, the whole of a type, or all, in lower case. */
export type MediaRange = ContentType;

/** The media ranges of all the values. An empty Accept is legal: nothing is acceptable. */
export function parseAccept(values: readonly string[]): Result<readonly MediaRange[], HeaderFailure> {
  const ranges: MediaRange[] = [];
  for (const item of values.flatMap(splitList)) {
    if (item === "") continue;
    const range = parseContentType(item);
    if (!range.ok) return range;
    ranges.push(range.value);
  }
  return ok(ranges);
}

/**
 * Whether a media type (lower case, without parameters) is acceptable by the Accept values. With no value at
 * all the answer is no: what an absent Accept stands for is the method's or the event package's to say.
 */
export function accepts(values: readonly string[], type: string): boolean {
  const ranges = parseAccept(values);
  if (!ranges.ok) return false;
  const wildcards = [type, `${type.slice(0, type.indexOf("/"))}/*`, "*/*"];
  // The most specific range decides (RFC 2616 §14.1): `*/*, text/html;q=0` takes all but HTML.
  for (const wanted of wildcards) {
    const range = ranges.value.find((candidate) => candidate.type === wanted);
    if (range !== undefined) return isWanted(range.parameters);
  }
  return false;
}

function isWanted(parameters: Parameters): boolean {
  const q = parameter(parameters, "q");
  return q === undefined || q === null || parseQvalue(q) !== 0;
}
