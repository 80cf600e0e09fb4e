// What a test asks of a stock client in a call, the same for both libraries: plain data, by the number of the call.

export interface CallOptions {
  readonly video?: boolean;
  /** From `anonymous.invalid` (RFC 3323); JsSIP alone has it. */
  readonly anonymous?: boolean;
  /** What the RTCPeerConnection is given. */
  readonly iceServers?: readonly {
    readonly urls: string[];
    readonly username?: string;
    readonly credential?: string;
  }[];
  /** Media by a relay or not at all. */
  readonly relayOnly?: boolean;
}

/** What becomes of a call that comes; `reliably`: answered after a provisional response that waits for its PRACK (SIP.js). */
export type Answering = "answer" | "ring" | "busy" | "decline" | "reliably";

export type CallEvent =
  | "incoming"
  | "ringing"
  | "answered"
  | "ended"
  | "failed"
  | "hold"
  | "resume"
  | "dtmf"
  | "info"
  | "message"
  | "referred";

export interface SeenEvent {
  readonly call: number;
  readonly event: CallEvent;
  /** A status, a Reason, a tone, a body: whatever tells this event from another. */
  readonly detail: string;
}

export interface Packets {
  readonly audio: number;
  readonly video: number;
}

export interface CallClient {
  readonly events: SeenEvent[];
  answering: Answering;
  /** Of calls that are answered, and of transfers that are followed. */
  options: CallOptions;
  /** Calls; the number of the call. */
  place(to: string, options: CallOptions): number;
  answer(call: number): void;
  hangUp(call: number): void;
  cancel(call: number): void;
  /** Resolves when the other side has agreed. */
  hold(call: number): Promise<void>;
  resume(call: number): Promise<void>;
  mute(call: number, on: boolean): void;
  /** Whether any sound of this side is sent. */
  isSending(call: number): boolean;
  dtmf(call: number, tone: string): void;
  /** Sends a MESSAGE within the call; the status of its answer. */
  message(call: number, body: string): Promise<number>;
  /** Blind transfer; the status of the sipfrag that tells how it went. */
  transfer(call: number, to: string): Promise<number>;
  /** Attended transfer: the other side of `call` replaces this one in `other`. */
  attend(call: number, other: number): Promise<number>;
  /** Packets that came, by kind. */
  packets(call: number): Promise<Packets>;
  /** Kinds of candidate of the pair that is in use, ours first. */
  route(call: number): Promise<string>;
}

/** Packets of all inbound streams of a connection. */
export async function inboundPackets(connection: RTCPeerConnection): Promise<Packets> {
  const packets = { audio: 0, video: 0 };
  for (const report of (await connection.getStats()).values()) {
    if (report.type !== "inbound-rtp") continue;
    packets[report.kind as "audio" | "video"] += report.packetsReceived as number;
  }
  return packets;
}

/** `host host`, `relay relay`: how the media goes. */
export async function selectedRoute(connection: RTCPeerConnection): Promise<string> {
  const stats = await connection.getStats();
  for (const report of stats.values()) {
    if (report.type !== "candidate-pair" || report.state !== "succeeded" || !report.nominated) continue;
    const kindOf = (id: string): string => String(stats.get(id)?.candidateType);
    return `${kindOf(report.localCandidateId)} ${kindOf(report.remoteCandidateId)}`;
  }
  return "none";
}

export const statusOfSipfrag = (body: string): number => Number(/^SIP\/2\.0 (\d{3})/.exec(body)?.[1] ?? 0);
