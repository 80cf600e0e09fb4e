import { expect, it } from "vitest";
import { clearedAt, foremost } from "../../../web/client/call/foremost";
import { call } from "../console/fake-line";

const over = call("over", "bob@localhost", { phase: "ended", startedAt: 1000, endedAt: 20_000 });
const held = call("held", "bob@localhost", { phase: "active", held: true, startedAt: 500 });
const next = call("next", "bob@localhost", { phase: "active", startedAt: 30_000 });
const rings = call("rings", "bob@localhost", { phase: "ringing", direction: "incoming", startedAt: 30_000 });

it("a call that is over stays while it is the one looked at, whoever rings", () => {
  expect(clearedAt(over, [over])).toBeUndefined();
  expect(clearedAt(over, [over, rings])).toBeUndefined();
});

it("beside another it stays for five seconds", () => {
  expect(foremost([held, over])).toBe(held);
  expect(clearedAt(over, [held, over])).toBe(25_000);
});

it("it goes at once when another begins, be that over as well", () => {
  expect(clearedAt(over, [over, next])).toBe(20_000);
  const nextOver = { ...next, phase: "ended", endedAt: 31_000 } as const;
  expect(clearedAt(over, [over, nextOver])).toBe(20_000);
  expect(clearedAt(nextOver, [over, nextOver])).toBeUndefined();
});
