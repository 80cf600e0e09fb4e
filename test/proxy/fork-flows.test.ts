import { describe, expect, test } from "vitest";
import { epochMs } from "../../src/base/brand";
import { restoreContext } from "../../src/proxy/response-context";
import { coming, elsewhereReason, Fork, page, targets } from "./fork";

describe("callee's socket cut while ringing", () => {
  const ringing = (...names: string[]): Fork => {
    const fork = new Fork({ targets: targets(...names) });
    names.forEach((_, index) => {
      fork.responds(index, 180);
    });
    return fork;
  };

  test("its branch waits 10 s and then counts as 480; the cut itself writes nothing", () => {
    const fork = ringing("desk");
    expect(fork.closes("desk")).toEqual([]);
    expect(fork.waits(9_999)).toEqual([]);
    expect(fork.waits(1)).toEqual(["deleteRow", "answer 480", "finished"]);
  });

  test("the wait counts from the discovery of the cut, also when it is told again after a wake", () => {
    const fork = ringing("desk");
    fork.now = 8_000;
    fork.tell({ kind: "flowClosed", socket: "socket-desk", since: epochMs(0) });
    expect(fork.waits(2_000)).toContain("answer 480");
  });

  test("same page back: it goes on, on its new socket", () => {
    const fork = ringing("desk");
    fork.closes("desk");
    fork.waits(5_000);
    expect(fork.comes("desk", "desk", "second")).toEqual(["INVITE 0 to socket-second again"]);
    expect(fork.waits(10_000)).toEqual([]);
    expect(fork.responds(0, 200)).toEqual(["putRow", "relay 200 of 0"]);
  });

  test("a refresh on the same socket changes nothing", () => {
    expect(ringing("desk").comes("desk")).toEqual([]);
  });

  test("new page: the old branch is over, and a new one rings it", () => {
    const fork = ringing("desk");
    fork.closes("desk");
    expect(fork.comes("desk", "reloaded")).toEqual(["putRow", "INVITE 1 to socket-reloaded"]);
    expect(fork.responds(1, 200)).toEqual(["putRow", "relay 200 of 1"]);
    expect(fork.ends()).toEqual(["finished"]);
  });

  test("a second tab of a device that rings is not rung", () => {
    expect(ringing("desk").comes("desk", "second-tab")).toEqual([]);
  });

  test("a loser that is away gets its CANCEL when it is back", () => {
    const fork = ringing("desk", "phone");
    fork.closes("phone");
    expect(fork.responds(0, 200)).toEqual(["putRow", "relay 200 of 0"]);
    expect(fork.comes("phone", "phone", "second")).toEqual([`CANCEL 1 to socket-second ${elsewhereReason}`]);
    expect(fork.responds(1, 487)).toEqual(["ACK 1"]);
  });

  test("also after its 10 s, while the context lives", () => {
    const fork = ringing("desk", "phone");
    fork.closes("phone");
    expect(fork.waits(10_000)).toEqual(["putRow"]);
    fork.responds(0, 200);
    expect(fork.comes("phone", "phone", "second")).toEqual([`CANCEL 1 to socket-second ${elsewhereReason}`]);
  });

  test("a page that comes after its 10 s rings on while the call does", () => {
    const fork = ringing("desk", "phone");
    fork.closes("phone");
    fork.waits(10_000);
    expect(fork.comes("phone", "phone", "second")).toEqual(["putRow", "INVITE 1 to socket-second again"]);
    expect(fork.responds(1, 200)).toEqual([
      "putRow",
      "relay 200 of 1",
      `CANCEL 0 to socket-desk ${elsewhereReason}`,
    ]);
  });

  test("a page whose device rings on another page by now is told to stop", () => {
    const fork = ringing("desk", "phone");
    fork.closes("phone");
    fork.waits(10_000);
    fork.comes("phone", "reloaded");
    expect(fork.comes("phone", "phone", "second")).toEqual(["putRow", "CANCEL 1 to socket-second"]);
  });

  test("a page that comes after its 10 s is told to stop where another rings on its Max-Breadth", () => {
    const fork = new Fork({ targets: targets("desk", "phone"), maxBreadth: 1 });
    fork.closes("desk");
    expect(fork.waits(10_000)).toEqual(["putRow", "INVITE 1 to socket-phone"]);
    expect(fork.comes("desk", "desk", "second")).toEqual(["putRow", "CANCEL 0 to socket-second"]);
  });

  test("a CANCEL that was owed when another device answered says so", () => {
    const late = { destination: page("late"), q: 0.5 };
    const fork = new Fork({ targets: [...targets("first"), late] }, { serial: true });
    fork.responds(0, 180);
    fork.waits(15_000);
    fork.closes("first");
    expect(fork.waits(5_000)).toEqual(["putRow", "INVITE 1 to socket-late"]);
    fork.responds(1, 200);
    expect(fork.comes("first", "first", "second")).toEqual([`CANCEL 0 to socket-second ${elsewhereReason}`]);
  });

  test("a caller's CANCEL for an absent page rings it no more", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.closes("desk");
    expect(fork.cancels()).toEqual(["putRow"]);
    // No provisional response has come, but the INVITE cannot come after this CANCEL any more.
    expect(fork.comes("desk", "desk", "second")).toEqual(["CANCEL 0 to socket-second"]);
    expect(fork.responds(0, 180)).toEqual(["relay 180 of 0"]);
    expect(fork.responds(0, 487)).toContain("answer 487 of 0");
  });
});

