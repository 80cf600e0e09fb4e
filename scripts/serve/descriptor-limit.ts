// The limit of open files. workerd exits, with every call it carries, when accept() runs out of descriptors,
// so the limit is raised to the hard one and the operator is told what it allows.

import { execFileSync } from "node:child_process";

/** Three descriptors for an object in memory and two for its client's socket, measured on workerd. */
const descriptorsPerUser = 5;
/** workerd's own: the binary, its pipes, the listening socket, the disk service. */
const descriptorsOfProcess = 24;

/** The hard limit; Infinity when there is none. */
export function hardDescriptorLimit(): number {
  const text = execFileSync("/bin/sh", ["-c", "ulimit -H -n"], { encoding: "utf8" }).trim();
  return text === "unlimited" ? Number.POSITIVE_INFINITY : Number(text);
}

/** How many users with one device each may be connected at once. */
export function usersAllowed(limit: number): number {
  return Math.max(0, Math.floor((limit - descriptorsOfProcess) / descriptorsPerUser));
}

/** The sentence for the operator. */
export function descriptorNotice(limit: number): string {
  if (!Number.isFinite(limit)) return "open files: unlimited";
  return `open files: ${limit}, enough for about ${usersAllowed(limit)} connected users; raise it with ulimit -n`;
}
