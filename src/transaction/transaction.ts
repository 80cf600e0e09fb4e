// One transaction of any of the four kinds, RFC 3261 §17: which machine it is, and the step of that machine.

import type { EpochMs } from "../base/brand";
import { InvariantError } from "../base/invariant";
import type { Step } from "../base/step";
import type { ClientEffect } from "./client-transaction";
import { type InviteClient, type InviteClientInput, stepInviteClient } from "./invite-client";
import { type InviteServer, stepInviteServer } from "./invite-server";
import { type NonInviteClient, stepNonInviteClient } from "./non-invite-client";
import { type NonInviteServer, stepNonInviteServer } from "./non-invite-server";
import type { ServerEffect, ServerInput } from "./server-transaction";
import type { TimerValues } from "./timers";

/** Plain data: it survives JSON between any two steps. */
export type Transaction =
  | { readonly kind: "inviteClient"; readonly state: InviteClient }
  | { readonly kind: "nonInviteClient"; readonly state: NonInviteClient }
  | { readonly kind: "inviteServer"; readonly state: InviteServer }
  | { readonly kind: "nonInviteServer"; readonly state: NonInviteServer };

export type TransactionEffect = ClientEffect | ServerEffect;

const isServer = (transaction: Transaction): boolean =>
  transaction.kind === "inviteServer" || transaction.kind === "nonInviteServer";

/** A fact for a client transaction. A non-INVITE one is never cancelled (§9.1): that changes nothing. */
export function stepClient(
  transaction: Transaction,
  input: InviteClientInput,
  now: EpochMs,
  values: TimerValues,
): Step<Transaction, TransactionEffect> {
  switch (transaction.kind) {
    case "inviteClient": {
      const next = stepInviteClient(transaction.state, input, now, values);
      return { state: { kind: "inviteClient", state: next.state }, effects: next.effects };
    }
    case "nonInviteClient": {
      if (input.kind === "cancelled") return { state: transaction, effects: [] };
      const next = stepNonInviteClient(transaction.state, input, now, values);
      return { state: { kind: "nonInviteClient", state: next.state }, effects: next.effects };
    }
    default:
      throw new InvariantError(`a client input for a transaction of kind ${transaction.kind}`);
  }
}

/** A fact for a server transaction. */
export function stepServer(
  transaction: Transaction,
  input: ServerInput,
  now: EpochMs,
  values: TimerValues,
): Step<Transaction, TransactionEffect> {
  switch (transaction.kind) {
    case "inviteServer": {
      const next = stepInviteServer(transaction.state, input, now, values);
      return { state: { kind: "inviteServer", state: next.state }, effects: next.effects };
    }
    case "nonInviteServer": {
      const next = stepNonInviteServer(transaction.state, input, now, values);
      return { state: { kind: "nonInviteServer", state: next.state }, effects: next.effects };
    }
    default:
      throw new InvariantError(`a server input for a transaction of kind ${transaction.kind}`);
  }
}

/** A fact that both sides know: a timer, or an error of the hop. */
export function stepEither(
  transaction: Transaction,
  input: Extract<ServerInput, { kind: "timerFired" | "transportFailed" }>,
  now: EpochMs,
  values: TimerValues,
): Step<Transaction, TransactionEffect> {
  return isServer(transaction)
    ? stepServer(transaction, input, now, values)
    : stepClient(transaction, input, now, values);
}
