// How long the measuring of costs takes.

export interface Pace {
  readonly graceSeconds: number;
  /** A call of minutes and a hibernation are measured, too. */
  readonly isWhole: boolean;
}

/** It waits for what a real call and a real absence wait for. */
export const wholePace: Pace = { graceSeconds: 10, isWhole: true };
export const quickPace: Pace = { graceSeconds: 2, isWhole: false };
