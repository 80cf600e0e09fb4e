// A user agent that stays registered: it comes back by itself after any cut, soon at first and then with growing,
// random pauses. One attempt at a time; the answer to one that was overtaken by a cut counts no more.

import { type UserAgent, UserAgentState } from "sip.js";
import { reconnectDelay } from "./back-off";
import type { Registration } from "./registration";

export type LineState =
  | { readonly kind: "connecting" }
  | { readonly kind: "registered" }
  /** The gateway cannot be reached; the line tries again by itself. */
  | { readonly kind: "waiting" }
  /** The gateway refuses this account; the line is closed. */
  | { readonly kind: "refused"; readonly status: number };

export interface Persistence {
  /** The first attempt. */
  start(): void;
  /** The next attempt now, if it waits for its time: the network is said to be back. */
  hurry(): void;
  /** To be called when the socket is gone or the registration has lapsed. */
  lost(): void;
  /** No further attempt. */
  end(): void;
}

/** Calls `changed` with each state; after `refused` nothing more happens. */
export function stayRegistered(
  userAgent: UserAgent,
  registration: Registration,
  changed: (state: LineState) => void,
): Persistence {
  let ended = false;
  let failures = 0;
  let attempts = 0;
  let timer: number | undefined;

  function attempt(): void {
    if (ended) return;
    clearTimeout(timer);
    timer = undefined;
    attempts += 1;
    const mine = attempts;
    changed({ kind: "connecting" });
    connectAndRegister().then(
      (state) => mine === attempts && !ended && settle(state),
      () => mine === attempts && retryLater(),
    );
  }

  async function connectAndRegister(): Promise<LineState> {
    if (userAgent.state === UserAgentState.Stopped) await userAgent.start();
    else if (!userAgent.isConnected()) await userAgent.reconnect();
    if (ended) throw new Error("closed meanwhile");
    const outcome = await registration.register();
    return outcome.kind === "failed" ? { kind: "waiting" } : outcome;
  }

  function settle(state: LineState): void {
    if (state.kind === "waiting") return retryLater();
    failures = 0;
    ended = state.kind === "refused";
    changed(state);
  }

  function retryLater(): void {
    if (ended || timer !== undefined) return;
    attempts += 1;
    failures += 1;
    timer = window.setTimeout(attempt, reconnectDelay(failures));
    changed({ kind: "waiting" });
  }

  return {
    start: attempt,
    hurry: () => {
      if (timer !== undefined) attempt();
    },
    lost: retryLater,
    end: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}
