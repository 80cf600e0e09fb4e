// A ladder read once, and again each second while its call is on and somebody looks.

import { useEffect, useState } from "react";
import type { Ladder, LadderLine } from "../../src/contracts/ladder";
import { RequestProblem } from "../api/problem";
import type { LadderSource } from "./contract";
import { growLadder } from "./merge";

const beat = 1000;
/** After a failure the gateway is left alone for longer. */
const pause = 5000;

export interface FollowedLadder {
  readonly ladder: Ladder | undefined;
  /** Why the last request came to nothing; the ladder is then as it was before. */
  readonly problem: unknown;
  /** The lines that came last, for those who listen instead of looking. */
  readonly fresh: readonly LadderLine[];
  /** It was live when this page first read it, and is no more. */
  readonly hasEnded: boolean;
  readonly retry: () => void;
}

const nothing = { ladder: undefined, problem: undefined, fresh: [], hasEnded: false };

/** Follows what `source` reads; the source has to stay the same between renderings. */
export function useLadder(source: LadderSource): FollowedLadder {
  const [state, setState] = useState<Omit<FollowedLadder, "retry">>(nothing);
  const [turn, setTurn] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn begins anew
  useEffect(() => {
    const end = new AbortController();
    setState(nothing);
    void follow(source, end.signal, setState);
    return () => end.abort();
  }, [source, turn]);

  return { ...state, retry: () => setTurn((before) => before + 1) };
}

async function follow(
  source: LadderSource,
  signal: AbortSignal,
  show: (change: (before: Omit<FollowedLadder, "retry">) => Omit<FollowedLadder, "retry">) => void,
): Promise<void> {
  let ladder: Ladder | undefined;
  while (!signal.aborted) {
    try {
      const wasLive = ladder?.live ?? false;
      const { ladder: grown, fresh } = growLadder(ladder, await source.read(ladder?.next, signal));
      const hasEnded = wasLive && !grown.live;
      ladder = hasEnded ? await source.read(undefined, signal) : grown;
      const shown = ladder;
      show((before) => ({
        ladder: shown,
        problem: undefined,
        fresh: fresh.length > 0 ? fresh : before.fresh,
        hasEnded,
      }));
      if (!ladder.live) return;
      await waited(beat, signal);
    } catch (problem) {
      if (signal.aborted) return;
      show((before) => ({ ...before, problem }));
      if (ladder === undefined || isShutOut(problem)) return;
      await waited(pause, signal);
    }
  }
}

/** A token that is refused does not get better, and the gateway counts. */
export const isShutOut = (problem: unknown): boolean =>
  problem instanceof RequestProblem && problem.isSignedOut;

/** Resolves after that long, and not while the page is hidden. */
const waited = (millis: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(() => {
      if (document.visibilityState === "visible" || signal.aborted) return resolve();
      document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
    }, millis);
  });
