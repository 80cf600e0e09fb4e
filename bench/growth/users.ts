// Registered accounts: what a REGISTER and a MESSAGE cost, and how long they take, when so many are there. A hundred of them, or all
// where they are fewer, are active and the others asleep; to wake one is told apart.

import { Agent } from "../operations/agent.ts";
import { type Load, measureLoad, type Sample } from "../operations/load.ts";
import { residentKiBOf, type Server } from "../relay/servers.ts";
import { quantile, type Report } from "../report/report.ts";

const atOnce = 20;
const mostActive = 100;

export async function growUsers(server: Server, report: Report): Promise<void> {
  const sizes = report.isQuick ? [10, 100, 400] : [10, 100, 1_000, 4_000];
  const measuredMs = report.isQuick ? 500 : 2_000;
  const row = report.table(
    "growth-users",
    ...["registered users", "REGISTER: CPU µs", "p50 ms", "p99 ms", "MESSAGE: CPU µs", "p50 ms", "p99 ms"],
    ...[`MESSAGE, ${atOnce / 2} at once: CPU µs`, "resident MiB"],
  );
  const agents: Agent[] = [];
  let active: readonly Agent[] = [];
  let turn = 0;
  const next = (): number => turn++ % active.length;
  const refresh: Load = async () => {
    await active[next()]?.register();
    return 1;
  };
  // Each to a user half the circle away.
  const message: Load = async () => {
    const from = next();
    const to = (from + active.length / 2) % active.length;
    await active[from]?.message(active[to]?.name ?? "");
    return 1;
  };
  const measured = async (load: Load, count: number): Promise<Sample> => {
    await Promise.all(active.map((agent) => agent.register()));
    return measureLoad(server, load, count, 200, measuredMs);
  };
  for (const size of sizes) {
    while (agents.length < size) agents.push(...(await newcomers(server, agents.length, size)));
    // Spread over all of them.
    const step = Math.max(1, size / mostActive);
    active = agents.filter((_, index) => index % step === 0);
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

const cells = ({ cpuMicros, latenciesMs }: Sample): readonly string[] => [
  cpuMicros.toFixed(0),
  quantile(latenciesMs, 0.5).toFixed(2),
  quantile(latenciesMs, 0.99).toFixed(2),
];
