// The event packages this notifier serves. A package is one file in packages/ and one entry here.

import type { EventPackage } from "./event-package";
import { dialog } from "./packages/dialog";
import { messageSummary } from "./packages/message-summary";
import { presence } from "./packages/presence";
import { presenceWinfo } from "./packages/presence-winfo";
import { reg } from "./packages/reg";
import { xcapDiff } from "./packages/xcap-diff";

const packages: readonly EventPackage[] = [presence, presenceWinfo, dialog, reg, messageSummary, xcapDiff];

/** The package of that event type; undefined when we do not serve it. RFC 6665 §8.2.1: compared byte by byte. */
export function eventPackage(name: string): EventPackage | undefined {
  return packages.find((candidate) => candidate.name === name);
}

/** The value of Allow-Events in a refusal of a PUBLISH: what is composed from publications (RFC 3903 §6). */
export const allowPublishing = (): string => allowEvents([presence]);

/** The value of Allow-Events: every package, and no template-package (RFC 6665 §4.4.4). */
export function allowEvents(served: readonly EventPackage[] = packages): string {
  const names = served.map(({ name }) => name);
  return names.filter((name) => !name.includes(".")).join(", ");
}
