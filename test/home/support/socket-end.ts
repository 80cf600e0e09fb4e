// The other end of a socket of the virtual network: what has come, and whether it is still open.

import type { Frame } from "../../../src/sip/frame";

export interface SocketEnd {
  readonly frames: Frame[];
  /** How many have come in the last moment in which any did. */
  newest: { readonly at: number; readonly count: number };
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** Called for each frame, a moment after it has come. */
  react: ((frame: Frame) => void) | undefined;
}

export const openEnd = (): SocketEnd => ({
  frames: [],
  newest: { at: 0, count: 0 },
  closed: undefined,
  react: undefined,
});

export function arrive(end: SocketEnd, frame: Frame, now: number): void {
  end.frames.push(frame);
  end.newest = { at: now, count: end.newest.at === now ? end.newest.count + 1 : 1 };
}

/** What was written in this moment nobody has read. */
export function loseNewest({ frames, newest }: SocketEnd, now: number): void {
  if (newest.at === now) frames.splice(Math.max(0, frames.length - newest.count));
}
