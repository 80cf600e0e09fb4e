// Octets that steps allocate: what the heap holds more of when each returns.

import { getHeapStatistics } from "node:v8";
import { median } from "../report/report";
import { onlooker } from "./counted-step";
import type { Operation } from "./operations";

export interface Allocated {
  readonly octets: number;
  readonly steps: number;
}

/** Of one operation, the median of many. */
export function octetsOf({ run, rest }: Operation, times: number): Allocated {
  const found: Allocated[] = [];
  for (let time = 0; time < times; time++) {
    rest();
    let [octets, steps, isSpoiled] = [0, 0, false];
    onlooker.around = (step) => {
      const grown = growth(step) - ownOctets;
      octets += grown;
      steps++;
      // The collector was at work: nobody knows how much there was.
      if (grown < 0) isSpoiled = true;
    };
    run();
    onlooker.around = (step) => step();
    if (!isSpoiled) found.push({ octets, steps });
  }
  return {
    octets: median(found.map(({ octets }) => octets)),
    steps: median(found.map(({ steps }) => steps)),
  };
}

function growth(work: () => void): number {
  const before = getHeapStatistics().used_heap_size;
  work();
  return getHeapStatistics().used_heap_size - before;
}

/** What looking itself leaves behind. */
const ownOctets = median(Array.from({ length: 1_001 }, () => growth(() => undefined)));
