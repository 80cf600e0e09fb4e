import { type Session, SessionState } from "sip.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createReInvites, putOffEarlyOffers } from "../../../../web/line/calls/re-invite";
import type { Reach } from "../../../../web/line/reach";

interface Offer {
  readonly requestDelegate: {
    onAccept(): void;
    onReject(response: { readonly message: { readonly statusCode: number } }): void;
  };
}

describe("RFC 3261 §14.1: re-INVITEs of one call", () => {
  let offers: Offer[];
  let waiting: (() => void)[];
  let isRegistered: boolean;
  let session: { state: SessionState; dialog: Record<string, unknown>; invite(offer: Offer): Promise<void> };
  const reach = () =>
    ({
      whenRegistered: (work: () => void) => (isRegistered ? work() : waiting.push(work)),
    }) as unknown as Reach;
  const make = (isOwner: boolean) => createReInvites(reach(), session as unknown as Session, isOwner);
  const pass = (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
  const answer = async (statusCode: number): Promise<void> => {
    const { requestDelegate } = offers.at(-1) ?? {};
    if (statusCode < 300) requestDelegate?.onAccept();
    else requestDelegate?.onReject({ message: { statusCode } });
    await pass();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    [offers, waiting, isRegistered] = [[], [], true];
    session = {
      state: SessionState.Established,
      dialog: {},
      invite: async (offer) => void offers.push(offer),
    };
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("go one after the other, each with what was changed for it", async () => {
    const reInvites = make(true);
    const prepared: string[] = [];
    const outcomes = ["first", "second"].map((which) => reInvites.offer(() => void prepared.push(which)));
    await pass();
    expect([prepared, offers.length]).toEqual([["first"], 1]);
    await answer(488);
    expect([prepared, offers.length]).toEqual([["first", "second"], 2]);
    await answer(200);
    expect(await Promise.all(outcomes)).toEqual(["refused", "agreed"]);
  });

  it.each([
    [true, 0, 2100],
    [true, 0.5, 3050],
    [false, 0.5, 1000],
  ])(
    "491: again after a while, which differs on the two sides (owner: %s)",
    async (isOwner, random, wait) => {
      vi.spyOn(Math, "random").mockReturnValue(random);
      const outcome = make(isOwner).offer(() => {});
      await pass();
      await answer(491);
      await pass(wait - 1);
      expect(offers).toHaveLength(1);
      await pass(1);
      expect(offers).toHaveLength(2);
      await answer(200);
      expect(await outcome).toBe("agreed");
    },
  );

  it("wait for the line, for the other side's offer, and for the call's ACK", async () => {
    isRegistered = false;
    session.dialog["sessionState"] = "AckWait";
    const outcome = make(true).offer(() => {});
    await pass(1000);
    waiting.shift()?.();
    await pass(1000);
    session.dialog["sessionState"] = "Confirmed";
    session.dialog["reinviteUserAgentServer"] = {};
    await pass(1000);
    expect(offers).toHaveLength(0);
    delete session.dialog["reinviteUserAgentServer"];
    await pass(20);
    await answer(200);
    expect(await outcome).toBe("agreed");
  });

  it("481, and a call that has ended meanwhile: it is gone", async () => {
    const first = make(true).offer(() => {});
    await pass();
    await answer(481);
    expect(await first).toBe("gone");
    session.state = SessionState.Terminated;
    expect(await make(true).offer(() => {})).toBe("gone");
  });

  it("are not tried for ever, and what cannot be prepared harms no other", async () => {
    const reInvites = make(false);
    const outcome = reInvites.offer(() => {});
    for (let tries = 0; tries < 5; tries += 1) {
      await pass(2000);
      await answer(491);
    }
    await pass(10_000);
    expect([await outcome, offers.length]).toEqual(["refused", 5]);
    const noCamera = reInvites.offer(() => Promise.reject(new DOMException("no", "NotAllowedError")));
    const next = reInvites.offer(() => {});
    await pass();
    await answer(200);
    expect(await Promise.all([noCamera, next])).toEqual(["refused", "agreed"]);
  });

  it("§14.2: an offer that comes before the ACK of the call is put off", () => {
    const heard: string[] = [];
    const inside = {
      dialog: { sessionState: "AckWait" },
      onInviteRequest: () => void heard.push("answered"),
    };
    putOffEarlyOffers(inside as unknown as Session);
    const request = {
      reject: ({ statusCode }: { statusCode: number }) => void heard.push(String(statusCode)),
    };
    const { onInviteRequest } = inside as unknown as { onInviteRequest(of: typeof request): void };
    onInviteRequest(request);
    inside.dialog.sessionState = "Confirmed";
    onInviteRequest(request);
    expect(heard).toEqual(["500", "answered"]);
  });
});
