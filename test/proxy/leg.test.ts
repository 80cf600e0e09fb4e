import { describe, expect, test } from "vitest";
import { Caller } from "./caller";

const cancel = "CANCEL z9hG4bKout to bob";

describe("RFC 3665 §3: a call through two proxies, as the first one sees it", () => {
  test("INVITE, 100, 180, 200, ACK: two rows", () => {
    const caller = new Caller();
    expect(caller.opened).toEqual(["putRow", "INVITE z9hG4bKout to bob"]);
    expect(caller.responds(100)).toEqual(["answer 100 to s1"]);
    expect(caller.responds(180, "b")).toEqual(["relay 180 to s1"]);
    expect(caller.responds(200, "b")).toEqual(["putRow", "relay 200 to s1"]);
    expect(caller.acks("b")).toEqual([]);
    expect(caller.ends()).toEqual(["finished"]);
    expect(caller.now).toBe(32_000);
  });

  test("busy: the refusal is passed on, its ACK ends here, and the row is gone with it", () => {
    const caller = new Caller();
    caller.responds(180, "b");
    expect(caller.responds(486, "b")).toEqual(["deleteRow", "relay 486 to s1"]);
    expect(caller.acks("b")).toEqual(["finished"]);
  });

  test("a refusal that is never acknowledged is forgotten after Timer H", () => {
    const caller = new Caller();
    caller.responds(486, "b");
    expect(caller.ends()).toEqual(["finished"]);
    expect(caller.now).toBe(32_000);
  });

  test("one 100, and none after an 18x", () => {
    const caller = new Caller();
    caller.responds(100);
    expect(caller.responds(100)).toEqual([]);
    const other = new Caller();
    other.responds(180, "b");
    expect(other.responds(100)).toEqual([]);
  });

  test("every 2xx is passed on: repeated ones, and those of other branches (RFC 6026 §7.2)", () => {
    const caller = new Caller();
    caller.responds(200, "b");
    expect(caller.responds(200, "b")).toEqual(["relay 200 to s1"]);
    expect(caller.responds(200, "c")).toEqual(["putRow", "relay 200 to s1"]);
    expect(caller.responds(486, "d")).toEqual([]);
  });
});

describe("RFC 3261 §9.1: CANCEL", () => {
  test("after a provisional response goes to the same hop on the same branch, with the caller's Reason", () => {
    const caller = new Caller();
    caller.responds(180, "b");
    expect(caller.cancels("SIP;cause=487")).toEqual([
      "putRow",
      "acceptCancel",
      `${cancel} Reason: SIP;cause=487`,
    ]);
    expect(caller.responds(487, "b")).toEqual(["deleteRow", "relay 487 to s1"]);
    expect(caller.acks("b")).toEqual(["finished"]);
  });

  test("before one waits for it", () => {
    const caller = new Caller();
    expect(caller.cancels()).toEqual(["putRow", "acceptCancel"]);
    expect(caller.responds(100)).toEqual([cancel, "answer 100 to s1"]);
  });

  test("before one, with a final response instead, is never sent", () => {
    const caller = new Caller();
    caller.cancels();
    expect(caller.responds(486, "b")).toEqual(["deleteRow", "relay 486 to s1"]);
  });

  test("repeated is accepted again and sent once", () => {
    const caller = new Caller();
    caller.responds(180, "b");
    caller.cancels();
    expect(caller.cancels()).toEqual(["acceptCancel"]);
  });

  test("RFC 5407 §3.1.2: crossing a 200 it loses, and the 200 is passed on", () => {
    const caller = new Caller();
    caller.responds(180, "b");
    caller.cancels();
    expect(caller.responds(200, "b")).toEqual(["putRow", "relay 200 to s1"]);
  });

  test("after the final response is accepted and goes nowhere (§9.2)", () => {
    const answered = new Caller();
    answered.responds(200, "b");
    expect(answered.cancels()).toEqual(["acceptCancel"]);
    const refused = new Caller();
    refused.responds(486, "b");
    expect(refused.cancels()).toEqual(["acceptCancel"]);
  });

  test("that nobody answers is a 487 of our own after 64·T1", () => {
    const caller = new Caller();
    caller.responds(180, "b");
    caller.cancels();
    expect(caller.waits(32_000)).toEqual(["putRow", "answer 487 to s1"]);
  });
});

