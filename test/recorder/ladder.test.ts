import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/contracts/ladder";
import { ladderOf } from "../../src/recorder/ladder";
import { ladderText } from "../../src/recorder/text-export";
import { alice, callId, request, response, rings, sdp, shown, TwoHomes } from "./two-homes";

const answered = (world: TwoHomes): TwoHomes =>
  rings(world)
    .goes("bBAa", response("200 OK", { branch: "1", toTag: "314159", body: sdp }))
    .goes("aABb", request("ACK", { branch: "2", toTag: "314159" }));

describe("the halves of a call", () => {
  const whole = [
    "alice · Chrome -> alice@example.com: INVITE",
    "alice@example.com -> bob@example.com: INVITE",
    "bob@example.com -> bob · Firefox: INVITE",
    "alice@example.com -> alice · Chrome: 100 Trying",
    "bob · Firefox -> bob@example.com: 180 Ringing",
    "bob@example.com -> alice@example.com: 180 Ringing",
    "alice@example.com -> alice · Chrome: 180 Ringing",
  ];

  it("are one ladder: what one home sent and the other received is one line", () => {
    const ladder = rings(new TwoHomes()).ladder({ live: true });
    expect(shown(ladder)).toEqual(whole);
    expect(ladder.lanes.map(({ kind }) => kind)).toEqual(["device", "home", "home", "device"]);
  });

  it("are in the order of cause and effect, however far their clocks are apart", () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_600_000, max: 3_600_000 }), (skew) => {
        const lines = shown(rings(new TwoHomes({ skew })).ladder({ live: true }));
        const at = (text: string): number => lines.findIndex((line) => line.endsWith(text));
        expect([...lines].sort()).toEqual([...whole].sort());
        expect(at("bob@example.com: INVITE")).toBeLessThan(at("bob · Firefox: INVITE"));
        expect(at("bob@example.com: 180 Ringing")).toBeLessThan(at("alice@example.com: 180 Ringing"));
        expect(at("alice@example.com: 180 Ringing")).toBeLessThan(at("alice · Chrome: 180 Ringing"));
      }),
    );
  });

  it("of one home alone show the other as a peer", () => {
    const { lanes } = rings(new TwoHomes()).ladder({ only: "A" });
    expect(lanes.map(({ label, kind }) => [label, kind])).toEqual([
      ["alice · Chrome", "device"],
      ["alice@example.com", "home"],
      ["bob@example.com", "peer"],
    ]);
  });

  it("lines keep their ids when the other half becomes known", () => {
    const world = rings(new TwoHomes());
    const ids = (only?: "A" | "B") =>
      world.ladder(only === undefined ? {} : { only }).lines.map(({ id }) => id);
    expect(new Set(ids()).size).toBe(whole.length);
    expect(ids()).toEqual(expect.arrayContaining([...ids("A"), ...ids("B")]));
  });

  it("the cursor leaves out what is known, and nothing else", () => {
    const world = rings(new TwoHomes());
    const before = world.ladder({ live: true });
    expect(world.ladder({ live: true, after: before.next ?? "" }).lines).toEqual([]);
    world.goes("bBAa", response("603 Decline", { branch: "1", toTag: "314159" }));
    const after = world.ladder({ after: before.next ?? "" });
    expect(after.lines.map(({ label }) => label)).toEqual(["603 Decline", "603 Decline", "603 Decline"]);
    expect(after.verdict?.title).toBe("bob declined");
    expect(world.ladder({ after: "no cursor" }).lines.length).toBe(whole.length + 3);
  });
});

