// One step of a home: an input, its consequences, and the effects for the object to carry out.
//
// A home that sends to itself (a user who writes to himself, watches himself, or owns both ends) needs no call:
// such parcels and replies are taken up again within the same step, in their order among the effects.

import type { EpochMs } from "../base/brand";
import type { DialogName, PageNews, Parcel, Reply } from "../contracts/parcel";
import type { OpeningFacts } from "../contracts/socket-facts";
import { settleCalls } from "./calls/settle-calls";
import type { HomeEffect } from "./effect";
import { settleRules } from "./events/judge-anew";
import { settleEvents } from "./events/settle-events";
import { close, pagesTold, socketClosed, socketOpened, timePassed, woke } from "./lifecycle";
import { fetched } from "./messages/redeliver";
import { type FrameFacts, receiveFrame } from "./receive-frame";
import { receiveParcel } from "./receive-parcel";
import { parcelFailed, receiveReply } from "./relay";
import type { HomeState, StoredMessage } from "./state";
import type { Ports, Turn } from "./turn";

export type HomeInput =
  /** Memory has just been read from rows and attachments; the end of a socket may be what it was read for. */
  | { readonly kind: "woke"; readonly isToldOfAnEnd?: boolean }
  | { readonly kind: "socketOpened"; readonly socket: string; readonly facts: OpeningFacts }
  | { readonly kind: "socketClosed"; readonly socket: string; readonly code?: number }
  | ({ readonly kind: "received"; readonly socket: string } & FrameFacts)
  | {
      readonly kind: "socketRefused";
      readonly socket: string;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly kind: "parcelReceived"; readonly parcel: Parcel }
  | { readonly kind: "replied"; readonly reply: Reply }
  | { readonly kind: "parcelFailed"; readonly key: string; readonly why: string }
  | { readonly kind: "pagesTold"; readonly news: PageNews; readonly dialogs: readonly DialogName[] }
  | { readonly kind: "fetched"; readonly device: string; readonly message: StoredMessage | undefined }
  /** A timer or the alarm: late, early and repeated ones are normal. */
  | { readonly kind: "timePassed" };

/** Steps the home; `state` is changed in place (see state.ts), the effects are to be carried out in order. */
export function stepHome(
  state: HomeState,
  input: HomeInput,
  now: EpochMs,
  ports: Ports,
): readonly HomeEffect[] {
  // What the platform allows one wake-up is counted from here; replies come to the one that asked for them.
  if (input.kind !== "replied" && input.kind !== "parcelFailed") state.burst = 0;
  return carryThrough(state, now, ports, (turn) => dispatch(turn, input));
}

/** A step that is not an input of the outside world: an administrator's call. */
export function runTurn(
  state: HomeState,
  now: EpochMs,
  ports: Ports,
  run: (turn: Turn) => void,
): readonly HomeEffect[] {
  state.burst = 0;
  return carryThrough(state, now, ports, run);
}

/** The turn and all that follows from it within this home. */
function carryThrough(
  state: HomeState,
  now: EpochMs,
  ports: Ports,
  run: (turn: Turn) => void,
): readonly HomeEffect[] {
  const turn: Turn = { state, now, ports, effects: [], touched: new Set(), changed: new Set() };
  run(turn);
  const outward: HomeEffect[] = [];
  let at = 0;
  do {
    for (; at < turn.effects.length; at++) {
      const effect = turn.effects[at] as HomeEffect;
      const inward = toSelf(state, effect);
      if (inward === undefined) outward.push(effect);
      else dispatch(turn, inward);
    }
    settleCalls(turn);
    if (!isUnwatched(state)) {
      settleRules(turn);
      settleEvents(turn);
    }
  } while (at < turn.effects.length);
  return outward;
}

/** Most steps: nobody is to be told of anything, whatever has changed. */
const isUnwatched = ({ subscriptions, fanOuts, toJudge, lists, documents }: HomeState): boolean =>
  subscriptions.size + fanOuts.size + toJudge.size + lists.size + documents.size === 0;

function toSelf(state: HomeState, effect: HomeEffect): HomeInput | undefined {
  if (effect.kind === "sendParcel" && effect.to === state.aor) {
    return { kind: "parcelReceived", parcel: effect.parcel };
  }
  if (effect.kind === "sendReply" && effect.to === state.aor) return { kind: "replied", reply: effect.reply };
  if (effect.kind === "sendPageNews" && effect.to === state.aor) {
    return { kind: "pagesTold", news: effect.news, dialogs: effect.dialogs };
  }
  return undefined;
}

function dispatch(turn: Turn, input: HomeInput): void {
  switch (input.kind) {
    case "woke":
      return woke(turn, input.isToldOfAnEnd === true);
    case "socketOpened":
      return socketOpened(turn, input.socket, input.facts);
    case "socketClosed":
      return socketClosed(turn, input.socket);
    case "received":
      return receiveFrame(
        input.heldUntil === undefined ? turn : { ...turn, heldUntil: input.heldUntil },
        input.socket,
        input,
      );
    case "socketRefused":
      return close(turn, input.socket, input.code, input.reason);
    case "parcelReceived":
      return receiveParcel(turn, input.parcel);
    case "replied":
      return receiveReply(turn, input.reply);
    case "parcelFailed":
      return parcelFailed(turn, input.key, input.why);
    case "pagesTold":
      return pagesTold(turn, input.news, input.dialogs);
    case "fetched":
      return fetched(turn, input.device, input.message);
    case "timePassed":
      return timePassed(turn);
  }
}
