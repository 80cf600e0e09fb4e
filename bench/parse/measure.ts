// The candidates and the clock of bench/parse.ts.

import jssipParser from "jssip/lib/Parser";
import sip from "sip";
import { Parser as sipjsParser } from "sip.js/lib/core/messages/parser";
import { liveCopy } from "../../src/messaging/copy";
import { maxForwardsOf } from "../../src/proxy/admit";
import { withoutTopVia } from "../../src/proxy/arrive";
import type { Frame } from "../../src/sip/frame";
import type { SipMessage } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import { validateRequest, validateResponse } from "../../src/sip/validate";
import type { Report } from "../report/report";
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

/**
 * As a home does it: a request with a Via on top, a hop less and another Request-URI; a response without its topmost
 * Via.
 */
function forwardOurs(text: string): Frame {
  const message = validateOurs(text);
  if (message.kind === "response") return withoutTopVia(message);
  const maxForwards = maxForwardsOf(message) - 1;
  return liveCopy(message, { requestUri: newUri, via: newVia, maxForwards });
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

/** So short that most batches run without another process in between; the fastest tenth of them is told. */
const batchMicroseconds = 500;

/** Microseconds a call, over one batch. */
function timed(run: (text: string) => unknown, texts: readonly string[], calls: number): number {
  const start = performance.now();
  for (let call = 0; call < calls; call++) sink = run(texts[call % texts.length] ?? "");
  return ((performance.now() - start) * 1000) / calls;
}

/** So long each candidate runs before it is measured: the optimizing compiler works beside it, and may have to wait. */
const warmUpMs = 250;

/** How many calls make a batch. */
function callsOf(run: (text: string) => unknown, texts: readonly string[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + warmUpMs; performance.now() < end; ) {
    best = Math.min(best, timed(run, texts, 50));
  }
  return Math.ceil(batchMicroseconds / best);
}

/** What the fastest tenth of the batches took, at most. */
const undisturbed = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 10)] ?? Number.NaN;

/** Texts that differ in their Call-ID, each in one piece as a socket delivers it: no cache knows the next one. */
const variants = (text: string): readonly string[] =>
  Array.from({ length: 256 }, (_, index) =>
    Buffer.from(text.replace(/Call-ID: ..../, `Call-ID: ${String(1000 + index)}`)).toString(),
  );
let sink: unknown;

function measure(text: string, count: number): ReadonlyMap<string, number> {
  const texts = variants(text);
  const names = Object.keys(candidates);
  const calls = new Map<string, number>();
  for (const name of names) {
    const run = candidates[name] as (text: string) => unknown;
    calls.set(name, callsOf(run, texts));
  }
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (const name of names) {
      const run = candidates[name] as (text: string) => unknown;
      times.get(name)?.push(timed(run, texts, calls.get(name) ?? 10));
    }
  }
  return new Map(names.map((name) => [name, undisturbed(times.get(name) ?? [])]));
}

const others = ["JsSIP: parse", "SIP.js: parse", "sip: parse"];

export function measureParse(report: Report): void {
  /** Batches of each candidate, in turns with those of the others. */
  const rounds = report.isQuick ? 101 : 401;
  const results = Object.entries(messages).map(([name, text]) => ({
    name,
    octets: text.length,
    times: measure(text, rounds),
  }));
  console.log(`Microseconds for a message: the fastest tenth of ${rounds} interleaved batches.`);
  const row = report.table(
    "parse-times",
    "microseconds",
    ...results.map(({ name, octets }) => `${name} (${octets} octets)`),
  );
  for (const name of Object.keys(candidates)) {
    row(name, ...results.map(({ times }) => (times.get(name) ?? 0).toFixed(2)));
  }
  const ratios = (ours: string, theirs: readonly string[]): readonly number[] =>
    results.map(
      ({ times }) => Math.min(...theirs.map((name) => times.get(name) ?? 0)) / (times.get(ours) ?? 1),
    );
  const compare = (title: string, ours: string, theirs: readonly string[], isHeadline = false): void => {
    const times = ratios(ours, theirs);
    row(`**${title}**`, ...times.map((value) => `${value.toFixed(1)} ×`));
    const worst = Math.min(...times);
    const aim = isHeadline ? { aim: { least: 10 }, headline: true } : {};
    report.figure({ operation: `${title}, the worst of ${times.length}`, value: worst, unit: " ×", ...aim });
  };
  compare("parse, times the fastest other", "ours: parse", others, true);
  compare("parse and validate, times the fastest other", "ours: parse, validate", others);
  compare("forward, times `sip`", "ours: parse, validate, forward", ["sip: parse, forward"]);
  if (sink === undefined) report.problem("nothing was parsed");
}
