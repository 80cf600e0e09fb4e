import type { Redaction } from "./flight-record";
export interface LadderLane {
  readonly id: string;
  readonly label: string;
  readonly kind: "device" | "home" | "peer";
}
export interface LadderLine {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "response" | "event";
  readonly label: string;
  readonly method?: string;
  readonly status?: number;
  readonly failed: boolean;
  readonly words?: string;
  readonly text?: string;
  readonly redacted?: readonly Redaction[];
  readonly truncated?: boolean;
}
export interface Verdict {
  readonly failed: boolean;
  readonly title: string;
  readonly explanation: string;
  readonly line?: string;
}
export interface Ladder {
  readonly callId: string;
  readonly aor: string;
  readonly live: boolean;
  readonly lanes: readonly LadderLane[];
  readonly lines: readonly LadderLine[];
  readonly verdict?: Verdict;
  readonly missing?: readonly {
    readonly aor: string;
    readonly why: string;
  }[];
  readonly next?: string;
}
