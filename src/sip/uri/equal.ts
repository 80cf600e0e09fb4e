// Whether two URIs are equal (RFC 3261 §19.1.4; tel URIs RFC 3966 §4). Not transitive: a parameter that only
// one SIP URI has is ignored, unless it is one of the five that never are.

import { type Parameter, type Parameters, parameter } from "../parameters";
import { decodeEscapes, decodeUnreserved } from "./escape";
import { hostEquals } from "./host";
import type { SipUri, TelUri, Uri } from "./uri";

export function uriEquals(a: Uri, b: Uri): boolean {
  if (a.kind === "sip" && b.kind === "sip") return sipUriEquals(a, b);
  if (a.kind === "tel" && b.kind === "tel") return telUriEquals(a, b);
  return a.kind === "other" && b.kind === "other" && schemeless(a.text) === schemeless(b.text);
}

/** A URI of a scheme we do not know: only the scheme compares without case. */
function schemeless(text: string): string {
  const colon = text.indexOf(":");
  return text.slice(0, colon).toLowerCase() + decodeUnreserved(text.slice(colon));
}

function sipUriEquals(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    sameUserinfo(a.user, b.user) &&
    sameUserinfo(a.password, b.password) &&
    hostEquals(a.host, b.host) &&
    a.port === b.port &&
    parametersAgree(a.parameters, b.parameters) &&
    headersEqual(a.headers, b.headers)
  );
}

/** Userinfo compares with case; an unreserved character is equal to its escape. */
function sameUserinfo(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return decodeUnreserved(a) === decodeUnreserved(b);
}

/** Parameters that both URIs have or neither. */
const neverIgnored = ["user", "ttl", "method", "maddr", "transport"];

function parametersAgree(a: Parameters, b: Parameters): boolean {
  for (const name of neverIgnored) {
    if ((parameter(a, name) === undefined) !== (parameter(b, name) === undefined)) return false;
  }
  const right = byName(b);
  return a.every(({ name, value }) => {
    const other = right.get(name);
    return other === undefined || sameValue(value, other.value);
  });
}

function byName(list: Parameters): ReadonlyMap<string, Parameter> {
  return new Map(list.map((entry) => [entry.name, entry]));
}

function sameValue(a: string | null, b: string | null): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

/** Headers are never ignored; their order does not count. */
function headersEqual(a: SipUri["headers"], b: SipUri["headers"]): boolean {
  if (a.length !== b.length) return false;
  const left = canonicalHeaders(a);
  const right = canonicalHeaders(b);
  return left.every((header, index) => header === right[index]);
}

function canonicalHeaders(headers: SipUri["headers"]): readonly string[] {
  return headers
    .map(([name, value]) => `${(decodeEscapes(name) ?? name).toLowerCase()}=${decodeEscapes(value) ?? value}`)
    .sort();
}

/** RFC 3966 §4: numbers without visual separators, all parameters, everything without case. */
function telUriEquals(a: TelUri, b: TelUri): boolean {
  if (digits(a.number) !== digits(b.number) || a.parameters.length !== b.parameters.length) return false;
  const right = byName(b.parameters);
  return a.parameters.every(({ name, value }) => {
    const other = right.get(name);
    return other !== undefined && sameValue(telValue(name, value), telValue(name, other.value));
  });
}

function telValue(name: string, value: string | null): string | null {
  const isNumber = name === "ext" || (name === "phone-context" && value?.startsWith("+"));
  return isNumber && value !== null ? digits(value) : value;
}

function digits(number: string): string {
  return number.replace(/[-.()]/g, "").toLowerCase();
}
