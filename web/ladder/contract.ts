// A call's ladder as the gateway gives it, and where the page gets one from: the administration, or a shared link.

export interface Lane {
  readonly id: string;
  readonly label: string;
  readonly kind: "device" | "home" | "peer";
}

export interface LadderLine {
  readonly id: string;
  readonly at: string;
  /** Lanes; the same one twice for something that happened there. */
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "response" | "event";
  readonly label: string;
  readonly method?: string;
  readonly status?: number;
  readonly failed: boolean;
  /** The reason in words. */
  readonly words?: string;
  /** The message as it was recorded, without its secrets. */
  readonly text?: string;
  readonly redacted?: readonly string[];
  readonly truncated?: boolean;
}

export interface Verdict {
  readonly failed: boolean;
  readonly title: string;
  readonly explanation: string;
  /** The line it rests on. */
  readonly line?: string;
}

export interface Ladder {
  readonly callId: string;
  readonly aor: string;
  readonly live: boolean;
  readonly lanes: readonly Lane[];
  readonly lines: readonly LadderLine[];
  readonly verdict?: Verdict;
  /** Halves that could not be had. */
  readonly missing?: readonly { readonly aor: string; readonly why: string }[];
  /** Pass as `after` for what comes next. */
  readonly next?: string;
}

export interface SharedLink {
  readonly token: string;
  readonly url: string;
  readonly expiresAt: string;
}

export type ExportFormat = "text" | "pcapng";

export interface LadderSource {
  read(after: string | undefined, signal: AbortSignal): Promise<Ladder>;
  export(format: ExportFormat): Promise<{ readonly blob: Blob; readonly name: string | undefined }>;
  /** Absent where the link itself was shared. */
  share?(seconds: number): Promise<SharedLink>;
}
