// Header fields and bodies for the fuzzer's grammar: mostly right, now and then wrong in one place.

import { offer } from "../home/support/call";
import type { Corpus } from "./corpus";
import { composing, cpimOf, listBodyOf, pidfOf } from "./documents";
import type { Random } from "./random";

/** In what no answer of a home's own repeats in its head. */
export const marker = "m4rk3d-by-the-fuzzer";

/** Each tries to become a line of its own further on. */
export const smugglers = [
  '"\\é"',
  ...['"a\\\r\\\nX-Smuggled: 1"', '"%0d%0aX-Smuggled: 1"', '"a\nX-Smuggled: 1"', '"a\rX-Smuggled: 1"'],
  ...[
    '"\u0085X-Smuggled: 1"',
    '"&#13;&#10;X-Smuggled: 1"',
    '"a\r\n\tX-Smuggled: 1"',
    '"\u2028X-Smuggled: 1"',
  ],
] as const;

const types = [
  ...[
    "text/plain",
    "application/pidf+xml",
    "application/resource-lists+xml",
    "message/cpim",
    "application/sdp",
  ],
  ...[
    "application/im-iscomposing+xml",
    "multipart/related;boundary=b",
    "message/imdn+xml",
    "message/sipfrag",
    "x",
  ],
] as const;
const events = [
  "presence",
  "presence",
  "dialog",
  "presence.winfo",
  "reg",
  "message-summary",
  "xcap-diff",
] as const;
const oddEvents = [
  ...[
    "refer",
    "conference",
    "presence;id=1",
    "__proto__",
    "",
    'presence;x="\\""',
    "dialog;call-id=a1;from-tag=1;to-tag=2",
  ],
  ...[
    "dialog;include-session-description",
    'dialog;call-id="a\\"1";from-tag=1',
    "xcap-diff;diff-processing=aggregate",
  ],
] as const;

export const tagOf = (random: Random): string =>
  random.once(120) ? random.pick(["a;b", "", "x".repeat(300)]) : random.pick(["1", "2", "3", "4"]);

const hosts = ["a.invalid", "example.com", "192.0.2.9:5060", "[::1]"] as const;

export const viaOf = (random: Random): string =>
  `Via: SIP/2.0/${random.pick(["WSS", "WSS", "WS", "UDP", "x"])} ${random.pick(hosts)}` +
  `;branch=${random.once(60) ? "z9hG4bK" : `z9hG4bK${random.below(1_000_000)}`}` +
  random.join([";rport", ";received=192.0.2.1", ';x="y"', ";alias"], 1);

const uriParameters = [
  ";gr",
  ";gr=urn:uuid:1",
  ";lr",
  ";ob",
  ";method=INVITE",
  ";transport=ws",
  ";maddr=192.0.2.1",
  ";x=%0d%0a",
];
const oddNames = ["", "%00", "a%40b", "ALICE", "é", "+15550100", "911", "x".repeat(400)];
const oddHosts = [
  ...["example.org", "127.0.0.1", "[::1]", "EXAMPLE.COM.", "a.invalid", "", "[2001:db8::192.0.2.1]:5061"],
  ...["[fe80::1%25eth0]", "example.com:65536", "example.com:", "xn--e1afmkfd.example", "-a.invalid", "[::"],
];
const oddSchemes = ["sips:", "tel:", "http:", "urn:service:", "SIP:", "sip:a:pw@", "sip:%61"];

export function uriOf(random: Random, user: string): string {
  const [name, host] = user.split("@");
  const scheme = random.once(90) ? random.pick(oddSchemes) : "sip:";
  const parameters = random.once(8) ? random.join(uriParameters, 3) : "";
  return `${scheme}${random.once(90) ? random.pick(oddNames) : name}@${random.once(90) ? random.pick(oddHosts) : host}${parameters}`;
}

const displays = [
  ...["", "", "A", '"A \\" B"', "A B", '"\\\\"', '"a,b;c<d>"', '"é\u2028"', '""', "a.!%*_+`'~", '"a\r\n b"'],
] as const;

export function addressOf(random: Random, user: string): string {
  const display = random.once(50) ? random.pick(smugglers) : random.pick(displays);
  return `${display} <${random.once(20) ? uriOf(random, user) : `sip:${user}`}>`;
}

