// What is counted of a home's steps, and when it is told: no sooner than it is worth a call, no later than it is news.

import { describe, expect, it } from "vitest";
import { type EpochMs, epochMs } from "../../src/base/brand";
import type { CallRecord } from "../../src/contracts/call-record";
import type { AccountFigures } from "../../src/contracts/figures";
import type { HomeEffect } from "../../src/home/effect";
import {
  beginReport,
  dueAt,
  enter,
  isWorthAsking,
  keptFigures,
  notReported,
  openBook,
  reported,
} from "../../src/home/figure-book";
import { countEffects } from "../../src/home/figures";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";

const alice = "alice@example.com" as AddressOfRecord;
const count = (...effects: readonly HomeEffect[]) => countEffects(alice, ["example.com"], effects);

const answer = (status: string, cseq: string, body = ""): HomeEffect => ({
  kind: "sendFrame",
  socket: "s",
  frame: `SIP/2.0 ${status}\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bKa\r\n${cseq}\r\nContent-Length: 0\r\n\r\n${body}`,
});

describe("a request counts when its user is answered", () => {
  it.each([
    ["200 OK", "CSeq: 1 REGISTER", { registers: 1 }],
    ["202 Accepted", "cseq : 7\tMESSAGE".replace("\t", " "), { messages: 1 }],
    ["200 OK", "CSeq: 2 PUBLISH", { publishes: 1 }],
    ["200 OK", "CSeq: 2 SUBSCRIBE", { subscribes: 1 }],
    ["401 Unauthorized", "CSeq: 1 REGISTER", {}],
    ["407 Proxy Authentication Required", "CSeq: 1 MESSAGE", {}],
    ["412 Conditional Request Failed", "CSeq: 1 PUBLISH", {}],
    ["403 Forbidden", "CSeq: 1 MESSAGE", { refused: 1 }],
    ["603 Decline", "CSeq: 1 MESSAGE", { refused: 1 }],
    ["500 Server Internal Error", "CSeq: 1 MESSAGE", { errors: 1 }],
    ["486 Busy Here", "CSeq: 1 INVITE", {}],
    ["100 Trying", "CSeq: 1 MESSAGE", {}],
    ["200 OK", "X: 1 REGISTER", {}],
  ])("%s to %j", (status, cseq, counts) => {
    expect(count(answer(status, cseq)).counts).toEqual(counts);
  });

  it("whatever its body says, and in octets too", () => {
    expect(count(answer("200 OK", "CSeq: 1 OPTIONS", "\r\nCSeq: 1 REGISTER\r\n")).counts).toEqual({});
    const { frame } = answer("200 OK", "CSeq: 1 MESSAGE") as { frame: string };
    const octets = new TextEncoder().encode(frame);
    expect(count({ kind: "sendFrame", socket: "s", frame: octets }).counts).toEqual({ messages: 1 });
  });
});

describe("a call counts when it is over", () => {
  const record = (over: Partial<CallRecord>): CallRecord => ({
    id: "1",
    direction: "outgoing",
    callId: "c1",
    peer: "sip:Bob@example.com;x=1",
    startedAt: epochMs(1000),
    answeredAt: epochMs(2000),
    endedAt: epochMs(5000),
    outcome: "answered",
    ...over,
  });
  const row = (over: Partial<CallRecord> = {}): HomeEffect => ({
    kind: "putCall",
    row: { id: "1", until: epochMs(0), record: record(over), dialogs: [] },
    ends: true,
  });

  it("at the home of who called, with whom and how", () => {
    const { counts, calls } = count(row());
    expect(counts).toEqual({ calls: 1, answered: 1 });
    expect(calls).toEqual([
      {
        id: "1",
        callId: "c1",
        caller: alice,
        callee: "bob@example.com",
        startedAt: 1000,
        answeredAt: 2000,
        endedAt: 5000,
        outcome: "answered",
      },
    ]);
    expect(count(row({ outcome: "failed", status: 500 })).counts).toEqual({ calls: 1, failedCalls: 1 });
    expect(count(row({ outcome: "busy" })).counts).toEqual({ calls: 1 });
  });

  it("at the home of who was called only where the caller is of another domain", () => {
    const incoming = { direction: "incoming" } as const;
    expect(count(row({ ...incoming })).calls).toEqual([]);
    expect(count(row({ ...incoming, peer: "sip:anonymous@anonymous.invalid" })).calls).toEqual([]);
    expect(count(row({ ...incoming, peer: "tel:+1" })).calls).toEqual([]);
    expect(count(row({ ...incoming, peer: "sip:dora@example.net" })).calls).toMatchObject([
      { caller: "dora@example.net", callee: alice },
    ]);
  });
});

