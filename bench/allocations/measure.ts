// The table of bench/allocations.ts.

import type { Report } from "../report/report";
import { objectsOf } from "./objects";
import { octetsOf } from "./octets";
import { type Operation, operations } from "./operations";

/** Optimized code allocates less: an object that does not leave its function is none. */
const warmUpSteps = 4_000;
const countedSteps = 600;
const sampledSteps = 60;

export function measureAllocations(report: Report): void {
  const row = report.table("allocations-operations", "operation", "steps", "kB", "objects", "made most by");
  for (const [index, { title }] of operations().entries()) {
    // A world of its own: what is left of the others would be looked through.
    const operation = operations()[index] as Operation;
    const { steps } = octetsOf(operation, 3);
    const times = (all: number): number => Math.ceil(report.times(all) / steps);
    for (let warm = 0; warm < times(warmUpSteps); warm++) {
      operation.rest();
      operation.run();
    }
    const { octets } = octetsOf(operation, times(countedSteps));
    const { objects, makers } = objectsOf(operation, times(sampledSteps));
    const most = makers.map(([name, count]) => `\`${name}\` ${Math.round(count)}`);
    row(title, steps, (octets / 1000).toFixed(1), Math.round(objects), most.join(", "));
    report.figure({
      operation: `${title}, allocated by the steps of its homes`,
      value: Math.round(octets / 100) / 10,
      unit: " kB",
      headline: index < 2,
    });
  }
}
