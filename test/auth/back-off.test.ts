import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowedAt,
  type BackOffSettings,
  type FailedLogins,
  networkOf,
  noFailedLogins,
  recordFailure,
  recordSuccess,
} from "../../src/auth/back-off";
import { type EpochMs, epochMs, millis } from "../../src/base/brand";

const settings: BackOffSettings = {
  address: { free: 2, first: millis(1_000), longest: millis(60_000) },
  account: { free: 5, first: millis(1_000), longest: millis(8_000) },
  forgetAfter: millis(600_000),
  networks: 4,
};
const start = epochMs(1_763_800_000_000);
const at = (ms: number): EpochMs => epochMs(start + ms);

const fail = (state: FailedLogins, address: string | undefined, now = start) =>
  recordFailure(state, address, now, settings);
const failures = (count: number, address: string | undefined) => {
  let state = noFailedLogins;
  for (let n = 0; n < count; n++) state = fail(state, address);
  return state;
};
const pause = (state: FailedLogins, address: string | undefined, passesAccount = true, now = start): number =>
  Math.max(0, allowedAt(state, address, passesAccount, now, settings) - now);

describe("RFC 7616 §5.7: one address", () => {
  it("pauses from the third failure on, doubling, up to a ceiling", () => {
    const pauses = [0, 1, 2, 3, 4, 5, 8, 9, 100, 5_000].map((count) =>
      pause(failures(count, "192.0.2.1"), "192.0.2.1"),
    );
    expect(pauses).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("pauses for nobody else", () => {
    expect(pause(failures(10, "192.0.2.1"), "192.0.2.2")).toBe(0);
  });

  it("is open again when the pause is over", () => {
    const state = failures(3, "192.0.2.1");
    expect(allowedAt(state, "192.0.2.1", true, at(1_000), settings)).toBe(at(1_000));
  });

  it("is forgiven by a right response", () => {
    const state = recordSuccess(failures(10, "192.0.2.1"), "192.0.2.1");
    expect(pause(state, "192.0.2.1")).toBe(0);
    expect(pause(fail(state, "192.0.2.1"), "192.0.2.1")).toBe(0);
  });

  it("is forgotten after a while without failures", () => {
    const state = failures(10, "192.0.2.1");
    expect(pause(state, "192.0.2.1", false, at(600_000))).toBe(0);
    expect(fail(state, "192.0.2.9", at(600_000)).networks).toHaveLength(1);
    expect(fail(state, "192.0.2.9", at(600_000)).account?.count).toBe(1);
  });
});

describe("the account: guesses from everywhere", () => {
  const crowd = (count: number) => {
    let state = noFailedLogins;
    for (let n = 0; n < count; n++) state = fail(state, `192.0.2.${n}`);
    return state;
  };

  it("slows every newcomer, up to a ceiling that is no lock-out", () => {
    expect([5, 6, 7, 8, 9, 100].map((count) => pause(crowd(count), "198.51.100.1", false))).toEqual([
      0, 1_000, 2_000, 4_000, 8_000, 8_000,
    ]);
  });

  it("is passed by a valid token or a live device", () => {
    expect(pause(crowd(100), "198.51.100.1", true)).toBe(0);
  });

  it("does not start afresh when the owner logs in", () => {
    expect(pause(recordSuccess(crowd(100), "198.51.100.1"), "198.51.100.2", false)).toBe(8_000);
  });
});

describe("a client whose address nobody vouches for", () => {
  it("is held off by the account's short pauses alone, whatever others have guessed", () => {
    const state = failures(100, undefined);
    expect(pause(state, undefined, false)).toBe(8_000);
    expect(pause(state, undefined, true)).toBe(0);
    expect(state.networks).toEqual([]);
    expect(recordSuccess(state, undefined)).toEqual(state);
  });

  it("is of no network that has one", () => {
    expect(pause(failures(100, "192.0.2.1"), undefined, true)).toBe(0);
    expect(pause(failures(100, undefined), "192.0.2.1", true)).toBe(0);
  });
});

describe("bounds", () => {
  it("remembers so many networks, the oldest failure goes first", () => {
    let state = noFailedLogins;
    for (const [n, host] of ["a", "b", "a", "c", "d", "e"].entries()) state = fail(state, host, at(n));
    expect(state.networks.map((entry) => entry.network)).toEqual(["a", "c", "d", "e"]);
  });

  it("stays bounded and plain, whatever happens", () => {
    const event = fc.tuple(fc.constantFrom("failure", "success"), fc.ipV4(), fc.nat(2_000_000));
    fc.assert(
      fc.property(fc.array(event), (events) => {
        let state = noFailedLogins;
        for (const [kind, address, ms] of events) {
          state = kind === "failure" ? fail(state, address, at(ms)) : recordSuccess(state, address);
          expect(state.networks.length).toBeLessThanOrEqual(settings.networks);
          expect(structuredClone(state)).toEqual(state);
          const allowed = allowedAt(state, address, false, at(ms), settings);
          expect(allowed).toBeLessThanOrEqual(ms + start + 2_000_000 + 60_000);
        }
      }),
    );
  });
});

describe("networkOf", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::1", "2001:db8:1:2::/64"],
    ["[2001:db8:1:2::1]", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
    ["unknown", "unknown"],
  ])("%s is of %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it("one /64 is one address: its owner may pick any other 64 bits", () => {
    expect(pause(failures(9, "2001:db8::1"), "2001:db8::dead:beef")).toBe(60_000);
  });
});
