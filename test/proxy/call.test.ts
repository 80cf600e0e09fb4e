import { describe, expect, test } from "vitest";
import { epochMs } from "../../src/base/brand";
import { Call } from "./call";
import { elsewhereReason } from "./fork";

const cancelled = { kind: "cancelled" } as const;
const ack = (toTag: string) => ({ kind: "acknowledged", toTag }) as const;

describe.each([
  ["two homes", false],
  ["two homes that forget all but their rows before each step", true],
])("%s", (_, evicts) => {
  test("RFC 3665 §3.2: session establishment through two proxies", () => {
    const call = new Call(["desk"], evicts);
    call.responds(0, 180);
    call.responds(0, 200);
    call.tellLeg(ack("tag-0"));
    expect(call.transcript).toEqual([
      "alice's home: answer 100 to alice",
      "bob's home: INVITE 0 to socket-desk",
      "desk: 180",
      "alice's home: relay 180 to alice",
      "desk: 200",
      "alice's home: relay 200 to alice",
    ]);
    expect(call.ends()).toBe(32_000);
  });

  test("RFC 3665 §3.8: no answer, the caller hangs up", () => {
    const call = new Call(["desk"], evicts);
    call.responds(0, 180);
    call.tellLeg(cancelled);
    call.responds(0, 487);
    call.tellLeg(ack("tag-0"));
    expect(call.transcript.slice(4)).toEqual([
      "alice's home: acceptCancel",
      "bob's home: CANCEL 0 to socket-desk",
      "desk: 487",
      "alice's home: relay 487 to alice",
    ]);
    expect(call.ends()).toBe(0);
  });

  test("RFC 3665 §3.9: busy", () => {
    const call = new Call(["desk"], evicts);
    call.responds(0, 486);
    expect(call.transcript.slice(2)).toEqual(["desk: 486", "alice's home: relay 486 to alice"]);
  });

  test("RFC 3665 §3.11: nobody answers at all", () => {
    const call = new Call(["desk"], evicts);
    call.ends();
    // Who forgets whether the phone rang takes it that it did.
    expect(call.transcript.at(-1)).toMatch(/^alice's home: relay 4[08][08] to alice$/);
  });

  test("two devices ring, one answers, the other is told", () => {
    const call = new Call(["desk", "phone"], evicts);
    call.responds(0, 180);
    call.responds(1, 180);
    call.responds(1, 200);
    call.responds(0, 487);
    expect(call.transcript.slice(7)).toEqual([
      "phone: 200",
      "alice's home: relay 200 to alice",
      `bob's home: CANCEL 0 to socket-desk ${elsewhereReason}`,
      "desk: 487",
    ]);
  });

  test("RFC 5407 §3.1.2: CANCEL and 200 cross, the 200 wins", () => {
    const call = new Call(["desk"], evicts);
    call.responds(0, 180);
    call.tellLeg(cancelled);
    call.responds(0, 200);
    expect(call.transcript.at(-1)).toBe("alice's home: relay 200 to alice");
    call.ends();
    expect(call.transcript.filter((each) => /4\d\d to alice/.test(each))).toEqual([]);
  });

  test("RFC 6026: two devices answer at once, the caller gets both and ends one", () => {
    const call = new Call(["desk", "phone"], evicts);
    call.responds(0, 180);
    call.responds(1, 180);
    call.responds(0, 200);
    call.responds(1, 200);
    expect(call.transcript.filter((each) => each.includes("relay 200"))).toHaveLength(2);
    expect(call.ends()).toBe(32_000);
  });

  test("the caller's socket is cut while it rings: after 10 s nothing rings", () => {
    const call = new Call(["desk"], evicts);
    call.responds(0, 180);
    call.tellLeg({ kind: "flowClosed", since: epochMs(0) });
    call.now = 10_000;
    call.tellLeg({ kind: "timePassed" });
    expect(call.transcript.at(-1)).toBe("bob's home: CANCEL 0 to socket-desk");
    call.responds(0, 487);
    expect(call.ends()).toBe(10_000);
  });
});

describe("rows of a call, both homes", () => {
  const rowsOf = (devices: readonly string[], end: (call: Call) => void): number => {
    const call = new Call(devices);
    devices.forEach((_, branch) => {
      call.responds(branch, 180);
    });
    end(call);
    call.ends();
    return call.rows;
  };
  const answered = (call: Call): void => {
    call.responds(0, 180);
    call.responds(0, 200);
    call.tellLeg(ack("tag-0"));
    call.fork?.branches.forEach((_, branch) => {
      if (branch > 0) call.responds(branch, 487);
    });
  };

  test("answered: two each, to be the dialog's from then on; of the budget of 12 they leave 8", () => {
    expect(rowsOf(["desk"], answered)).toBe(4);
  });

  test("a further device that rings in vain costs none, of the budget of 2", () => {
    expect(rowsOf(["desk", "phone", "tablet"], answered)).toBe(4);
  });

  test("a further device that refuses before the answer costs one", () => {
    expect(
      rowsOf(["desk", "phone"], (call) => {
        call.responds(1, 486);
        answered(call);
      }),
    ).toBe(5);
  });

  test("busy: two each, written and deleted", () => {
    expect(rowsOf(["desk"], (call) => call.responds(0, 486))).toBe(4);
  });

  test("the caller hangs up: one more each, since a 200 to the CANCEL is a promise", () => {
    expect(
      rowsOf(["desk"], (call) => {
        call.tellLeg(cancelled);
        call.responds(0, 487);
      }),
    ).toBe(6);
  });
});
