// Methods (RFC 3261 §7.1 and the RFCs that added to them), as one string each: what is compared in every step of a
// request is then the same object, and compares at once.

import { standsAt } from "./scan";

const methods = [
  "ACK",
  "BYE",
  "CANCEL",
  "INFO",
  "INVITE",
  "MESSAGE",
  "NOTIFY",
  "OPTIONS",
  "PRACK",
  "PUBLISH",
  "REFER",
  "REGISTER",
  "SUBSCRIBE",
  "UPDATE",
];

/** No two have both their first letter and their length in common. */
const byLetterAndLength: string[] = [];
for (const method of methods) byLetterAndLength[keyOf(method.charCodeAt(0), method.length)] = method;

function keyOf(first: number, length: number): number {
  return ((first & 31) << 4) | length;
}

/** The method of the request whose text has its first space at `end`. */
export function methodAt(text: string, end: number): string {
  const known = end < 16 ? byLetterAndLength[keyOf(text.charCodeAt(0), end)] : undefined;
  return known !== undefined && standsAt(text, 0, known) ? known : text.slice(0, end);
}
