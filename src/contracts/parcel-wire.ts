// Packing of parcels and replies for their way from object to object.

import type { Parcel, Reply, WireParcel, WireReply } from "./parcel";

export const packParcel = ({ key, frame, from, authenticated, hops }: Parcel): WireParcel => [
  key,
  frame,
  from,
  authenticated,
  hops,
];

export const unpackParcel = ([key, frame, from, authenticated, hops]: WireParcel): Parcel => ({
  key,
  frame,
  from,
  authenticated,
  hops,
});

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
