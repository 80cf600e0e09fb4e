// The subscriptions to one resource, as they are looked for.

import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/base/brand";
import type { Subscription } from "../../src/events/subscription";
import { SubscriptionTable } from "../../src/events/subscription-table";
import { first, minute, start } from "./subscribe-facts";

const row = (id: string, changes: Partial<Subscription> = {}): Subscription => ({
  ...first(),
  id,
  callId: `call-${id}`,
  expiresAt: minute(60),
  ...changes,
});
const ids = (rows: readonly Subscription[]): readonly string[] => rows.map(({ id }) => id);

describe("RFC 6665 §4.2: whose a subscription is", () => {
  it("is found by its Call-ID and by its watcher, in the order in which they came, as it is now", () => {
    const table = new SubscriptionTable([
      row("a", { callId: "same" }),
      row("b"),
      row("c", { callId: "same" }),
    ]);
    expect(ids(table.ofCallId("same"))).toEqual(["a", "c"]);
    expect(ids(table.ofWatcher("bob@example.com"))).toEqual(["a", "b", "c"]);
    table.put(row("a", { callId: "other", counter: 7 }));
    expect(ids(table.ofCallId("same"))).toEqual(["c"]);
    expect(table.ofCallId("other")[0]?.counter).toBe(7);
    table.delete("c");
    expect([table.ofCallId("same"), table.ofCallId("nothing"), table.ofWatcher("eve@example.com")]).toEqual([
      [],
      [],
      [],
    ]);
    expect(ids([...table.values()])).toEqual(["a", "b"]);
    expect([table.size, table.get("c")]).toEqual([2, undefined]);
  });

  it("an event is watched while a subscription to it is there that is to no list", () => {
    const list = { uri: "sip:alice@example.com", from: "body", displayNames: [], entries: [] } as const;
    const table = new SubscriptionTable([row("list", { list })]);
    expect(table.isWatched("presence")).toBe(false);
    for (const id of ["a", "b"]) table.put(row(id));
    table.put(row("a"));
    table.delete("a");
    expect([table.isWatched("presence"), table.isWatched("dialog")]).toEqual([true, false]);
    for (const id of ["b", "b"]) table.delete(id);
    expect(table.isWatched("presence")).toBe(false);
  });
});

describe("design, alarms: when one is due", () => {
  const dueAt = (table: SubscriptionTable): EpochMs | undefined => {
    table.settleDue();
    return table.dueAt;
  };

  it("the first that expires or is to be tried again, never later", () => {
    const table = new SubscriptionTable();
    expect(table.dueAt).toBeUndefined();
    table.put(row("a", { expiresAt: minute(30) }));
    table.put(row("b", { expiresAt: minute(20) }));
    table.put(row("c", { expiresAt: minute(40), retryAt: minute(1) }));
    expect(table.dueAt).toBe(minute(1));
    table.put(row("c", { expiresAt: minute(40), retryAt: undefined }));
    expect(table.dueAt).toBeLessThanOrEqual(minute(20));
    expect(dueAt(table)).toBe(minute(20));
    table.delete("b");
    expect(dueAt(table)).toBe(minute(30));
    table.put(row("d", { expiresAt: start }));
    expect(table.dueAt).toBe(start);
    for (const id of ["a", "c", "d"]) table.delete(id);
    expect(dueAt(table)).toBeUndefined();
  });
});
