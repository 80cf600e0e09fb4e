// What a piece of work takes of the processor, whatever else the machine is doing. It counts in steps of some milliseconds:
// nothing for work that is shorter.

/** Milliseconds of this thread's own time that `work` takes. */
export function cpuTime(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** The least of five runs, since the first one compiles. */
export const leastCpuTime = (work: () => void): number =>
  Math.min(...[1, 2, 3, 4, 5].map(() => cpuTime(work)));
