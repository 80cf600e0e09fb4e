// Decision 0017: a home that sent a call on is not in its way, and yet its log knows when the call was over.

import { expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import type { CallRecord } from "../../src/contracts/call-record";
import { putAccount } from "../../src/home/administration";
import { answered, call, heard } from "./support/call";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import type { VirtualNetwork } from "./support/virtual-network";

const hour = 3_600_000;
const carol = "carol@example.com";
const sales = "sales@example.com";
const office = "office@example.com";

function gateway(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, carol, sales, office);
  const a = registered(network, alice, "alice");
  const b = registered(network, bob, "bob");
  group(network, sales, bob, carol);
  return { network, a, b };
}

function group(network: VirtualNetwork, who: string, ...members: readonly string[]): void {
  const rules = {
    order: "parallel",
    members: members.map((aor) => `sip:${aor}`),
    ringFor: seconds(20),
  } as const;
  network.home(who).administer((turn) => putAccount(turn, who, { group: rules }));
}

/** The newest entry of that user's log. */
function entryOf(network: VirtualNetwork, user: string): CallRecord | undefined {
  return network.home(user).store.calls?.before(undefined, 1)[0];
}

const minutesTalked = ({ answeredAt, endedAt }: CallRecord): number | undefined =>
  answeredAt === undefined || endedAt === undefined ? undefined : Math.round((endedAt - answeredAt) / 60_000);

describeWithEviction("decision 0017: a call that was sent on", (open) => {
  it("ends in the log of who sent it on when it is hung up, by either side", () => {
    const { network, a, b } = gateway(open);
    for (const hangsUp of ["caller", "callee"] as const) {
      call(a, sales);
      const sides = answered(a, b);
      const talking = entryOf(network, sales);
      expect(talking).toMatchObject({ outcome: "answered" });
      expect(talking?.endedAt).toBeUndefined();
      network.advance(60_000);
      sides[hangsUp].say("BYE");
      const other = hangsUp === "caller" ? b : a;
      other.answer(other.takeAll().at(-1) ?? "", 200);
      const over = entryOf(network, sales);
      expect(over === undefined ? over : minutesTalked(over)).toBe(1);
      a.takeAll();
      b.takeAll();
    }
    expect(network.home(sales).state.calls.size).toBe(0);
  });

  it("costs who sent it on one call at its end, and nothing for what is said in it", () => {
    const { network, a, b } = gateway(open);
    call(a, sales);
    const { caller, callee } = answered(a, b);
    network.advance(60_000);
    const { lateReplies } = network.calls;
    const rows = network.home(sales).rowsWritten;
    for (const side of [caller, callee]) side.say("INFO");
    for (const each of [a, b]) each.answer(each.takeAll().at(-1) ?? "", 200);
    expect([network.calls.lateReplies - lateReplies, network.home(sales).rowsWritten - rows]).toEqual([0, 0]);
    callee.say("BYE");
    a.answer(a.takeAll().at(-1) ?? "", 200);
    expect(network.calls.lateReplies - lateReplies).toBe(1);
    expect(network.home(sales).rowsWritten - rows).toBe(1);
  });

  it("through a group in a group each home on the way is told", () => {
    const { network, a, b } = gateway(open);
    group(network, office, sales);
    call(a, office);
    const { caller } = answered(a, b);
    network.advance(2 * 60_000);
    caller.say("BYE");
    b.answer(b.takeAll().at(-1) ?? "", 200);
    for (const each of [office, sales, bob]) {
      const entry = entryOf(network, each);
      expect(entry === undefined ? entry : minutesTalked(entry), each).toBe(2);
    }
  });

  it("whoever took it is gone: the end is told when his home says it for him", () => {
    const { network, a, b } = gateway(open);
    call(a, sales);
    answered(a, b);
    b.close();
    network.advance(5 * 60_000);
    expect(heard(a)).toContain("BYE");
    expect(entryOf(network, sales)?.endedAt).toBeDefined();
  });

  it("nobody says that it is over: after twelve hours it is taken for over, and nothing wakes the home before", () => {
    const { network, a, b } = gateway(open);
    // As a home of an earlier version takes it, which knows no such word.
    network.fate = (parcel) => {
      Reflect.deleteProperty(parcel, "sentOn");
      return "arrives";
    };
    call(a, sales);
    const { caller } = answered(a, b);
    caller.say("BYE");
    b.answer(b.takeAll().at(-1) ?? "", 200);
    const home = network.home(sales);
    network.advance(60_000);
    expect(entryOf(network, sales)?.endedAt).toBeUndefined();
    expect(home.alarmAt - network.now).toBeGreaterThan(11 * hour);
    network.advance(12 * hour);
    expect(entryOf(network, sales)?.endedAt).toBeDefined();
    expect(home.state.calls.size).toBe(0);
  });
});
