// Requests and responses as a clever attacker would write them: well formed but for what he tries, with the names, tags
// and tokens of the dialogs he is in.

import type { Corpus } from "./corpus";
import {
  addressOf,
  bodyFor,
  contactOf,
  lineFor,
  lineOf,
  marker,
  smugglers,
  tagOf,
  uriOf,
  viaOf,
} from "./fields";
import type { Random } from "./random";

export interface Speaker {
  readonly user: string;
  readonly contact: string;
  /** A CSeq beyond all that he has used. */
  readonly sequence?: number;
}

const methods = [
  ...[
    "REGISTER",
    "INVITE",
    "INVITE",
    "INVITE",
    "INVITE",
    "MESSAGE",
    "MESSAGE",
    "SUBSCRIBE",
    "SUBSCRIBE",
    "SUBSCRIBE",
  ],
  ...["PUBLISH", "PUBLISH", "REFER", "OPTIONS"],
] as const;

/** Outside of dialogs they are refused. */
const methodsAstray = ["ACK", "CANCEL", "BYE", "NOTIFY", "INFO", "UPDATE", "PRACK", "PROTO"] as const;

const methodsWithin = [
  ...[
    "BYE",
    "INVITE",
    "ACK",
    "UPDATE",
    "INFO",
    "PRACK",
    "MESSAGE",
    "REFER",
    "SUBSCRIBE",
    "SUBSCRIBE",
    "NOTIFY",
  ],
  ...["NOTIFY", "OPTIONS", "PROTO", "CANCEL", "PUBLISH", "REGISTER"],
] as const;

const statuses = [
  ...[
    100, 180, 180, 183, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 202, 204, 300, 302, 302,
    401, 407, 408, 423, 480, 481, 486,
  ],
  ...[487, 488, 491, 500, 503, 603, 699],
] as const;

/** Methods that a body seldom goes with. */
const needsNone = /^(?:SUBSCRIBE|REGISTER|OPTIONS|CANCEL|ACK|BYE|PRACK)$/;

interface Parts {
  readonly method: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: string;
  readonly via?: string;
  readonly lines: readonly string[];
}

/** A request outside of dialogs, or into one that is guessed. */
export function requestOf(
  random: Random,
  speaker: Speaker,
  corpus: Corpus,
  others: readonly string[],
): string {
  const method = random.once(10) ? random.pick(methodsAstray) : random.pick(methods);
  const isOwn = method === "REGISTER" || method === "PUBLISH" || random.once(12);
  const target = isOwn ? speaker.user : random.pick(others);
  const from = random.once(40) ? random.pick(others) : speaker.user;
  const isGuessed = /ACK|CANCEL|BYE|PRACK|UPDATE|INFO|NOTIFY/.test(method) ? random.once(2) : random.once(30);
  const parts: Parts = {
    method,
    target:
      (method === "REGISTER" && !random.once(8)) || random.once(30)
        ? "sip:example.com"
        : uriOf(random, target),
    from: `${addressOf(random, from)};tag=${tagOf(random)}`,
    to: `${addressOf(random, target)}${isGuessed ? `;tag=${tagOf(random)}` : ""}`,
    callId: `${random.pick(["a", "b", "c"])}${random.below(random.once(2) ? 4 : 100_000)}`,
    cseq: `${random.once(150) ? "4294967296" : random.below(200)} ${random.once(150) ? "PING" : method}`,
    lines: [
      ...(random.once(12) ? [] : [`Contact: ${contactOf(random, speaker, method)}`]),
      ...linesOf(random, method, corpus, others),
    ],
  };
  return written(
    random,
    parts,
    random.once(needsNone.test(method) ? 1 : 3) && method !== "PUBLISH" && !random.once(8)
      ? ""
      : bodyFor(random, method, corpus, speaker.user),
  );
}

/** A request within the dialog that a message belongs to, from the side that says it. */
export function requestWithin(
  random: Random,
  known: string,
  isFromClient: boolean,
  speaker: Speaker,
  corpus: Corpus,
): string {
  const head = plainLines(known);
  const value = (name: string): string =>
    head.find((line) => line.toLowerCase().startsWith(`${name}:`))?.replace(/^[^:]*: */, "") ?? "";
  const isResponse = known.startsWith("SIP/");
  // Who has sent a request, or been sent a response, is its From.
  const isCaller = isFromClient !== isResponse;
  const sequence = /^\d+/.exec(value("cseq"))?.[0] ?? "1";
  const isInvite = value("cseq").endsWith("INVITE") && isCaller && !random.once(3);
  const method = isInvite ? (isResponse ? "ACK" : "CANCEL") : random.pick(methodsWithin);
  const isCancel = method === "CANCEL" && !isResponse;
  const routes = head
    .filter((line) => /^record-route:/i.test(line))
    .map((line) => line.replace(/^[^:]*/, "Route"));
  const contact = /<([^>]*)>/.exec(value("contact"))?.[1] ?? uriOf(random, speaker.user);
  const parts: Parts = {
    method,
    target: isCancel ? (head[0]?.split(" ")[1] ?? "") : contact,
    from: isCaller ? value("from") : value("to"),
    to: isCaller ? value("to") : value("from"),
    callId: value("call-id"),
    cseq: `${isInvite ? sequence : nextSequence(random, Number(sequence), speaker)} ${method}`,
    ...(isCancel ? { via: value("via") } : {}),
    lines: [
      ...(random.once(20) || isCancel ? [] : routes),
      `Contact: <${speaker.contact}>`,
      ...withKnown(random, method, head, linesOf(random, method, corpus, [speaker.user])),
    ],
  };
  return written(random, parts, random.once(2) ? "" : bodyFor(random, method, corpus, speaker.user));
}

