import { describe, expect, test } from "vitest";
import { millis } from "../../src/base/brand";
import { elsewhere, elsewhereReason, Fork, page, targets } from "./fork";

describe("RFC 3261 §16.6: request forwarding", () => {
  test("stores the INVITE, then says 100, then rings every device at once", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    expect(fork.opened).toEqual(["putRow", "trying", "INVITE 0 to socket-desk", "INVITE 1 to socket-phone"]);
  });

  test("has one branch per device and never one to the sending page", () => {
    const own = page("desk", "own");
    const fork = new Fork({
      targets: targets(own, "phone", page("phone", "second-tab")),
      senderPage: "sip:own@page.invalid",
    });
    expect(fork.opened).toEqual(["putRow", "trying", "INVITE 0 to socket-phone"]);
    expect(fork.comes("desk", "own")).toEqual([]);
  });

  test("with an empty target set is 480 without a row (§16.5)", () => {
    expect(new Fork({}).opened).toEqual(["answer 480", "finished"]);
    const own = new Fork({ targets: targets("own"), senderPage: "sip:own@page.invalid" });
    expect(own.opened).toEqual(["answer 480", "finished"]);
  });

  test("takes at most 20 targets", () => {
    const names = Array.from({ length: 25 }, (_, index) => `d${index}`);
    const fork = new Fork({ targets: targets(...names) });
    expect(fork.state.branches).toHaveLength(20);
    expect(fork.comes("one-more")).toEqual([]);
  });
});

describe("RFC 3261 §16.7 step 5: forwarded immediately", () => {
  test("no 100, every other provisional response, and none of them writes a row", () => {
    const fork = new Fork({ targets: targets("desk") });
    expect(fork.responds(0, 100)).toEqual([]);
    expect(fork.responds(0, 180)).toEqual(["relay 180 of 0"]);
    expect(fork.responds(0, 199)).toEqual(["relay 199 of 0"]);
  });

  test("a 2xx, which cancels the others with the Reason of RFC 3326 §3.1", () => {
    const fork = new Fork({ targets: targets("desk", "phone", "tablet") });
    fork.responds(0, 180);
    fork.responds(1, 180);
    expect(fork.responds(0, 200)).toEqual([
      "putRow",
      "relay 200 of 0",
      `CANCEL 1 to socket-phone ${elsewhereReason}`,
    ]);
    // §9.1: the CANCEL waits for the first provisional response.
    expect(fork.responds(2, 180)).toEqual([`CANCEL 2 to socket-tablet ${elsewhereReason}`, "relay 180 of 2"]);
    expect(fork.responds(1, 487)).toEqual(["ACK 1"]);
    expect(fork.responds(2, 487)).toEqual(["ACK 2"]);
    expect(fork.ends()).toEqual(["finished"]);
    expect(fork.now).toBe(32_000);
  });

  test("RFC 6026 §7.2: each 2xx of each branch is passed on until Timer M", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    fork.responds(0, 180);
    fork.responds(1, 180);
    fork.responds(0, 200);
    expect(fork.responds(1, 200)).toEqual(["putRow", "relay 200 of 1"]);
    expect(fork.responds(0, 200)).toEqual(["relay 200 of 0"]);
    fork.waits(31_999);
    expect(fork.responds(1, 200)).toEqual(["relay 200 of 1"]);
    expect(fork.waits(1)).toEqual(["finished"]);
    expect(fork.responds(0, 200)).toEqual([]);
  });

  test("a 6xx cancels the others and waits for them, since a 2xx may yet come", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    fork.responds(1, 180);
    expect(fork.responds(0, 603)).toEqual([
      "putRow",
      "ACK 0",
      "keep 0",
      'CANCEL 1 to socket-phone Reason: SIP;cause=603;text="Decline"',
    ]);
    expect(fork.comes("tablet")).toEqual([]);
    expect(fork.responds(1, 487)).toEqual(["deleteRow", "ACK 1", "answer 603 of 0", "finished"]);
  });

  test("a 2xx that crosses the CANCEL of a 6xx wins", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    fork.responds(1, 180);
    fork.responds(0, 603);
    expect(fork.responds(1, 200)).toEqual(["putRow", "relay 200 of 1"]);
    expect(fork.ends()).toEqual(["finished"]);
  });

  test("by setting, one device's 603 is a busy branch", () => {
    const fork = new Fork({ targets: targets("desk", "phone") }, { oneDecline: "countsAsBusy" });
    fork.responds(1, 180);
    expect(fork.responds(0, 603)).toEqual(["putRow", "ACK 0", "keep 0"]);
    expect(fork.responds(1, 480)).toEqual(["deleteRow", "ACK 1", "keep 1", "answer 603 of 0", "finished"]);
  });
});

