// Addresses in header fields: name-addr and addr-spec with parameters (RFC 3261 §20.10, §25.1), as From, To,
// Contact, Route, Record-Route, Path, Refer-To and P-Asserted-Identity have them.
//
// Without angle brackets every parameter belongs to the header field, and the URI may hold no comma, question
// mark or semicolon (§20).

import { err, ok, type Result } from "../../base/result";
import { formatParameters, type Parameters, parseParameters } from "../parameters";
import { codeAt, isToken, quotedEnd, runEnd, skipWhite, TOKEN } from "../scan";
import { parseUri } from "../uri/uri";
import type { HeaderFailure } from "./header-failure";
import { splitList } from "./list";
import { formatQuotedString, unquote } from "./quoted-string";

export interface NameAddr {
  /** The display name, without quotes and escapes. */
  readonly display: string | undefined;
  /** The URI as on the wire; it has been parsed once and is well formed. */
  readonly uri: string;
  /** The header parameters. */
  readonly parameters: Parameters;
}

/** Parses one address. */
export function parseNameAddr(value: string): Result<NameAddr, HeaderFailure> {
  const start = skipWhite(value, 0);
  if (codeAt(value, start) === 0x22) {
    const end = quotedEnd(value, start);
    if (end < 0) return err("syntax");
    return parseBracketed(value, skipWhite(value, end), unquote(value.slice(start, end)));
  }
  if (codeAt(value, start) === 0x3c) return parseBracketed(value, start, undefined);
  const tokensEnd = displayTokensEnd(value, start);
  if (codeAt(value, tokensEnd) === 0x3c) {
    const words = value.slice(start, tokensEnd).split(/[ \t]+/);
    return parseBracketed(value, tokensEnd, words.filter((word) => word !== "").join(" "));
  }
  return parseBare(value, start);
}

/** The URI in angle brackets of an address that is known to be well formed; undefined where it has none. */
export function bracketedUri(value: string): string | undefined {
  const start = skipWhite(value, 0);
  // A quoted display name can hold brackets that mean nothing.
  const from = codeAt(value, start) === 0x22 ? quotedEnd(value, start) : start;
  const open = value.indexOf("<", from);
  // A display name of tokens holds no colon; before a bracket in a parameter stands the colon of the bare URI.
  return open < 0 || value.indexOf(":", from) < open
    ? undefined
    : value.slice(open + 1, value.indexOf(">", open));
}

/** *( token LWS ); RFC 4475 §3.1.1.6 asks to bear a last token with no white space behind it. */
function displayTokensEnd(value: string, from: number): number {
  let at = from;
  for (;;) {
    const next = skipWhite(value, runEnd(value, at, TOKEN));
    if (next === at) return at;
    at = next;
  }
}

function parseBracketed(
  value: string,
  bracket: number,
  display: string | undefined,
): Result<NameAddr, HeaderFailure> {
  if (codeAt(value, bracket) !== 0x3c) return err("syntax");
  const close = value.indexOf(">", bracket);
  if (close < 0) return err("syntax");
  return finish(display, value.slice(bracket + 1, close), value, close + 1);
}

function parseBare(value: string, start: number): Result<NameAddr, HeaderFailure> {
  let end = start;
  while (end < value.length && !" \t;".includes(value.charAt(end))) end++;
  const uri = value.slice(start, end);
  // RFC 3261 §20: such a URI must stand in angle brackets.
  return /[?,]/.test(uri) ? err("syntax") : finish(undefined, uri, value, end);
}

function finish(
  display: string | undefined,
  uri: string,
  value: string,
  from: number,
): Result<NameAddr, HeaderFailure> {
  if (!parseUri(uri).ok) return err("syntax");
  const parameters = parseParameters(value, from);
  return parameters === undefined ? err("syntax") : ok({ display, uri, parameters });
}

/** Parses a list of addresses: Route, Record-Route, Path, P-Asserted-Identity. */
export function parseNameAddrList(value: string): Result<readonly NameAddr[], HeaderFailure> {
  const list: NameAddr[] = [];
  for (const item of splitList(value)) {
    const parsed = parseNameAddr(item);
    if (!parsed.ok) return parsed;
    list.push(parsed.value);
  }
  return ok(list);
}

/** The address with its URI in angle brackets, which no reader takes amiss. */
export function formatNameAddr({ display, uri, parameters }: NameAddr): string {
  return `${formatDisplay(display)}<${uri}>${formatParameters(parameters)}`;
}

function formatDisplay(display: string | undefined): string {
  if (display === undefined) return "";
  return display !== "" && display.split(" ").every(isToken)
    ? `${display} `
    : `${formatQuotedString(display)} `;
}

/** The text of one address with another URI in it, in angle brackets; the display name and the parameters stay as written. */
export function replaceUri(text: string, { uri }: NameAddr, replacement: string): string {
  const start = skipWhite(text, 0);
  // A quoted display name may hold the URI too; one of tokens cannot.
  const from = text.charCodeAt(start) === 0x22 ? quotedEnd(text, start) : start;
  const at = text.indexOf(uri, from);
  const isBracketed = text.charCodeAt(at - 1) === 0x3c;
  // RFC 3261 §20: without brackets what the URI gains would be the header field's.
  const written = isBracketed ? replacement : `<${replacement}>`;
  return text.slice(0, at) + written + text.slice(at + uri.length);
}
