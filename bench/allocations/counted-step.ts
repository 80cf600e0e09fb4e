// The step of a home as the virtual homes of the tests take it, with somebody looking on.

import type { EpochMs } from "../../src/base/brand";
import type { HomeEffect } from "../../src/home/effect";
import type { HomeState } from "../../src/home/state";
import { type HomeInput, stepHome as plainStep, runTurn as plainTurn } from "../../src/home/step";
import type { Ports, Turn } from "../../src/home/turn";

/** Who looks on runs the step, once. */
export const onlooker = { around: (step: () => void): void => step() };

export function stepHome(
  state: HomeState,
  input: HomeInput,
  now: EpochMs,
  ports: Ports,
): readonly HomeEffect[] {
  let effects: readonly HomeEffect[] = [];
  onlooker.around(() => {
    effects = plainStep(state, input, now, ports);
  });
  return effects;
}

export const runTurn = (
  state: HomeState,
  now: EpochMs,
  ports: Ports,
  run: (turn: Turn) => void,
): readonly HomeEffect[] => plainTurn(state, now, ports, run);
