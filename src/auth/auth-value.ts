// The common shape of challenges and credentials: a scheme, then parameters or one token68 (RFC 3261 §25.1
// challenge, credentials, auth-param; RFC 7235 §2.1). Folds are gone by now: see fieldValue in message.ts.

import { formatQuotedString, unquote } from "../sip/headers/quoted-string";
import { isIn, isToken, quotedEnd, runEnd, skipWhite, TOKEN } from "../sip/scan";

export interface AuthValue {
  /** As written; schemes compare without case. */
  readonly scheme: string;
  /** Names in lower case, values without quotes and escapes. */
  readonly params: ReadonlyMap<string, string>;
  /** What RFC 7235 calls token68: the one value a Bearer credential has in place of parameters. */
  readonly token68: string | undefined;
}

/** Characters of one value: a token of 8 KB, and room for what stands around it. */
const longest = 8192 + 256;
const mostParams = 32;

const COMMA = 0x2c;
const EQUALS = 0x3d;

/**
 * Every scheme of one header field value. RFC 3261 §7.3.1 wants a line for each, RFC 7235 §4.1 lets a sender
 * put several on one, and servers of the wild do; undefined if any of it is malformed. Never throws.
 */
export function parseAuthValues(text: string): readonly AuthValue[] | undefined {
  if (text.length > longest) return undefined;
  const values: AuthValue[] = [];
  const first = skipWhite(text, 0);
  let schemeEnd = runEnd(text, first, TOKEN);
  let scheme = text.slice(first, schemeEnd);
  while (scheme !== "") {
    const start = skipWhite(text, schemeEnd);
    // LWS must follow a scheme, and something must follow that.
    if (start === schemeEnd || start === text.length) return undefined;
    const token68 = wholeToken68(text, start);
    if (token68 !== undefined) return [...values, { scheme, params: new Map(), token68 }];
    const read = readParams(text, start);
    if (read === undefined) return undefined;
    values.push({ scheme, params: read.params, token68: undefined });
    schemeEnd = read.end;
    scheme = read.nextScheme;
  }
  return values.length === 0 ? undefined : values;
}

interface ReadParams {
  readonly params: ReadonlyMap<string, string>;
  /** The scheme that stood where a parameter was looked for; empty at the end of the text. */
  readonly nextScheme: string;
  readonly end: number;
}

/** auth-param *(COMMA auth-param), up to the end of the text or to a further scheme. */
function readParams(text: string, from: number): ReadParams | undefined {
  const params = new Map<string, string>();
  let at = from;
  while (params.size < mostParams) {
    const nameEnd = runEnd(text, at, TOKEN);
    const equals = skipWhite(text, nameEnd);
    if (nameEnd === at) return undefined;
    const name = text.slice(at, nameEnd);
    if (text.charCodeAt(equals) !== EQUALS) {
      return params.size > 0 ? { params, nextScheme: name, end: nameEnd } : undefined;
    }
    const valueStart = skipWhite(text, equals + 1);
    const quoted = text.startsWith('"', valueStart);
    const valueEnd = quoted ? quotedEnd(text, valueStart) : runEnd(text, valueStart, TOKEN);
    // RFC 7235 §2.1: no name twice. Two readers could take different ones.
    if (valueEnd <= valueStart || params.has(name.toLowerCase())) return undefined;
    const written = text.slice(valueStart, valueEnd);
    params.set(name.toLowerCase(), quoted ? unquote(written) : written);
    at = skipWhite(text, valueEnd);
    if (at === text.length) return { params, nextScheme: "", end: at };
    if (text.charCodeAt(at) !== COMMA) return undefined;
    at = skipWhite(text, at + 1);
  }
  return undefined;
}

/** token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=", when it is all that is left. */
function wholeToken68(text: string, from: number): string | undefined {
  let end = from;
  while (end < text.length && isToken68Character(text.charCodeAt(end))) end++;
  if (end === from) return undefined;
  while (text.charCodeAt(end) === EQUALS) end++;
  return skipWhite(text, end) === text.length ? text.slice(from, end) : undefined;
}

function isToken68Character(code: number): boolean {
  if (code === 0x2f) return true;
  // ! % * ` ' are of RFC 3261's token alone.
  return isIn(code, TOKEN) && !"!%*`'".includes(String.fromCharCode(code));
}

/** A parameter about to be written: RFC 7616 §3.3, §3.4 say which are quoted and which must not be. */
export type WrittenParam = readonly [name: string, value: string | undefined, form: "quoted" | "token"];

/** `Scheme name="value", name=token`, absent values left out. A "token" that is none goes out quoted. */
export function formatAuthValue(scheme: string, params: readonly WrittenParam[]): string {
  const written: string[] = [];
  for (const [name, value, form] of params) {
    if (value === undefined) continue;
    const bare = form === "token" && isToken(value);
    written.push(`${name}=${bare ? value : formatQuotedString(value)}`);
  }
  return `${scheme} ${written.join(", ")}`;
}
