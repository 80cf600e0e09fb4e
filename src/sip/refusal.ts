// Refusals: the answer to a request that will not be served, as a value.

import type { HeaderLine } from "./build";

export interface Refusal {
  /** The status code of the final response. */
  readonly status: number;
  /** What is wrong, in a few words: for the log, and as the reason phrase. Never holds the peer's text. */
  readonly reason?: string;
  /** Header fields the response must carry: Unsupported, Allow, Min-Expires. */
  readonly lines?: readonly HeaderLine[];
}
