// What the flight recorder is shown of one step of a home: its input and its effects, as messages and events with
// their hops. A home that sends to itself does so within a step, where nothing is seen of it but what its devices get.

import type { Hop } from "../contracts/flight-record";
import type { Sighting } from "../recorder/sighting";
import type { Frame } from "../sip/frame";
import { callOfParcel } from "./calls/calls";
import type { HomeEffect } from "./effect";
import type { HomeState } from "./state";
import type { HomeInput } from "./step";

/** What devices and their clients are called; whoever gives it may remember. */
export interface Names {
  /** The name of a device for the outside. */
  readonly device: (id: string) => string;
  /** By User-Agent of its SIP, and of its upgrade. */
  readonly client: (sip: string | undefined, http: string | undefined) => string | undefined;
}

/** Whether a frame has to be looked at; asked once for each, in their order. */
export type Matters = (frame: Frame) => boolean;

/** The hop of a socket, as far as is known. */
export function hopOfSocket(state: HomeState, id: string, names: Names): Hop {
  const socket = state.sockets.get(id);
  const device = socket?.bindings.at(-1)?.device;
  const agent = device === undefined ? undefined : state.devices.get(device)?.userAgent;
  const client = names.client(agent, socket?.facts.userAgent);
  return {
    kind: "socket",
    socket: id,
    ...(device === undefined ? {} : { device: names.device(device) }),
    ...(client === undefined ? {} : { client }),
  };
}

/** The home that a parcel of ours went to: known until the step that takes its reply. */
function homeOfKey(state: HomeState, key: string): Hop {
  const aor = state.forwards.get(key)?.to ?? callOfParcel(state, "caller", key)?.leg.nextHop ?? "";
  return { kind: "home", aor };
}

/** What comes in; looked at before the step, which may forget who sent it. */
export function inputSightings(
  state: HomeState,
  input: HomeInput,
  names: Names,
  matters: Matters,
): readonly Sighting[] {
  switch (input.kind) {
    case "received": {
      if (!matters(input.frame)) return [];
      const hop = hopOfSocket(state, input.socket, names);
      return [{ kind: "message", direction: "in", hop, frame: input.frame }];
    }
    case "parcelReceived": {
      const { from, frame } = input.parcel;
      if (!matters(frame)) return [];
      return [{ kind: "message", direction: "in", hop: { kind: "home", aor: from }, frame }];
    }
    case "replied": {
      const { reply } = input;
      if (reply.kind === "answered" && !matters(reply.frame)) return [];
      const hop = homeOfKey(state, reply.key);
      if (reply.kind === "answered") return [{ kind: "message", direction: "in", hop, frame: reply.frame }];
      return reply.kind === "moved" ? [{ kind: "event", event: "moved", hop, why: reply.to }] : [];
    }
    case "parcelFailed": {
      const hop = homeOfKey(state, input.key);
      return [{ kind: "event", event: "call of the other home failed", hop, why: input.why }];
    }
    case "socketClosed": {
      // Also one that this memory never had: its close may be what woke the object.
      const hop = hopOfSocket(state, input.socket, names);
      const code = input.code === undefined ? {} : { code: input.code };
      return [{ kind: "event", event: "socket closed", hop, ...code }];
    }
    default:
      return [];
  }
}

/** What the step did; looked at before its effects are carried out. */
export function effectSightings(
  state: HomeState,
  effects: readonly HomeEffect[],
  names: Names,
  matters: Matters,
): readonly Sighting[] {
  return effects.flatMap((effect): readonly Sighting[] => {
    switch (effect.kind) {
      case "sendFrame": {
        if (!matters(effect.frame)) return [];
        const hop = hopOfSocket(state, effect.socket, names);
        return [{ kind: "message", direction: "out", hop, frame: effect.frame }];
      }
      case "sendParcel": {
        if (!matters(effect.parcel.frame)) return [];
        const hop: Hop = { kind: "home", aor: effect.to };
        return [{ kind: "message", direction: "out", hop, frame: effect.parcel.frame }];
      }
      case "sendReply": {
        if (effect.reply.kind !== "answered" || !matters(effect.reply.frame)) return [];
        const hop: Hop = { kind: "home", aor: effect.to };
        return [{ kind: "message", direction: "out", hop, frame: effect.reply.frame }];
      }
      case "closeSocket": {
        const hop = hopOfSocket(state, effect.socket, names);
        return [
          { kind: "event", event: "closed by the gateway", hop, code: effect.code, why: effect.reason },
        ];
      }
      case "log":
        return [{ kind: "event", event: effect.event, ...detailOf(effect.detail) }];
      default:
        return [];
    }
  });
}

/** Of a line of the log what explains a call; addresses are not for a ladder. */
function detailOf(detail: Readonly<Record<string, unknown>>): {
  readonly code?: number;
  readonly why?: string;
} {
  const { status, why } = detail;
  return {
    ...(typeof status === "number" ? { code: status } : {}),
    ...(why === undefined ? {} : { why: String(why) }),
  };
}
