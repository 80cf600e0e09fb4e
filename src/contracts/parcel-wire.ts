// Packing of parcels and replies for their way from object to object.
//
// Lists are filled one by one: one that Array.map has made may count as one with gaps, which the platform copies by name
// and not by place, and that takes three times as long.

import type { Parcel, Reply, WireAnswer, WireParcel, WireReply } from "./parcel";

export const packParcel = ({ key, frame, from, authenticated, hops, sentOn }: Parcel): WireParcel =>
  sentOn === undefined
    ? [key, frame, from, authenticated, hops]
    : [key, frame, from, authenticated, hops, sentOn];

export function unpackParcel(wire: WireParcel, isAgain = false): Parcel {
  const [key, frame, from, authenticated, hops, sentOn] = wire;
  const parcel = { key, frame, from, authenticated, hops };
  if (isAgain) return { ...parcel, isAgain, ...(sentOn === undefined ? {} : { sentOn }) };
  return sentOn === undefined ? parcel : { ...parcel, sentOn };
}

export function packParcels(parcels: readonly Parcel[]): readonly WireParcel[] {
  const packed: WireParcel[] = [];
  for (const parcel of parcels) packed.push(packParcel(parcel));
  return packed;
}

export function unpackParcels(parcels: readonly WireParcel[], isAgain: boolean): readonly Parcel[] {
  return parcels.map((parcel) => unpackParcel(parcel, isAgain));
}

export function packReplies(replies: readonly Reply[]): readonly WireReply[] {
  const packed: WireReply[] = [];
  for (const reply of replies) packed.push(packReply(reply));
  return packed;
}

export function packReply(reply: Reply): WireReply {
  switch (reply.kind) {
    case "answered":
      return [reply.kind, reply.key, reply.frame];
    case "moved":
      return [reply.kind, reply.key, reply.to];
    default:
      return [reply.kind, reply.key];
  }
}

export function unpackReply(wire: WireReply): Reply {
  const [kind, key] = wire;
  switch (kind) {
    case "answered":
      return { kind, key, frame: wire[2] };
    case "moved":
      return { kind, key, to: wire[2] };
    default:
      return { kind, key };
  }
}

export function packAnswer(reply: Reply): WireAnswer {
  switch (reply.kind) {
    case "answered":
      return typeof reply.frame === "string" ? reply.frame : packReply(reply);
    case "moved":
      return packReply(reply);
    default:
      return reply.kind;
  }
}

/** The reply to the parcel of that key. */
export function unpackAnswer(wire: WireAnswer, key: string): Reply {
  if (typeof wire !== "string") return unpackReply(wire);
  switch (wire) {
    case "pending":
    case "abandoned":
    case "absent":
    case "ended":
      return { kind: wire, key };
    default:
      return { kind: "answered", key, frame: wire };
  }
}
