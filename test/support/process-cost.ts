// What the gateway's workerd costs its machine (Linux): the memory it has resident.

import { readFileSync } from "node:fs";
import type { Gateway } from "./gateway";

/** Octets. */
export function residentOctets(gateway: Gateway): number {
  const status = readFileSync(`/proc/${processOf(gateway)}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

export const processOf = (gateway: Gateway): string =>
  /runs workerd as process (\d+)/.exec(gateway.log())?.[1] ?? "none";
