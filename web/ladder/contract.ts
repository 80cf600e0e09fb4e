// Where the page gets a call's ladder from: the administration, or a shared link.

import type { Ladder } from "../../src/contracts/ladder";

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
