// What holds for every order of responses, CANCEL, pages that come and go, lost memory and timers.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallSettings } from "../../src/contracts/call-settings";
import { freeBreadth } from "../../src/proxy/fork-targets";
import { isRinging, type ResponseContext } from "../../src/proxy/response-context-state";
import { type Event, type Opening, VirtualFork } from "./virtual-fork";

const settings: fc.Arbitrary<Partial<CallSettings>> = fc.record({
  serial: fc.boolean(),
  oneDecline: fc.constantFrom("endsFork" as const, "countsAsBusy" as const),
});

const opening: fc.Arbitrary<Opening> = fc.record({
  devices: fc.array(
    fc.record({
      q: fc.constantFrom(0.5, 1),
      standing: fc.constantFrom("live" as const, "live" as const, "coming" as const),
    }),
    { maxLength: 4 },
  ),
  others: fc.constantFrom(0, 0, 1, 2),
  maxBreadth: fc.constantFrom(1, 2, 60),
  settings,
});

const device = fc.integer({ min: 0, max: 3 });
const branch = fc.integer({ min: 0, max: 5 });
const respond = fc.record({
  kind: fc.constant("respond" as const),
  branch,
  status: fc.constantFrom(100, 180, 180, 183, 200, 200, 302, 404, 407, 480, 486, 487, 500, 503, 603, 606),
  hasSdp: fc.boolean(),
});
const pageEvent = fc.record({
  kind: fc.constantFrom("cut", "cut", "return", "reload", "tab", "graceOver"),
  device,
}) as fc.Arbitrary<Event>;
const wait = fc.record({
  kind: fc.constant("wait" as const),
  span: fc.constantFrom(0, 500, 9_999, 10_000, 20_000, 32_000, 100_000),
});
const remembered: readonly fc.Arbitrary<Event>[] = [
  respond,
  respond,
  respond,
  pageEvent,
  pageEvent,
  wait,
  fc.record({ kind: fc.constant("unreachable" as const), branch }),
  fc.constant({ kind: "cancel" as const }),
];
const forgetting = fc.constantFrom<Event>({ kind: "hibernate" }, { kind: "hibernate" }, { kind: "kill" });

const story = fc.record({ opening, events: fc.array(fc.oneof(...remembered), { maxLength: 18 }) });
const forgetful = fc.record({
  opening,
  events: fc.array(fc.oneof(...remembered, forgetting, forgetting), { maxLength: 18 }),
});

type Story = { readonly opening: Opening; readonly events: readonly Event[] };

function play(
  { opening, events }: Story,
  between?: (state: ResponseContext) => ResponseContext,
): VirtualFork {
  const fork = new VirtualFork(opening, between);
  for (const event of events) fork.play(event);
  fork.end();
  return fork;
}

const holds = (stories: fc.Arbitrary<Story>, check: (fork: VirtualFork) => void): void =>
  fc.assert(
    fc.property(stories, (each) => check(play(each))),
    { numRuns: 1_000 },
  );