const longNames: Readonly<Record<string, string>> = {
  ...{ f: "From", t: "To", i: "Call-ID", m: "Contact", v: "Via", o: "Event" },
};

/** The lines of a head, each whole and under its long name. */
const plainLines = (message: string): readonly string[] =>
  (message.replace(/^(?:\r\n)+/, "").split("\r\n\r\n", 1)[0] ?? "")
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n")
    .map((line) =>
      line.replace(/^(\w)[ \t]*:/, (all, short) => `${longNames[short.toLowerCase()] ?? all.slice(0, -1)}:`),
    )
    .map((line) => line.replace(/^([\w-]+)[ \t]+:/, "$1:"));

const nextSequence = (random: Random, known: number, { sequence }: Speaker): number =>
  sequence === undefined || random.once(4) ? known + random.below(5) : sequence;

/** Of a request that goes on: the event, the entity tag and the provisional response that it goes on with. */
function withKnown(
  random: Random,
  method: string,
  head: readonly string[],
  lines: readonly string[],
): readonly string[] {
  if (random.once(5)) return lines;
  const value = (name: string): string | undefined =>
    head.find((line) => line.toLowerCase().startsWith(`${name}:`))?.replace(/^[^:]*: */, "");
  const [event, etag, rseq] = [value("event"), value("sip-etag"), value("rseq")];
  const known = [
    ...(event === undefined || !/SUBSCRIBE|NOTIFY/.test(method) ? [] : [`Event: ${event}`]),
    ...(etag === undefined || method === "INVITE"
      ? []
      : [`Suppress-If-Match: ${random.once(4) ? "*" : etag}`]),
    ...(rseq === undefined || method !== "PRACK" ? [] : [`RAck: ${rseq} ${value("cseq")}`]),
  ];
  const names = known.map((line) => line.slice(0, line.indexOf(":") + 1));
  return [...known, ...lines.filter((line) => !names.some((name) => line.startsWith(name)))];
}

/** Of what has been published: renewed, changed or removed (RFC 3903 §4.1). */
export function publishAgain(random: Random, etag: string, speaker: Speaker, corpus: Corpus): string {
  const parts: Parts = {
    method: "PUBLISH",
    target: `sip:${speaker.user}`,
    from: `<sip:${speaker.user}>;tag=${tagOf(random)}`,
    to: `<sip:${speaker.user}>`,
    callId: `p${random.below(100_000)}`,
    cseq: `${random.below(200)} PUBLISH`,
    lines: [
      "Event: presence",
      `SIP-If-Match: ${random.once(12) ? "x" : etag}`,
      `Expires: ${random.pick(["600", "600", "0", "1"])}`,
    ],
  };
  return written(random, parts, random.once(2) ? "" : bodyFor(random, "PUBLISH", corpus, speaker.user));
}

/** What a device says to a request that came to it. */
export function responseOf(random: Random, request: string, speaker: Speaker, corpus: Corpus): string {
  const kept = plainLines(request).filter((line) =>
    /^(?:via|from|to|call-id|cseq|record-route):/i.test(line),
  );
  const tag = random.once(8) ? tagOf(random) : `t-${speaker.user.slice(0, 3)}`;
  const tagged = kept.map((line) =>
    /^to:/i.test(line) && !line.includes("tag=") ? `${line};tag=${tag}` : line,
  );
  const method = request.split(" ", 1)[0] ?? "";
  const body = random.once(3) ? bodyFor(random, method, corpus, speaker.user) : "";
  return [
    `SIP/2.0 ${random.pick(statuses)} ${random.pick(["OK", "OK", "", "é", smugglers[1]])}`,
    ...tagged,
    `Contact: ${contactOf(random, speaker, "")}`,
    ...Array.from({ length: random.below(3) }, () => lineOf(random, corpus, [speaker.user])).filter(
      (line) => !line.includes(marker),
    ),
    ...(random.once(12) ? ["RSeq: 1", "Require: 100rel"] : []),
    ...typed(body, method),
    "",
    body,
  ].join("\r\n");
}

const linesOf = (
  random: Random,
  method: string,
  corpus: Corpus,
  others: readonly string[],
): readonly string[] => [
  ...(random.once(20) ? [] : lineFor(random, method, others)),
  ...Array.from({ length: random.below(4) }, () => lineOf(random, corpus, others)),
];

function written(random: Random, parts: Parts, body: string): string {
  const { method, target, from, to, callId, cseq, via, lines } = parts;
  const vias = random.once(80) ? random.below(4) : 1;
  return [
    `${method} ${target} ${random.once(150) ? "SIP/3.0" : "SIP/2.0"}`,
    ...Array.from({ length: vias }, () => (via === undefined ? viaOf(random) : `Via: ${via}`)),
    `Max-Forwards: ${random.once(40) ? random.pick(["1", "0", "255", "256", "-1", ""]) : "70"}`,
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...lines,
    ...(random.once(100) ? [`Content-Length: ${random.below(3000)}`] : typed(body, method)),
    "",
    body,
  ].join("\r\n");
}

const typed = (body: string, method: string): readonly string[] => [
  ...(body === "" ? [] : [`Content-Type: ${typeOf(body, method)}`]),
  `Content-Length: ${new TextEncoder().encode(body).length}`,
];

function typeOf(body: string, method: string): string {
  if (body.startsWith("--b")) return "multipart/mixed;boundary=b";
  if (body.includes("isComposing")) return "application/im-iscomposing+xml";
  if (body.startsWith("From: ")) return "message/cpim";
  if (body.includes("<presence")) return "application/pidf+xml";
  if (body.includes("<resource-lists")) return "application/resource-lists+xml";
  if (body.includes("<?xml") || body.includes("<")) return "application/xml";
  return method === "INVITE" || method === "UPDATE" ? "application/sdp" : "text/plain";
}
