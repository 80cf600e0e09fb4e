// Figures for Workers Analytics Engine, where the operator has bound a dataset as FIGURES_DATASET (docs/settings.md): a data point
// for each time that homes have told the realm something new.
//
// Relies on the platform: `writeDataPoint` returns at once and is not waited for; a point holds at most 20 numbers.

import { type Counts, counterNames, type RealmGauges } from "../../src/contracts/figures";

const mostNumbers = 20;

/** Gauges first, then counters as they are listed: their places are part of every query, and none is ever moved. */
export function figurePoint(realm: string, gauges: RealmGauges, counts: Counts): AnalyticsEngineDataPoint {
  const { accounts, online, devices, calls, inCall, disabled } = gauges;
  const doubles = [
    ...[accounts, online, devices, calls, inCall, disabled],
    ...counterNames.map((name) => counts[name] ?? 0),
  ];
  return { indexes: [realm], doubles: doubles.slice(0, mostNumbers) };
}

/** The dataset, where there is one: a binding that wrangler.toml need not have. */
export const figureDatasetOf = (env: Env): AnalyticsEngineDataset | undefined =>
  (env as Env & { readonly FIGURES_DATASET?: AnalyticsEngineDataset }).FIGURES_DATASET;
