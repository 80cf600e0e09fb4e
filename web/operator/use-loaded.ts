// What a view has read from the gateway: the last answer, whether a newer one is under way, and what went wrong. Asks
// again on a beat, and not while nobody looks.

import { useCallback, useEffect, useRef, useState } from "react";
import { RequestProblem } from "../api/problem";

export interface Loaded<Value> {
  /** The last answer for this key; undefined before the first. */
  readonly value: Value | undefined;
  /** What the last request came to, when it failed. `value` is then older. */
  readonly problem: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<Value> {
  readonly key: string;
  readonly value: Value | undefined;
  readonly problem: unknown;
  readonly isLoading: boolean;
}

/**
 * Loads what `key` names; another key forgets the answer to the one before. With `every`, milliseconds, it asks again
 * that long after each answer, while the page is shown.
 */
export function useLoaded<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
  { every }: { readonly every?: number } = {},
): Loaded<Value> {
  const empty = { key, value: undefined, problem: undefined, isLoading: true };
  const [state, setState] = useState<State<Value>>(empty);
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => setTurn((before) => before + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn is another request
  useEffect(() => {
    const end = new AbortController();
    setState((before) => (before.key === key ? { ...before, isLoading: true } : { ...empty, key }));
    latest.current(end.signal).then(
      (value) => end.signal.aborted || setState({ key, value, problem: undefined, isLoading: false }),
      (problem) =>
        end.signal.aborted || setState((before) => ({ ...before, key, problem, isLoading: false })),
    );
    return () => end.abort();
  }, [key, turn]);

  // A token that is wrong does not get better, and the gateway counts.
  const isShutOut = state.problem instanceof RequestProblem && state.problem.isSignedOut;
  useBeat(state.isLoading || isShutOut ? undefined : every, reload);
  return { ...(state.key === key ? state : empty), reload };
}

/** Calls back once after that long, or when the page is shown again if that is later. */
function useBeat(after: number | undefined, call: () => void): void {
  useEffect(() => {
    if (after === undefined) return undefined;
    const end = new AbortController();
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") call();
      else document.addEventListener("visibilitychange", call, { once: true, signal: end.signal });
    }, after);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [after, call]);
}
