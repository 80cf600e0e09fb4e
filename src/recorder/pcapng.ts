// A capture file (pcapng, draft-ietf-opsawg-pcapng) of datagrams that never were: the blocks, and their options.
//
// Little-endian; every block is padded to 32 bits and says its length at both ends.

/** Frames begin with the IP header: LINKTYPE_RAW. */
const rawIp = 101;

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const nameResolution = 4;
const enhancedPacket = 6;

/** Options that more than one block has. */
const comment = 1;

const utf8 = new TextEncoder();

export interface CapturedPacket {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** From the IP header on. */
  readonly octets: Uint8Array;
  readonly comments: readonly string[];
}

export interface Capture {
  readonly comments: readonly string[];
  /** What addresses stand for: four octets each. */
  readonly names: readonly (readonly [address: Uint8Array, name: string])[];
  readonly packets: readonly CapturedPacket[];
}

export function formatCapture({ comments, names, packets }: Capture): Uint8Array {
  return concat([
    block(sectionHeader, [
      u32(0x1a2b3c4d),
      u16(1),
      u16(0),
      // Section Length: not told.
      new Uint8Array(8).fill(0xff),
      ...options(comments.map((text) => [comment, utf8.encode(text)] as const)),
    ]),
    block(interfaceDescription, [u16(rawIp), u16(0), u32(0)]),
    ...(names.length === 0 ? [] : [block(nameResolution, [...names.map(nameRecord), u16(0), u16(0)])]),
    ...packets.map(packetBlock),
  ]);
}

function packetBlock({ at, octets, comments }: CapturedPacket): Uint8Array {
  return block(enhancedPacket, [
    u32(0),
    u32(Math.floor(at / 2 ** 32)),
    u32(at % 2 ** 32),
    u32(octets.length),
    u32(octets.length),
    padded(octets),
    ...options(comments.map((text) => [comment, utf8.encode(text)] as const)),
  ]);
}

/** nrb_record_ipv4 */
function nameRecord([address, name]: readonly [Uint8Array, string]): Uint8Array {
  const value = concat([address, utf8.encode(name), new Uint8Array(1)]);
  return concat([u16(1), u16(value.length), padded(value)]);
}

function options(list: readonly (readonly [code: number, value: Uint8Array])[]): readonly Uint8Array[] {
  if (list.length === 0) return [];
  const written = list.map(([code, value]) => {
    const fitting = value.subarray(0, 0xffff);
    return concat([u16(code), u16(fitting.length), padded(fitting)]);
  });
  return [...written, u16(0), u16(0)];
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(parts);
  const length = u32(body.length + 12);
  return concat([u32(type), length, body, length]);
}

function padded(octets: Uint8Array): Uint8Array {
  const rest = octets.length % 4;
  return rest === 0 ? octets : concat([octets, new Uint8Array(4 - rest)]);
}

const u16 = (value: number): Uint8Array => new Uint8Array([value & 0xff, value >>> 8]);
const u32 = (value: number): Uint8Array =>
  new Uint8Array([value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff]);

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
