// The torture messages of RFC 4475 and RFC 5118, through the parser and validation.
//
// The literal tables say what becomes of every message here. Where the index beside the data names another
// first choice for a proxy, the reason names the section that allows this one. What the proxy makes of an accepted message
// (420, 483, 404) is the proxy's tests.

import { describe, expect, it } from "vitest";
import { parseMessage } from "../../src/sip/parser";
import { validateRequest, validateResponse } from "../../src/sip/validate";
import { readJson, readOctets } from "./read";

type Verdict = "accept" | "drop" | number;
type Table = Readonly<Record<string, readonly [Verdict, why: string]>>;

const rfc4475: Table = {
  wsinv: ["accept", "§3.1.1.1: folding, white space, compact names, unknown headers are all legal"],
  intmeth: ["accept", "§3.1.1.2: the whole token alphabet in a method"],
  esc01: ["accept", "§3.1.1.3: escapes in user and parameters"],
  escnull: ["accept", "§3.1.1.4: an escaped NUL is a character like another"],
  esc02: ["accept", "§3.1.1.5: % is a plain character in a token; RE%47IST%45R is some other method"],
  lwsdisp: ["accept", "§3.1.1.6: no white space between display name and <"],
  longreq: ["accept", "§3.1.1.7: long values are legal"],
  dblreq: [400, "§3.1.1.8 is about UDP noise; one WebSocket message is one SIP message (RFC 7118 §5)"],
  semiuri: ["accept", "§3.1.1.9: a semicolon belongs to the user part"],
  transports: ["accept", "§3.1.1.10: any token is a transport"],
  mpart01: ["accept", "§3.1.1.11: a body is octets"],
  unreason: ["accept", "§3.1.1.12: UTF-8 in a reason phrase"],
  noreason: ["accept", "§3.1.1.13: an empty reason phrase"],
  badinv01: [400, "§3.1.2.1: stray separators in Via and Contact"],
  clerr: [400, "§3.1.2.2: Content-Length beyond the body (RFC 3261 §18.3)"],
  ncl: [400, "§3.1.2.3: negative Content-Length"],
  scalar02: [400, "§3.1.2.4: CSeq over 2^32-1"],
  scalarlg: ["drop", "§3.1.2.5: CSeq over 2^32-1 in a response"],
  quotbal: [400, "§3.1.2.6: an unterminated quoted string"],
  ltgtruri: [400, "§3.1.2.7: brackets round the Request-URI"],
  lwsruri: [400, "§3.1.2.8: white space in the Request-URI"],
  lwsstart: [400, "§3.1.2.9: two spaces in the request line"],
  trws: [400, "§3.1.2.10: a space behind the SIP-Version"],
  escruri: [400, "§3.1.2.11: headers in the Request-URI (RFC 3261 §19.1.1 table 1)"],
  baddate: ["accept", "§3.1.2.12, RFC 3261 §16.3 step 1: a malformed Date is none of a proxy's business"],
  regbadct: [400, "§3.1.2.13: a question mark in a Contact without brackets"],
  badaspec: [400, "§3.1.2.14: spaces within the brackets"],
  baddn: [400, "§3.1.2.15: a comma in an unquoted display name"],
  badvers: [505, "§3.1.2.16"],
  mismatch01: [400, "§3.1.2.17: CSeq names another method"],
  mismatch02: [
    400,
    "§3.1.2.18: 400 for the CSeq; a proxy may not refuse a method it does not know (RFC 3261 §16.3 step 1), so no 501",
  ],
  bigcode: ["drop", "§3.1.2.19: a status code of ten digits"],
  badbranch: [400, "§3.2.1: a branch of the magic cookie alone names no transaction"],
  insuf: [400, "§3.3.1: Call-ID, From and To are missing"],
  unkscm: [416, "§3.3.2"],
  novelsc: [416, "§3.3.3"],
  unksm2: ["accept", "§3.3.4: other schemes in To, From and Contact; the registrar judges them"],
  bext01: ["accept", "§3.3.5: Proxy-Require is the proxy's question"],
  invut: ["accept", "§3.3.6: a proxy does not read bodies"],
  regaut01: ["accept", "§3.3.7: an unknown scheme is the registrar's question"],
  multi01: [400, "§3.3.8: headers that stand once stand twice"],
  mcl01: [400, "§3.3.9: two Content-Lengths"],
  bcast: ["accept", "§3.3.10: well formed; a response that matches no branch goes nowhere"],
  zeromf: ["accept", "§3.3.11: Max-Forwards 0 is the proxy's question"],
  cparam01: ["accept", "§3.3.12: the parameter belongs to the header"],
  cparam02: ["accept", "§3.3.13: the parameter belongs to the URI"],
  regescrt: ["accept", "§3.3.14: an escaped header in a Contact URI"],
  sdp01: ["accept", "§3.3.15: Accept is the endpoint's question"],
  inv2543: [400, "§3.4.1: From must have a tag (RFC 3261 §8.1.1.3); no RFC 2543 client speaks RFC 7118"],
};

const rfc5118: Table = {
  "ipv6-good": ["accept", "§4.1"],
  "ipv6-bad": [400, "§4.2: an IPv6 address without brackets"],
  "port-ambiguous": ["accept", "§4.3: 5070 is part of the address"],
  "port-unambiguous": ["accept", "§4.4"],
  "via-received-param-with-delim": ["accept", "§4.5: brackets in received"],
  "via-received-param-no-delim": ["accept", "§4.5: no brackets in received"],
  "ipv6-in-sdp": ["accept", "§4.6"],
  "mult-ip-in-header": ["accept", "§4.7"],
  "mult-ip-in-sdp": ["accept", "§4.8"],
  "ipv4-mapped-ipv6": ["accept", "§4.9"],
  "ipv6-bug-abnf-3-colons": [
    400,
    "§4.10, but RFC 5954 §4.1 took the third colon out of the grammar: a stock client would throw the message away",
  ],
  "ipv6-correct-abnf-2-colons": ["accept", "§4.10"],
};

interface IndexEntry {
  readonly name: string;
  readonly file: string;
  readonly ws_proxy: readonly (number | string)[];
}

function messagesOf(folder: string): readonly IndexEntry[] {
  return (readJson(`./${folder}/index.json`) as { messages: readonly IndexEntry[] }).messages;
}

function verdict(octets: Uint8Array): Verdict {
  const parsed = parseMessage(octets);
  if (!parsed.ok) return "drop";
  if (parsed.value.kind === "response") return validateResponse(parsed.value) ? "accept" : "drop";
  return validateRequest(parsed.value)?.status ?? "accept";
}

describe.each([
  ["rfc4475", rfc4475],
  ["rfc5118", rfc5118],
])("%s", (folder, table) => {
  const messages = messagesOf(folder);

  it("has a verdict for every message", () => {
    expect(Object.keys(table).sort()).toEqual(messages.map(({ name }) => name).sort());
  });

  it.each(messages)("$name", ({ name, file, ws_proxy }) => {
    const actual = verdict(readOctets(`./${folder}/${file}`));
    expect(actual, table[name]?.[1]).toBe(table[name]?.[0]);
    // What is refused here must be a right answer for a proxy; what is accepted is judged further on.
    if (actual !== "accept") expect(ws_proxy).toContain(actual);
  });
});
