// What holds for every order of responses, CANCEL, ACK, cuts, lost memory and timers of one INVITE at the caller's
// home.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Leg } from "../../src/proxy/leg-state";
import { Caller } from "./caller";

type Event =
  | { readonly kind: "respond"; readonly status: number; readonly toTag: string }
  | { readonly kind: "ack"; readonly toTag: string }
  | { readonly kind: "cancel" | "cut" | "return" | "replaced" | "unreachable" | "hibernate" | "kill" }
  | { readonly kind: "wait"; readonly span: number };

const toTag = fc.constantFrom("a", "b");
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant("respond" as const),
    status: fc.constantFrom(100, 180, 183, 200, 200, 302, 404, 480, 486, 487, 500, 603),
    toTag,
  }),
  fc.record({ kind: fc.constant("ack" as const), toTag }),
  fc.record({
    kind: fc.constantFrom("cancel" as const, "cut" as const, "cut" as const, "return" as const),
  }),
  fc.record({ kind: fc.constantFrom("return" as const, "replaced" as const, "unreachable" as const) }),
  fc.record({
    kind: fc.constant("wait" as const),
    span: fc.constantFrom(0, 4_999, 5_000, 10_000, 32_000, 181_000),
  }),
);
const forgetting = fc.record({ kind: fc.constantFrom("hibernate" as const, "kill" as const) });

interface Moment {
  readonly event: Event["kind"] | "timer";
  readonly before: Leg;
  readonly effects: readonly string[];
}

interface Trace {
  readonly moments: readonly Moment[];
  readonly effects: readonly string[];
  readonly row: Leg | undefined;
}

function play(events: readonly Event[], between: (leg: Leg) => Leg = (leg) => leg): Trace {
  const caller = new Caller();
  const moments: Moment[] = [];
  let row: Leg | undefined = caller.leg;
  let sockets = 1;
  const take = (kind: Moment["event"], before: Leg, effects: readonly string[]): void => {
    if (effects.includes("putRow")) row = caller.leg;
    if (effects.includes("deleteRow")) row = undefined;
    moments.push({ event: kind, before, effects });
  };
  const happen = (each: Event): readonly string[] => {
    switch (each.kind) {
      case "respond":
        return caller.responds(each.status, each.toTag);
      case "ack":
        return caller.acks(each.toTag);
      case "cancel":
        // A page without a socket sends nothing.
        return caller.leg.socket === undefined ? [] : caller.cancels();
      case "cut":
        return caller.closes();
      case "return":
        sockets += 1;
        return caller.comes(`s${sockets}`);
      case "replaced":
        return caller.tell({ kind: "pageReplaced" });
      case "unreachable":
        return caller.tell({ kind: "unreachable" });
      case "kill":
        return caller.tell({ kind: "restarted" });
      case "hibernate":
        return [];
      case "wait":
        return caller.waits(each.span);
    }
  };
  for (const each of events) {
    if (each.kind === "hibernate" || each.kind === "kill") {
      if (row === undefined || caller.leg.phase === "finished") break;
      // A hibernating object keeps its sockets, and its home knows them.
      const { socket } = caller.leg;
      caller.forgets(row);
      if (caller.leg.socket !== undefined && caller.leg.socket !== socket)
        take("cut", caller.leg, caller.closes());
      if (socket !== undefined && caller.leg.socket !== socket)
        take("return", caller.leg, caller.comes(socket));
    }
    caller.leg = between(caller.leg);
    const before = caller.leg;
    take(each.kind, before, happen(each));
  }
  for (let steps = 0; caller.leg.phase !== "finished"; steps++) {
    expect(steps).toBeLessThan(20);
    const before = caller.leg;
    const all = caller.ends();
    take("timer", before, all);
  }
  return { moments, effects: moments.flatMap(({ effects }) => effects), row };
}

const starting = (effects: readonly string[], word: string): readonly string[] =>
  effects.filter((effect) => effect.startsWith(word));

const isFinal = (effect: string): boolean => /^(?:relay|answer) [3-6]/.test(effect);
const isSuccess = (effect: string): boolean => /^relay 2/.test(effect);

describe.each([
  ["in memory", fc.array(event, { maxLength: 16 })],
  ["with memory lost at any moment", fc.array(fc.oneof(event, event, event, forgetting), { maxLength: 16 })],
])("a leg %s", (_, stories) => {
  const holds = (check: (trace: Trace) => void): void =>
    fc.assert(
      fc.property(stories, (events) => check(play(events))),
      { numRuns: 1_000 },
    );

  test("ends when only timers fire, once; its row is gone unless a call came of it", () => {
    holds(({ effects, moments, row }) => {
      expect(starting(effects, "finished")).toHaveLength(1);
      const answered = moments.some(({ before }) => before.phase === "answered");
      if (!answered) expect(row).toBeUndefined();
    });
  });

  test("§16.7 step 5: a page gets at most one kind of final response, and no refusal twice on a socket", () => {
    holds(({ effects }) => {
      const finals = effects.filter(isFinal);
      expect(new Set(finals).size).toBe(finals.length);
      if (effects.some(isSuccess)) expect(finals).toEqual([]);
    });
  });

  test("hangs up once for each dialog, after its ACK, and only for a page that was cut or has another answer", () => {
    holds(({ effects, moments }) => {
      const byes = starting(effects, "BYE");
      expect(new Set(byes).size).toBe(byes.length);
      for (const bye of byes) expect(effects[effects.indexOf(bye) - 1]).toBe(bye.replace("BYE", "ACK"));
      const wasCut = moments.some(
        ({ event: kind, before }) => kind === "kill" || kind === "cut" || before.wasCut,
      );
      const isRefused = effects.some((effect) => isFinal(effect));
      const isMoved = moments.some(({ event: kind }) => kind === "return");
      if (byes.length > 0) expect(wasCut || isRefused || isMoved).toBe(true);
    });
  });

  test("changes its row at most once a step, before anything is said", () => {
    holds(({ moments }) => {
      for (const { event: kind, effects } of moments) {
        if (kind === "timer") continue;
        const changes = effects.filter((effect) => effect === "putRow" || effect === "deleteRow");
        expect(changes.length).toBeLessThanOrEqual(1);
        if (changes.length === 1) expect(effects[0]).toBe(changes[0]);
      }
    });
  });
});

describe("a leg in memory", () => {
  const stories = fc.array(event, { maxLength: 16 });

  test("does the same when it goes through JSON between any two steps", () => {
    fc.assert(
      fc.property(stories, (events) => {
        const twin = play(events, (leg) => JSON.parse(JSON.stringify(leg)));
        expect(twin.effects).toEqual(play(events).effects);
      }),
      { numRuns: 1_000 },
    );
  });

  test("§9.1: sends at most one CANCEL, none before a provisional response but to a hop that failed", () => {
    fc.assert(
      fc.property(stories, (events) => {
        const { moments, effects } = play(events);
        expect(starting(effects, "CANCEL").length).toBeLessThanOrEqual(1);
        const at = moments.findIndex((moment) => starting(moment.effects, "CANCEL").length > 0);
        if (at < 0 || moments[at]?.event === "unreachable") return;
        const provisional = events.findIndex((each) => each.kind === "respond" && each.status < 200);
        expect(provisional).toBeGreaterThanOrEqual(0);
        expect(provisional).toBeLessThanOrEqual(at);
      }),
      { numRuns: 1_000 },
    );
  });
});
