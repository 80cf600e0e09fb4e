import { describe, expect, it } from "vitest";
import { type CallInput, newCall, nextCall } from "../../../../web/line/calls/call-state";
import type { Call, CallPhase } from "../../../../web/line/contract";

const made = (direction: Call["direction"], phase: CallPhase, more: Partial<Call> = {}): Call => ({
  ...newCall({ ...{ id: "1", callId: "c", direction, peer: "bob@localhost" }, ...begun }),
  phase,
  ...more,
});
const begun = { peerName: undefined, startedAt: 1, video: false } as const;

const end = { kind: "hung-up", by: "them", reason: undefined } as const;
const inputs: Readonly<Record<string, CallInput>> = {
  rang: { kind: "rang" },
  answered: { kind: "answered" },
  mediaCame: { kind: "mediaCame" },
  mediaLost: { kind: "mediaLost" },
  ended: { kind: "ended", end },
};

/** The whole table: from each phase, by each input. */
const table: Readonly<Record<CallPhase, Readonly<Record<keyof typeof inputs, CallPhase>>>> = {
  calling: {
    rang: "ringing",
    answered: "connecting",
    mediaCame: "calling",
    mediaLost: "calling",
    ended: "ended",
  },
  ringing: {
    rang: "ringing",
    answered: "connecting",
    mediaCame: "ringing",
    mediaLost: "ringing",
    ended: "ended",
  },
  connecting: {
    ...{ rang: "connecting", answered: "connecting", mediaCame: "active" },
    ...{ mediaLost: "connecting", ended: "ended" },
  },
  active: { rang: "active", answered: "active", mediaCame: "active", mediaLost: "active", ended: "ended" },
  ended: { rang: "ended", answered: "ended", mediaCame: "ended", mediaLost: "ended", ended: "ended" },
};

describe("the phases of a call", () => {
  const rows = Object.entries(table).flatMap(([from, row]) =>
    Object.entries(row).map(([input, to]) => [from as CallPhase, input, to] as const),
  );
  it.each(rows)("%s, %s: %s", (from, input, to) => {
    expect(nextCall(made("outgoing", from), inputs[input] as CallInput, 5).phase).toBe(to);
  });

  it("begins to call when it goes out, and to ring when it comes", () => {
    expect(newCall({ ...made("outgoing", "calling"), ...begun }).phase).toBe("calling");
    expect(newCall({ ...made("incoming", "ringing"), ...begun }).phase).toBe("ringing");
  });

  it("knows when it was answered and when it ended, each once", () => {
    let call = nextCall(made("incoming", "ringing"), { kind: "answered" }, 10);
    call = nextCall(call, { kind: "answered" }, 20);
    call = nextCall(call, { kind: "ended", end }, 30);
    call = nextCall(call, { kind: "ended", end: { kind: "declined" } }, 40);
    expect(call).toMatchObject({ answeredAt: 10, endedAt: 30, end });
  });

  it("seeks its media anew while they are lost, and no more once it has ended", () => {
    const lost = nextCall(made("outgoing", "active"), { kind: "mediaLost" }, 1);
    expect(lost.reconnecting).toBe(true);
    expect(nextCall(lost, { kind: "mediaCame" }, 2).reconnecting).toBe(false);
    expect(nextCall(lost, { kind: "ended", end }, 2).reconnecting).toBe(false);
  });

  it("is the same object where nothing changed", () => {
    const call = made("outgoing", "active", { held: true });
    expect(nextCall(call, { kind: "held", held: true }, 1)).toBe(call);
    expect(nextCall(call, { kind: "heldByPeer", held: false }, 1)).toBe(call);
    expect(nextCall(call, { kind: "answered" }, 1)).toBe(call);
  });

  it("keeps nothing of what went on once it has ended", () => {
    const transfer = { to: "carol@localhost", state: "trying", status: undefined } as const;
    const call = made("outgoing", "active", { held: true, heldByPeer: true, transfer });
    expect(nextCall(call, { kind: "ended", end }, 1)).toMatchObject({
      ...{ held: false, heldByPeer: false, transfer: undefined },
    });
  });
});
