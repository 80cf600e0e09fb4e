// The two timers of RFC 3994: a writer who pauses is idle (§3.2), and says again at times that he writes; of one who
// is heard of no more nothing is shown (§3.3).

import type { ComposingState } from "./composing-document";

/** A writer who has not touched a key for so long is idle. */
const idleAfter = 15_000;
/** What a writer says of when he says it again, and what stands where he did not say. */
const refreshSeconds = 60;
const defaultRefresh = 120;

type Timer = ReturnType<typeof setTimeout>;

export interface ComposingSender {
  /** The user has touched a key, or emptied the field. */
  wrote(peer: string, isComposing: boolean): void;
  /** What he wrote was sent, which says by itself that he is done. */
  sent(peer: string): void;
}

export function createComposingSender(say: (peer: string, state: ComposingState) => void): ComposingSender {
  const writing = new Map<string, { saidAt: number; timer: Timer }>();
  const stop = (peer: string): boolean => {
    clearTimeout(writing.get(peer)?.timer);
    return writing.delete(peer);
  };
  const idle = (peer: string): void => {
    if (stop(peer)) say(peer, { isActive: false, refresh: undefined });
  };
  return {
    wrote(peer, isComposing) {
      if (!isComposing) return idle(peer);
      const known = writing.get(peer);
      clearTimeout(known?.timer);
      const now = Date.now();
      // A little before what was promised: the message takes its time.
      const isDue = known === undefined || now - known.saidAt >= (refreshSeconds - 10) * 1000;
      if (isDue) say(peer, { isActive: true, refresh: refreshSeconds });
      const timer = setTimeout(() => idle(peer), idleAfter);
      writing.set(peer, { saidAt: isDue ? now : known.saidAt, timer });
    },
    sent: (peer) => void stop(peer),
  };
}

export interface ComposingReceiver {
  heard(peer: string, state: ComposingState): void;
  /** A message of his came. */
  done(peer: string): void;
}

export function createComposingReceiver(
  changed: (peer: string, isComposing: boolean) => void,
): ComposingReceiver {
  const timers = new Map<string, Timer>();
  const done = (peer: string): void => {
    clearTimeout(timers.get(peer));
    if (timers.delete(peer)) changed(peer, false);
  };
  return {
    heard(peer, { isActive, refresh = defaultRefresh }) {
      if (!isActive) return done(peer);
      const isNew = !timers.has(peer);
      clearTimeout(timers.get(peer));
      timers.set(
        peer,
        setTimeout(() => done(peer), refresh * 1000),
      );
      if (isNew) changed(peer, true);
    },
    done,
  };
}
