import { describe, expect, it } from "vitest";
import { NamelessSockets, type Place } from "../../../src/http/upgrade/nameless-sockets";

const limits = { strangers: 4, strangersPerAddress: 2 };
const taken = (places: readonly Place[]): readonly number[] =>
  places.flatMap(({ isTaken }, index) => (isTaken ? [index] : []));

describe("design, Trust: sockets on the bare URL that have named no home", () => {
  it("are eight times those of one home; the oldest makes room", () => {
    const sockets = new NamelessSockets();
    const places = Array.from({ length: 34 }, () => sockets.enter(undefined, limits));
    expect(taken(places)).toEqual([0, 1]);
    expect(sockets.size).toBe(32);
  });

  it("from one network make room for each other, and for nobody else", () => {
    const sockets = new NamelessSockets();
    const other = sockets.enter("2001:db8:0:1::1", limits);
    const places = Array.from({ length: 18 }, (_, index) => sockets.enter(`2001:db8::${index + 1}`, limits));
    expect([other.isTaken, taken(places), sockets.size]).toEqual([false, [0, 1], 17]);
  });

  it("count no more once they have left, however often they say so", () => {
    const sockets = new NamelessSockets();
    const first = Array.from({ length: 16 }, () => sockets.enter("192.0.2.1", limits));
    for (const place of [...first, ...first]) sockets.leave(place);
    expect(sockets.size).toBe(0);
    const places = Array.from({ length: 17 }, () => sockets.enter("192.0.2.1", limits));
    expect([taken(first), taken(places)]).toEqual([[], [0]]);
  });
});
