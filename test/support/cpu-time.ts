// What a piece of work takes of the processor, whatever else the machine is doing. It counts in steps of some milliseconds:
// nothing for work that is shorter.

/** Milliseconds of this thread's own time that `work` takes: the least of five runs, since the first one compiles. */
export function leastCpuTime(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
