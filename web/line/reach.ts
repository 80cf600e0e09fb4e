// What the parts of a line have of it: the user agent, and when it is registered.

import type { UserAgent } from "sip.js";

export interface Reach {
  readonly aor: string;
  readonly userAgent: UserAgent;
  readonly isRegistered: () => boolean;
  /** Now, or once after the next registration: what is said into a socket that is gone is lost. */
  whenRegistered(work: () => void): void;
}

/** Keeps what waits for the line to be there. */
export interface Waiting extends Pick<Reach, "whenRegistered" | "isRegistered"> {
  /** To be called with each change of the registration. */
  registered(is: boolean): void;
}

export function createWaiting(): Waiting {
  let is = false;
  const waiting: (() => void)[] = [];
  return {
    isRegistered: () => is,
    whenRegistered(work) {
      if (is) work();
      else waiting.push(work);
    },
    registered(now) {
      is = now;
      if (is) for (const work of waiting.splice(0)) work();
    },
  };
}
