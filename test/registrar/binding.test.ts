import { serialize } from "node:v8";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { type Binding, octetsOfBindings } from "../../src/registrar/binding";

const text = fc.string({ unit: fc.constantFrom("a", "\u00ff", "\u0100", "\u96fb"), maxLength: 200 });
const bindings = fc.array(
  fc.record({
    uri: text,
    echo: text,
    device: text,
    regId: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
    q: fc.double({ min: 0, max: 1 }),
    callId: text,
    sequence: fc.nat(),
    registeredAt: fc.nat().map((after) => epochMs(1_790_000_000_000 + after)),
    expiresAt: fc.nat().map((after) => epochMs(1_790_000_000_000 + after)),
    carbons: fc.boolean(),
    gruu: fc.boolean(),
  }),
  { minLength: 1, maxLength: 10 },
);

describe("the octets of bindings in an attachment", () => {
  it("are never more than reckoned (property)", () => {
    fc.assert(
      fc.property(bindings, (some: readonly Binding[]) => {
        expect(serialize(some).length).toBeLessThanOrEqual(octetsOfBindings(some));
      }),
    );
  });
});
