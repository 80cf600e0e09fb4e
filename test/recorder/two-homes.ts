// A call between alice and bob as their two homes would record it, for tests of what is made of records.

import { epochMs } from "../../src/base/brand";
import type { FlightRecord, HomeRecords, Hop, NumberedRecord } from "../../src/contracts/flight-record";
import type { Ladder } from "../../src/contracts/ladder";
import { ladderOf } from "../../src/recorder/ladder";
import { observe, type Sighting } from "../../src/recorder/sighting";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";

export const alice = "alice@example.com" as AddressOfRecord;
export const bob = "bob@example.com" as AddressOfRecord;
export const callId = "a84b4c76e66710@pc33";
const began = 1_795_374_000_000;

export const sdp = [
  ...["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"],
  ...["m=audio 49170 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2"],
  ...["a=ice-ufrag:F7gI", "a=ice-pwd:x9cml/YzichV2+XlhiMu8g"],
  ...[
    "a=fingerprint:sha-256 D2:FA:0E:C3",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj",
  ],
  "",
].join("\r\n");

export interface Said {
  readonly branch: string;
  readonly cseq?: string;
  readonly toTag?: string;
  readonly lines?: readonly string[];
  readonly body?: string;
}

export function request(method: string, { branch, cseq, toTag, lines = [], body = "" }: Said): string {
  const head = [
    `${method} sip:bob@example.com SIP/2.0`,
    `Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK${branch}`,
    "Max-Forwards: 70",
    "From: <sip:alice@example.com>;tag=1928301774",
    `To: <sip:bob@example.com>${toTag === undefined ? "" : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq ?? `1 ${method}`}`,
    ...lines,
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

export function response(
  status: string,
  { branch, cseq = "1 INVITE", toTag, lines = [], body = "" }: Said,
): string {
  const head = [
    `SIP/2.0 ${status}`,
    `Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK${branch}`,
    "From: <sip:alice@example.com>;tag=1928301774",
    `To: <sip:bob@example.com>${toTag === undefined ? "" : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...lines,
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

type Place = "a" | "A" | "B" | "b";

/** What was seen, told as hops: `a` and `b` are the devices, `A` and `B` the homes. */
export class TwoHomes {
  readonly #records: Record<"A" | "B", FlightRecord[]> = { A: [], B: [] };
  readonly #bodies: boolean;
  #at = began;
  /** How far the clock of Bob's home is ahead. */
  readonly #skew: number;

  constructor({ bodies = false, skew = 0 } = {}) {
    this.#bodies = bodies;
    this.#skew = skew;
  }

  wait(milliseconds: number): this {
    this.#at += milliseconds;
    return this;
  }

  /** A message on its way over those places: `aA`, `AB`, `aAB`. Each hop has a branch of its own. */
  goes(way: string, text: string): this {
    for (let at = 0; at + 1 < way.length; at++) {
      const [from, to] = [way[at] as Place, way[at + 1] as Place];
      const hop = `${[from, to].sort().join("")}`;
      const frame = text.replace(/branch=z9hG4bK(\S+)/, `branch=z9hG4bK$1${hop}`);
      this.#sees(from, "out", to, frame);
      this.#sees(to, "in", from, frame);
      this.#at += 3;
    }
    return this;
  }

  event(
    home: "A" | "B",
    sighting: Omit<Extract<Sighting, { kind: "event" }>, "kind">,
    device?: "a" | "b",
  ): this {
    const hop = device === undefined ? {} : { hop: hopTo(device) };
    this.#take(home, { kind: "event", ...hop, ...sighting });
    return this;
  }

  halves({
    live = false,
    only,
  }: {
    readonly live?: boolean;
    readonly only?: "A" | "B";
  } = {}): readonly HomeRecords[] {
    const half = (home: "A" | "B", aor: AddressOfRecord): HomeRecords => ({
      aor,
      isLive: live,
      records: this.#records[home].map((record, at): NumberedRecord => ({ ...record, number: began + at })),
    });
    return [...(only === "B" ? [] : [half("A", alice)]), ...(only === "A" ? [] : [half("B", bob)])].filter(
      ({ records }) => records.length > 0,
    );
  }

  ladder(
    options: { readonly live?: boolean; readonly only?: "A" | "B"; readonly after?: string } = {},
  ): Ladder {
    const { after } = options;
    return ladderOf(this.halves(options), {
      callId,
      aor: alice,
      missing: [],
      ...(after === undefined ? {} : { after }),
    });
  }

  #sees(place: Place, direction: "in" | "out", other: Place, frame: string): void {
    if (place === "A" || place === "B")
      this.#take(place, { kind: "message", direction, hop: hopTo(other), frame });
  }

  #take(home: "A" | "B", sighting: Sighting): void {
    const at = epochMs(this.#at + (home === "B" ? this.#skew : 0));
    for (const { record } of observe([sighting], at, { bodies: this.#bodies }))
      this.#records[home].push(record.callId === "" ? { ...record, callId } : record);
  }
}

function hopTo(place: Place): Hop {
  switch (place) {
    case "A":
      return { kind: "home", aor: alice };
    case "B":
      return { kind: "home", aor: bob };
    case "a":
      return { kind: "socket", socket: "s0cketa", device: "d3vicea", client: "Chrome" };
    case "b":
      return { kind: "socket", socket: "s0cketb", device: "d3viceb", client: "Firefox" };
  }
}

/** An INVITE that rings at Bob's. */
export const rings = (world: TwoHomes): TwoHomes =>
  world
    .goes("aABb", request("INVITE", { branch: "1", body: sdp }))
    .goes("Aa", response("100 Trying", { branch: "1" }))
    .wait(200)
    .goes("bBAa", response("180 Ringing", { branch: "1", toTag: "314159" }));

/** Who sent what to whom, a line each. */
export function shown({ lanes, lines }: Ladder): readonly string[] {
  const name = (id: string): string => lanes.find((lane) => lane.id === id)?.label ?? id;
  return lines.map(({ from, to, label }) => `${name(from)} -> ${name(to)}: ${label}`);
}
