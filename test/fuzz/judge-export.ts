// What must hold of what the flight recorder tells: no secret of an input is in it, no sign of a stranger's moves an operator's
// terminal, and files are whole by their own rules.

import type { HomeRecords } from "../../src/contracts/flight-record";
import type { Ladder } from "../../src/contracts/ladder";
import { ladderFile } from "../../src/http/admin/ladder-export";
import { ladderCapture } from "../../src/recorder/capture-export";
import { ladderText } from "../../src/recorder/text-export";
import { parseMessage } from "../../src/sip/parser";
import { check } from "./case";
import { secret } from "./secrets";

export function judgeSecrecy(what: string, kept: unknown): void {
  const text = typeof kept === "string" ? kept : JSON.stringify(kept);
  check(
    !text.includes(secret),
    `a secret is in ${what}:`,
    text.slice(Math.max(0, text.indexOf(secret) - 500)),
  );
}

export function judgeLadder(ladder: Ladder, halves: readonly HomeRecords[]): void {
  judgeSecrecy("a ladder", ladder);
  const records = halves.reduce((sum, half) => sum + half.records.length, 0);
  const { lines } = ladder;
  check(lines.length <= records && lines.length * 2 >= records, "a ladder has lost records, or made some", {
    lines: lines.length,
    records,
  });
  check(
    new Set(lines.map(({ id }) => id)).size === lines.length,
    "two lines of a ladder have one name",
    ladder,
  );
  judgeText(ladderText(ladder));
  judgeCapture(ladderCapture(ladder));
  for (const format of ["text", "pcapng"] as const) {
    const name = ladderFile(ladder, format).headers.get("content-disposition") ?? "";
    check(/^attachment; filename="[\w.@-]{1,400}"$/.test(name), "a file is named by a stranger:", name);
  }
}

/** Controls, and what turns the direction of a line or ends it. */
const unfit = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function judgeText(text: string): void {
  judgeSecrecy("a text", text);
  for (const line of text.split("\n")) check(!unfit.test(line), "a sign that is none is in a text:", line);
}

/** Of a block its type and what is in it. */
interface Block {
  readonly type: number;
  readonly at: number;
  readonly end: number;
}

const packetBlock = 6;
/** Before the packet itself, and before what a datagram carries. */
const [packetHead, datagramHead] = [20, 28];

function judgeCapture(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  judgeSecrecy("a capture", new TextDecoder("latin1").decode(file));
  for (const { type, at, end } of blocksOf(view)) {
    if (type !== packetBlock) continue;
    const length = view.getUint32(at + 12, true);
    const packet = file.subarray(at + packetHead, at + packetHead + length);
    check(at + packetHead + length <= end, "a packet is longer than its block", length);
    check(
      ((packet[2] ?? 0) << 8) + (packet[3] ?? 0) === length,
      "a packet is not as long as it says",
      length,
    );
    const carried = new TextDecoder().decode(packet.subarray(datagramHead));
    // What was cut off takes its end with it.
    const isWhole = parseMessage(carried).ok || length > 30_000;
    check(isWhole, "a packet is no message:", carried);
  }
}

function blocksOf(view: DataView): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < view.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    const end = at + length;
    const isWhole = length >= 12 && length % 4 === 0 && end <= view.byteLength;
    check(isWhole && view.getUint32(end - 4, true) === length, "a block of a capture is not whole, at", at);
    blocks.push({ type: view.getUint32(at, true), at: at + 8, end: end - 4 });
    at = end;
  }
  return blocks;
}
