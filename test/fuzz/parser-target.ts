// Readers of text: messages and all their header fields, documents, multipart bodies, opening handshakes. None may throw; what we write
// in answer to a request is one message that reads back; and a message means what it means in whichever spelling.

import { epochMs } from "../../src/base/brand";
import { readCpim } from "../../src/messaging/cpim";
import { readPresenceDocument, writePresenceDocument } from "../../src/presence/document";
import { judgeWatcher } from "../../src/presence/judge-watcher";
import { readRuleset } from "../../src/presence/ruleset";
import { transformPresence } from "../../src/presence/transform";
import { readMultipart } from "../../src/rls/multipart";
import { readRlmi } from "../../src/rls/rlmi";
import { readRlsServices } from "../../src/rls/rls-services";
import { readSubscribedList } from "../../src/rls/subscribed-list";
import { responseTo } from "../../src/sip/build";
import type { Frame } from "../../src/sip/frame";
import { parseMessage, salvageRequest } from "../../src/sip/parser";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { uriEquals } from "../../src/sip/uri/equal";
import { formatUri, parseUri } from "../../src/sip/uri/uri";
import { validateRequest, validateResponse } from "../../src/sip/validate";
import { locateXml } from "../../src/xml/locate";
import { parseXml } from "../../src/xml/parse";
import { serializeXml } from "../../src/xml/serialize";
import { readEveryField, readFrame } from "../sip/readers";
import { check, type FuzzCase, type FuzzTarget } from "./case";
import type { Corpus } from "./corpus";
import { cpimOf, listBodyOf, listsOf, pidfOf, rulesOf, servicesOf } from "./documents";
import { uriOf } from "./fields";
import { requestOf } from "./grammar";
import { judgeFrame } from "./judge-frame";
import { lengthen } from "./long-forms";
import { mutate } from "./mutate";
import { readOpening } from "./openings";
import type { Random } from "./random";
import { respell } from "./respell";

const users = ["alice@example.com", "bob@example.com"] as const;
const infinite = Number.POSITIVE_INFINITY;
const withoutBounds = {
  maxLength: infinite,
  maxDepth: infinite,
  maxNodes: infinite,
  maxAttributes: infinite,
};
const speaker = { user: "alice@example.com", contact: "sip:x@x.invalid;transport=ws" };

export const parserTarget = (corpus: Corpus): FuzzTarget => ({
  name: "parser",
  steps: 100,
  begin: (): FuzzCase => ({
    step: (random) => {
      if (random.once(12)) return readOpening(random, corpus);
      if (random.once(12)) return compareUris(random, corpus);
      return random.once(3) ? readDocument(random, corpus) : readMessage(random, corpus);
    },
    end: () => undefined,
  }),
});

function readMessage(random: Random, corpus: Corpus): number {
  const text = random.once(2) ? requestOf(random, speaker, corpus, users) : random.pick(corpus.messages);
  const changed = random.once(12) ? text : mutate(random, text, corpus.messages);
  const mutated = random.once(40) ? lengthen(random, changed) : changed;
  const frame: Frame = random.once(4) ? octetsOf(random, mutated) : mutated;
  readFrame(frame);
  readEveryField(frame);
  judgeSpelling(random, mutated);
  const parsed = parseMessage(frame);
  const request = parsed.ok ? parsed.value : salvageRequest(frame);
  if (request?.kind !== "request") return frame.length;
  readSubscribedList(request);
  judgeFrame(responseTo(request, 400, { toTag: "t" }), new Set());
  return frame.length;
}

/** UTF-8, or characters as octets, which need not be UTF-8 any more. */
const octetsOf = (random: Random, text: string): Uint8Array =>
  random.once(2) ? new TextEncoder().encode(text) : Uint8Array.from(text, (each) => each.charCodeAt(0));

/** Another spelling, or the same as octets, is judged alike. */
function judgeSpelling(random: Random, text: string): void {
  if (!parseMessage(text).ok) return;
  const other =
    random.once(3) && text.isWellFormed() ? new TextEncoder().encode(text) : respell(random, text);
  const verdicts = [verdictOf(text), verdictOf(other)] as const;
  check(verdicts[0] === verdicts[1], "two spellings of one message are judged unlike:", [
    verdicts,
    text,
    other,
  ]);
}