describe("a hop that is silent or fails", () => {
  test("§16.8: silence is a 408 after Timer B", () => {
    expect(new Caller().waits(32_000)).toEqual(["putRow", "answer 408 to s1"]);
  });

  test("§16.8: Timer C cancels, and its 487 reaches the caller as 408", () => {
    const caller = new Caller();
    caller.responds(180, "b");
    expect(caller.waits(181_000)).toEqual(["putRow", cancel]);
    expect(caller.responds(487, "b")).toEqual(["putRow", "answer 408 to s1"]);
    expect(caller.acks("own")).toEqual([]);
    expect(caller.ends()).toEqual(["deleteRow", "finished"]);
  });

  test("without a clear answer it is 503, and a CANCEL follows for whoever may ring there", () => {
    const caller = new Caller();
    expect(caller.tell({ kind: "unreachable" })).toEqual(["putRow", cancel, "answer 503 to s1"]);
  });

  test("RFC 6026 §8.3: a 200 after our own refusal is acknowledged and ended, its repetition acknowledged", () => {
    const caller = new Caller();
    caller.tell({ kind: "unreachable" });
    expect(caller.responds(200, "b")).toEqual(["putRow", "ACK b", "BYE b"]);
    expect(caller.responds(200, "b")).toEqual(["ACK b"]);
    expect(caller.ends()).toEqual(["deleteRow", "finished"]);
  });
});

describe("caller's socket cut before the final answer", () => {
  const ringing = (): Caller => {
    const caller = new Caller();
    caller.responds(180, "b");
    return caller;
  };

  test("10 s, then CANCEL", () => {
    const caller = ringing();
    expect(caller.closes()).toEqual(["putRow"]);
    expect(caller.waits(9_999)).toEqual([]);
    expect(caller.waits(1)).toEqual(["putRow", cancel]);
    expect(caller.responds(487, "b")).toEqual(["deleteRow", "finished"]);
  });

  test("same page back: answers go to the new socket", () => {
    const caller = ringing();
    caller.closes();
    expect(caller.comes("s2")).toEqual(["putRow"]);
    expect(caller.responds(183, "b")).toEqual(["relay 183 to s2"]);
    expect(caller.waits(10_000)).toEqual([]);
    expect(caller.responds(486, "b")).toEqual(["deleteRow", "relay 486 to s2"]);
  });

  test("what came meanwhile waits for it: an 18x in memory, a final response with the row", () => {
    const caller = ringing();
    caller.closes();
    expect(caller.responds(183, "b")).toEqual(["keep 183"]);
    expect(caller.responds(486, "b")).toEqual(["putRow", "keep 486"]);
    expect(caller.comes("s2")).toEqual(["deleteRow", "relay kept to s2"]);
    expect(caller.acks("b")).toEqual(["finished"]);
  });

  test("a refusal nobody comes back for is dropped with its row", () => {
    const caller = ringing();
    caller.closes();
    caller.responds(486, "b");
    expect(caller.waits(10_000)).toEqual(["deleteRow", "finished"]);
  });

  test("a 200 nobody acknowledges within 5 s is acknowledged and ended by this home", () => {
    const caller = ringing();
    caller.closes();
    expect(caller.responds(200, "b")).toEqual(["putRow", "keep 200"]);
    expect(caller.waits(4_999)).toEqual([]);
    expect(caller.waits(1)).toEqual(["putRow", "ACK b", "BYE b"]);
    expect(caller.responds(200, "b")).toEqual(["ACK b"]);
    expect(caller.ends()).toEqual(["finished"]);
  });

  test("also when the page came back and has forgotten the call", () => {
    const caller = ringing();
    caller.closes();
    caller.comes("s2");
    expect(caller.responds(200, "b")).toEqual(["putRow", "relay 200 to s2"]);
    expect(caller.waits(5_000)).toEqual(["putRow", "ACK b", "BYE b"]);
  });

  test("a page that comes back for its 200 and acknowledges it has its call", () => {
    const caller = ringing();
    caller.closes();
    caller.responds(200, "b");
    caller.waits(3_000);
    expect(caller.comes("s2")).toEqual(["putRow", "relay kept to s2"]);
    expect(caller.acks("b")).toEqual(["putRow"]);
    expect(caller.ends()).toEqual(["finished"]);
  });

  test("a page that was there all along may take its time: its 200 is never ended for it", () => {
    const caller = ringing();
    caller.responds(200, "b");
    expect(caller.ends()).toEqual(["finished"]);
  });

  test("a 200 that crosses the CANCEL for an absent caller is ended at once", () => {
    const caller = ringing();
    caller.closes();
    caller.waits(10_000);
    expect(caller.responds(200, "b")).toEqual(["putRow", "ACK b", "BYE b"]);
  });

  test("a caller who is back before that 200 ends it himself", () => {
    const caller = ringing();
    caller.closes();
    caller.waits(10_000);
    caller.comes("s2");
    expect(caller.responds(200, "b")).toEqual(["putRow", "relay 200 to s2"]);
  });

  test("a reload: the CANCEL goes after 5 s", () => {
    const caller = ringing();
    caller.closes();
    caller.waits(1_000);
    expect(caller.tell({ kind: "pageReplaced" })).toEqual([]);
    expect(caller.waits(4_999)).toEqual([]);
    expect(caller.waits(1)).toEqual(["putRow", cancel]);
  });

  test("cut between the 200 and its ACK: the page has 10 s, and 5 s more when it is back", () => {
    const caller = ringing();
    caller.responds(200, "b");
    expect(caller.closes()).toEqual(["putRow"]);
    caller.waits(9_000);
    expect(caller.comes("s2")).toEqual([]);
    // The callee repeats its 200, which asks the page for another ACK.
    expect(caller.responds(200, "b")).toEqual(["relay 200 to s2"]);
    expect(caller.acks("b")).toEqual(["putRow"]);
    expect(caller.waits(5_000)).toEqual([]);
  });

  test("cut in mid call: nothing", () => {
    const caller = ringing();
    caller.responds(200, "b");
    caller.acks("b");
    expect(caller.closes()).toEqual([]);
    expect(caller.ends()).toEqual(["finished"]);
  });
});

