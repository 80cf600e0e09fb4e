// One non-INVITE request on its way to the devices of its target: the machine of a MESSAGE at the callee's
// home, and of any other request outside a dialog (RFC 3428 §6-7, RFC 3261 §16.7, RFC 4320).
//
// A stored MESSAGE is a row, and a row is the product's cost, so nothing is written while every device is
// live and may yet answer. Three rules follow:
//
// - One took it, others have not answered: the 200 waits for them until `pending` (1 s after arrival). Sent at
//   once it would acknowledge a message that a crash could still lose for the second device; a row at arrival
//   would tax each message to anybody with two devices. After that second it is stored for the silent ones.
// - A device that is away, in its grace, or has a backlog is owed the message through the log: it is stored at
//   arrival, before it is sent. Then nothing can be lost any more, and the first 2xx is the answer at once.
// - Nobody took it by `store` (4 s): it is stored and the answer is 202. A 2xx after that still counts.
//
// In the list of effects the row comes before the answer, always. The log keeps the order in which messages
// came only if an older delivery is stored before a younger one: see the input `overtaken`.
//
// What is never stored goes by the rules of a forking proxy, but for isComposing, which is never refused: a
// client that was told 415 stops for good (RFC 3994 §4), some then fail the texts that follow, and all that for
// one of the user's devices. It is worthless a second later, so at `pending` 202 says that it was let go; a 200
// would claim that a device has it (RFC 3428 §4).

import { after, type EpochMs } from "../base/brand";
import { unreachable } from "../base/invariant";
import { stopTimer } from "../base/timer-table";
import type { MessageSettings } from "../contracts/settings";
import { defaultTimers } from "../transaction/timers";
import type { Treatment } from "./classify-message";
import { conclude, finish } from "./delivery-answer";
import { decide, giveUp, lose, send, store } from "./delivery-branches";
import {
  type DeliveryBranch,
  type DeliveryInput,
  type DeliveryState,
  type DeliveryStep,
  type DeliveryTimer,
  isOwed,
  isWaiting,
  sequence,
  stay,
} from "./delivery-state";

export interface DeliveryTarget {
  readonly device: string;
  /** The socket a live device is reached on; of one that is behind it is not used. */
  readonly socket: string;
  /** `behind`: away, within its grace, or live with messages in the log that come before this one. */
  readonly standing: "live" | "behind";
}

export interface DeliveryOpening {
  /** Names the request, for the owner of this machine. */
  readonly key: string;
  readonly treatment: Treatment;
  /** Every known device of the target but the sending one. */
  readonly targets: readonly DeliveryTarget[];
  /** The sending device, when a user writes to himself: it is never owed its own message. */
  readonly sender?: string | undefined;
  /** True when history is kept: a message that somebody took is stored also when it is owed to nobody. */
  readonly recorded: boolean;
}

/** Opens the delivery of a request that arrived at `now`. */
export function openDelivery(
  opening: DeliveryOpening,
  settings: Pick<MessageSettings, "pendingAfter" | "storeAfter">,
  now: EpochMs,
): DeliveryStep {
  const { key, treatment, targets, sender, recorded } = opening;
  const storable = treatment === "storable";
  const branches: DeliveryBranch[] = [];
  const behind: string[] = [];
  for (const { device, socket, standing } of targets) {
    if (standing === "live") branches.push({ device, socket, phase: "waiting" });
    else behind.push(device);
  }
  const pending = after(now, settings.pendingAfter);
  const forget = after(now, defaultTimers.F);
  const timers = storable ? { pending, store: after(now, settings.storeAfter), forget } : { pending, forget };
  const opened: DeliveryState = {
    phase: "unanswered",
    key,
    treatment,
    recorded,
    sender,
    stored: false,
    branches,
    timers,
  };
  const atOnce = storable && (behind.length > 0 || targets.length === 0);
  return sequence(opened, [(state) => (atOnce ? store(state, behind) : stay(state)), send, conclude]);
}

/** One step. A late, repeated or early timer, an unknown branch and a repeated response change nothing. */
export function stepDelivery(state: DeliveryState, input: DeliveryInput, now: EpochMs): DeliveryStep {
  if (input.kind === "timerFired") {
    const deadline = state.timers[input.timer];
    if (deadline === undefined || deadline > now) return stay(state);
  }
  switch (state.phase) {
    case "unanswered":
      return unanswered(state, input);
    case "answered":
      return answered(state, input);
    case "finished":
      return stay(state);
    default:
      return unreachable(state.phase);
  }
}

function unanswered(state: DeliveryState, input: DeliveryInput): DeliveryStep {
  switch (input.kind) {
    case "responded":
      return sequence(state, [(at) => decide(at, input.branch, input.status), conclude]);
    case "flowClosed":
      return sequence(state, [(at) => lose(at, input.socket), conclude]);
    case "overtaken":
      return state.treatment === "storable" && !state.stored && state.branches.some(isOwed)
        ? store(state, [])
        : stay(state);
    case "timerFired":
      return unansweredTimer({ ...state, timers: stopTimer(state.timers, input.timer) }, input.timer);
    default:
      return unreachable(input);
  }
}

function unansweredTimer(state: DeliveryState, timer: DeliveryTimer): DeliveryStep {
  switch (timer) {
    case "pending": {
      const concluded = conclude(state);
      return concluded.state.phase === "unanswered" ? { state, effects: [{ kind: "pending" }] } : concluded;
    }
    case "store":
      return conclude(state);
    case "forget":
      // RFC 4320 §4.2: an answer would now come after the sender's Timer F.
      return state.treatment === "storable"
        ? sequence(state, [giveUp, conclude])
        : finish(state, [{ kind: "abandon" }]);
    default:
      return unreachable(timer);
  }
}

/** The message is in the log and acknowledged; late answers spare their devices a second copy. */
function answered(state: DeliveryState, input: DeliveryInput): DeliveryStep {
  const end = (at: DeliveryState): DeliveryStep => (at.branches.some(isWaiting) ? stay(at) : finish(at, []));
  switch (input.kind) {
    case "responded":
      return sequence(state, [(at) => decide(at, input.branch, input.status), end]);
    case "flowClosed":
      return sequence(state, [(at) => lose(at, input.socket), end]);
    case "overtaken":
      return stay(state);
    case "timerFired":
      return input.timer === "forget" ? sequence(state, [giveUp, end]) : stay(state);
    default:
      return unreachable(input);
  }
}
