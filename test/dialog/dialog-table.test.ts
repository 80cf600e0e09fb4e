// The table answers by its indexes what a look at every row would say, whatever was put and deleted before.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { type DialogRow, DialogTable } from "../../src/dialog/dialog-table";
import { nextDialogSweep, sweepDialogs } from "../../src/dialog/end-dialog";
import { begin, call } from "./rows";

const name = (prefix: string, count: number) =>
  fc.integer({ min: 1, max: count }).map((n) => `${prefix}${n}`);

const row = fc
  .record({
    id: name("row", 8),
    callId: name("call", 3),
    page: name("page", 3),
    inCall: fc.option(name("open", 3), { nil: undefined }),
    state: fc.constantFrom<DialogRow["state"]>("half", "early", "confirmed", "ended"),
    expires: fc.integer({ min: 1, max: 100_000 }),
  })
  .map(({ id, callId, page, inCall, state, expires }) => ({
    id,
    callId,
    openedBy: "local" as const,
    page,
    device: "",
    usages: [call],
    state,
    formsUntil: begin,
    expiresAt: epochMs(begin + expires),
    ...(inCall === undefined ? {} : { call: inCall }),
  }));

const change = fc.oneof({ weight: 4, arbitrary: row }, name("row", 8));

function tableOf(changes: readonly (string | DialogRow)[]) {
  const table = new DialogTable();
  const rows = new Map<string, DialogRow>();
  let now: number = begin;
  for (const each of changes) {
    now += 1000;
    if (typeof each === "string") {
      table.delete(each);
      rows.delete(each);
      continue;
    }
    // What has ended stays so.
    if (rows.get(each.id)?.state === "ended") continue;
    const put = each.state === "ended" ? { ...each, endedAt: epochMs(now) } : each;
    table.put(put);
    rows.set(put.id, put);
  }
  return { table, rows: [...rows.values()], now: epochMs(now) };
}

const ids = (rows: Iterable<DialogRow>): readonly string[] => [...rows].map(({ id }) => id).sort();

describe("a table of dialogs", () => {
  it("finds rows by each of their names", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const { table, rows } = tableOf(changes);
        expect([table.size, ids(table.values())]).toEqual([rows.length, ids(rows)]);
        for (const { callId, page, call: inCall = "" } of rows) {
          expect(ids(table.ofCallId(callId))).toEqual(ids(rows.filter((each) => each.callId === callId)));
          expect(ids(table.ofPage(page))).toEqual(ids(rows.filter((each) => each.page === page)));
          expect(ids(table.ofCall(inCall))).toEqual(ids(rows.filter((each) => each.call === inCall)));
          expect(table.countOfPage(page)).toBe(table.ofPage(page).length);
        }
        expect([...table.pages()].sort()).toEqual([...new Set(rows.map(({ page }) => page))].sort());
      }),
    );
  });

  it("knows who ended first, awake and after a wake", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.boolean(), (changes, sleeps) => {
        const { table: awake, rows } = tableOf(changes);
        const table = sleeps ? new DialogTable([...awake.values()].reverse()) : awake;
        const ended = rows
          .filter(({ state }) => state === "ended")
          .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
        expect([...table.ended()]).toEqual(ended);
        for (const { page } of rows)
          expect([...table.ended(page)]).toEqual(ended.filter((each) => each.page === page));
      }),
    );
  });

  it("deletes all that is over, and has somebody woken for what does not go by itself", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.integer({ max: 100_000 }), (changes, wait) => {
        const { table, rows, now } = tableOf(changes);
        const deadline = ({ endedAt, expiresAt }: DialogRow): number =>
          endedAt === undefined ? expiresAt : endedAt + 32_000;
        const at = epochMs(now + wait);
        const swept = sweepDialogs(table, at).map((each) => (each.kind === "deleteDialog" ? each.id : ""));
        expect(swept.sort()).toEqual(ids(rows.filter((each) => deadline(each) <= at)));
        const awaited = rows.filter((each) => each.call === undefined || each.state !== "ended");
        expect(nextDialogSweep(table) ?? Number.POSITIVE_INFINITY).toBe(
          Math.min(Number.POSITIVE_INFINITY, ...awaited.map(deadline)),
        );
      }),
    );
  });
});