const idle: AccountFigures = { enabled: true, live: 0, calls: 0, placed: 0 };
const here: AccountFigures = { ...idle, live: 1 };

describe("the book of what is to be told", () => {
  let names = 0;
  const newId = () => `id${++names}`;
  const at = (second: number): EpochMs => epochMs(600_000 + second * 1000);
  const message = { counts: { messages: 1 }, calls: [] };
  const refresh = { counts: { registers: 1, frames: 1 }, calls: [] };
  /** A book that told at 0 s that the account is here. */
  const told = () => {
    const book = openBook(undefined);
    beginReport(book, alice, here, at(0), newId);
    reported(book, here);
    return book;
  };

  it("tells of a message at once, and of those within the minute when the next comes after it", () => {
    const book = openBook(undefined);
    enter(book, at(0), message, newId);
    expect(dueAt(book, idle, at(0))).toBe(at(0));
    expect(beginReport(book, alice, idle, at(0), newId).minutes).toEqual([
      { at: at(0), counts: { messages: 1 } },
    ]);
    expect(dueAt(book, here, at(1))).toBeUndefined();
    reported(book, idle);
    enter(book, at(10), message, newId);
    enter(book, at(61), message, newId);
    expect(dueAt(book, idle, at(61))).toBe(at(60));
    expect(beginReport(book, alice, idle, at(61), newId).minutes).toEqual([
      { at: at(0), counts: { messages: 1 } },
      { at: at(60), counts: { messages: 1 } },
    ]);
  });

  it("tells of a refresh never, and of a user who comes and goes two seconds apart", () => {
    const book = told();
    for (let second = 600; second < 6000; second += 600) enter(book, at(second), refresh, newId);
    expect(dueAt(book, here, at(6000))).toBeUndefined();
    expect(isWorthAsking(book)).toBe(true);
    const asked = told();
    for (let second = 10; second < 100; second += 10) {
      enter(asked, at(second), { counts: { requests: 1, rows: 1, frames: 1 }, calls: [] }, newId);
    }
    expect(isWorthAsking(asked)).toBe(false);
    expect(dueAt(asked, here, at(100))).toBeUndefined();
    expect(dueAt(book, idle, at(1))).toBe(at(2));
    expect(dueAt(book, { ...here, calls: 1 }, at(9))).toBe(at(2));
  });

  it("does not wait for a clock that was set back to catch up", () => {
    expect(dueAt(told(), idle, at(-300))).toBe(at(-300));
  });

  it("keeps four minutes apart, and loses none of what the others counted", () => {
    const book = told();
    for (let index = 1; index <= 20; index++) enter(book, at(index * 60), message, newId);
    const { minutes } = beginReport(book, alice, here, at(9000), newId);
    expect(minutes.map(({ counts }) => counts.messages)).toEqual([17, 1, 1, 1]);
  });

  it("tells the same under the same name until it was heard, though memory was lost meanwhile", () => {
    const book = told();
    enter(book, at(70), message, newId);
    const lost = beginReport(book, alice, here, at(70), newId);
    enter(book, at(71), message, newId);
    const kept = structuredClone(keptFigures(book));
    notReported(book);
    expect(dueAt(book, here, at(80))).toBe(at(130));
    const again = openBook(kept);
    expect(dueAt(again, here, at(80))).toBe(at(80));
    const second = beginReport(again, alice, here, at(80), newId);
    expect([second.id, second.minutes]).toEqual([lost.id, lost.minutes]);
    reported(again, here);
    const third = beginReport(again, alice, here, at(150), newId);
    expect(third.id).not.toBe(lost.id);
    expect(third.minutes).toEqual([{ at: at(60), counts: { messages: 1 } }]);
  });

  it("of a memory that knows of no telling, says what a lost socket has changed and nothing else", () => {
    const book = openBook(undefined);
    expect(dueAt(book, idle, at(0))).toBeUndefined();
    expect(dueAt(book, here, at(0))).toBe(at(0));
    book.isUnsure = true;
    expect(dueAt(book, idle, at(0))).toBe(at(0));
  });
});
