// What the gateway's workerd costs its machine (Linux): the memory it has resident, and the processor's time it has had.

import { readFileSync } from "node:fs";
import type { Gateway } from "./gateway";

/** Octets. */
export function residentOctets(gateway: Gateway): number {
  const status = readFileSync(`/proc/${processOf(gateway)}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Hundredths of a second, since it began. */
export function processorTicks(gateway: Gateway): number {
  const stat = readFileSync(`/proc/${processOf(gateway)}/stat`, "utf8");
  // proc(5): after the name in brackets come the state and, eleven and twelve fields on, utime and stime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

const processOf = (gateway: Gateway): string =>
  /runs workerd as process (\d+)/.exec(gateway.log())?.[1] ?? "none";
