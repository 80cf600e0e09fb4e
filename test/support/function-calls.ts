// How often functions run, as V8 counts it for reports of coverage: nothing of the program is changed for it.

import { type Profiler, Session } from "node:inspector/promises";

/** How often each of the functions of the file that ends so ran while `work` was done, by name. */
export async function functionCalls(file: string, work: () => void): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    await session.post("Profiler.takePreciseCoverage");
    work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    return callsIn(result, file);
  } finally {
    await session.post("Profiler.stopPreciseCoverage");
    session.disconnect();
  }
}

function callsIn(scripts: readonly Profiler.ScriptCoverage[], file: string): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const { url, functions } of scripts) {
    if (!url.replace(/\?.*$/, "").endsWith(file)) continue;
    for (const { functionName, ranges } of functions) {
      calls.set(functionName, (calls.get(functionName) ?? 0) + (ranges[0]?.count ?? 0));
    }
  }
  return calls;
}