describe("what a lost memory forgets", () => {
  test("an 18x: the CANCEL waits for no other", () => {
    const caller = new Caller();
    const row = caller.leg;
    caller.responds(180, "b");
    caller.forgets(row);
    expect(caller.cancels()).toEqual(["putRow", "acceptCancel", cancel]);
  });

  test("an ACK: a call that was answered is not ended for want of it", () => {
    const caller = new Caller();
    caller.responds(200, "b");
    const row = caller.leg;
    caller.acks("b");
    caller.now = 15_000;
    caller.forgets(row);
    expect(caller.closes()).toEqual([]);
    expect(caller.ends()).toEqual(["finished"]);
  });

  test("not that the page was cut: its 200 is looked after", () => {
    const caller = new Caller();
    caller.responds(180, "b");
    caller.closes();
    caller.forgets(caller.leg);
    caller.comes("s2");
    caller.responds(200, "b");
    expect(caller.waits(5_000)).toContain("BYE b");
  });

  test("Timer C starts anew with each wake; an hour after the INVITE it is over whatever happens", () => {
    const caller = new Caller();
    const row = caller.leg;
    for (let wakes = 0; wakes < 20; wakes++) {
      caller.now += 179_000;
      caller.forgets(row);
      expect(caller.waits(0)).toEqual([]);
    }
    caller.now = 3_600_000;
    caller.forgets(row);
    expect(caller.waits(0)).toEqual(["putRow", cancel]);
  });

  test("SIGKILL while ringing: CANCEL at once, and the page that is back in 10 s hears how it ended", () => {
    const caller = new Caller();
    const row = caller.leg;
    caller.responds(180, "b");
    caller.forgets(row);
    expect(caller.tell({ kind: "restarted" })).toEqual(["putRow", cancel]);
    expect(caller.responds(480, "b")).toEqual(["putRow", "keep 480"]);
    expect(caller.comes("s2")).toEqual(["deleteRow", "relay kept to s2"]);
  });
});
