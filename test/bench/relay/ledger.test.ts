// What the relay's generator makes of a message: a promise that the gateway kept is no problem, and what is one says why.

import { describe, expect, it } from "vitest";
import { Ledger, type Problem } from "../../../bench/relay/ledger.ts";
import { messageOf, messageTextOf } from "../../../bench/relay/message-text.ts";

const text = messageTextOf(0);
const at = Date.UTC(2026, 10, 28);

function world() {
  const problems: Problem[] = [];
  const ledger = new Ledger(text, (problem) => problems.push(problem));
  const kinds = () => problems.map(({ kind }) => kind);
  return { problems, ledger, kinds };
}

/** As the callee's home forwards it (RFC 3261 §16.6). */
const forwarded = (number: number): string =>
  messageOf(text, number)
    .replace("MESSAGE sip:user1@example.test", "MESSAGE sip:user1@user1.invalid;transport=ws")
    .replace("Via: ", "Via: SIP/2.0/WSS example.test;branch=z9hG4bKours\r\nVia: ")
    .replace("Max-Forwards: 70", "Max-Forwards: 68");

/** As it comes from the log: no Via but the home's, a Call-ID of its own, a Date. */
const fromLog = (number: number): string =>
  messageOf(text, number)
    .replace(/Via: [^\r]*/, "Via: SIP/2.0/WSS example.test;branch=z9hG4bKours")
    .replace(/Call-ID: [^\r]*/, "Call-ID: zfCMrSmIKJfeSTcBxbD44g@example.test")
    .replace("\r\n\r\n", "\r\nDate: Sat, 28 Nov 2026 22:00:00 GMT\r\n\r\n");

const answered = (number: number, status = "200 OK"): string =>
  `SIP/2.0 ${status}\r\nVia: SIP/2.0/WS user0.invalid;branch=z9hG4bK${number}\r\n` +
  "From: <sip:user0@example.test>;tag=caller\r\nTo: <sip:user1@example.test>;tag=callee\r\n" +
  `Call-ID: ${number}\r\nCSeq: ${number} MESSAGE\r\nContent-Length: 0\r\n\r\n`;

describe("a message of the relay's load", () => {
  it("is done when it has arrived and its 200 has come", () => {
    const { ledger, problems } = world();
    const number = ledger.send(at);
    const answer = ledger.arrive(forwarded(number), at + 3);
    expect(answer).toContain("SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS example.test;branch=z9hG4bKours\r\nVia: ");
    expect(answer).toContain(`Call-ID: ${number}\r\nCSeq: ${number} MESSAGE\r\n`);
    expect([ledger.done, ledger.open]).toEqual([0, 1]);
    ledger.answer(answered(number), at + 5);
    expect([ledger.done, ledger.open, ledger.stored, ledger.slowest]).toEqual([1, 0, 0, 5]);
    expect(problems).toEqual([]);
  });

  it("RFC 3428 §7: accepted with 202 it is under way until the log has sent it", () => {
    const { ledger, problems } = world();
    const number = ledger.send(at);
    ledger.answer(answered(number, "202 Accepted"), at + 4000);
    expect([ledger.done, ledger.open]).toEqual([0, 1]);
    const answer = ledger.arrive(fromLog(number), at + 9000);
    expect(answer).toContain(`Call-ID: zfCMrSmIKJfeSTcBxbD44g@example.test\r\nCSeq: ${number} MESSAGE\r\n`);
    expect([ledger.done, ledger.open, ledger.stored]).toEqual([1, 0, 1]);
    expect(problems).toEqual([]);
  });

  it("is lost when it was accepted and has not arrived in the end", () => {
    const { ledger, problems, kinds } = world();
    ledger.send(at);
    ledger.answer(answered(10_000_001, "202 Accepted"), at + 4000);
    ledger.end(at + 40_000);
    ledger.end(at + 80_000);
    expect(kinds()).toEqual(["lost"]);
    expect(problems[0]?.what).toBe(
      "message 10000001: sent at 2026-11-28T00:00:00.000Z, did not arrive, was answered 202 4000 ms later",
    );
  });

  it("is lost when it was never answered, and what arrived of it is told", () => {
    const { ledger, problems } = world();
    ledger.arrive(forwarded(ledger.send(at)), at + 7);
    ledger.end(at + 40_000);
    expect(problems[0]).toEqual({
      kind: "lost",
      at: at + 40_000,
      what: "message 10000001: sent at 2026-11-28T00:00:00.000Z, arrived 7 ms later, was not answered",
    });
  });

  it("that is refused is done with, and the refusal is told whole", () => {
    const { ledger, problems, kinds } = world();
    const number = ledger.send(at);
    ledger.answer(answered(number, "503 Service Unavailable"), at + 2);
    expect([ledger.done, ledger.open]).toEqual([1, 0]);
    expect(kinds()).toEqual(["refused"]);
    expect(problems[0]?.what).toContain(answered(number, "503 Service Unavailable"));
  });

  it("is repeated when it arrives or is answered once more, be it as the copy from the log", () => {
    const { ledger, kinds } = world();
    const number = ledger.send(at);
    ledger.arrive(forwarded(number), at + 1);
    expect(ledger.arrive(fromLog(number), at + 2)).toContain("SIP/2.0 200 OK");
    ledger.answer(answered(number), at + 3);
    ledger.answer(answered(number), at + 4);
    ledger.arrive(forwarded(number), at + 5);
    expect(kinds()).toEqual(["repeated", "repeated", "repeated"]);
    expect(ledger.done).toBe(1);
  });

  it("is disordered when it arrives behind a younger one, and not for one that has not arrived yet", () => {
    const { ledger, kinds, problems } = world();
    const [first, second] = [ledger.send(at), ledger.send(at)];
    ledger.arrive(forwarded(second), at + 1);
    expect(kinds()).toEqual([]);
    ledger.arrive(fromLog(first), at + 2);
    expect(kinds()).toEqual(["disordered"]);
    expect(problems[0]?.what).toContain(`message ${first} arrived behind ${second}`);
  });

  it.each([
    ["without its last octet", (whole: string) => whole.slice(0, -1)],
    ["with another body", (whole: string) => whole.replace("Hello", "Hallo")],
    ["with another From", (whole: string) => whole.replace("tag=caller", "tag=other")],
    ["without a Via", (whole: string) => whole.replaceAll(/Via: [^\r]*\r\n/g, "")],
  ])("is damaged when it arrives %s", (_how, damage) => {
    for (const copy of [forwarded, fromLog]) {
      const { ledger, kinds, problems } = world();
      const came = damage(copy(ledger.send(at)));
      expect(ledger.arrive(came, at)).toBeUndefined();
      expect(kinds()).toEqual(["damaged"]);
      expect(problems[0]?.what).toContain(came);
    }
  });

  it("has an answer with one Via and its own Call-ID, or that is damaged", () => {
    const { ledger, kinds } = world();
    const number = ledger.send(at);
    ledger.answer(answered(number).replace("Via: ", "Via: SIP/2.0/WSS a.b;branch=z9hG4bKours\r\nVia: "), at);
    ledger.answer(answered(number).replace(`Call-ID: ${number}`, "Call-ID: other"), at);
    ledger.answer(answered(number).replace("MESSAGE", "OPTIONS"), at);
    expect(kinds()).toEqual(["damaged", "damaged", "damaged"]);
    expect(ledger.open).toBe(1);
  });
});
