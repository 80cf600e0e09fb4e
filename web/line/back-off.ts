// How long to wait before the next attempt to reach the gateway.

const firstWait = 500;
const longestWait = 30_000;

/**
 * Milliseconds to wait after `failures` attempts in a row (1 and more). Anything between half and all of a
 * doubling bound: when a gateway restarts, its clients do not come back in one instant (RFC 5626 §4.5).
 */
export function reconnectDelay(failures: number, random: () => number = Math.random): number {
  const bound = Math.min(longestWait, firstWait * 2 ** (failures - 1));
  return Math.round(bound * (0.5 + random() / 2));
}