describe("RFC 3261 §16.7 step 6: the best response", () => {
  test("waits for every branch, and is one of theirs", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    expect(fork.responds(0, 404)).toEqual(["putRow", "ACK 0", "keep 0"]);
    expect(fork.responds(1, 486)).toEqual(["deleteRow", "ACK 1", "keep 1", "answer 486 of 1", "finished"]);
  });

  test("step 7: has the challenges of all 401 and 407", () => {
    const fork = new Fork({ targets: targets("a", "b", "c") });
    fork.responds(0, 407);
    fork.responds(1, 486);
    expect(fork.responds(2, 401)).toContain("answer 407 of 0 with challenges of 2");
  });

  test("§16.8: a branch that never spoke counts as 408 after Timer B", () => {
    const fork = new Fork({ targets: targets("desk") });
    expect(fork.ends()).toEqual(["deleteRow", "answer 408", "finished"]);
    expect(fork.now).toBe(32_000);
  });
});

describe("early media", () => {
  const early = { hasSdp: true };

  test("of an unreliable 18x loses its SDP while another branch may answer", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    expect(fork.responds(0, 183, early)).toEqual(["relay 183 of 0 without SDP"]);
    expect(fork.responds(1, 183, { ...early, reliable: true })).toEqual(["relay 183 of 1"]);
    fork.responds(1, 486);
    expect(fork.responds(0, 183, early)).toEqual(["relay 183 of 0"]);
  });

  test("is of one branch only, also when they ring one after the other", () => {
    const fork = new Fork({ targets: targets("desk") });
    expect(fork.responds(0, 183, early)).toEqual(["relay 183 of 0"]);
    fork.comes("phone");
    fork.responds(0, 486);
    expect(fork.responds(1, 183, early)).toEqual(["relay 183 of 1 without SDP"]);
  });

  test("waits for a device that may yet come", () => {
    const fork = new Fork({ targets: targets("desk"), coming: [{ device: "phone", q: 1 }] });
    expect(fork.responds(0, 183, early)).toEqual(["relay 183 of 0 without SDP"]);
  });
});

describe("RFC 3261 §16.10: the caller's CANCEL", () => {
  test("cancels what rings, with the caller's own Reason, and rings nobody any more", () => {
    const fork = new Fork({ targets: targets("desk", "phone"), coming: [{ device: "tablet", q: 1 }] });
    fork.responds(0, 180);
    const reason = 'Q.850;cause=16;text="Terminated"';
    expect(fork.cancels(reason)).toEqual(["putRow", `CANCEL 0 to socket-desk Reason: ${reason}`]);
    expect(fork.cancels(reason)).toEqual([]);
    expect(fork.comes("tablet")).toEqual([]);
    expect(fork.responds(1, 180)).toEqual([`CANCEL 1 to socket-phone Reason: ${reason}`, "relay 180 of 1"]);
    expect(fork.responds(0, 487)).toEqual(["putRow", "ACK 0", "keep 0"]);
    expect(fork.responds(1, 487)).toEqual(["deleteRow", "ACK 1", "keep 1", "answer 487 of 0", "finished"]);
  });

  test("without a Reason sends none", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.responds(0, 180);
    expect(fork.cancels()).toEqual(["putRow", "CANCEL 0 to socket-desk"]);
  });

  test("is answered 487 also when a device was busy before, and 64·T1 after a CANCEL nobody answers (§9.1)", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    fork.responds(0, 486);
    fork.responds(1, 180);
    fork.cancels();
    expect(fork.ends()).toEqual(["deleteRow", "answer 487", "finished"]);
    expect(fork.now).toBe(32_000);
  });

  test("of a call that waits for a device to come is answered at once", () => {
    const fork = new Fork({ coming: [{ device: "phone", q: 1 }] });
    expect(fork.opened).toEqual(["putRow", "trying"]);
    expect(fork.cancels()).toEqual(["deleteRow", "answer 487", "finished"]);
  });

  test("RFC 5407 §3.1.2: a 200 that crosses it is passed on", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.responds(0, 180);
    fork.cancels();
    expect(fork.responds(0, 200)).toEqual(["putRow", "relay 200 of 0"]);
  });

  test("is written also when nothing is left to cancel, since nobody may be rung any more", () => {
    const fork = new Fork({ targets: targets("desk") }, { ringFor: millis(3_600_000) });
    fork.responds(0, 180);
    expect(fork.waits(181_000)).toEqual(["putRow", "CANCEL 0 to socket-desk"]);
    expect(fork.cancels()).toEqual(["putRow"]);
  });

  test("after the answer changes nothing", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.responds(0, 200);
    expect(fork.cancels()).toEqual([]);
  });
});

