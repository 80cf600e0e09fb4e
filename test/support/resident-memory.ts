// The memory that the gateway's workerd has resident (Linux): what an operator's limit on the process counts.

import { readFileSync } from "node:fs";
import type { Gateway } from "./gateway";

/** Octets. */
export function residentOctets(gateway: Gateway): number {
  const pid = /runs workerd as process (\d+)/.exec(gateway.log())?.[1];
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