/** What becomes of a message, but for the first of several faults, which goes by the order of the fields' names. */
function verdictOf(frame: Frame): string {
  const parsed = parseMessage(frame);
  if (!parsed.ok) return parsed.error;
  const message = parsed.value;
  if (message.kind === "response") return `${message.status} ${validateResponse(message)}`;
  const { status = 0, reason = "" } = validateRequest(message) ?? {};
  return `${message.method} ${message.requestUri} ${status} ${reason}`;
}

function compareUris(random: Random, corpus: Corpus): number {
  const texts = [random.pick(users), random.pick(users)].map((user) => {
    const text = random.once(3) ? random.pick(uris) : uriOf(random, user);
    return random.once(2) ? mutate(random, text, corpus.lines) : text;
  });
  const read = texts.map(parseUri).flatMap((each) => (each.ok ? [each.value] : []));
  for (const uri of read) {
    const again = parseUri(formatUri(uri));
    check(again.ok && uriEquals(again.value, uri), "a URI is another once written:", [uri, formatUri(uri)]);
  }
  const [left, right] = read;
  if (left !== undefined && right !== undefined)
    check(
      uriEquals(left, right) === uriEquals(right, left),
      "of two URIs only one is like the other:",
      texts,
    );
  return texts.join("").length;
}

const uris = [
  ...[
    "tel:+1-555-0100",
    "tel:+1(555)0100;ext=7",
    "tel:7042;phone-context=+1-555",
    "tel:7042;phone-context=example.com",
  ],
  ...[
    "sip:alice:pw@[2001:db8::1]:5061;lr;x=%41?subject=a&to=b",
    "sip:%61lice@EXAMPLE.com;Transport=TCP",
    "urn:service:sos",
  ],
  ...[
    "sip:a@b;method=INVITE;user=phone;ttl=1;maddr=192.0.2.1",
    "sips:a;x=y@b",
    "sip:1.2.3.4:65535",
    "http://a@b/c",
    "SIP:a@b;;x",
  ],
] as const;

function documentOf(random: Random, corpus: Corpus): string {
  const [user, other] = users;
  switch (random.below(8)) {
    case 0:
      return pidfOf(random, user);
    case 1:
      return rulesOf(random, other);
    case 2:
      return listsOf(random, users);
    case 3:
      return servicesOf(user);
    case 4:
      return listBodyOf(random, users);
    case 5:
      return cpimOf(random, user);
    default:
      return random.pick(corpus.documents);
  }
}

function readDocument(random: Random, corpus: Corpus): number {
  const drawn = documentOf(random, corpus);
  const changed = random.once(6) ? drawn : mutate(random, drawn, corpus.documents);
  const text = random.once(30) ? lengthen(random, changed, true) : changed;
  const parsed = parseXml(text);
  check(parsed.ok === locateXml(text).ok, "two readers of XML differ about:", text);
  // What is escaped in it has made it longer.
  const isRead = parsed.ok && parseXml(serializeXml(parsed.value), withoutBounds).ok;
  check(isRead === parsed.ok, "what was written does not read back:", text);
  readRlmi(text);
  readRlsServices(text);
  readCpim(text);
  readMultipart(
    `multipart/related;boundary="${random.pick(["b", "nXYxAE", "50UBfW7LSCVLtggUPe5z", "--", ""])}"`,
    text,
  );
  showPresence(random, text);
  return text.length;
}

const now = epochMs(Date.UTC(2026, 9, 1, 12));

/** A document is shown by rules; what either reads, the other has not spoilt. */
function showPresence(random: Random, text: string): void {
  const isRules = text.includes("ruleset");
  const presence = readPresenceDocument(isRules ? pidfOf(random, users[0]) : text);
  const rules = readRuleset(isRules ? text : rulesOf(random, users[1]));
  if (!presence.ok || !rules.ok) return;
  const aor = users[1] as AddressOfRecord;
  const watcher = random.pick([{ kind: "user", aor } as const, { kind: "anonymous" } as const]);
  const { permissions } = judgeWatcher(rules.value, watcher, {
    now,
    sphere: random.pick([undefined, "work"]),
  });
  const whole = writePresenceDocument(presence.value, `sip:${users[0]}`);
  const shown = transformPresence(whole, permissions);
  check(parseXml(shown, withoutBounds).ok, "what is shown of a document does not read:", [text, shown]);
}
