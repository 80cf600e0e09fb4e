// URIs: SIP and SIPS (RFC 3261 §19.1, §25.1), tel (RFC 3966), and any other scheme as opaque text.
//
// Strict: what the grammar refuses is refused, since the receiving client throws away a message whose URI does
// not parse. User, password and headers stay as written; parameters are decoded, for they are read by name.

import { err, ok, type Result } from "../../base/result";
import { hasDuplicate, type Parameter, type Parameters } from "../parameters";
import { codeAt, escapedRunEnd, HEADER, PARAMETER, PASSWORD, URIC, USER } from "../scan";
import { decodeEscapes, encodeEscapes, isEscapedRun } from "./escape";
import { hostEnd } from "./host";

export type Uri = SipUri | TelUri | OtherUri;

export interface SipUri {
  readonly kind: "sip";
  readonly scheme: "sip" | "sips";
  /** As written, escapes included. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** As written; an IPv6 address with its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;
  /** Names and values as written, escapes included. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface TelUri {
  readonly kind: "tel";
  /** As written, visual separators included. */
  readonly number: string;
  readonly parameters: Parameters;
}

export interface OtherUri {
  readonly kind: "other";
  /** Lower case. */
  readonly scheme: string;
  /** The whole URI as written. */
  readonly text: string;
}

/** Which part of the URI is malformed. */
export type UriFailure =
  | "too-long"
  | "scheme"
  | "user"
  | "password"
  | "host"
  | "port"
  | "parameters"
  | "headers"
  | "number"
  | "opaque";

const longest = 4096;
const none: readonly never[] = [];

/** Parses a URI; white space around it is no part of one. Never throws. */
export function parseUri(text: string): Result<Uri, UriFailure> {
  if (text.length > longest) return err("too-long");
  if (text.startsWith("sip:")) return parseSipUri(text, "sip", 4);
  const colon = text.indexOf(":");
  const written = text.slice(0, Math.max(colon, 0));
  if (!/^[A-Za-z][A-Za-z0-9+.-]*$/.test(written)) return err("scheme");
  const scheme = written.toLowerCase();
  if (scheme === "sip" || scheme === "sips") return parseSipUri(text, scheme, colon + 1);
  if (scheme === "tel") return parseTelUri(text, colon + 1);
  const opaque = escapedRunEnd(text, colon + 1, URIC);
  return opaque === text.length && opaque > colon + 1 ? ok({ kind: "other", scheme, text }) : err("opaque");
}

function parseSipUri(text: string, scheme: "sip" | "sips", from: number): Result<SipUri, UriFailure> {
  // No other part of the grammar takes a bare "@", so the first one ends the userinfo.
  const separator = text.indexOf("@", from);
  const userinfo = separator < 0 ? undefined : parseUserinfo(text.slice(from, separator));
  if (typeof userinfo === "string") return err(userinfo);
  const hostStart = separator < 0 ? from : separator + 1;
  let at = hostEnd(text, hostStart);
  if (at < 0) return err("host");
  const host = text.slice(hostStart, at);
  let port: number | undefined;
  if (codeAt(text, at) === 0x3a) {
    const digits = /^[0-9]*/.exec(text.slice(at + 1, at + 8))?.[0] ?? "";
    port = parsePort(digits);
    if (port === undefined) return err("port");
    at += 1 + digits.length;
  }
  const { user, password } = userinfo ?? {};
  if (at === text.length) {
    return ok({ kind: "sip", scheme, user, password, host, port, parameters: none, headers: none });
  }
  const query = text.indexOf("?", at);
  const parameters = parseUriParameters(text, at, query < 0 ? text.length : query);
  if (parameters === undefined) return err("parameters");
  const headers = query < 0 ? [] : parseHeaders(text.slice(query + 1));
  if (headers === undefined) return err("headers");
  return ok({ kind: "sip", scheme, user, password, host, port, parameters, headers });
}