describe("a device within its grace", () => {
  test("is a target still to come", () => {
    const fork = new Fork({ coming: [coming("desk")] });
    expect(fork.comes("desk")).toEqual(["putRow", "INVITE 0 to socket-desk"]);
  });

  test("is waited for until its grace is over", () => {
    const fork = new Fork({ targets: targets("phone"), coming: [coming("desk")] });
    expect(fork.responds(0, 486)).toEqual(["putRow", "ACK 0", "keep 0"]);
    expect(fork.tell({ kind: "graceOver", device: "desk" })).toEqual([
      "deleteRow",
      "answer 486 of 0",
      "finished",
    ]);
  });

  test("that nobody speaks of ends with the call", () => {
    const fork = new Fork({ coming: [coming("desk")] });
    expect(fork.ends()).toEqual(["deleteRow", "answer 480", "finished"]);
    expect(fork.now).toBe(120_000);
  });
});

describe("late join (RFC 3261 §16.5)", () => {
  test("a device that registers while the call rings is rung", () => {
    const fork = new Fork({ targets: targets("desk") });
    expect(fork.comes("phone")).toEqual(["putRow", "INVITE 1 to socket-phone"]);
  });

  test.each([
    ["2xx", (fork: Fork) => fork.responds(0, 200)],
    ["6xx", (fork: Fork) => fork.responds(0, 603)],
    ["CANCEL", (fork: Fork) => fork.cancels()],
  ])("not after a %s", (_, happens) => {
    const fork = new Fork({ targets: targets("desk", "other") });
    happens(fork);
    expect(fork.comes("phone")).toEqual([]);
  });

  test("a device that has said no is not asked again", () => {
    const fork = new Fork({ targets: targets("desk", "other") });
    fork.responds(0, 486);
    expect(fork.comes("desk", "reloaded")).toEqual([]);
  });

  test("a target that waits for its group and loses its socket is one to come", () => {
    const late = { destination: page("late"), q: 0.5 };
    const fork = new Fork({ targets: [...targets("first"), late] }, { serial: true });
    expect(fork.closes("late")).toEqual(["putRow"]);
    expect(fork.state.coming).toEqual([{ device: "late", q: 0.5 }]);
    expect(fork.responds(0, 486)).toEqual(["putRow", "ACK 0", "keep 0"]);
    expect(fork.comes("late", "late", "second", 0.5)).toContain("INVITE 1 to socket-second");
  });
});

describe("what a lost memory forgets", () => {
  /** The fork as a home finds it that hibernated after the last row it wrote. */
  function forgets(fork: Fork, row: Fork["state"]): void {
    fork.state = restoreContext(JSON.parse(JSON.stringify(row)), epochMs(fork.now));
  }

  test("an 18x: the CANCEL of a branch that may have rung waits for no other", () => {
    const fork = new Fork({ targets: targets("desk") });
    const row = fork.state;
    fork.responds(0, 180);
    forgets(fork, row);
    expect(fork.cancels()).toEqual(["putRow", "CANCEL 0 to socket-desk"]);
  });

  test("not that the caller hung up: nobody is rung", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.responds(0, 180);
    fork.cancels();
    forgets(fork, fork.state);
    expect(fork.comes("phone")).toEqual([]);
    expect(fork.responds(0, 487)).toContain("answer 487 of 0");
  });

  test("not how long the call may ring", () => {
    const fork = new Fork({ targets: targets("desk") });
    const row = fork.state;
    fork.now = 119_000;
    forgets(fork, row);
    expect(fork.waits(1_000)).toContain("CANCEL 0 to socket-desk");
  });

  test("a late 200 after hibernation is passed on", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    const row = fork.state;
    fork.now = 60_000;
    forgets(fork, row);
    expect(fork.responds(1, 200)).toEqual([
      "putRow",
      "relay 200 of 1",
      `CANCEL 0 to socket-desk ${elsewhereReason}`,
    ]);
  });

  test("the contacts of a redirect that was being followed: its device counts as away", () => {
    const fork = new Fork({ targets: targets("desk") });
    fork.responds(0, 302, { redirects: true });
    forgets(fork, fork.state);
    expect(fork.waits(0)).toEqual(["deleteRow", "answer 480", "finished"]);
  });

  test("SIGKILL while ringing: nobody is rung, pages that come back are told to stop, and it ends in 10 s", () => {
    const fork = new Fork({ targets: targets("desk", "phone") });
    const row = fork.state;
    fork.responds(0, 180);
    fork.now = 3_000;
    forgets(fork, row);
    expect(fork.tell({ kind: "restarted" })).toEqual(["putRow"]);
    expect(fork.comes("desk", "desk", "second")).toEqual(["CANCEL 0 to socket-second"]);
    expect(fork.comes("tablet")).toEqual([]);
    expect(fork.responds(0, 487)).toEqual(["putRow", "ACK 0"]);
    expect(fork.waits(10_000)).toEqual(["deleteRow", "answer 480", "finished"]);
  });
});
