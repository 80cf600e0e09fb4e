// Header fields and bodies for the fuzzer's grammar: mostly right, now and then wrong in one place.

import { offer } from "../home/support/call";
import type { Corpus } from "./corpus";
import { pidfOf } from "./documents";
import type { Random } from "./random";

/** Each tries to become a line of its own further on. */
export const smugglers = [
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
const oddEvents = ["refer", "conference", "presence;id=1", "__proto__", "", 'presence;x="\\""'] as const;

export const tagOf = (random: Random): string =>
  random.once(60) ? random.pick(["a;b", "", "x".repeat(300)]) : random.pick(["1", "2", "3", "4"]);

const hosts = ["a.invalid", "example.com", "192.0.2.9:5060", "[::1]"] as const;

export const viaOf = (random: Random): string =>
  `Via: SIP/2.0/${random.pick(["WSS", "WSS", "WS", "UDP", "x"])} ${random.pick(hosts)}` +
  `;branch=${random.once(60) ? "z9hG4bK" : `z9hG4bK${random.below(1_000_000)}`}` +
  random.join([";rport", ";received=1", ';x="y"', ";alias"], 1);

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
const oddHosts = ["example.org", "127.0.0.1", "[::1]", "EXAMPLE.COM.", "a.invalid", ""];
const oddSchemes = ["sips:", "tel:", "http:", "urn:service:"];

export function uriOf(random: Random, user: string): string {
  const [name, host] = user.split("@");
  const scheme = random.once(50) ? random.pick(oddSchemes) : "sip:";
  const parameters = random.once(8) ? random.join(uriParameters, 3) : "";
  return `${scheme}${random.once(50) ? random.pick(oddNames) : name}@${random.once(50) ? random.pick(oddHosts) : host}${parameters}`;
}

export function addressOf(random: Random, user: string): string {
  const display = random.once(25) ? random.pick(smugglers) : random.pick(["", "A", '"A \\" B"', "A B"]);
  return `${display} <${random.once(20) ? uriOf(random, user) : `sip:${user}`}>`;
}

const contactParameters = [
  ...[";expires=0", ";expires=60", ";q=0.5", ";reg-id=1", ";+durasip.carbons", ";isfocus"],
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
      return [`Event: ${event}`, `Expires: ${random.pick(["600", "3600", "60", "0"])}`];
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
  ...["Bearer x.y.z", "Basic x", "Digest", 'Digest username="a\\"b",realm="\r\n x"'],
];
const values = ["1", "*", "active;expires=60", "1 1 INVITE", "", "90;refresher=uac", "0"];

/** Any field at all. */
export function lineOf(random: Random, corpus: Corpus, others: readonly string[]): string {
  const address = addressOf(random, random.pick(others));
  const route = random.pick([
    "<sip:example.com;lr>",
    "<sip:evil.invalid;lr>",
    "<sip:Zm9vYmFy@example.com;lr>",
  ]);
  switch (random.below(random.once(3) ? 12 : 8)) {
    case 0:
      return `Subject: ${random.once(3) ? random.pick(smugglers) : "hello"}`;
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
    case 10:
      return `${random.pick(["Replaces", "Target-Dialog", "Join"])}: a1;to-tag=1;from-tag=2`;
    default:
      return random.pick(corpus.lines);
  }
}

export function bodyFor(random: Random, method: string, corpus: Corpus, user: string): string {
  if (random.once(8)) return random.pick(corpus.documents);
  if (random.once(30)) return random.pick(["\0\u0001", "--b\r\n\r\n--b--", "x".repeat(random.below(60_000))]);
  if (method === "PUBLISH" || method === "NOTIFY") return pidfOf(random, user);
  return method === "INVITE" || method === "UPDATE" || method === "ACK"
    ? offer
    : random.pick(["hello", "é".repeat(20)]);
}
