// What the log owes a device, sent when it is here (messaging/redelivery.ts): the machine between the log, the
// device's row and its socket.

import { copyIdentity, storedCopy } from "../../messaging/copy";
import { advanceTo, countTry, isPassed, mayBeBehind } from "../../messaging/inbox";
import {
  idleRedelivery,
  type RedeliveryEffect,
  type RedeliveryInput,
  stepRedelivery,
} from "../../messaging/redelivery";
import { parseMessage } from "../../sip/parser";
import { liveBindingsOf, putDevice } from "../device";
import type { StoredMessage } from "../state";
import { emit, log, newBranch, realmOf, sendFrame, type Turn } from "../turn";
import { passDevice } from "./message-log";

/** The device is here, after an absence or with a new page: what it is owed goes out. */
export function deliverOwed(turn: Turn, device: string): void {
  const socket = liveBindingsOf(turn, device).at(-1)?.socket.id;
  const known = turn.state.devices.get(device);
  if (socket === undefined || known === undefined) return;
  if (!mayBeBehind(known.inbox, turn.state.log.lastOwed)) return;
  advanceRedelivery(turn, device, { kind: "cameLive", socket });
}

/** A delivery has let go of the device: the log may send. */
export function releaseDevice(turn: Turn, device: string, retry: "now" | "later"): void {
  const socket = liveBindingsOf(turn, device).at(-1)?.socket.id;
  if (socket === undefined) return;
  const state = turn.state.redeliveries.get(device) ?? idleRedelivery;
  turn.state.redeliveries.set(device, { ...state, socket });
  advanceRedelivery(turn, device, { kind: "released", retry });
}

export function advanceRedelivery(turn: Turn, device: string, input: RedeliveryInput): void {
  const known = turn.state.redeliveries.get(device) ?? idleRedelivery;
  const { state, effects } = stepRedelivery(known, input, turn.now);
  if (state.phase.kind !== "idle") turn.state.redeliveries.set(device, state);
  else if (turn.state.redeliveries.delete(device)) forgetCopies(turn, device);
  for (const effect of effects) runEffect(turn, device, effect);
}

function runEffect(turn: Turn, id: string, effect: RedeliveryEffect): void {
  const device = turn.state.devices.get(id);
  if (device === undefined) return;
  switch (effect.kind) {
    case "fetchNext":
      return emit(turn, {
        kind: "fetchMessage",
        device: id,
        after: device.inbox.cursor,
        except: device.inbox.ahead,
      });
    case "countTry": {
      // What lies before it is passed or gone; the row says so with the try it has to say anyway.
      putDevice(turn, { ...device, inbox: countTry(advanceTo(device.inbox, effect.seq - 1)) });
      return;
    }
    case "pass":
      return passDevice(turn, id, effect.seq, effect.taken);
    case "sendStored":
      return;
  }
}

/** The log's answer to `fetchMessage`: the first entry the device is owed, or nothing. */
export function fetched(turn: Turn, id: string, message: StoredMessage | undefined): void {
  const device = turn.state.devices.get(id);
  if (device === undefined) return;
  if (message === undefined) {
    const inbox = advanceTo(device.inbox, turn.state.log.lastOwed);
    if (inbox !== device.inbox) putDevice(turn, { ...device, inbox });
    return advanceRedelivery(turn, id, { kind: "nothingOwed" });
  }
  const { sequence } = message;
  const inHand = turn.state.deliveries.holds(sequence, id);
  if (inHand || isPassed(device.inbox, sequence)) return advanceRedelivery(turn, id, { kind: "nothingOwed" });
  // What lies before it is gone, and the tries that were counted for that went with it.
  const { tries } = advanceTo(device.inbox, sequence - 1);
  advanceRedelivery(turn, id, { kind: "fetched", seq: sequence, tries });
  const phase = turn.state.redeliveries.get(id)?.phase;
  if (phase?.kind === "sending" && phase.seq === sequence) sendStored(turn, id, message, phase.socket);
}

/** Copies that were never answered: the log sends no more now, and an answer would come to nothing. */
function forgetCopies(turn: Turn, device: string): void {
  for (const [branch, known] of turn.state.branches) {
    if (known.kind === "stored" && known.device === device) turn.state.branches.delete(branch);
  }
}

/** The same From, To, Date, body and Call-ID at each try (design "A stored copy"). */
function sendStored(turn: Turn, device: string, message: StoredMessage, socket: string): void {
  const parsed = parseMessage(message.frame);
  const binding = liveBindingsOf(turn, device).findLast((live) => live.socket.id === socket)?.binding;
  if (!parsed.ok || parsed.value.kind !== "request") {
    log(turn, "stored message unreadable", { sequence: message.sequence });
    return advanceRedelivery(turn, device, { kind: "responded", seq: message.sequence, status: 400 });
  }
  if (binding === undefined) return;
  const { aor } = turn.state;
  const branch = newBranch(turn);
  turn.state.branches.set(branch, { kind: "stored", device, sequence: message.sequence, page: binding.uri });
  const identity = copyIdentity(`${aor} ${message.sequence} ${message.at}`, device);
  sendFrame(
    turn,
    socket,
    storedCopy(parsed.value, {
      requestUri: binding.uri,
      via: `SIP/2.0/WSS ${realmOf(turn)};branch=${branch}`,
      callId: `${turn.ports.keyring.deriveToken("message", identity)}@${realmOf(turn)}`,
      receivedAt: message.at,
    }),
  );
}

/** Fires what is due. */
export function sweepRedeliveries(turn: Turn): void {
  for (const [device, { timers }] of [...turn.state.redeliveries]) {
    for (const timer of ["answer", "retry"] as const) {
      const deadline = timers[timer];
      if (deadline !== undefined && deadline <= turn.now) {
        advanceRedelivery(turn, device, { kind: "timerFired", timer });
      }
    }
  }
}
