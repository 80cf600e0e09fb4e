// The promise of the mailbox: at least once to every device, in order, twice only where an answer was lost.

import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultRedelivery } from "../../src/messaging/redelivery";
import { type Reaction, VirtualMailbox } from "./virtual-mailbox";

const retryable = [408, 430, 480, 486, 491, 500, 503, 504];
const names = ["phone", "laptop", "tablet"];

const reaction: fc.Arbitrary<Reaction> = fc.record({
  status: fc.constantFrom(200, 200, 200, 202, 486, 503, 415, null),
  after: fc.constantFrom(5, 50, 900, 2_000, 6_000, 31_000, 40_000),
});

type Act =
  | { readonly kind: "message" }
  | { readonly kind: "crash" }
  | { readonly kind: "close"; readonly device: string }
  | { readonly kind: "live"; readonly device: string };

const device = fc.constantFrom(...names);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "message" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("live" as const), device }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("close" as const), device }) },
  { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
);

const story = fc.record({
  live: fc.subarray(names),
  reactions: fc.array(reaction, { minLength: 1, maxLength: 20 }),
  acts: fc.array(fc.record({ act, wait: fc.constantFrom(0, 1, 20, 700, 1_500, 5_000, 60_000, 600_000) }), {
    maxLength: 30,
  }),
});

interface Story {
  readonly live: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly acts: readonly { readonly act: Act; readonly wait: number }[];
}

/** Plays a story; at its end every device is live and answers 200, and time passes until all is quiet. */
function play({ live, reactions, acts }: Story, throughJson = false): VirtualMailbox {
  let copies = 0;
  const react = (): Reaction => reactions[copies++ % reactions.length] as Reaction;
  const mailbox = new VirtualMailbox(react, throughJson);
  for (const name of live) mailbox.comeLive(name);
  for (const { act, wait } of acts) {
    if (act.kind === "message") mailbox.receive();
    else if (act.kind === "crash") mailbox.crash();
    else if (act.kind === "close") mailbox.close(act.device);
    else mailbox.comeLive(act.device);
    mailbox.passTime(mailbox.now + wait);
  }
  mailbox.setReaction(() => ({ status: 200, after: 5 }));
  for (const name of names) mailbox.comeLive(name);
  mailbox.passTime();
  return mailbox;
}

const statusesOf = (mailbox: VirtualMailbox, message: number, name: string): readonly number[] =>
  mailbox.statuses.get(`${message} ${name}`) ?? [];

test("at least once: what was answered 2xx is taken by every device that did not refuse it or fail five times", () => {
  fc.assert(
    fc.property(story, (script) => {
      const mailbox = play(script);
      for (const [message, status] of mailbox.answers) {
        if (status >= 300) continue;
        for (const name of mailbox.knownAtArrival.get(message) ?? []) {
          const statuses = statusesOf(mailbox, message, name);
          const taken = statuses.some((answer) => answer < 300);
          const refused = statuses.some((answer) => answer >= 300 && !retryable.includes(answer));
          const tries = mailbox.copies.filter(
            (copy) => copy.message === message && copy.device === name && copy.from === "log",
          ).length;
          expect(taken || refused || tries >= defaultRedelivery.tries).toBe(true);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test("a message that no device took reaches the first one that takes messages", () => {
  fc.assert(
    fc.property(story, (script) => {
      const mailbox = play(script);
      mailbox.comeLive("new");
      mailbox.passTime();
      for (const [message, status] of mailbox.answers) {
        if (status >= 300) continue;
        const someTook = [...names, "new"].some((name) =>
          statusesOf(mailbox, message, name).some((answer) => answer < 300),
        );
        expect(someTook).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("twice only if the answer was lost: no copy goes to a device whose 2xx has come", () => {
  fc.assert(
    fc.property(story, (script) => {
      expect(play(script).copies.filter(({ wasTaken }) => wasTaken)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("the log sends a message to a device at most five times, crashes or not", () => {
  fc.assert(
    fc.property(story, (script) => {
      const tries = new Map<string, number>();
      for (const { message, device, from } of play(script).copies) {
        const key = `${message} ${device}`;
        if (from === "log") tries.set(key, (tries.get(key) ?? 0) + 1);
      }
      expect(Math.max(0, ...tries.values())).toBeLessThanOrEqual(defaultRedelivery.tries);
    }),
    { numRuns: 400 },
  );
});

test("in order: no copy overtakes a message that the device failed to acknowledge before", () => {
  fc.assert(
    fc.property(story, (script) => {
      expect(play(script).copies.filter(({ overtakes }) => overtakes.length > 0)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("at rest nothing is owed to a device that is live, and none is taken for behind", () => {
  fc.assert(
    fc.property(story, (script) => {
      const mailbox = play(script);
      for (const name of names) {
        for (const { message } of mailbox.log) expect(mailbox.isOwed(name, message)).toBe(false);
        expect(mailbox.mayBeBehind(name)).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});

test("eviction twin: with every state through JSON between two steps the same copies go out", () => {
  fc.assert(
    fc.property(story, (script) => {
      const twin = play(script, true);
      const mailbox = play(script);
      expect(twin.copies).toEqual(mailbox.copies);
      expect([...twin.answers]).toEqual([...mailbox.answers]);
      expect(twin.log).toEqual(mailbox.log);
    }),
    { numRuns: 200 },
  );
});
