import { describe, expect, it } from "vitest";
import { CallTable } from "../../durable-objects/host/call-table";
import { SqlStore } from "../../durable-objects/host/sql-store";
import { Statements } from "../../durable-objects/host/statements";
import { type EpochMs, epochMs } from "../../src/base/brand";
import type { CallRecord } from "../../src/contracts/call-record";
import { callIdAt } from "../../src/home/calls/call-record";
import { type CallRow, callIsOpen } from "../../src/home/calls/call-row";
import type { RowEffect } from "../../src/home/effect";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { sqliteStorage } from "../home/support/sqlite-storage";

const aor = parseAddressOfRecord("bob@example.com") as AddressOfRecord;
const start = epochMs(1_790_000_000_000);
const at = (minute: number): EpochMs => epochMs(start + minute * 60_000);
const never = callIdAt(epochMs(0));

const record = (minute: number): CallRecord => ({
  id: callIdAt(at(minute)),
  direction: "incoming",
  callId: `call${minute}`,
  peer: "sip:alice@example.com",
  startedAt: at(minute),
  outcome: "underway",
});

const rowOf = (minute: number, until: EpochMs): CallRow => ({
  id: record(minute).id,
  until,
  record: record(minute),
  dialogs: [],
});

const put = (minute: number, until: EpochMs): RowEffect => ({
  kind: "putCall",
  row: rowOf(minute, until),
  ends: until !== callIsOpen,
});

/** It was over, and goes on. */
const putAgain = (minute: number): RowEffect => ({
  kind: "putCall",
  row: { ...rowOf(minute, callIsOpen), state: { isReopened: true } as Exclude<CallRow["state"], undefined> },
  ends: false,
});

function logAlone() {
  const storage = sqliteStorage();
  const statements: string[] = [];
  let store = new SqlStore(storage);
  const state = store.load(aor, start);
  const exec = storage.sql.exec.bind(storage.sql);
  storage.sql.exec = ((statement: string, ...values: readonly SqlStorageValue[]) => {
    statements.push(statement);
    return exec(statement, ...values);
  }) as typeof exec;
  return {
    statements,
    wake: () => {
      store = new SqlStore(storage);
    },
    begin: (minute: number, keep: number, before = never) =>
      store.commit(state, [{ kind: "trimCalls", keep, before }, put(minute, callIsOpen)]),
    end: (minute: number) => store.commit(state, [put(minute, at(minute))]),
    reopen: (minute: number) => store.commit(state, [putAgain(minute)]),
    clear: () => store.commit(state, [{ kind: "clearCalls" }]),
    minutes: (): readonly number[] =>
      new CallTable(new Statements({ sql: { exec } } as unknown as DurableObjectStorage))
        .before(undefined, 1000)
        .map(({ startedAt }) => (startedAt - start) / 60_000)
        .reverse(),
  };
}

const upTo = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

for (const sleeps of [false, true]) {
  describe(`the log of calls, in an object that ${sleeps ? "sleeps between calls" : "stays awake"}`, () => {
    function call(log: ReturnType<typeof logAlone>, minute: number, keep: number, before?: string): void {
      log.begin(minute, keep, before);
      if (sleeps) log.wake();
      log.end(minute);
      if (sleeps) log.wake();
    }

    it("is cut to its length once it is a sixteenth longer", () => {
      const log = logAlone();
      for (let minute = 1; minute <= 34; minute++) call(log, minute, 32);
      expect(log.minutes()).toEqual(upTo(1, 34));
      call(log, 35, 32);
      expect(log.minutes()).toEqual(upTo(1, 35));
      call(log, 36, 32);
      expect(log.minutes()).toEqual(upTo(4, 36));
    });

    it("loses what is too old, however short it is", () => {
      const log = logAlone();
      for (let minute = 1; minute <= 5; minute++) call(log, minute, 500);
      call(log, 6, 500, callIdAt(at(4)));
      expect(log.minutes()).toEqual([4, 5, 6]);
    });

    it("keeps calls that go on, and counts them", () => {
      const log = logAlone();
      log.begin(1, 2);
      log.begin(2, 2);
      if (sleeps) log.wake();
      for (const minute of [3, 4, 5]) call(log, minute, 2);
      expect(log.minutes()).toEqual([1, 2, 5]);
      log.end(1);
      call(log, 6, 2);
      expect(log.minutes()).toEqual([2, 5, 6]);
    });

    it("counts a call once that was over and goes on until its page has heard so", () => {
      const log = logAlone();
      for (let minute = 1; minute <= 34; minute++) {
        call(log, minute, 32);
        log.reopen(minute);
        if (sleeps) log.wake();
        log.end(minute);
      }
      expect(log.minutes()).toEqual(upTo(1, 34));
    });

    it("begins anew once it was cleared", () => {
      const log = logAlone();
      for (const minute of [1, 2, 3]) call(log, minute, 3);
      log.clear();
      for (const minute of [4, 5, 6]) call(log, minute, 3);
      expect(log.minutes()).toEqual([4, 5, 6]);
    });
  });
}

describe("a call in an object that is awake", () => {
  it("is one statement when it begins and one when it ends", () => {
    const log = logAlone();
    log.begin(1, 500);
    log.end(1);
    log.statements.length = 0;
    log.begin(2, 500);
    log.end(2);
    expect(log.statements).toHaveLength(2);
  });
});