describe.each([
  ["in memory", story],
  ["with memory lost at any moment", forgetful],
])("a fork %s", (_, stories) => {
  test("ends when only timers fire, once, with its row gone or handed to the dialog", () => {
    holds(stories, (fork) => {
      expect(fork.effects("finished")).toHaveLength(1);
      const [last] = fork.moments.flatMap(({ effects }) => effects).slice(-1);
      expect(last).toEqual({ kind: "finished" });
      const isAnswered = fork.effects("relay").some(({ status }) => status >= 200);
      if (!isAnswered) expect(fork.row).toBeUndefined();
    });
  });

  test("§16.7 step 5: gives exactly one final response that is no 2xx, or one or more 2xx", () => {
    holds(stories, (fork) => {
      const answers = fork.effects("answer");
      const isAnswered = fork.effects("relay").some(({ status }) => status >= 200);
      expect(answers).toHaveLength(isAnswered ? 0 : 1);
      for (const { status } of answers) {
        expect(status).toBeGreaterThanOrEqual(300);
        expect([430, 503]).not.toContain(status);
      }
    });
  });

  test("rings nobody after a CANCEL, a 2xx, a 6xx that ends it, or its time", () => {
    holds(stories, (fork) => {
      for (const { before, event, effects } of fork.moments) {
        const invites = effects.filter(({ kind }) => kind === "sendInvite");
        if (before?.ending !== undefined || event === "cancel" || event === "kill")
          expect(invites).toEqual([]);
      }
      // The moment that the ending rests on is the world's, not the machine's own word.
      const first = fork.moments.findIndex(
        ({ event, effects }) =>
          event === "cancel" || effects.some((effect) => effect.kind === "relay" && effect.status >= 200),
      );
      if (first < 0) return;
      const later = fork.moments.slice(first).flatMap(({ effects }) => effects);
      expect(later.filter(({ kind }) => kind === "sendInvite")).toEqual([]);
    });
  });

  test("never rings the sending page, nor two pages of one device at a time", () => {
    holds(stories, (fork) => {
      for (const { destination } of fork.effects("sendInvite"))
        if (destination.kind === "page") expect(destination.socket).not.toBe("sender");
      for (const { after } of fork.moments) {
        const rung = after.branches
          .filter(isRinging)
          .flatMap(({ destination }) => (destination.kind === "page" ? [destination.device] : []));
        expect(new Set(rung).size).toBe(rung.length);
      }
    });
  });

  test("RFC 5393 §5.3.3: what rings and what begins stays within the incoming Max-Breadth", () => {
    holds(stories, (fork) => {
      for (const { after, effects } of fork.moments) {
        const rings = after.branches.filter(isRinging).reduce((sum, { breadth }) => sum + breadth, 0);
        expect(rings).toBeLessThanOrEqual(after.maxBreadth);
        if (effects.some((effect) => effect.kind === "sendInvite" && !effect.again))
          expect(freeBreadth(after)).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test("changes its row at most once a step, before anything is said", () => {
    holds(stories, (fork) => {
      for (const { effects } of fork.moments) {
        const changes = effects.filter(({ kind }) => kind === "putRow" || kind === "deleteRow");
        expect(changes.length).toBeLessThanOrEqual(1);
        if (changes.length === 1) expect(effects[0]).toBe(changes[0]);
      }
    });
  });

  test("§16.7 step 10: each branch that rings when it is over has been told so, or its page is away", () => {
    holds(stories, (fork) => {
      const told = new Set(fork.effects("sendCancel").map(({ branch }) => branch));
      fork.state.branches.forEach(({ client, destination, outcome }, index) => {
        if (told.has(index) || fork.finals.has(index) || outcome?.kind === "lost") return;
        // It never spoke: nothing says that it rings (§9.1).
        const hasSpoken = fork.heard.has(VirtualFork.key({ branch: index, destination }));
        expect({ hasSpoken, client: client.kind }).toEqual({ hasSpoken: false, client: "terminated" });
      });
    });
  });
});

describe("a fork in memory", () => {
  test("does the same when it goes through JSON between any two steps", () => {
    fc.assert(
      fc.property(story, (each) => {
        const twin = play(each, (state) => JSON.parse(JSON.stringify(state)));
        const effects = (fork: VirtualFork) => fork.moments.map((moment) => moment.effects);
        expect(effects(twin)).toEqual(effects(play(each)));
      }),
      { numRuns: 1_000 },
    );
  });

  test("§9.1: sends one CANCEL per branch and socket, and none on the first socket before it has spoken there", () => {
    holds(story, (fork) => {
      const keys = fork.effects("sendCancel").map(VirtualFork.key);
      expect(new Set(keys).size).toBe(keys.length);
      const invited = fork.effects("sendInvite").filter(({ again }) => !again);
      const firsts = new Set(invited.map(VirtualFork.key));
      for (const effect of fork.effects("sendCancel")) {
        const key = VirtualFork.key(effect);
        // A hop that failed is told without having spoken: it may ring.
        if (effect.destination.kind === "page" && firsts.has(key)) expect(fork.heard.has(key)).toBe(true);
      }
    });
  });

  test("RFC 3326: losers of an answered call, and nobody else, hear that it was completed elsewhere", () => {
    holds(story, (fork) => {
      let isAnswered = false;
      for (const { before, after, effects } of fork.moments) {
        isAnswered ||= effects.some((effect) => effect.kind === "relay" && effect.status >= 200);
        for (const effect of effects) {
          if (effect.kind !== "sendCancel") continue;
          const isLoser = effect.reason === 'SIP;cause=200;text="Call completed elsewhere"';
          if (isLoser) expect(isAnswered).toBe(true);
          const wasCancelled = before?.branches[effect.branch]?.cancel !== undefined;
          if (
            isAnswered &&
            !wasCancelled &&
            after.branches[effect.branch]?.cancel?.kind === "answeredElsewhere"
          )
            expect(isLoser).toBe(true);
        }
      }
    });
  });
});
