// A call as a ladder: who sent what to whom, in order, and why it ended as it did. As it is told over HTTP.

import type { Redaction } from "./flight-record";

export interface LadderLane {
  readonly id: string;
  readonly label: string;
  /** `peer`: a home of which there are no records. */
  readonly kind: "device" | "home" | "peer";
}

export interface LadderLine {
  /** Stays the same though more becomes known: what comes again under an id is in place of what came before. */
  readonly id: string;
  /** RFC 3339: when it was sent, as far as that is known. */
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "response" | "event";
  readonly label: string;
  readonly method?: string;
  readonly status?: number;
  readonly failed: boolean;
  /** The reason of a failure, in words. */
  readonly words?: string;
  /** The message as recorded. */
  readonly text?: string;
  readonly redacted?: readonly Redaction[];
  readonly truncated?: boolean;
}

export interface Verdict {
  readonly failed: boolean;
  readonly title: string;
  readonly explanation: string;
  /** The line that says so. */
  readonly line?: string;
}

export interface Ladder {
  readonly callId: string;
  readonly aor: string;
  /** The call goes on. */
  readonly live: boolean;
  readonly lanes: readonly LadderLane[];
  readonly lines: readonly LadderLine[];
  readonly verdict?: Verdict;
  /** Homes that the call went over and that have nothing of it. */
  readonly missing?: readonly { readonly aor: string; readonly why: string }[];
  /** Pass as `after`: the next answer has only the lines that are new or changed. */
  readonly next?: string;
}
