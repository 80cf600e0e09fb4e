import { describe, expect, it } from "vitest";
import { endWords, phaseWords } from "../../../web/client/call/call-words";
import { loggedWords } from "../../../web/client/call-log/logged-words";
import type { CallEnd, LoggedCall } from "../../../web/line/contract";
import { call } from "../console/fake-line";

const nameOf = (address: string): string => address.replace(/@.*/, "");

describe("a call that is over", () => {
  const ends: readonly (readonly [CallEnd, string, boolean])[] = [
    [{ kind: "hung-up", by: "them", reason: undefined }, "bob hung up.", false],
    [{ kind: "hung-up", by: "gateway", reason: "gone" }, "bob was gone for too long.", true],
    [{ kind: "unreachable", status: 404 }, "There is no bob", true],
    [{ kind: "unreachable", status: 480 }, "messages are kept", true],
    [{ kind: "refused", status: 488, reason: "Not Acceptable Here" }, "488 Not Acceptable Here", true],
    [{ kind: "no-media", name: "NotAllowedError" }, "Allow it", true],
    [{ kind: "no-media", name: "Odd" }, "(Odd)", true],
    [{ kind: "transferred", to: "carol@localhost" }, "bob now talks with carol.", false],
  ];

  it.each(ends)("%j is said as %j", (end, text, failed) => {
    const words = endWords(end, "bob@localhost", nameOf);
    expect(words.text).toContain(text);
    expect(words.failed).toBe(failed);
  });
});

describe("a call that goes on", () => {
  it.each([
    [{ phase: "calling" }, "Calling…"],
    [{ phase: "ringing", direction: "outgoing" }, "Ringing…"],
    [{ phase: "active", answeredAt: 0 }, "1:02:03"],
    [{ phase: "active", answeredAt: 3_700_000 }, "0:23"],
    [{ phase: "active", held: true }, "On hold"],
    [{ phase: "active", reconnecting: true }, "Reconnecting…"],
  ] as const)("%j is %j", (more, words) => {
    expect(phaseWords(call("1", "bob@localhost", more), 3_723_000)).toBe(words);
  });
});

describe("a call in the log", () => {
  const logged: LoggedCall = {
    ...{ id: "1", direction: "outgoing", peer: "bob@localhost", startedAt: "2026-11-28T12:00:00Z" },
    ...{ outcome: "answered", missed: false },
  };

  it.each([
    [{ duration: 65 }, "Outgoing, 1:05"],
    [{ direction: "incoming", outcome: "noAnswer", missed: true }, "Missed"],
    [{ outcome: "declined", status: 603 }, "Outgoing, declined"],
    [{ outcome: "new here", status: 499 }, "Outgoing, refused (499)"],
  ] as const)("%j is %j", (more, words) => {
    expect(loggedWords({ ...logged, ...more })).toBe(words);
  });
});
