// Re-INVITEs of one call (RFC 3261 §14), one after the other: what is changed meanwhile waits for its turn.

import { RequestPendingError, type Session, SessionState } from "sip.js";
import type { Reach } from "../reach";

export type ReInviteOutcome = "agreed" | "refused" | "gone";

export interface ReInvites {
  /** `prepare` changes what the next description offers. Never rejects. */
  offer(prepare: () => void | Promise<void>): Promise<ReInviteOutcome>;
}

const mostTries = 5;

/** `isOwner`: this side made the Call-ID (§14.1). */
export function createReInvites(reach: Reach, session: Session, isOwner: boolean): ReInvites {
  let last: Promise<unknown> = Promise.resolve();
  const registered = (): Promise<void> => new Promise((resolve) => reach.whenRegistered(resolve));

  async function offer(prepare: () => void | Promise<void>): Promise<ReInviteOutcome> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      await registered();
      await isQuiet(session);
      if (session.state !== SessionState.Established) return "gone";
      await prepare();
      const status = await attempt(session);
      if (status < 300) return "agreed";
      if (status === 481) return "gone";
      // §14.1: both sides at once; 408: the socket was cut meanwhile; 500: an offer of theirs is open (§14.2).
      if (status !== 491 && status !== 408 && status !== 500) return "refused";
      if (status !== 408) await pause(isOwner ? 2100 + Math.random() * 1900 : Math.random() * 2000);
    }
    return "refused";
  }

  return {
    offer(prepare) {
      const mine = last.then(() => offer(prepare)).catch((): ReInviteOutcome => "refused");
      last = mine;
      return mine;
    },
  };
}

function attempt(session: Session): Promise<number> {
  return new Promise((resolve, reject) => {
    session
      .invite({
        requestDelegate: {
          onAccept: () => resolve(200),
          onReject: ({ message: { statusCode = 500 } }) => resolve(statusCode),
        },
      })
      .catch((error: unknown) => {
        if (error instanceof RequestPendingError) resolve(491);
        else reject(error);
      });
  });
}

/**
 * RFC 3261 §14.1: no offer while one of the other side is open, which it is until its ACK is here. SIP.js would send it,
 * and end the call when the ACK comes.
 */
async function isQuiet(session: Session): Promise<void> {
  const { dialog } = session as unknown as { readonly dialog?: DialogInside };
  const isOpen = (): boolean =>
    dialog?.reinviteUserAgentServer !== undefined || dialog?.sessionState === "AckWait";
  for (let waits = 0; waits < 250 && isOpen(); waits += 1) await pause(20);
}

/**
 * RFC 3261 §14.2, to the letter where SIP.js is not: an offer that overtakes the ACK of the call itself, which a cut can
 * delay, is put off. SIP.js would take the ACK of the one for that of the other, and end the call for want of it.
 */
export function putOffEarlyOffers(session: Session): void {
  const inside = session as unknown as {
    readonly dialog?: DialogInside;
    onInviteRequest(request: {
      reject(options: { readonly statusCode: number; readonly extraHeaders: string[] }): void;
    }): void;
  };
  const answer = inside.onInviteRequest.bind(session);
  inside.onInviteRequest = (request) => {
    if (inside.dialog?.sessionState !== "AckWait") answer(request);
    else request.reject({ statusCode: 500, extraHeaders: ["Retry-After: 1"] });
  };
}

/** What SIP.js's dialog knows and its types do not tell. */
interface DialogInside {
  readonly reinviteUserAgentServer?: unknown;
  readonly sessionState?: string;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
