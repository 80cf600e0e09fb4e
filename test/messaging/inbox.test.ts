import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advanceTo,
  countTry,
  type InboxCursor,
  isPassed,
  lowestCursor,
  mayBeBehind,
  mostAhead,
  passAppended,
  passMessage,
  startCursor,
} from "../../src/messaging/inbox";

const at = (cursor: number, ahead: readonly number[] = [], tries = 0): InboxCursor => ({
  cursor,
  ahead,
  tries,
});

describe("a device new to us", () => {
  test("starts at the first message that no device took", () => {
    expect(startCursor({ lastSeq: 9, firstUntaken: 4 })).toEqual(at(3));
  });

  test("starts at the end of the log when all were taken", () => {
    expect(startCursor({ lastSeq: 9, firstUntaken: undefined })).toEqual(at(9));
    expect(startCursor({ lastSeq: 0, firstUntaken: undefined })).toEqual(at(0));
  });
});

describe("passing", () => {
  test("moves the cursor over what was passed ahead of it", () => {
    expect(passMessage(at(3, [5, 6, 8]), 4)).toEqual(at(6, [8]));
  });

  test("ahead of the cursor leaves the cursor and its tries", () => {
    expect(passMessage(at(3, [8], 2), 6)).toEqual(at(3, [6, 8], 2));
  });

  test("the message owed first starts the count of tries anew", () => {
    expect(passMessage(countTry(at(3)), 4)).toEqual(at(4));
  });

  test("twice changes nothing", () => {
    const state = at(3, [5]);
    expect(passMessage(state, 5)).toBe(state);
    expect(passMessage(state, 2)).toBe(state);
  });

  test("forgets the newest when too many are ahead: that one is sent again, none is lost", () => {
    const full = Array.from({ length: mostAhead }, (_, index) => 10 + index);
    const state = passMessage(at(3, full), 5);
    expect(state.ahead).toHaveLength(mostAhead);
    expect(isPassed(state, 5)).toBe(true);
    expect(isPassed(state, 9 + mostAhead)).toBe(false);
    expect(isPassed(state, 4)).toBe(false);
  });
});

test("rows that were deleted do not hold the cursor", () => {
  expect(advanceTo(at(3, [5, 7], 2), 4)).toEqual(at(5, [7]));
  expect(advanceTo(at(3, [5, 7]), 8)).toEqual(at(8));
  expect(advanceTo(at(3, [], 2), 3)).toEqual(at(3, [], 2));
});

test("a device is behind while the log holds a number it has not passed", () => {
  expect(mayBeBehind(at(3, [5]), 5)).toBe(true);
  expect(mayBeBehind(at(5), 5)).toBe(false);
  expect(mayBeBehind(at(5, [8, 9]), 7)).toBe(true);
  expect(mayBeBehind(at(0), 0)).toBe(false);
});

describe("passing the row just appended", () => {
  test("closes the gap of rows that were owed to nobody", () => {
    expect(passAppended(at(5), 9, 5)).toEqual(at(9));
    expect(passAppended(at(3, [5]), 9, 3)).toEqual(at(9));
  });

  test("leaves the cursor of a device that is behind", () => {
    expect(passAppended(at(5), 9, 7)).toEqual(at(5, [9]));
  });
});

test("rows may go once every device has passed them", () => {
  expect(lowestCursor([at(7), at(3, [5]), at(4)])).toBe(3);
  expect(lowestCursor([])).toBe(0);
});

test("property: a cursor says what a set of passed numbers would say", () => {
  const command = fc.oneof(
    fc.record({ pass: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ advance: fc.integer({ min: 0, max: 40 }) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.array(command, { maxLength: 60 }), (start, commands) => {
      let state = at(start);
      const passed = new Set(Array.from({ length: start }, (_, index) => index + 1));
      for (const next of commands) {
        if ("pass" in next) {
          state = passMessage(state, next.pass);
          passed.add(next.pass);
        } else {
          state = advanceTo(state, next.advance);
          for (let seq = 1; seq <= next.advance; seq++) passed.add(seq);
        }
        for (let seq = 1; seq <= 42; seq++) expect(isPassed(state, seq)).toBe(passed.has(seq));
        expect(isPassed(state, state.cursor + 1)).toBe(false);
        for (let last = 0; last <= 42; last++) {
          const isOwed = Array.from({ length: last }, (_, index) => index + 1).some(
            (seq) => !passed.has(seq),
          );
          expect(mayBeBehind(state, last)).toBe(isOwed);
        }
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }
    }),
  );
});
