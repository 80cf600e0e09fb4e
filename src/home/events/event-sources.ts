// Where the state that each event package tells comes from: one source for each that is served.

import { dialogSource } from "./dialog-info";
import type { EventSource } from "./event-source";
import { messageSummarySource } from "./message-summary";
import { presenceSource } from "./presence";
import { registrationSource } from "./registration-info";
import { watcherInfoSource } from "./watcher-info";
import { XCAP_DIFF_EVENT, xcapDiffSource } from "./xcap-diff";

const sources: Readonly<Record<string, EventSource>> = {
  presence: presenceSource,
  "presence.winfo": watcherInfoSource,
  dialog: dialogSource,
  reg: registrationSource,
  "message-summary": messageSummarySource,
  [XCAP_DIFF_EVENT]: xcapDiffSource,
};

export function sourceOf(event: string): EventSource {
  const source = sources[event];
  if (source === undefined) throw new Error(`no source of ${event}`);
  return source;
}
