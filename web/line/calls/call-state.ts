// What a call is at any moment, as the views see it: what happened goes in, the next snapshot comes out. No SIP, no
// media, no clock.

import type { Call, CallEnd, CallPhase } from "../contract";

/** Facts, in the past. */
export type CallInput =
  /** 18x: it rings there. */
  | { readonly kind: "rang" }
  /** 2xx in either direction. */
  | { readonly kind: "answered" }
  /** Media passes. */
  | { readonly kind: "mediaCame" }
  /** The path is broken and being sought anew. */
  | { readonly kind: "mediaLost" }
  | { readonly kind: "ended"; readonly end: CallEnd }
  | { readonly kind: "held"; readonly held: boolean }
  | { readonly kind: "heldByPeer"; readonly held: boolean }
  | { readonly kind: "muted"; readonly muted: boolean }
  | {
      readonly kind: "mediaChanged";
      readonly media: Pick<Call, "video" | "cameraOff" | "localStream" | "remoteStream">;
    }
  | { readonly kind: "transferring"; readonly transfer: Call["transfer"] };

/** The call after that; the same object where nothing changed. `now` is in milliseconds since 1970. */
export function nextCall(call: Call, input: CallInput, now: number): Call {
  // What is heard of a call that is over comes late.
  if (call.phase === "ended") return call;
  switch (input.kind) {
    case "rang":
      return call.phase === "calling" ? { ...call, phase: "ringing" } : call;
    case "answered":
      return isTalked(call.phase) ? call : { ...call, phase: "connecting", answeredAt: now };
    case "mediaCame":
      return !isTalked(call.phase) ? call : { ...call, phase: "active", reconnecting: false };
    case "mediaLost":
      return call.phase === "active" ? { ...call, reconnecting: true } : call;
    case "ended":
      return { ...call, ...over, phase: "ended", endedAt: now, end: input.end };
    case "held":
      return call.held === input.held ? call : { ...call, held: input.held };
    case "heldByPeer":
      return call.heldByPeer === input.held ? call : { ...call, heldByPeer: input.held };
    case "muted":
      return { ...call, muted: input.muted };
    case "mediaChanged":
      return { ...call, ...input.media };
    case "transferring":
      return { ...call, transfer: input.transfer };
  }
}

/** Of a call that is over nothing goes on. */
const over = {
  reconnecting: false,
  held: false,
  heldByPeer: false,
  localStream: undefined,
  remoteStream: undefined,
  transfer: undefined,
} as const;

const isTalked = (phase: CallPhase): boolean => phase === "connecting" || phase === "active";

/** A call that begins. */
export function newCall(
  call: Pick<Call, "id" | "callId" | "direction" | "peer" | "peerName" | "startedAt" | "video">,
): Call {
  return {
    ...call,
    phase: call.direction === "incoming" ? "ringing" : "calling",
    answeredAt: undefined,
    endedAt: undefined,
    end: undefined,
    muted: false,
    cameraOff: !call.video,
    held: false,
    heldByPeer: false,
    reconnecting: false,
    localStream: undefined,
    remoteStream: undefined,
    transfer: undefined,
  };
}
