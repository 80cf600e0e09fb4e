// Readers of text: messages and all their header fields, documents, multipart bodies. None may throw, and what we write
// in answer to a request is one message that reads back.

import { readCpim } from "../../src/messaging/cpim";
import { readPresenceDocument } from "../../src/presence/document";
import { readRuleset } from "../../src/presence/ruleset";
import { readMultipart } from "../../src/rls/multipart";
import { readRlmi } from "../../src/rls/rlmi";
import { readSubscribedList } from "../../src/rls/subscribed-list";
import { responseTo } from "../../src/sip/build";
import type { Frame } from "../../src/sip/frame";
import { parseMessage, salvageRequest } from "../../src/sip/parser";
import { locateXml } from "../../src/xml/locate";
import { parseXml } from "../../src/xml/parse";
import { serializeXml } from "../../src/xml/serialize";
import { readEveryField, readFrame } from "../sip/readers";
import { check, type FuzzCase, type FuzzTarget } from "./case";
import type { Corpus } from "./corpus";
import { requestOf } from "./grammar";
import { judgeFrame } from "./judge-frame";
import { mutate } from "./mutate";
import type { Random } from "./random";

const users = ["alice@example.com", "bob@example.com"];
const speaker = { user: "alice@example.com", contact: "sip:x@x.invalid;transport=ws" };

export const parserTarget = (corpus: Corpus): FuzzTarget => ({
  name: "parser",
  steps: 100,
  begin: (): FuzzCase => ({
    step: (random) => (random.once(4) ? readDocument(random, corpus) : readMessage(random, corpus)),
    end: () => undefined,
  }),
});

function readMessage(random: Random, corpus: Corpus): number {
  const text = random.once(2) ? requestOf(random, speaker, corpus, users) : random.pick(corpus.messages);
  const mutated = random.once(12) ? text : mutate(random, text, corpus.messages);
  const frame: Frame = random.once(4) ? octetsOf(random, mutated) : mutated;
  readFrame(frame);
  readEveryField(frame);
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

function readDocument(random: Random, corpus: Corpus): number {
  const text = mutate(random, random.pick(corpus.documents), corpus.documents);
  const parsed = parseXml(text);
  check(parsed.ok === locateXml(text).ok, "two readers of XML differ about:", text);
  if (parsed.ok) check(parseXml(serializeXml(parsed.value)).ok, "what was written does not read back:", text);
  readPresenceDocument(text);
  readRuleset(text);
  readRlmi(text);
  readCpim(text);
  readMultipart(
    `multipart/related;boundary="${random.pick(["b", "nXYxAE", "50UBfW7LSCVLtggUPe5z", "--", ""])}"`,
    text,
  );
  return text.length;
}