describe("a call that nobody answers", () => {
  test("is cancelled without a Reason, so that it counts as missed, and is 480, never the 487 of our own CANCEL", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.responds(0, 180);
    expect(fork.waits(119_999)).toEqual([]);
    expect(fork.waits(1)).toEqual(["putRow", "CANCEL 0 to socket-desk"]);
    expect(fork.comes("phone")).toEqual([]);
    expect(fork.responds(0, 487)).toEqual(["deleteRow", "ACK 0", "answer 480", "finished"]);
  });

  test("§16.8: Timer C, set anew by each 18x, cancels its branch, which counts as 408", () => {
    const fork = new Fork({ targets: targets("desk") }, { ringFor: millis(3_600_000) });
    fork.responds(0, 180);
    fork.waits(180_000);
    fork.responds(0, 180);
    expect(fork.waits(180_999)).toEqual([]);
    expect(fork.waits(1)).toEqual(["putRow", "CANCEL 0 to socket-desk"]);
    expect(fork.responds(0, 487)).toEqual(["deleteRow", "ACK 0", "answer 408", "finished"]);
  });
});

describe("RFC 3261 §16.7 step 4: redirects", () => {
  const redirect = { redirects: true };
  const resolved = (branch: number, leftover: boolean, ...names: string[]) =>
    ({
      kind: "redirected",
      branch,
      leftover,
      targets: names.map((name) => ({ destination: elsewhere(name), q: 1 })),
    }) as const;

  test("are followed, and no candidates when all their contacts were", () => {
    const fork = new Fork({ targets: targets("desk") });
    expect(fork.responds(0, 302, redirect)).toEqual(["ACK 0", "keep 0", "resolve 0 at depth 1"]);
    expect(fork.tell(resolved(0, false, "sip:carol@example.com"))).toEqual([
      "putRow",
      "INVITE 1 to sip:carol@example.com breadth 60",
    ]);
    expect(fork.responds(1, 404)).toEqual(["deleteRow", "ACK 1", "keep 1", "answer 404 of 1", "finished"]);
  });

  test("stand for the contacts that were not followed", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.responds(0, 302, redirect);
    expect(fork.tell(resolved(0, true))).toEqual(["deleteRow", "answer 302 of 0", "finished"]);
  });

  test("are followed five deep and in no circle", () => {
    const fork = new Fork({ targets: targets(elsewhere("sip:0@example.com")) });
    for (let depth = 1; depth <= 5; depth++) {
      fork.responds(depth - 1, 302, redirect);
      fork.tell(resolved(depth - 1, false, "sip:0@example.com", `sip:${depth}@example.com`));
    }
    expect(fork.state.branches).toHaveLength(6);
    expect(fork.responds(5, 302, redirect)).toEqual([
      "deleteRow",
      "ACK 5",
      "keep 5",
      "answer 302 of 5",
      "finished",
    ]);
  });

  test("that lead nowhere new are 480", () => {
    const fork = new Fork({ targets: targets(elsewhere("sip:bob@example.com")) });
    fork.responds(0, 302, redirect);
    expect(fork.tell(resolved(0, false, "sip:bob@example.com"))).toEqual([
      "deleteRow",
      "answer 480",
      "finished",
    ]);
  });

  test("that come after a CANCEL are not followed", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.cancels();
    expect(fork.responds(0, 302, redirect)).toContain("answer 487");
  });
});