const contactParameters = [
  ...[";expires=0", ";expires=60", ";q=0.5", ";q=1", ";reg-id=1", ";+durasip.carbons", ";isfocus"],
  ...[";expires=1", ';+sip.x="<a;b>"', ';+sip.y="#+1:2"', ";q=0.999", ';methods="INVITE,BYE"'],
  ...[';+sip.instance="<urn:uuid:1>"', ';+sip.instance="<urn:uuid:2>"', ';+sip.instance="<urn:uuid:3>"'],
];

export function contactOf(
  random: Random,
  { contact, user }: { readonly contact: string; readonly user: string },
  method: string,
): string {
  if (random.once(method === "REGISTER" ? 15 : 60)) return "*";
  const uri = random.once(25) ? uriOf(random, user) : contact;
  return `<${uri}>${method === "REGISTER" ? random.join(contactParameters, 2) : ""}`;
}

/** What a method needs beside the fields that all have. */
export function lineFor(random: Random, method: string, others: readonly string[]): readonly string[] {
  const event = random.once(12) ? random.pick(oddEvents) : random.pick(events);
  const address = `<${uriOf(random, random.pick(others))}>`;
  switch (method) {
    case "SUBSCRIBE":
      return [
        `Event: ${event}`,
        `Expires: ${random.pick(["600", "3600", "60", "0", "1", "4294967295"])}`,
        ...(random.once(6) ? ["Require: recipient-list-subscribe", "Supported: eventlist"] : []),
      ];
    case "PUBLISH":
      return [
        `Event: ${random.once(20) ? event : "presence"}`,
        `Expires: ${random.pick(["600", "60", "0"])}`,
      ];
    case "NOTIFY":
      return [
        `Event: ${event}`,
        `Subscription-State: ${random.pick(["active;expires=60", "terminated;reason=gone", "pending"])}`,
      ];
    case "REFER":
      return [`Refer-To: ${address}`, ...(random.once(2) ? ["Refer-Sub: false"] : [])];
    case "REGISTER":
      return [`Expires: ${random.pick(["600", "60", "0", "3600"])}`];
    case "MESSAGE":
      return random.once(8) ? [`Expires: ${random.pick(["60", "0", "1", "4294967295"])}`] : [];
    case "PRACK":
      return [`RAck: 1 ${random.below(100)} INVITE`];
    default:
      return [];
  }
}

const extensions = [
  "gruu",
  "outbound",
  "path",
  "eventlist",
  "100rel",
  "timer",
  "replaces",
  "recipient-list-subscribe",
];
const credentials = [
  'Digest username="alice",realm="example.com",nonce="x",uri="sip:a",response="0"',
  `Digest username*=UTF-8''%61lice, realm="example.com",nonce="x",uri="sip:a",response="0",qop=auth,nc=00000001,cnonce="\\""`,
  'Digest username="0",userhash=true,realm="example.com",nonce="x",uri="sip:a",response="0",algorithm=SHA-256-sess',
  ...["Bearer x.y.z", `Basic ${marker}`, "Digest", 'Digest username="a\\"b",realm="\r\n x"'],
];
const values = [
  "1",
  "*",
  "active;expires=60",
  "1 1 INVITE",
  "",
  "90;refresher=uac",
  "0",
  "99;refresher=x",
  "007",
];

/** Fields that few send, in forms that few write (RFC 3261 §20, §25.1; RFC 3326, 3329, 3840, 3841, 4412, 5373, 8224). */
const rareLines = [
  ...[
    "Date: Thu, 01 Oct 2026 12:00:00 GMT",
    "Date: Thu, 31 Feb 2026 12:00:00 GMT",
    "Date: x",
    "Timestamp: 54.1 0.2",
  ],
  ...[
    "Retry-After: 120 (in a (nested \\) meeting));duration=3600",
    "Retry-After: 18000;x",
    "Organization: \u0000",
    "MIME-Version: 1.0",
  ],
  ...[
    'Reason: SIP;cause=200;text="a;b,\\"c"',
    "Reason: Q.850;cause=16,SIP;cause=600",
    "Reason: ;",
    'Warning: 399 a "b\\"c"',
  ],
  ...[
    'Accept-Contact: *;audio;require,*;+sip.x="<a>"',
    'Reject-Contact: *;actor="msg-taker"',
    "Request-Disposition: no-fork,parallel,queue",
  ],
  ...[
    "Accept: */*;q=0, text/*;level=1;q=0.5,",
    "Accept-Encoding: gzip;q=0, identity",
    "Accept-Language: da, en-gb;q=0.8",
    "Allow: INVITE, ,BYE,",
  ],
  ...[
    "Content-Encoding: gzip",
    "Content-Encoding: identity",
    "Content-Language: fr",
    "Content-Disposition: session;handling=optional",
  ],
  ...[
    'Content-Disposition: recipient-list;x="\\""',
    "Content-ID: <a@b>",
    "Alert-Info: <http://a/>;x",
    'Call-Info: <http://a/?x="y">;purpose=icon',
  ],
  ...[
    "Priority: emergency",
    `User-Agent: ${marker}/1 (b (c) \\( d) e`,
    "Server: ()",
    "Unsupported: x,,y",
    "Subscription-Expires: 3600",
  ],
  ...[
    "Identity: a;info=<http://b>;alg=ES256;ppt=shaken",
    "Answer-Mode: Manual;require",
    "Resource-Priority: dsn.flash,q735.3",
    "In-Reply-To: a@b, c",
  ],
  ...[
    'P-Access-Network-Info: 3GPP-UTRAN;x="y"',
    "Security-Client: ipsec-3gpp;alg=x",
    "Geolocation: <cid:a@b>",
    "X-Folded: a\r\n\tb\r\n  c",
  ],
  ...[
    "Supported:",
    "Via: SIP / 2.0 / WSS [2001:db8::9:1]:5060 ;branch = z9hG4bK9 (a comment)",
    "X: \ud800",
    "Require: ,",
    "Expires: 1, 2",
  ],
] as const;