describe("the verdict", () => {
  const verdict = (world: TwoHomes, live = false): Verdict | undefined => world.ladder({ live }).verdict;

  it("the callee is offline: nothing rang", () => {
    const world = new TwoHomes()
      .goes("aAB", request("INVITE", { branch: "1", body: sdp }))
      .goes("BAa", response("480 Temporarily Unavailable", { branch: "1", toTag: "h0me" }));
    expect(verdict(world)).toMatchObject({
      failed: true,
      title: "bob was not reachable",
      explanation: "None of bob's devices was registered, so nothing rang (480).",
    });
  });

  it("nobody answers", () => {
    const world = rings(new TwoHomes())
      .wait(32_000)
      .goes("BAa", response("480 Temporarily Unavailable", { branch: "1", toTag: "h0me" }));
    expect(verdict(world)).toMatchObject({ failed: true, title: "No answer" });
    expect(verdict(world)?.explanation).toBe("bob on Firefox rang, and nobody answered, for 32 s (480).");
  });

  it.each([
    ["603 Decline", "bob declined", "bob declined the call on Firefox (603 Decline)."],
    [
      "486 Busy Here",
      "bob is busy",
      "bob on Firefox answered 486 Busy Here: in another call, or not to be disturbed.",
    ],
    [
      "488 Not Acceptable Here",
      "No common media",
      "bob's client on Firefox answered 488 Not Acceptable Here: the two have no codec or kind of media in common, or the media could not be set up.",
    ],
  ])("a device says %s", (status, title, explanation) => {
    const world = rings(new TwoHomes()).goes("bBAa", response(status, { branch: "1", toTag: "314159" }));
    const found = world.ladder();
    expect(found.verdict).toMatchObject({ failed: true, title, explanation });
    const line = found.lines.find(({ id }) => id === found.verdict?.line);
    expect(shown({ ...found, lines: line === undefined ? [] : [line] })).toEqual([
      `bob · Firefox -> bob@example.com: ${status}`,
    ]);
  });

  it("a home refuses a caller who is blocked; do not disturb", () => {
    const refused = (status: string): Verdict | undefined =>
      verdict(
        new TwoHomes()
          .goes("aAB", request("INVITE", { branch: "1" }))
          .goes("BAa", response(status, { branch: "1", toTag: "h0me" })),
      );
    expect(refused("403 Forbidden")?.title).toBe("bob has blocked alice");
    expect(refused("486 Busy Here")).toMatchObject({ title: "bob is busy" });
    expect(refused("404 Not Found")?.title).toBe("There is no bob");
  });

  it("the caller hangs up before there is an answer: nothing has failed", () => {
    const world = rings(new TwoHomes())
      .wait(5_000)
      .goes("aABb", request("CANCEL", { branch: "1", cseq: "1 CANCEL" }))
      .goes("bBAa", response("487 Request Terminated", { branch: "1", toTag: "314159" }));
    expect(verdict(world)).toMatchObject({ failed: false, title: "Cancelled by the caller" });
    expect(verdict(world)?.explanation).toContain("alice hung up after 5 s");
  });

  it("RFC 7616 §3.3: a wrong password, which no staleness excuses", () => {
    const world = new TwoHomes()
      .goes("aA", request("REGISTER", { branch: "1", cseq: "1 REGISTER" }))
      .goes(
        "Aa",
        response("401 Unauthorized", {
          branch: "1",
          cseq: "1 REGISTER",
          lines: ['WWW-Authenticate: Digest realm="example.com", nonce="a"'],
        }),
      )
      .goes(
        "aA",
        request("REGISTER", {
          branch: "2",
          cseq: "2 REGISTER",
          lines: ['Authorization: Digest username="alice", response="0"'],
        }),
      )
      .event("A", { event: "login failed" })
      .goes(
        "Aa",
        response("401 Unauthorized", {
          branch: "2",
          cseq: "2 REGISTER",
          lines: ['WWW-Authenticate: Digest realm="example.com", nonce="b"'],
        }),
      );
    const found = world.ladder();
    expect(found.verdict).toMatchObject({
      failed: true,
      title: "Wrong password",
      explanation: "The password for alice on Chrome is wrong: the login was refused (401).",
    });
    expect(found.lines.map(({ failed }) => failed)).toEqual([false, false, false, true, true]);
  });

  it("a login that goes well at the second try is no failure", () => {
    const world = new TwoHomes()
      .goes("aA", request("REGISTER", { branch: "1", cseq: "1 REGISTER" }))
      .goes("Aa", response("401 Unauthorized", { branch: "1", cseq: "1 REGISTER" }))
      .goes(
        "aA",
        request("REGISTER", { branch: "2", cseq: "2 REGISTER", lines: ["Authorization: Digest x=1"] }),
      )
      .goes("Aa", response("200 OK", { branch: "2", cseq: "2 REGISTER" }));
    expect(verdict(world)).toMatchObject({ failed: false, title: "Went well" });
  });

  it("a socket that is cut, and the gateway's BYE a minute later", () => {
    const world = answered(new TwoHomes())
      .wait(10_000)
      .event("A", { event: "socket closed", code: 1006 }, "a")
      .wait(60_000)
      .goes(
        "ABb",
        request("BYE", {
          branch: "3",
          cseq: "2 BYE",
          toTag: "314159",
          lines: ['Reason: SIP;cause=480;text="Page gone"'],
        }),
      )
      .goes("bBA", response("200 OK", { branch: "3", cseq: "2 BYE", toTag: "314159" }));
    expect(verdict(world)).toMatchObject({ failed: true, title: "alice's connection was lost" });
    expect(verdict(world)?.explanation).toBe(
      "alice's socket closed (1006) and did not come back: the gateway ended the call 1 min later.",
    );
  });

  it("the caller's socket is cut while it rings, and the gateway takes the call back", () => {
    const world = rings(new TwoHomes())
      .event("A", { event: "socket closed", code: 1006 }, "a")
      .wait(10_000)
      .goes("ABb", request("CANCEL", { branch: "1", cseq: "1 CANCEL" }))
      .goes("bBA", response("487 Request Terminated", { branch: "1", toTag: "314159" }));
    expect(verdict(world)).toMatchObject({ failed: true, title: "alice's connection was lost" });
    expect(verdict(world)?.explanation).toContain("while it rang");
  });

  it("RFC 3326: media that could not be set up, by the Reason of who ended it", () => {
    const world = answered(new TwoHomes())
      .wait(15_000)
      .goes(
        "bBAa",
        request("BYE", {
          branch: "3",
          cseq: "1 BYE",
          toTag: "1",
          lines: ['Reason: SIP;cause=500;text="ICE failed"'],
        }),
      );
    expect(verdict(world)).toMatchObject({ failed: true, title: "bob's client ended the call" });
    expect(verdict(world)?.explanation).toBe(
      "It was answered, and 15 s later bob on Firefox ended it and said why: ICE failed (SIP 500).",
    );
  });

  it("the other home cannot be reached", () => {
    const world = new TwoHomes()
      .goes("aA", request("INVITE", { branch: "1" }))
      .event("A", { event: "call of the other home failed", why: "overloaded" })
      .goes("Aa", response("503 Service Unavailable", { branch: "1", toTag: "h0me" }));
    expect(verdict(world)?.title).toBe("The other home could not be reached");
  });

  it("while it rings, while it goes on, and after a good call", () => {
    expect(verdict(rings(new TwoHomes()), true)?.title).toBe("It rings");
    expect(verdict(answered(new TwoHomes()), true)?.title).toBe("The call goes on");
    const over = answered(new TwoHomes())
      .wait(75_000)
      .goes("aABb", request("BYE", { branch: "3", cseq: "2 BYE", toTag: "314159" }));
    expect(verdict(over)).toMatchObject({ failed: false, title: "Answered, and hung up" });
    expect(verdict(over)?.explanation).toBe("alice on Chrome hung up 1 min 15 s after the answer.");
  });

  it("whatever was recorded, in whatever order: no ladder throws", () => {
    const whole = answered(new TwoHomes()).halves();
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat({ max: 30 })), fc.nat({ max: 20 }), (stream, length) => {
        const order = [...stream.take(length)];
        const halves = whole.map((half) => ({
          ...half,
          records: order.flatMap((at) => half.records[at % half.records.length] ?? []),
        }));
        const ladder = ladderOf(halves, { callId, aor: alice, missing: [] });
        expect(ladderText(ladder)).toContain(callId);
      }),
    );
  });
});
