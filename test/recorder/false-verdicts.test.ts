// Verdicts that an incomplete ladder, a fork or a forward once made false.

import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import type { HomeRecords } from "../../src/contracts/flight-record";
import type { Verdict } from "../../src/contracts/ladder";
import { exchangesIn } from "../../src/recorder/exchanges";
import { ladderOf } from "../../src/recorder/ladder";
import { observe, type Sighting } from "../../src/recorder/sighting";
import { alice, bob, callId, request, response, rings, sdp, TwoHomes } from "./two-homes";

const answered = (world: TwoHomes): TwoHomes =>
  rings(world)
    .goes("bBAa", response("200 OK", { branch: "1", toTag: "314159", body: sdp }))
    .goes("aABb", request("ACK", { branch: "2", toTag: "314159" }));

const bye = (reason?: string): string =>
  request("BYE", {
    branch: "3",
    cseq: "2 BYE",
    toTag: "314159",
    lines: reason === undefined ? [] : [`Reason: ${reason}`],
  });

describe("where one home has recorded nothing", () => {
  it("a caller who hangs up has hung up: no gateway did", () => {
    const world = answered(new TwoHomes()).wait(5_000).goes("aABb", bye());
    expect(world.ladder({ only: "B" }).verdict).toMatchObject({
      failed: false,
      title: "Answered, and hung up",
    });
    const failed = answered(new TwoHomes()).goes("aABb", bye('SIP;cause=500;text="ICE failed"'));
    expect(failed.ladder({ only: "B" }).verdict?.title).toBe("alice's side ended the call");
  });

  it.each(["480 Temporarily Unavailable", "486 Busy Here", "403 Forbidden", "603 Decline"])(
    "nobody knows what happened before %s: a phone may have rung",
    (status) => {
      const world = rings(new TwoHomes()).goes("bBAa", response(status, { branch: "1", toTag: "314159" }));
      const { verdict } = world.ladder({ only: "A" });
      expect(verdict?.failed).toBe(true);
      expect(verdict?.explanation).toContain(`bob's side answered ${status} after`);
      expect(verdict?.explanation).toContain("What went on there was not recorded.");
      expect(`${verdict?.title} ${verdict?.explanation}`).not.toMatch(/nothing rang|has blocked|registered/);
    },
  );
});

describe("where a home has slept while a phone rang", () => {
  it("nobody says that nothing rang", () => {
    const world = new TwoHomes()
      .goes("aAB", request("INVITE", { branch: "1", body: sdp }))
      .event("B", { event: "forgotten" })
      .wait(32_000)
      .goes("BAa", response("480 Temporarily Unavailable", { branch: "1", toTag: "h0me" }));
    const { verdict } = world.ladder();
    expect(verdict?.title).toBe("Not reachable (480)");
    expect(verdict?.explanation).toContain("after 32 s");
    expect(verdict?.explanation).not.toContain("nothing rang");
  });
});

describe("a BYE of the gateway's", () => {
  const end = (world: TwoHomes, reason: string): Verdict | undefined =>
    world.goes("ABb", bye(reason)).ladder().verdict;

  it("for an account that was closed is not for a connection, though one was cut before", () => {
    const world = answered(new TwoHomes())
      .event("A", { event: "socket closed", code: 1001 }, "a")
      .wait(60_000);
    const verdict = end(world, 'SIP;cause=480;text="Logged out"');
    expect(verdict?.title).toBe("The gateway ended the call");
    expect(verdict?.explanation).toContain("Logged out");
  });

  it("is not laid to a connection that came back", () => {
    const world = answered(new TwoHomes())
      .event("A", { event: "socket closed", code: 1006 }, "a")
      .wait(10_000)
      .goes("aA", request("INFO", { branch: "4", cseq: "2 INFO", toTag: "314159" }))
      .wait(60_000);
    expect(end(world, 'SIP;cause=480;text="Page gone"')?.title).toBe("The gateway ended the call");
  });
});

describe("RFC 3261 §13.2.2.4: a call that two devices take", () => {
  const twice = (): TwoHomes =>
    answered(new TwoHomes())
      .goes("bBAa", response("200 OK", { branch: "1", toTag: "second", body: sdp }))
      .goes("aABb", request("ACK", { branch: "5", toTag: "second" }))
      .goes("aABb", request("BYE", { branch: "6", cseq: "2 BYE", toTag: "second" }));

  it("goes on when the caller hangs up on the second", () => {
    expect(twice().ladder({ live: true }).verdict?.title).toBe("The call goes on");
  });

  it("lasts as long as the one that was kept", () => {
    const world = twice()
      .wait(75_000)
      .goes("aABb", request("BYE", { branch: "7", cseq: "3 BYE", toTag: "314159" }));
    expect(world.ladder().verdict?.explanation).toContain("hung up 1 min 15 s after the answer");
  });
});

