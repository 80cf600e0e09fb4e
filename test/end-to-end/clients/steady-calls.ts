// The user of a page in calls, and what the page does for him that neither library does: nothing is said into a socket that
// is gone, and a call whose sound has ended is hung up.

import { createWaiting } from "../../../web/line/reach";
import { inboundPackets } from "./call-client";

/** A call of one of the libraries. */
export interface LibraryCall {
  readonly callId: string;
  readonly isIncoming: boolean;
  connection(): RTCPeerConnection | undefined;
  answer(): void;
  /** 486. */
  refuse(): void;
  hangUp(): void;
}

export interface SteadyCalls {
  /** To be called with each change of the registration. */
  registered(is: boolean): void;
  whenRegistered(work: () => void): void;
  /** It comes; answered in a moment, mostly. */
  rings(call: LibraryCall): void;
  placed(call: LibraryCall, talk: number): void;
  answered(call: LibraryCall): void;
  over(call: LibraryCall): void;
}

interface Known {
  readonly talk: number;
  side: "early" | "talking";
}

/** A user talks with so many at once. */
const mostCalls = 3;
/** The other side has closed its connection or is gone, or there never was one. */
const silenceEnds = 5_000;
const betweenLooks = 250;

export function steadyCalls(random: () => number): SteadyCalls {
  const waiting = createWaiting();
  const known = new Map<LibraryCall, Known>();
  const tell = ({ callId }: LibraryCall, side: "calling" | "ringing" | "talking" | "over") =>
    void window.tell({ kind: "call", callId, side });

  /** What is said waits for the line, and is left unsaid where the call has gone another way meanwhile. */
  function later(call: LibraryCall, side: Known["side"], pause: number, work: () => void): void {
    setTimeout(() => waiting.whenRegistered(() => known.get(call)?.side === side && work()), pause);
  }

  async function listen(call: LibraryCall): Promise<void> {
    let silentSince: number | undefined;
    let isHeard = false;
    for (; known.has(call); await new Promise((resolve) => setTimeout(resolve, betweenLooks))) {
      const connection = call.connection();
      if (connection === undefined) continue;
      if (!isHeard && (await inboundPackets(connection)).audio > 0) {
        isHeard = true;
        void window.tell({ kind: "heard", callId: call.callId });
      }
      if (connection.connectionState === "connected") silentSince = undefined;
      else silentSince ??= Date.now();
      if (silentSince === undefined || Date.now() - silentSince < silenceEnds) continue;
      return waiting.whenRegistered(() => known.has(call) && call.hangUp());
    }
  }

  return {
    ...waiting,
    rings(call) {
      if (known.size >= mostCalls) {
        tell(call, "over");
        return call.refuse();
      }
      known.set(call, { talk: 0, side: "early" });
      tell(call, "ringing");
      const isBusy = random() < 0.2;
      later(call, "early", 50 + random() * 800, () => (isBusy ? call.refuse() : call.answer()));
    },
    placed(call, talk) {
      known.set(call, { talk, side: "early" });
      tell(call, "calling");
    },
    answered(call) {
      const state = known.get(call);
      if (state === undefined || state.side === "talking") return;
      state.side = "talking";
      tell(call, "talking");
      void listen(call);
      if (!call.isIncoming) later(call, "talking", state.talk, () => call.hangUp());
    },
    over(call) {
      if (known.delete(call)) tell(call, "over");
    },
  };
}
