// What a piece of work takes where nothing tells of the processor, as for the page's own code.

/** Milliseconds of the clock: the least of five runs, in most of which the machine had something else to do too. */
export function leastTime(work: () => void): number {
  const once = (): number => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  };
  return Math.min(...[1, 2, 3, 4, 5].map(once));
}