describe("groups by q", () => {
  const group = (device: string, q: number) => ({ destination: page(device), q });

  test("ring one after the other, by setting", () => {
    const fork = new Fork(
      { targets: [group("late", 0.5), group("first", 1), group("also", 1)] },
      { serial: true },
    );
    expect(fork.opened.slice(2)).toEqual(["INVITE 0 to socket-first", "INVITE 1 to socket-also"]);
    fork.responds(0, 486);
    expect(fork.responds(1, 486)).toEqual(["putRow", "ACK 1", "keep 1", "INVITE 2 to socket-late"]);
    expect(fork.responds(2, 404)).toContain("answer 486 of 0");
  });

  test("each ring 20 s, the last one for as long as the call does", () => {
    const fork = new Fork({ targets: [group("first", 1), group("late", 0.5)] }, { serial: true });
    fork.responds(0, 180);
    expect(fork.waits(20_000)).toEqual(["putRow", "CANCEL 0 to socket-first", "INVITE 1 to socket-late"]);
    fork.responds(0, 487);
    fork.responds(1, 180);
    expect(fork.waits(99_999)).toEqual([]);
    expect(fork.waits(1)).toEqual(["putRow", "CANCEL 1 to socket-late"]);
    expect(fork.responds(1, 487)).toEqual(["deleteRow", "ACK 1", "answer 480", "finished"]);
  });

  test("say nothing where all ring at once", () => {
    const fork = new Fork({ targets: [group("late", 0.1), group("first", 1)] });
    expect(fork.opened.slice(2)).toEqual(["INVITE 0 to socket-late", "INVITE 1 to socket-first"]);
  });

  test("a device that joins late rings in its own group", () => {
    const fork = new Fork({ targets: [group("first", 1), group("late", 0.5)] }, { serial: true });
    expect(fork.comes("same", "same", "same", 1)).toEqual(["putRow", "INVITE 1 to socket-same"]);
    expect(fork.comes("later", "later", "later", 0.2)).toEqual(["putRow"]);
  });
});

describe("RFC 5393 §5.3.3: Max-Breadth", () => {
  test("is shared by the branches that may fork again; a page needs one", () => {
    const uris = ["sip:a@example.com", "sip:b@example.com"].map(elsewhere);
    const fork = new Fork({ targets: targets("desk", ...uris), maxBreadth: 60 });
    expect(fork.opened.slice(2)).toEqual([
      "INVITE 0 to socket-desk",
      "INVITE 1 to sip:a@example.com breadth 29",
      "INVITE 2 to sip:b@example.com breadth 29",
    ]);
  });

  test("of one makes the fork serial, and is used again after each final response (§5.3.3.1)", () => {
    const fork = new Fork({ targets: targets("a", "b"), maxBreadth: 1 });
    expect(fork.opened).toEqual(["putRow", "trying", "INVITE 0 to socket-a"]);
    expect(fork.responds(0, 486)).toEqual(["putRow", "ACK 0", "keep 0", "INVITE 1 to socket-b"]);
  });

  test("is never taken for more than 60", () => {
    const fork = new Fork({ targets: targets(elsewhere("sip:a@example.com")), maxBreadth: 1_000 });
    expect(fork.opened).toContain("INVITE 0 to sip:a@example.com breadth 60");
  });
});

describe("RFC 3261 §16.9: a hop that fails", () => {
  test("counts as 503, which goes back as 500, and a CANCEL is owed to who may ring there", () => {
    const fork = new Fork({ targets: targets(elsewhere("sip:a@example.com")) });
    expect(fork.tell({ kind: "unreachable", branch: 0 })).toEqual([
      "deleteRow",
      "CANCEL 0 to sip:a@example.com",
      "answer 500",
      "finished",
    ]);
  });
});
