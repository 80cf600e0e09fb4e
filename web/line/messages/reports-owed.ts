// The reports that are owed to those who asked for them (RFC 5438 §7.2): that a message came and, once the user has
// seen it, that he has. A message that is seen at once needs one report; and what comes together from one of our
// own kind, as it does after an absence, is reported by its last (body.ts).

/** How long a delivery waits for its display, and for the messages behind it. */
const lull = 700;

export interface Owed {
  readonly messageId: string;
  /** When the message was written. */
  readonly at: number;
  /** Each by itself, as RFC 5438 has it, or by the last. */
  readonly isSingle: boolean;
}

export type SendReport = (peer: string, owed: Owed, status: "delivered" | "displayed") => void;

export interface ReportsOwed {
  delivered(peer: string, owed: Owed): void;
  displayed(peer: string, owed: readonly Owed[]): void;
}

export function createReportsOwed(send: SendReport): ReportsOwed {
  const waiting = new Map<string, Owed[]>();
  const saying = (peer: string, owed: readonly Owed[], status: "delivered" | "displayed"): void => {
    for (const each of owed.filter(({ isSingle }, at) => isSingle || at === owed.length - 1)) {
      send(peer, each, status);
    }
  };
  return {
    delivered(peer, owed) {
      const known = waiting.get(peer);
      if (known !== undefined) {
        known.push(owed);
        return;
      }
      const mine = [owed];
      waiting.set(peer, mine);
      setTimeout(() => {
        waiting.delete(peer);
        saying(peer, mine, "delivered");
      }, lull);
    },
    displayed(peer, owed) {
      const known = waiting.get(peer);
      const seen = new Set(owed.map(({ messageId }) => messageId));
      if (known !== undefined) {
        const rest = known.filter(({ messageId }) => !seen.has(messageId));
        known.splice(0, known.length, ...rest);
      }
      saying(peer, owed, "displayed");
    },
  };
}
