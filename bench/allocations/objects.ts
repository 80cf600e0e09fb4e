// Objects that steps allocate, and the functions that made them, by V8's sampling of allocations, set to take every one. A
// function that the compiler has put into another counts as that one.

import { Session } from "node:inspector";
import { onlooker } from "./counted-step";
import type { Operation } from "./operations";

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string };
  readonly children: readonly Node[];
}

/** As V8 gives it (protocol HeapProfiler.SamplingHeapProfile). */
interface Profile {
  readonly head: Node;
  readonly samples: readonly { readonly nodeId: number }[];
}

export interface Made {
  readonly objects: number;
  /** The functions that made most of them, with how many each made. */
  readonly makers: readonly (readonly [name: string, objects: number])[];
}

const everyAllocation = {
  samplingInterval: 1,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
};

/** Of one operation, the mean of some. */
export function objectsOf({ run, rest }: Operation, times: number): Made {
  const session = new Session();
  session.connect();
  const made = new Map<string, number>();
  const sampled = (step: () => void): void => {
    session.post("HeapProfiler.startSampling", everyAllocation);
    step();
    session.post("HeapProfiler.stopSampling", (_, stopped) =>
      add(stopped?.profile as unknown as Profile, made),
    );
  };
  for (let time = 0; time < times; time++) {
    rest();
    onlooker.around = sampled;
    run();
    onlooker.around = (step) => step();
  }
  session.disconnect();
  const objects = [...made.values()].reduce((sum, count) => sum + count, 0) / times;
  const most = [...made].sort(([, a], [, b]) => b - a).slice(0, 4);
  return { objects, makers: most.map(([name, count]) => [name, count / times] as const) };
}

function add({ head, samples }: Profile, made: Map<string, number>): void {
  const names = new Map<number, string>();
  const visit = (node: Node): void => {
    names.set(node.id, node.callFrame.functionName);
    node.children.forEach(visit);
  };
  visit(head);
  for (const { nodeId } of samples) {
    const name = names.get(nodeId) || "(no name)";
    // The session's own way in and out.
    if (name === "post" || name === "sampled") continue;
    made.set(name, (made.get(name) ?? 0) + 1);
  }
}