function parseUserinfo(text: string): { user: string; password: string | undefined } | UriFailure {
  const colon = text.indexOf(":");
  const user = colon < 0 ? text : text.slice(0, colon);
  const password = colon < 0 ? undefined : text.slice(colon + 1);
  if (user === "" || !isEscapedRun(user, USER)) return "user";
  return password !== undefined && !isEscapedRun(password, PASSWORD) ? "password" : { user, password };
}

/** A port of 1 to 65535, from its digits. */
export function parsePort(digits: string): number | undefined {
  const port = /^[0-9]{1,7}$/.test(digits) ? Number(digits) : 0;
  return port > 0 && port <= 65535 ? port : undefined;
}

/** uri-parameters = *( ";" pname [ "=" pvalue ] ), decoded (RFC 3261 §19.1.1: no name twice). */
function parseUriParameters(text: string, from: number, to: number): Parameters | undefined {
  const list: Parameter[] = [];
  let at = from;
  while (at < to) {
    if (text.charCodeAt(at) !== 0x3b) return undefined;
    const nameEnd = escapedRunEnd(text, at + 1, PARAMETER);
    const name = decodePart(text, at + 1, nameEnd);
    const hasValue = codeAt(text, nameEnd) === 0x3d;
    at = hasValue ? escapedRunEnd(text, nameEnd + 1, PARAMETER) : nameEnd;
    const value = hasValue ? decodePart(text, nameEnd + 1, at) : null;
    if (name === undefined || value === undefined) return undefined;
    list.push({ name: name.toLowerCase(), value });
  }
  return hasDuplicate(list) ? undefined : list;
}

function decodePart(text: string, start: number, end: number): string | undefined {
  return start === end ? undefined : decodeEscapes(text.slice(start, end));
}

/** headers = "?" hname "=" hvalue *( "&" hname "=" hvalue ) */
function parseHeaders(text: string): SipUri["headers"] | undefined {
  const headers: (readonly [string, string])[] = [];
  for (const part of text.split("&")) {
    const equals = part.indexOf("=");
    if (equals <= 0) return undefined;
    const name = part.slice(0, equals);
    const value = part.slice(equals + 1);
    if (!isEscapedRun(name, HEADER) || !isEscapedRun(value, HEADER)) return undefined;
    headers.push([name, value]);
  }
  return headers;
}

/**
 * RFC 3966 §3. A local number without phone-context is let through, though the grammar wants one: dialled
 * numbers and emergency numbers come that way.
 */
function parseTelUri(text: string, from: number): Result<TelUri, UriFailure> {
  const semicolon = text.indexOf(";", from);
  const end = semicolon < 0 ? text.length : semicolon;
  const number = text.slice(from, end);
  const isNumber = number.startsWith("+") ? /^\+[0-9().-]*$/ : /^[0-9A-Fa-f*#().-]+$/;
  const hasDigit = number.startsWith("+") ? /[0-9]/ : /[0-9A-Fa-f*#]/;
  if (!isNumber.test(number) || !hasDigit.test(number)) return err("number");
  const parameters = parseUriParameters(text, end, text.length);
  return parameters === undefined ? err("parameters") : ok({ kind: "tel", number, parameters });
}

/** The text of a URI. */
export function formatUri(uri: Uri): string {
  if (uri.kind === "other") return uri.text;
  if (uri.kind === "tel") return `tel:${uri.number}${formatUriParameters(uri.parameters)}`;
  const password = uri.password === undefined ? "" : `:${uri.password}`;
  const userinfo = uri.user === undefined ? "" : `${uri.user}${password}@`;
  const port = uri.port === undefined ? "" : `:${uri.port}`;
  const headers = uri.headers.map(([name, value]) => `${name}=${value}`).join("&");
  const query = headers === "" ? "" : `?${headers}`;
  return `${uri.scheme}:${userinfo}${uri.host}${port}${formatUriParameters(uri.parameters)}${query}`;
}

function formatUriParameters(parameters: Parameters): string {
  let text = "";
  for (const { name, value } of parameters) {
    text += `;${encodeEscapes(name, PARAMETER)}`;
    if (value !== null) text += `=${encodeEscapes(value, PARAMETER)}`;
  }
  return text;
}
