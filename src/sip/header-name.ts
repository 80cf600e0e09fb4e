// Header field names: one canonical spelling for each, compact forms included (RFC 3261 §7.3.3, §20).
//
// Names are compared without case (§7.3.1). A message in the wild spells them in one of very few ways, so
// the spelling is compared as it stands and only an unusual one pays for a copy and for lower-casing.

/** Compact forms: RFC 3261 §20, 3515 (r), 3841 (a, d, j), 3892 (b), 4028 (x), 6665 (o, u), 8224 (y). */
const compactForms: Readonly<Record<string, string>> = {
  a: "accept-contact",
  b: "referred-by",
  c: "content-type",
  d: "request-disposition",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  j: "reject-contact",
  k: "supported",
  l: "content-length",
  m: "contact",
  o: "event",
  r: "refer-to",
  s: "subject",
  t: "to",
  u: "allow-events",
  v: "via",
  x: "session-expires",
  y: "identity",
};

/** The spelling a header of ours goes out with. */
const wireSpellings = [
  "Accept",
  "Accept-Encoding",
  "Accept-Language",
  "Allow",
  "Allow-Events",
  "Authorization",
  "Call-ID",
  "Contact",
  "Content-Encoding",
  "Content-Length",
  "Content-Type",
  "CSeq",
  "Date",
  "Event",
  "Expires",
  "Flow-Timer",
  "From",
  "Max-Forwards",
  "Min-Expires",
  "P-Asserted-Identity",
  "P-Preferred-Identity",
  "Path",
  "Privacy",
  "Proxy-Authenticate",
  "Proxy-Authorization",
  "Proxy-Require",
  "Reason",
  "Record-Route",
  "Refer-To",
  "Require",
  "Retry-After",
  "Route",
  "Server",
  "Service-Route",
  "SIP-ETag",
  "SIP-If-Match",
  "Subject",
  "Subscription-State",
  "Supported",
  "To",
  "Unsupported",
  "User-Agent",
  "Via",
  "Warning",
  "WWW-Authenticate",
] as const;

const canonicalBySpelling = new Map<string, string>();
for (const spelling of wireSpellings) {
  canonicalBySpelling.set(spelling, spelling.toLowerCase());
  canonicalBySpelling.set(spelling.toLowerCase(), spelling.toLowerCase());
}
for (const [compact, name] of Object.entries(compactForms)) {
  canonicalBySpelling.set(compact, name);
  canonicalBySpelling.set(compact.toUpperCase(), name);
}

/** The spellings of one length and first character, with what they stand for. */
type Bucket = readonly (readonly [spelling: string, canonical: string])[];

const buckets: Bucket[] = [];
for (const entry of canonicalBySpelling) {
  const at = bucketOf(entry[0].length, entry[0].charCodeAt(0));
  buckets[at] = [...(buckets[at] ?? []), entry];
}

function bucketOf(length: number, first: number): number {
  return length * 128 + (first & 127);
}

/**
 * The canonical form of the header name that stands at `start`, when it is one of those above in a spelling
 * that is common; undefined for any other. Compares in place: nothing is copied.
 */
export function commonHeaderName(text: string, start: number, end: number): string | undefined {
  const bucket = buckets[bucketOf(end - start, text.charCodeAt(start))];
  if (bucket === undefined) return undefined;
  for (const [spelling, canonical] of bucket) if (text.startsWith(spelling, start)) return canonical;
  return undefined;
}

/** The canonical form of a header name as it stands on the wire: lower case, long form. */
export function canonicalHeaderName(spelling: string): string {
  const lower = spelling.toLowerCase();
  return canonicalBySpelling.get(lower) ?? lower;
}
