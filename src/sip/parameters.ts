// Header parameters: *( SEMI generic-param ) of RFC 3261 §25.1.
//
// Names compare without case and are kept in lower case. A name must not appear twice (RFC 3261 §7.3.1): two
// readers could take different ones, so a list that repeats one is refused.

import { formatQuotedString, unquote } from "./headers/quoted-string";
import { codeAt, isToken, quotedEnd, runEnd, skipWhite, TOKEN } from "./scan";
import { hostEnd, isIpv6 } from "./uri/host";

export interface Parameter {
  /** Lower case. */
  readonly name: string;
  /** Without quotes and escapes; null for a parameter that has no value. */
  readonly value: string | null;
}

export type Parameters = readonly Parameter[];

/** The parameter's value, null when it has none, undefined when it is absent. `name` is lower case. */
export function parameter(list: Parameters, name: string): string | null | undefined {
  for (const entry of list) if (entry.name === name) return entry.value;
  return undefined;
}

const none: Parameters = [];

/** The parameters from `from`, where a SEMI or the end must stand, to the end of the text; undefined if malformed. */
export function parseParameters(text: string, from: number): Parameters | undefined {
  let at = skipWhite(text, from);
  if (at === text.length) return none;
  const list: Parameter[] = [];
  while (at < text.length) {
    if (text.charCodeAt(at) !== 0x3b) return undefined;
    const start = skipWhite(text, at + 1);
    const nameEnd = runEnd(text, start, TOKEN);
    if (nameEnd === start) return undefined;
    const name = text.slice(start, nameEnd).toLowerCase();
    at = skipWhite(text, nameEnd);
    let value: string | null = null;
    if (codeAt(text, at) === 0x3d) {
      const valueStart = skipWhite(text, at + 1);
      const valueEnd = genValueEnd(text, valueStart, name);
      if (valueEnd <= valueStart) return undefined;
      const written = text.slice(valueStart, valueEnd);
      value = written.startsWith('"') ? unquote(written) : written;
      at = skipWhite(text, valueEnd);
    }
    list.push({ name, value });
  }
  return hasDuplicate(list) ? undefined : list;
}

/** gen-value = token / host / quoted-string */
function genValueEnd(text: string, at: number, name: string): number {
  const first = codeAt(text, at);
  if (first === 0x22) return quotedEnd(text, at);
  if (first === 0x5b) return hostEnd(text, at);
  const end = runEnd(text, at, TOKEN);
  if (name !== "received" || codeAt(text, end) !== 0x3a) return end;
  // RFC 5118 §4.5: received carries an IPv6 address without brackets, too.
  let addressEnd = end;
  while (/[0-9A-Fa-f:.]/.test(text.charAt(addressEnd))) addressEnd++;
  return isIpv6(text.slice(at, addressEnd)) ? addressEnd : -1;
}

/** So few are compared with each other sooner than put into a set. */
const fewParameters = 8;

/** Whether a name appears twice; linear, since a peer chooses how many there are. */
export function hasDuplicate(list: Parameters): boolean {
  if (list.length > fewParameters) return new Set(list.map((entry) => entry.name)).size < list.length;
  for (let at = 1; at < list.length; at++) {
    const { name } = list[at] as Parameter;
    for (let before = 0; before < at; before++) if (list[before]?.name === name) return true;
  }
  return false;
}

/** `;name=value;name`: a value that is neither token nor IPv6 reference goes out as a quoted-string. */
export function formatParameters(list: Parameters): string {
  let text = "";
  for (const { name, value } of list) text += value === null ? `;${name}` : `;${name}=${formatValue(value)}`;
  return text;
}

function formatValue(value: string): string {
  if (isToken(value)) return value;
  return value.startsWith("[") && hostEnd(value, 0) === value.length ? value : formatQuotedString(value);
}