/** Any field at all. */
export function lineOf(random: Random, corpus: Corpus, others: readonly string[]): string {
  const address = addressOf(random, random.pick(others));
  const route = random.pick([
    "<sip:example.com;lr>",
    "<sip:evil.invalid;lr>",
    "<sip:Zm9vYmFy@example.com;lr>",
  ]);
  switch (random.below(random.once(3) ? 13 : 8)) {
    case 0:
      return `Subject: ${random.once(3) ? random.pick(smugglers) : marker}`;
    case 1:
      return `Supported: ${random.join(extensions, 3, ",")}`;
    case 2:
      return `Accept: ${random.join(types, 3, ",")}`;
    case 3:
      return `${random.pick(["P-Asserted-Identity", "P-Preferred-Identity", "Referred-By", "Diversion", "History-Info"])}: ${address}`;
    case 4:
      return `${random.pick(["SIP-If-Match", "Suppress-If-Match", "RSeq", "Max-Breadth", "Session-Expires", "Min-SE"])}: ${random.pick(values)}`;
    case 5:
      return `${random.pick(["Authorization", "Proxy-Authorization"])}: ${random.pick(credentials)}`;
    case 6:
      return `Privacy: ${random.pick(["id", "none", "header;user", "critical"])}`;
    case 7:
      return `${random.pick(["Record-Route", "Path", "Service-Route"])}: ${route}`;
    case 8:
      return `Route: ${route}`;
    case 9:
      return `${random.pick(["Require", "Proxy-Require"])}: ${random.pick(extensions)}`;
    case 11:
      return random.pick(rareLines);
    case 10:
      return `${random.pick(["Replaces", "Target-Dialog", "Join"])}: a1;to-tag=1;from-tag=2`;
    default:
      return random.pick(corpus.lines);
  }
}

const selections = [
  "index",
  "index/~~/resource-lists/list%5b1%5d",
  "index/~~/resource-lists/list/@name",
  "../x",
  "%00",
  "",
];

/** What an xcap-diff subscription is about (RFC 5875 §4.3). */
const filterOf = (random: Random, user: string): string =>
  '<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>' +
  `<entry uri="resource-lists/users/sip:${user}/${random.pick(selections)}"/>` +
  `<entry uri="pres-rules/users/sip:${user}/"/></list></resource-lists>`;

export function bodyFor(random: Random, method: string, corpus: Corpus, user: string): string {
  if (random.once(8)) return random.pick(corpus.documents);
  if (random.once(30))
    return random.pick(["\0\u0001", "--b\r\n\r\n--b--", "x".repeat(random.below(60_000)), "\u00ff\u0080"]);
  if (method === "SUBSCRIBE")
    return random.once(3) ? filterOf(random, user) : listBodyOf(random, [user, "bob@example.com"]);
  if (method === "MESSAGE" && random.once(3)) return random.once(3) ? composing : cpimOf(random, user);
  if (method === "PUBLISH" || method === "NOTIFY") return pidfOf(random, user);
  return method === "INVITE" || method === "UPDATE" || method === "ACK"
    ? offer
    : random.pick(["hello", "é".repeat(20), marker]);
}
