// Where the state that each event package tells comes from: one source for each that is served.

import { dialogSource } from "./dialog-info";
import type { EventSource } from "./event-source";
import { messageSummarySource } from "./message-summary";
import { presenceSource } from "./presence";
import { registrationSource } from "./registration-info";
import { watcherInfoSource } from "./watcher-info";

const sources: Readonly<Record<string, EventSource>> = {
  presence: presenceSource,
  "presence.winfo": watcherInfoSource,
  dialog: dialogSource,
  reg: registrationSource,
  "message-summary": messageSummarySource,
};

export function sourceOf(event: string): EventSource {
  const source = sources[event];
  if (source === undefined) throw new Error(`no source of ${event}`);
  return source;
}
