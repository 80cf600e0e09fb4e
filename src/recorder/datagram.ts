// An IPv4 packet with a UDP datagram in it (RFC 791 §3.1, RFC 768), for a capture file.

import { concat } from "./pcapng";

/** Port of SIP (RFC 3261 §19.1.2): what makes a reader of captures take the payload for SIP. */
const sipPort = 5060;

const ipHeader = 20;
const udpHeader = 8;

/** Octets that one datagram can carry; a capture has no link that could not carry it whole. */
export const mostPayload = 65_535 - ipHeader - udpHeader;

/** `from` and `to` are addresses of four octets. */
export function datagram(from: Uint8Array, to: Uint8Array, payload: Uint8Array): Uint8Array {
  const carried = payload.subarray(0, mostPayload);
  const length = ipHeader + udpHeader + carried.length;
  const head = concat([
    // Version 4, five words; no fragments; TTL 64; UDP; the checksum comes last.
    new Uint8Array([0x45, 0, ...pair(length), 0, 0, 0x40, 0, 64, 17, 0, 0]),
    from,
    to,
  ]);
  head.set(pair(checksum([head])), 10);
  const udp = new Uint8Array([...pair(sipPort), ...pair(sipPort), ...pair(udpHeader + carried.length), 0, 0]);
  const pseudo = concat([from, to, new Uint8Array([0, 17, ...pair(udpHeader + carried.length)])]);
  // RFC 768: zero says that there is none, so a sum of zero is written as its other form.
  udp.set(pair(checksum([pseudo, udp, carried]) || 0xffff), 6);
  return concat([head, udp, carried]);
}

const pair = (value: number): readonly [number, number] => [(value >>> 8) & 0xff, value & 0xff];

/** RFC 1071; every part but the last has an even length. */
function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
