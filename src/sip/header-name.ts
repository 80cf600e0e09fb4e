// Header field names: one canonical spelling for each, compact forms included (RFC 3261 §7.3.3, §20), and a number
// for each that is known.
//
// Names are compared without case (§7.3.1). A message in the wild spells them in one of very few ways, so
// the spelling is compared as it stands and only an unusual one pays for a copy and for lower-casing.

import { invariant } from "../base/invariant";

/** Compact forms: RFC 3261 §20, 3515 (r), 3841 (a, d, j), 3892 (b), 4028 (x), 6665 (o, u), 8224 (y). */
const compactForms: ReadonlyMap<string, string> = new Map([
  ["a", "accept-contact"],
  ["b", "referred-by"],
  ["c", "content-type"],
  ["d", "request-disposition"],
  ["e", "content-encoding"],
  ["f", "from"],
  ["i", "call-id"],
  ["j", "reject-contact"],
  ["k", "supported"],
  ["l", "content-length"],
  ["m", "contact"],
  ["o", "event"],
  ["r", "refer-to"],
  ["s", "subject"],
  ["t", "to"],
  ["u", "allow-events"],
  ["v", "via"],
  ["x", "session-expires"],
  ["y", "identity"],
]);

/** The spelling a header goes out with, those first that every message has. */
const wireSpellings = [
  "Via",
  "From",
  "To",
  "Call-ID",
  "CSeq",
  "Max-Forwards",
  "Contact",
  "Content-Type",
  "Content-Length",
  "Route",
  "Record-Route",
  "User-Agent",
  "Supported",
  "Allow",
  "Expires",
  "Event",
  "Accept",
  "Accept-Contact",
  "Accept-Encoding",
  "Accept-Language",
  "Allow-Events",
  "Authorization",
  "Content-Disposition",
  "Content-Encoding",
  "Content-Language",
  "Date",
  "Diversion",
  "Durasip-Carbon",
  "Durasip-Ends-With",
  "Flow-Timer",
  "History-Info",
  "Identity",
  "Max-Breadth",
  "MIME-Version",
  "Min-Expires",
  "Min-SE",
  "Organization",
  "P-Access-Network-Info",
  "P-Asserted-Identity",
  "P-Asserted-Service",
  "P-Associated-URI",
  "P-Called-Party-ID",
  "P-Charging-Function-Addresses",
  "P-Charging-Vector",
  "P-Preferred-Identity",
  "P-Preferred-Service",
  "P-Profile-Key",
  "P-Served-User",
  "P-Visited-Network-ID",
  "Path",
  "Privacy",
  "Proxy-Authenticate",
  "Proxy-Authorization",
  "Proxy-Require",
  "RAck",
  "Reason",
  "Refer-Sub",
  "Refer-To",
  "Referred-By",
  "Reject-Contact",
  "Replaces",
  "Remote-Party-ID",
  "Request-Disposition",
  "Require",
  "Retry-After",
  "RSeq",
  "Server",
  "Service-Route",
  "Session-Expires",
  "SIP-ETag",
  "SIP-If-Match",
  "Subject",
  "Subscription-State",
  "Unsupported",
  "Warning",
  "WWW-Authenticate",
] as const;

const COLON = 0x3a;

/** The number of a name that is not in the list. */
export const unknownName = 0;

/** The bits that the number of a name takes. */
export const nameBits = 7;

const canonicalNames: readonly string[] = ["", ...wireSpellings.map((spelling) => spelling.toLowerCase())];
const numberOf = new Map(canonicalNames.map((name, number) => [name, number]));

/** The number of the name of that canonical form; `unknownName` for one that is not in the list. */
export function headerNumber(name: string): number {
  return numberOf.get(name) ?? unknownName;
}

/** The canonical form of the name of that number. */
export function headerNameOf(number: number): string {
  return canonicalNames[number] ?? "";
}

/** The canonical form of a header name as it stands on the wire: lower case, long form. */
export function canonicalHeaderName(spelling: string): string {
  const lower = spelling.toLowerCase();
  return compactForms.get(lower) ?? lower;
}

/** The numbers of those names, to be asked by number: 1 for each. All of them must be in the list. */
export function headerSet(names: Iterable<string>): Uint8Array {
  const set = new Uint8Array(1 << nameBits);
  for (const name of names) {
    const number = headerNumber(name);
    invariant(number !== unknownName, `${name} is a known header`);
    set[number] = 1;
  }
  return set;
}

/** By the code of its one letter. */
const compactNumbers = new Uint8Array(128);
for (const [letter, name] of compactForms) {
  compactNumbers[letter.charCodeAt(0)] = headerNumber(name);
  compactNumbers[letter.toUpperCase().charCodeAt(0)] = headerNumber(name);
}

/**
 * Every other common spelling with its colon, in chains of those whose first three characters hash alike; 0 ends a
 * chain. The characters of all stand in one table: a name is compared in half the time that String.startsWith takes.
 */
const most = 2 * wireSpellings.length + 1;
const numbers = new Uint8Array(most);
const openings = new Int32Array(most);
const lengths = new Uint8Array(most);
const places = new Uint16Array(most);
const nextInChain = new Uint8Array(most);
const chains = new Uint8Array(1024);
const characters = new Uint8Array(2 * wireSpellings.reduce((sum, { length }) => sum + length + 1, 0));

let added = 0;
let place = 0;
// What is added last stands first in its chain.
for (const spelling of wireSpellings.toReversed()) {
  for (const text of [`${spelling.toLowerCase()}:`, `${spelling}:`]) {
    added++;
    const opening = openingOf(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2));
    const chain = chainOf(opening);
    numbers[added] = headerNumber(spelling.toLowerCase());
    openings[added] = opening;
    lengths[added] = text.length;
    places[added] = place;
    nextInChain[added] = chains[chain] as number;
    chains[chain] = added;
    for (const character of text) characters[place++] = character.charCodeAt(0);
  }
}

/** Three ASCII characters as one number. */
function openingOf(first: number, second: number, third: number): number {
  return first | (second << 7) | (third << 14);
}

function chainOf(opening: number): number {
  return Math.imul(opening, 0x9e3779b1) >>> 22;
}

/**
 * The number of the header name that stands at `start` in one of its common spellings, with the colon behind it;
 * `unknownName` for any other. At least three characters stand there. Compares in place: nothing is copied.
 */
export function headerNumberAt(text: string, start: number): number {
  const first = text.charCodeAt(start);
  const second = text.charCodeAt(start + 1);
  const third = text.charCodeAt(start + 2);
  if ((first | second | third) > 127) return unknownName;
  if (second === COLON) return compactNumbers[first] as number;
  const opening = openingOf(first, second, third);
  for (let at = chains[chainOf(opening)] as number; at !== 0; at = nextInChain[at] as number) {
    if (openings[at] === opening && spellingStandsAt(text, start, at)) return numbers[at] as number;
  }
  return unknownName;
}

/** Whether the spelling, whose first three characters are known to, stands there. Most names differ in length. */
function spellingStandsAt(text: string, start: number, spelling: number): boolean {
  const end = (lengths[spelling] as number) - 1;
  if (start + end >= text.length || text.charCodeAt(start + end) !== COLON) return false;
  const from = places[spelling] as number;
  for (let at = 3; at < end; at++) {
    if (text.charCodeAt(start + at) !== characters[from + at]) return false;
  }
  return true;
}
