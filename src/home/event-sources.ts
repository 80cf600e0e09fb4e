// Where the state that each event package tells comes from: one source for each that is served.

import type { EventSource } from "./event-source";
import { presenceSource } from "./presence";

const sources: Readonly<Record<string, EventSource>> = {
  presence: presenceSource,
};

export function sourceOf(event: string): EventSource {
  const source = sources[event];
  if (source === undefined) throw new Error(`no source of ${event}`);
  return source;
}
