// Registered accounts: what a REGISTER and a MESSAGE cost, and how long they take, when so many are there. All of them have just
// been active, so no home has to be woken (that is told apart).

import { Agent } from "../operations/agent.ts";
import { type Load, measureLoad, type Sample } from "../operations/load.ts";
import { residentKiBOf, type Server } from "../relay/servers.ts";
import { quantile, type Report } from "../report/report.ts";

const atOnce = 20;

export async function growUsers(server: Server, report: Report): Promise<void> {
  const sizes = report.isQuick ? [10, 100, 400] : [10, 100, 1_000, 4_000];
  const measuredMs = report.isQuick ? 500 : 2_000;
  const row = report.table(
    "growth-users",
    ...["registered users", "REGISTER: CPU µs", "p50 ms", "p99 ms", "MESSAGE: CPU µs", "p50 ms", "p99 ms"],
    ...[`MESSAGE, ${atOnce / 2} at once: CPU µs`, "resident MiB"],
  );
  const agents: Agent[] = [];
  let turn = 0;
  const next = (): number => turn++ % agents.length;
  const refresh: Load = async () => {
    await agents[next()]?.register();
    return 1;
  };
  // Each to a user half the circle away.
  const message: Load = async () => {
    const from = next();
    const to = (from + agents.length / 2) % agents.length;
    await agents[from]?.message(agents[to]?.name ?? "");
    return 1;
  };
  const measured = async (load: Load, count: number): Promise<Sample> => {
    await wakeAll(agents);
    return measureLoad(server, load, count, 200, measuredMs);
  };
  for (const size of sizes) {
    while (agents.length < size) agents.push(...(await newcomers(server, agents.length, size)));
    if (size === sizes[0]) await measureLoad(server, message, 5, 0, 3 * measuredMs);
    const refreshed = await measured(refresh, 1);
    const sent = await measured(message, 1);
    const crowded = await measured(message, atOnce / 2);
    row(
      size,
      ...cells(refreshed),
      ...cells(sent),
      crowded.cpuMicros.toFixed(0),
      (residentKiBOf(server) / 1024).toFixed(0),
    );
  }
  for (const agent of agents) agent.close();
}

const newcomers = (server: Server, from: number, until: number): Promise<readonly Agent[]> =>
  Promise.all(
    Array.from({ length: Math.min(atOnce, until - from) }, (_, index) =>
      Agent.open(server, `user${from + index}`),
    ),
  );

/** One after the other in each of a few chains: what is measured next finds nobody asleep. */
async function wakeAll(agents: readonly Agent[]): Promise<void> {
  let at = 0;
  const chain = async (): Promise<void> => {
    while (at < agents.length) await agents[at++]?.register();
  };
  await Promise.all(Array.from({ length: atOnce }, chain));
}

const cells = ({ cpuMicros, latenciesMs }: Sample): readonly string[] => [
  cpuMicros.toFixed(0),
  quantile(latenciesMs, 0.5).toFixed(2),
  quantile(latenciesMs, 0.99).toFixed(2),
];
