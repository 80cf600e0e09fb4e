// A ladder as a file.

import type { Ladder } from "../../contracts/ladder";
import { ladderCapture } from "../../recorder/capture-export";
import { ladderText } from "../../recorder/text-export";

export type ExportFormat = "text" | "pcapng";

export const captureContentType = "application/x-pcapng";

/** The file as an answer; its name says of whom it is, not of which call: a Call-ID may be anything. */
export function ladderFile(ladder: Ladder, format: ExportFormat): Response {
  const isText = format === "text";
  const name = `${ladder.aor.replace(/[^a-z0-9.@_-]/gi, "_")}-ladder.${isText ? "txt" : "pcapng"}`;
  return new Response(isText ? ladderText(ladder) : ladderCapture(ladder), {
    headers: {
      "Content-Type": isText ? "text/plain; charset=utf-8" : captureContentType,
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
    },
  });
}
