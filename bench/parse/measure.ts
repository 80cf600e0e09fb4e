// The candidates and the clock of bench/parse.ts.

import { performance } from "node:perf_hooks";
import jssipParser from "jssip/lib/Parser";
import sip from "sip";
import { Parser as sipjsParser } from "sip.js/lib/core/messages/parser";
import { parseMaxForwards } from "../../src/sip/headers/integer";
import { fieldValue, headerField, type SipMessage } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import {
  type Edit,
  insertAt,
  removeField,
  replaceRange,
  setFieldValue,
  spliceText,
} from "../../src/sip/splice";
import { validateRequest, validateResponse } from "../../src/sip/validate";
import { messages } from "./messages";

type Logger = Parameters<typeof sipjsParser.parseMessage>[1];
const quiet = { log() {}, warn() {}, error() {}, debug() {} } as unknown as Logger;
const newVia = "SIP/2.0/WSS gateway.invalid;branch=z9hG4bKa1b2c3d4e5f6";
const newUri = "sip:o8v2jcc1@4l2m9s0qk2u1.invalid;transport=ws";

function parseOurs(text: string): SipMessage {
  const parsed = parseText(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function validateOurs(text: string): SipMessage {
  const message = parseOurs(text);
  const valid = message.kind === "request" ? !validateRequest(message) : validateResponse(message);
  if (!valid) throw new Error("refused");
  return message;
}

/** A request with a Via on top, a hop less and another Request-URI; a response without its topmost Via. */
function forwardOurs(text: string): string {
  const message = validateOurs(text);
  const edits: Edit[] = [];
  if (message.kind === "response") {
    const via = headerField(message, "via");
    return spliceText(message, via === undefined ? [] : [removeField(via)]);
  }
  const { requestUriStart, requestUri, headStart } = message;
  edits.push(replaceRange(requestUriStart, requestUriStart + requestUri.length, newUri));
  edits.push(insertAt(headStart, `Via: ${newVia}\r\n`));
  const hops = headerField(message, "max-forwards");
  if (hops !== undefined) {
    edits.push(setFieldValue(hops, String((parseMaxForwards(fieldValue(message, hops)) ?? 70) - 1)));
  }
  return spliceText(message, edits);
}

/** The same by the only other candidate that can write what it read. */
function forwardSip(text: string): string {
  const message = sip.parse(text);
  if (message.status === undefined) {
    message.uri = newUri;
    message.headers.via.unshift(sip.parse(`OPTIONS sip:a SIP/2.0\r\nVia: ${newVia}\r\n\r\n`).headers.via[0]);
    message.headers["max-forwards"] = Number(message.headers["max-forwards"]) - 1;
  } else message.headers.via.shift();
  return sip.stringify(message);
}

function parsed<Message>(message: Message | undefined): Message {
  if (message === undefined) throw new Error("refused");
  return message;
}

const candidates: Readonly<Record<string, (text: string) => unknown>> = {
  "ours: parse": parseOurs,
  "ours: parse, validate": validateOurs,
  "JsSIP: parse": (text) => parsed(jssipParser.parseMessage(text, undefined)),
  "SIP.js: parse": (text) => parsed(sipjsParser.parseMessage(text, quiet)),
  "sip: parse": (text) => parsed(sip.parse(text)),
  "ours: parse, validate, forward": forwardOurs,
  "sip: parse, forward": forwardSip,
};

const rounds = 31;
const batchMs = 8;

/** Microseconds a call, over one batch. */
function timed(run: (text: string) => unknown, texts: readonly string[], calls: number): number {
  const start = performance.now();
  for (let call = 0; call < calls; call++) sink = run(texts[call % texts.length] ?? "");
  return ((performance.now() - start) * 1000) / calls;
}

/** Texts that differ in their Call-ID, each in one piece as a socket delivers it: no cache knows the next one. */
const variants = (text: string): readonly string[] =>
  Array.from({ length: 256 }, (_, index) =>
    Buffer.from(text.replace(/Call-ID: ..../, `Call-ID: ${String(1000 + index)}`)).toString(),
  );
let sink: unknown;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function measure(text: string): ReadonlyMap<string, number> {
  const texts = variants(text);
  const names = Object.keys(candidates);
  const calls = new Map<string, number>();
  for (const name of names) {
    const run = candidates[name] as (text: string) => unknown;
    timed(run, texts, 300);
    calls.set(name, Math.max(10, Math.round((batchMs * 1000) / timed(run, texts, 300))));
  }
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const run = candidates[name] as (text: string) => unknown;
      times.get(name)?.push(timed(run, texts, calls.get(name) ?? 10));
    }
  }
  return new Map(names.map((name) => [name, median(times.get(name) ?? [])]));
}

const results = Object.entries(messages).map(([name, text]) => ({
  name,
  octets: text.length,
  times: measure(text),
}));

const cell = (value: string): string => value.padStart(17);
console.log(`Microseconds a message: median of ${rounds} interleaved batches, Node ${process.version}`);
console.log("".padEnd(32) + results.map(({ name }) => cell(name)).join(""));
for (const name of Object.keys(candidates)) {
  console.log(name.padEnd(32) + results.map(({ times }) => cell((times.get(name) ?? 0).toFixed(2))).join(""));
}
const others = ["JsSIP: parse", "SIP.js: parse", "sip: parse"];
const ratio = (fast: string, slow: readonly string[]): string =>
  results
    .map(({ times }) => Math.min(...slow.map((name) => times.get(name) ?? 0)) / (times.get(fast) ?? 1))
    .map((times) => cell(`${times.toFixed(1)} x`))
    .join("");
console.log(`${"parse: times the fastest other".padEnd(32)}${ratio("ours: parse", others)}`);
console.log(`${"with validate".padEnd(32)}${ratio("ours: parse, validate", others)}`);
console.log(
  `${"forward: times sip".padEnd(32)}${ratio("ours: parse, validate, forward", ["sip: parse, forward"])}`,
);
console.log(`octets: ${results.map(({ octets }) => octets).join(", ")}${sink === undefined ? "!" : ""}`);