describe("a refusal beside an answer", () => {
  it("of one phone of several is no change of the call that was refused", () => {
    const world = rings(new TwoHomes())
      .goes("bB", response("486 Busy Here", { branch: "1", toTag: "other" }))
      .goes("bBAa", response("200 OK", { branch: "1", toTag: "314159", body: sdp }));
    expect(world.ladder().verdict).toMatchObject({ failed: false, title: "Answered" });
  });

  it("within the dialog is one", () => {
    const world = answered(new TwoHomes())
      .goes("aABb", request("INVITE", { branch: "8", cseq: "2 INVITE", toTag: "314159", body: sdp }))
      .goes("bBAa", response("488 Not Acceptable Here", { branch: "8", cseq: "2 INVITE", toTag: "314159" }));
    expect(world.ladder().verdict?.title).toBe("A change of the call was refused (488)");
  });
});

describe("the list of what was recorded", () => {
  it.each(["487 Request Terminated", "486 Busy Here"])(
    "has a call that one phone took as answered, though another says %s afterwards",
    (status) => {
      const world = answered(new TwoHomes()).goes("bB", response(status, { branch: "1", toTag: "other" }));
      const [, half] = world.halves();
      const { exchanges } = exchangesIn(half?.records ?? [], bob, undefined, 10);
      expect(exchanges).toMatchObject([{ status: 200, failed: false, summary: "Answered" }]);
    },
  );
});

describe("a caller who hangs up", () => {
  it("after the callee's home gave one device up is the one who took the call back", () => {
    const world = rings(new TwoHomes())
      .event("B", { event: "socket closed", code: 1006 }, "b")
      .wait(20_000)
      .goes("Bb", request("CANCEL", { branch: "1", cseq: "1 CANCEL" }))
      .wait(10_000)
      .goes("aAB", request("CANCEL", { branch: "1", cseq: "1 CANCEL" }))
      .goes("BAa", response("487 Request Terminated", { branch: "1", toTag: "h0me" }));
    const { verdict } = world.ladder();
    expect(verdict?.title).toBe("Cancelled by the caller");
    expect(verdict?.explanation).toContain("alice hung up after 30 s");
  });
});

describe("a call that a home sends on", () => {
  type Passed = readonly ["in" | "out", string, string];
  const carol = "carol@example.com";
  const dave = "dave@example.com";

  /** At Bob's home, a second apart. */
  function judged(...way: readonly Passed[]): Verdict | undefined {
    const records = way.flatMap(([direction, aor, frame], at) => {
      const sighting: Sighting = { kind: "message", direction, hop: { kind: "home", aor }, frame };
      const observed = observe([sighting], epochMs(at * 1000), { bodies: false });
      return observed.map(({ record }) => ({ ...record, number: at }));
    });
    const half: HomeRecords = { aor: bob, records, isLive: false };
    return ladderOf([half], { callId, aor: bob, missing: [] }).verdict;
  }

  it("to nobody: says who is not there", () => {
    const verdict = judged(
      ["in", alice, request("INVITE", { branch: "1" })],
      ["out", carol, request("INVITE", { branch: "2" })],
      ["in", carol, response("404 Not Found", { branch: "2", toTag: "n0body" })],
      ["out", alice, response("404 Not Found", { branch: "1", toTag: "n0body" })],
    );
    expect(verdict?.title).toBe("There is no carol");
  });

  it.each([
    ["480 Temporarily Unavailable", "No answer"],
    ["486 Busy Here", "Busy (486)"],
  ])("to the members of a group: %s is not for want of devices, nor by a rule", (status, title) => {
    const verdict = judged(
      ["in", alice, request("INVITE", { branch: "1" })],
      ["out", carol, request("INVITE", { branch: "2" })],
      ["out", dave, request("INVITE", { branch: "3" })],
      ["out", alice, response(status, { branch: "1", toTag: "gr0up" })],
    );
    expect(verdict?.title).toBe(title);
    expect(verdict?.explanation).toBe(
      `bob's home sent the call on to carol, dave, and nobody took it: it answered ${status} after 2 s.`,
    );
  });
});
