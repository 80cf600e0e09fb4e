import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EpochMs, epochMs } from "../../src/base/brand";
import type { Step } from "../../src/base/step";
import { dueTimers, nextDeadline } from "../../src/base/timer-table";
import type { InviteClientInput } from "../../src/transaction/invite-client";
import { startInviteClient } from "../../src/transaction/invite-client";
import { startInviteServer } from "../../src/transaction/invite-server";
import { startNonInviteClient } from "../../src/transaction/non-invite-client";
import { startNonInviteServer } from "../../src/transaction/non-invite-server";
import type { ServerInput } from "../../src/transaction/server-transaction";
import {
  reliableTimers,
  repeatingTimers,
  type TimerName,
  type TimerValues,
} from "../../src/transaction/timers";
import {
  stepClient,
  stepEither,
  stepServer,
  type Transaction,
  type TransactionEffect,
} from "../../src/transaction/transaction";
import { begin, INVITE, MESSAGE, response } from "./arrow";

type Next = Step<Transaction, TransactionEffect>;
type Act = { readonly wait: number } & (
  | { readonly side: "client"; readonly input: InviteClientInput }
  | { readonly side: "server"; readonly input: ServerInput }
);

const timerNames = Object.keys(reliableTimers()) as TimerName[];
const status = fc.constantFrom(100, 180, 183, 199, 200, 202, 302, 408, 481, 486, 503, 603, 99, 700);
const wait = fc.constantFrom(0, 1, 200, 500, 3500, 5000, 32_000, 200_000);
const timerFired = fc.record({
  kind: fc.constant("timerFired" as const),
  timer: fc.constantFrom(...timerNames),
});
const transportFailed = fc.constant({ kind: "transportFailed" } as const);

const clientInput: fc.Arbitrary<InviteClientInput> = fc.oneof(
  status.map((code) => ({ kind: "received", status: code, message: response(code) }) as const),
  timerFired,
  fc.constant({ kind: "cancelled" } as const),
  transportFailed,
);
const serverInput: fc.Arbitrary<ServerInput> = fc.oneof(
  fc
    .constantFrom("INVITE", "ACK", "MESSAGE")
    .map((method) => ({ kind: "received", method, message: method }) as const),
  status.map((code) => ({ kind: "responded", status: code, message: response(code) }) as const),
  timerFired,
  transportFailed,
);

const starts: Record<Transaction["kind"], (values: TimerValues) => Transaction> = {
  inviteClient: (values) => ({ kind: "inviteClient", state: startInviteClient(INVITE, begin, values).state }),
  nonInviteClient: (values) => ({
    kind: "nonInviteClient",
    state: startNonInviteClient(MESSAGE, begin, values).state,
  }),
  inviteServer: (values) => ({ kind: "inviteServer", state: startInviteServer(begin, values).state }),
  nonInviteServer: (values) => ({
    kind: "nonInviteServer",
    state: startNonInviteServer(begin, values).state,
  }),
};
const hops = { "reliable hop": reliableTimers(), "hop that may deliver twice": repeatingTimers() };

const clientActs = fc.array(fc.record({ wait, side: fc.constant("client" as const), input: clientInput }), {
  maxLength: 12,
});
const serverActs = fc.array(fc.record({ wait, side: fc.constant("server" as const), input: serverInput }), {
  maxLength: 12,
});

const apply = (transaction: Transaction, act: Act, now: EpochMs, values: TimerValues): Next =>
  act.side === "client"
    ? stepClient(transaction, act.input, now, values)
    : stepServer(transaction, act.input, now, values);

function run(
  first: Transaction,
  acts: readonly Act[],
  values: TimerValues,
  keep: (t: Transaction) => Transaction,
) {
  let transaction = first;
  let now = begin;
  const effects: TransactionEffect[] = [];
  for (const act of acts) {
    now = epochMs(now + act.wait);
    const next = apply(keep(transaction), act, now, values);
    transaction = next.state;
    effects.push(...next.effects);
  }
  return { transaction, effects, now };
}

const asIs = (transaction: Transaction): Transaction => transaction;
const evicted = (transaction: Transaction): Transaction => JSON.parse(JSON.stringify(transaction));

describe.each(Object.entries(hops))("on a %s", (_hop, values) => {
  describe.each(Object.keys(starts) as Transaction["kind"][])("%s", (kind) => {
    const acts: fc.Arbitrary<Act[]> = kind.endsWith("Client") ? clientActs : serverActs;

    it("ends if only timers fire, whatever happened before", () => {
      fc.assert(
        fc.property(acts, (before) => {
          let { transaction } = run(starts[kind](values), before, values, asIs);
          for (let wakeUps = 0; transaction.state.kind !== "terminated"; wakeUps += 1) {
            expect(wakeUps).toBeLessThan(5);
            const now = nextDeadline<TimerName>(transaction.state.timers);
            if (now === undefined) throw new Error(`${transaction.state.kind} waits for ever`);
            for (const timer of dueTimers<TimerName>(transaction.state.timers, now)) {
              transaction = stepEither(transaction, { kind: "timerFired", timer }, now, values).state;
            }
          }
          expect(transaction.state.timers).toEqual({});
        }),
      );
    });

    it("does nothing at an early, repeated or foreign timer", () => {
      fc.assert(
        fc.property(acts, (before) => {
          const { transaction, now } = run(starts[kind](values), before, values, asIs);
          for (const timer of timerNames) {
            const input = { kind: "timerFired", timer } as const;
            const deadline: EpochMs | undefined = transaction.state.timers[timer];
            if (deadline === undefined || deadline > now) {
              expect(stepEither(transaction, input, now, values)).toEqual({
                state: transaction,
                effects: [],
              });
            } else {
              const once = stepEither(transaction, input, now, values).state;
              expect(stepEither(once, input, now, values)).toEqual({ state: once, effects: [] });
            }
          }
        }),
      );
    });

    it("goes on as if nothing was, when its object is evicted between any two steps", () => {
      fc.assert(
        fc.property(acts, (all) => {
          const stayed = run(starts[kind](values), all, values, asIs);
          const returned = run(starts[kind](values), all, values, evicted);
          expect(evicted(returned.transaction)).toStrictEqual(evicted(stayed.transaction));
          expect(returned.effects).toStrictEqual(stayed.effects);
        }),
      );
    });

    it("is terminated exactly once, and silent from then on", () => {
      fc.assert(
        fc.property(acts, (all) => {
          const { transaction, effects } = run(starts[kind](values), all, values, asIs);
          const ends = effects.filter((effect) => effect.kind === "terminated");
          expect(ends).toHaveLength(transaction.state.kind === "terminated" ? 1 : 0);
          if (ends.length === 1) expect(effects.at(-1)).toEqual({ kind: "terminated" });
        }),
      );
    });
  });
});

describe("RFC 4320 §4", () => {
  it("no 408 and no provisional response but 100 ever leaves a non-INVITE server transaction", () => {
    fc.assert(
      fc.property(serverActs, (all) => {
        const { effects } = run(
          starts.nonInviteServer(hops["reliable hop"]),
          all,
          hops["reliable hop"],
          asIs,
        );
        const sent = effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : []));
        expect(sent.filter((message) => /^SIP\/2\.0 (408|1[1-9]\d|10[1-9])/.test(message))).toEqual([]);
      }),
    );
  });
});
