// A row of the message log, read.

import { epochMs } from "../../src/base/brand";
import type { StoredMessage } from "../../src/home/state";

export function messageOf(row: Record<string, SqlStorageValue>): StoredMessage {
  const frame = row["frame"];
  return {
    sequence: Number(row["sequence"]),
    key: row["key"] === null ? undefined : String(row["key"]),
    device: row["device"] === null ? undefined : String(row["device"]),
    direction: row["direction"] === "sent" ? "sent" : "received",
    at: epochMs(Number(row["at"])),
    expiresAt: epochMs(Number(row["expires_at"])),
    octets: Number(row["octets"]),
    taken: row["taken"] === 1,
    owed: row["owed"] === 1,
    frame: frame instanceof ArrayBuffer ? new Uint8Array(frame) : String(frame),
  };
}
