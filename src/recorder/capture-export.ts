// A ladder as a capture file for Wireshark and sngrep: each message a datagram from lane to lane, each lane an address of
// TEST-NET-1 to 3 (RFC 5737), which is nobody's. What a datagram cannot show (events, words) stands in comments.

import type { Ladder, LadderLine } from "../contracts/ladder";
import { octetLength } from "../sip/frame";
import { headerField, type SipMessage } from "../sip/message";
import { parseText } from "../sip/parser";
import { type Edit, replaceRange, setFieldValue, spliceText } from "../sip/splice";
import { parseDateTime } from "../xml/date-time";
import { datagram, mostPayload } from "./datagram";
import { type CapturedPacket, formatCapture } from "./pcapng";
import { plainText } from "./plain-text";

const utf8 = new TextEncoder();

/** RFC 5737; more lanes than they have addresses share the last. */
const networks: readonly (readonly [number, number, number])[] = [
  [192, 0, 2],
  [198, 51, 100],
  [203, 0, 113],
];

export function ladderCapture(ladder: Ladder): Uint8Array {
  const addresses = new Map(ladder.lanes.map(({ id }, at) => [id, addressOf(at)]));
  const address = (lane: string): Uint8Array => addresses.get(lane) ?? addressOf(0);
  const { verdict } = ladder;
  return formatCapture({
    comments: verdict === undefined ? [] : [plainText(`${verdict.title}. ${verdict.explanation}`)],
    names: ladder.lanes.map(({ id, label }) => [address(id), hostName(label)] as const),
    packets: packetsOf(ladder.lines, address),
  });
}

function addressOf(lane: number): Uint8Array {
  const network = networks[Math.min(Math.floor(lane / 254), networks.length - 1)] ?? [192, 0, 2];
  return new Uint8Array([...network, lane < 762 ? (lane % 254) + 1 : 254]);
}

/** A name that a reader shows in the place of an address. */
const hostName = (label: string): string =>
  plainText(label)
    .replace(/ · /g, ".")
    .replace(/[^A-Za-z0-9.@_-]+/g, "-")
    .slice(0, 200) || "unnamed";

/** Events are told with the message before them, the first ones with the one after. */
function packetsOf(
  lines: readonly LadderLine[],
  address: (lane: string) => Uint8Array,
): readonly CapturedPacket[] {
  const packets: (Omit<CapturedPacket, "comments"> & { readonly comments: string[] })[] = [];
  const early: string[] = [];
  for (const line of lines) {
    const payload = line.text === undefined ? undefined : payloadOf(line.text);
    if (payload === undefined) {
      const words = line.words === undefined ? "" : `: ${line.words}`;
      (packets.at(-1)?.comments ?? early).push(plainText(`${line.at} ${line.label}${words}`));
      continue;
    }
    packets.push({
      at: (parseDateTime(line.at) ?? 0) * 1000,
      octets: datagram(address(line.from), address(line.to), payload),
      comments: [...early.splice(0), ...(line.words === undefined ? [] : [plainText(line.words)])],
    });
  }
  return packets;
}

/** The message, with a Content-Length that fits what is there of it. */
function payloadOf(text: string): Uint8Array | undefined {
  const parsed = parseText(text);
  if (!parsed.ok) return undefined;
  const message = parsed.value;
  const note = /^\[(\d+ octets(?: of [\w.+/-]+)?), not recorded\]\r\n$/.exec(
    text.slice(message.bodyStart),
  )?.[1];
  const written = note === undefined ? fitted(message) : withoutBody(message, note);
  return utf8.encode(written).subarray(0, mostPayload);
}

/** A reader of captures would take the note for SDP. */
function withoutBody(message: SipMessage, note: string): string {
  const type = headerField(message, "content-type");
  const edits: Edit[] = [replaceRange(message.bodyStart, message.text.length, "")];
  if (type !== undefined) edits.push(replaceRange(type.start, type.end, `X-Body-Not-Recorded: ${note}\r\n`));
  return spliceText(message, [...edits, ...lengthEdits(message, 0)]);
}

function fitted(message: SipMessage): string {
  const { text, bodyStart } = message;
  const body = text.slice(bodyStart).replace(redactedKey, "a=X-not-recorded:$1");
  return spliceText(message, [
    replaceRange(bodyStart, text.length, body),
    ...lengthEdits(message, octetLength(body)),
  ]);
}

/** A line of SDP whose key was taken out is none any more: it becomes an attribute that nobody has to know. */
const redactedKey = /^(?:a=)?([a-z0-9-]{1,32})[:=]?<redacted>/gim;

function lengthEdits(message: SipMessage, length: number): readonly Edit[] {
  const field = headerField(message, "content-length");
  return field === undefined ? [] : [setFieldValue(field, String(length))];
}
