import { describe, expect, it } from "vitest";
import { millis } from "../../src/base/brand";
import type { DialogState } from "../../src/dialog/dialog";
import { DialogTable, defaultDialogSettings, dialogOf, findDialog } from "../../src/dialog/dialog-table";
import { endDialog } from "../../src/dialog/end-dialog";
import { formDialog, openHalfDialog, prolong, updateView } from "../../src/dialog/form-dialog";
import { answered, at, begin, call, hour, otherPage, page, presence, subscribe, Table } from "./rows";

const view: DialogState = {
  localCSeq: 1,
  localUri: "sip:alice@example.com",
  remoteUri: "sip:bob@example.com",
  remoteTarget: "sip:bob@b.invalid;transport=ws",
  routeSet: ["<sip:token@gw.example.com;transport=ws;lr>"],
  secure: false,
};
const invite = { ...subscribe, usage: call };
const ringing = { ...answered, usage: call, state: "early", lifetime: undefined, view } as const;
const subscribed = () => new Table().take(openHalfDialog(new DialogTable(), subscribe, begin));

describe("a half-dialog", () => {
  it("is one row with the tag of its sender, until Timer N (RFC 6665 §4.1.2.4)", () => {
    expect(subscribed().row("row-1")).toEqual({
      id: "row-1",
      callId: "call-1",
      localTag: "alice",
      openedBy: "local",
      page,
      device: "urn:uuid:1",
      namesHome: true,
      usages: [presence],
      state: "half",
      formsUntil: at(32_000),
      expiresAt: at(32_000),
    });
  });

  it("of the other side's request has the other side's tag", () => {
    const opening = { ...subscribe, openedBy: "remote", tag: "watcher" } as const;
    const table = new Table().take(openHalfDialog(new DialogTable(), opening, begin));
    expect(table.row("row-1").remoteTag).toBe("watcher");
    expect(table.row("row-1").localTag).toBeUndefined();
  });

  it("takes the same request once more, as with credentials, into the same row", () => {
    const table = subscribed();
    table.take(openHalfDialog(table.rows, { ...subscribe, id: "row-9" }, at(5000)));
    expect([...table.rows.values()].map(({ id }) => id)).toEqual(["row-1"]);
    expect(table.row("row-1").formsUntil).toBe(at(37_000));
  });

  it("keeps two pages with the same Call-ID and tag apart", () => {
    const table = subscribed();
    table.take(openHalfDialog(table.rows, { ...subscribe, id: "row-9", page: otherPage }, begin));
    expect([...table.rows.values()].map(({ id }) => id)).toEqual(["row-1", "row-9"]);
  });
});

describe("RFC 3261 §12.1", () => {
  it("an 18x forms an early dialog in the row of the INVITE, the 2xx confirms it", () => {
    const table = new Table().take(openHalfDialog(new DialogTable(), invite, begin));
    table.take(formDialog(table.rows, ringing, at(100)));
    expect(table.row("row-1")).toMatchObject({ state: "early", localTag: "alice", remoteTag: "bob", view });
    const written = table.written;
    table.take(formDialog(table.rows, ringing, at(200)));
    expect(table.written).toBe(written);
    table.take(formDialog(table.rows, { ...ringing, state: "confirmed" }, at(5000)));
    expect(table.row("row-1").state).toBe("confirmed");
    expect(dialogOf(table.row("row-1"))).toEqual({
      id: { callId: "call-1", localTag: "alice", remoteTag: "bob" },
      phase: "confirmed",
      ...view,
    });
  });

  it("a late provisional response does not make a confirmed dialog early again", () => {
    const table = new Table().take(openHalfDialog(new DialogTable(), invite, begin));
    table.take(formDialog(table.rows, { ...ringing, state: "confirmed" }, at(100)));
    table.take(formDialog(table.rows, ringing, at(200)));
    expect(table.row("row-1").state).toBe("confirmed");
  });

  it("§13.2.2.4: each To tag of a forked INVITE is a dialog of its own", () => {
    const table = new Table().take(openHalfDialog(new DialogTable(), invite, begin));
    table.take(formDialog(table.rows, ringing, at(100)));
    table.take(formDialog(table.rows, { ...ringing, remoteTag: "bob-2", state: "confirmed" }, at(60_000)));
    expect(findDialog(table.rows, "call-1", "alice", "bob")?.state).toBe("early");
    expect(findDialog(table.rows, "call-1", "alice", "bob-2")?.state).toBe("confirmed");
  });

  it("a fork does not inherit the other branch's target and route set", () => {
    const table = new Table().take(openHalfDialog(new DialogTable(), invite, begin));
    table.take(formDialog(table.rows, ringing, at(100)));
    const { view: _view, ...unseen } = ringing;
    table.take(formDialog(table.rows, { ...unseen, remoteTag: "bob-2" }, at(200)));
    expect(dialogOf(table.row("row-2"))).toBeUndefined();
  });

  it("the devices of a forked INVITE to this home each own the dialog they answered", () => {
    const opening = { ...invite, openedBy: "remote", tag: "caller" } as const;
    const table = new Table().take(openHalfDialog(new DialogTable(), opening, begin));
    const first = { ...ringing, localTag: "phone-1", remoteTag: "caller" };
    table.take(formDialog(table.rows, first, at(100)));
    const second = { ...first, localTag: "phone-2", page: otherPage, device: "urn:uuid:2" };
    table.take(formDialog(table.rows, second, at(200)));
    expect(findDialog(table.rows, "call-1", "phone-1", "caller")).toMatchObject({
      page,
      device: "urn:uuid:1",
    });
    expect(findDialog(table.rows, "call-1", "phone-2", "caller")).toMatchObject({
      page: otherPage,
      device: "urn:uuid:2",
    });
  });

  it("a request that is open is answered before one that has its answer", () => {
    const table = subscribed();
    table.take(formDialog(table.rows, answered, at(100)));
    table.take(openHalfDialog(table.rows, { ...subscribe, id: "row-9" }, at(200)));
    table.take(formDialog(table.rows, { ...answered, remoteTag: "bob-2" }, at(300)));
    expect([...table.rows.values()].map(({ id }) => id)).toEqual(["row-1", "row-9"]);
    expect(table.row("row-9")).toMatchObject({ state: "confirmed", remoteTag: "bob-2" });
  });

  it("an answer nobody here asked for forms nothing", () => {
    expect(formDialog(new DialogTable(), answered, begin)).toMatchObject({
      ok: false,
      error: { status: 481 },
    });
  });
});

describe("RFC 6665 §4.5.2, RFC 3515", () => {
  it("a REFER within a call adds its subscription to the dialog, once", () => {
    const table = new Table().take(openHalfDialog(new DialogTable(), invite, begin));
    table.take(formDialog(table.rows, { ...ringing, state: "confirmed" }, at(100)));
    const refer = { ...answered, usage: { kind: "subscription", event: "refer" } as const };
    table.take(formDialog(table.rows, refer, at(200)));
    table.take(formDialog(table.rows, refer, at(300)));
    expect(table.row("row-1").usages).toEqual([call, refer.usage]);
    expect(table.row("row-1").view).toEqual(view);
  });

  it("has room for so many usages and then adds no more", () => {
    const settings = { ...defaultDialogSettings, usagesPerDialog: 1 };
    const table = subscribed().take(formDialog(subscribed().rows, answered, at(1), settings));
    const more = { ...answered, usage: { kind: "subscription", event: "dialog" } as const };
    expect(formDialog(table.rows, more, at(2), settings)).toEqual({ ok: true, value: [] });
  });

  it("an ended dialog takes no new usage", () => {
    const table = subscribed();
    table.take(formDialog(table.rows, answered, at(1)));
    table.apply(endDialog(table.row("row-1"), at(2)));
    expect(formDialog(table.rows, answered, at(3))).toEqual({ ok: true, value: [] });
  });
});

describe("signs of life", () => {
  const inCall = (lifetime: number | undefined) => {
    const table = new Table().take(openHalfDialog(new DialogTable(), invite, begin));
    const length = lifetime === undefined ? undefined : millis(lifetime);
    return table.take(formDialog(table.rows, { ...ringing, state: "confirmed", lifetime: length }, begin));
  };

  it("RFC 4028: a call of ten hours that is refreshed each 45 s writes its row about once an hour", () => {
    const table = inCall(90_000);
    const before = table.written;
    for (let now = 45_000; now <= 10 * hour; now += 45_000) {
      expect(table.row("row-1").expiresAt).toBeGreaterThanOrEqual(at(now));
      table.apply(prolong(table.row("row-1"), millis(90_000), at(now)));
    }
    expect(table.written - before).toBe(9);
  });

  it("a call of ten minutes writes none", () => {
    const table = inCall(90_000);
    const before = table.written;
    for (let now = 45_000; now <= 600_000; now += 45_000) {
      table.apply(prolong(table.row("row-1"), millis(90_000), at(now)));
    }
    expect(table.written).toBe(before);
  });

  it("where no length was agreed it is 12 h, and a peer cannot agree on years", () => {
    expect(inCall(undefined).row("row-1").expiresAt).toBe(at(13 * hour));
    expect(inCall(4_294_967_295_000).row("row-1").expiresAt).toBe(at(7 * 24 * hour + hour));
    const table = inCall(4_294_967_295_000);
    expect(prolong(table.row("row-1"), millis(4_294_967_295_000), at(1000))).toEqual([]);
  });

  it("are nothing to a half-dialog or an ended one", () => {
    expect(prolong(subscribed().row("row-1"), millis(1e9), at(1))).toEqual([]);
    const table = inCall(undefined);
    table.apply(endDialog(table.row("row-1"), at(2)));
    expect(prolong(table.row("row-1"), millis(1e9), at(3))).toEqual([]);
  });

  it("§12.2: a moved target or route set is written, a sequence number is not", () => {
    const { rows } = inCall(undefined);
    const row = rows.get("row-1");
    if (row === undefined) throw new Error("no row");
    expect(updateView(row, { ...view, localCSeq: 99, remoteCSeq: 4 })).toEqual([]);
    const moved = { ...view, remoteTarget: "sip:bob@new.invalid" };
    expect(updateView(row, moved)).toEqual([{ kind: "putDialog", row: { ...row, view: moved } }]);
    expect(updateView(row, { ...view, routeSet: [] })).toHaveLength(1);
  });
});

describe("bounds", () => {
  const open = (table: Table, n: number, settings = defaultDialogSettings, from = page) =>
    openHalfDialog(
      table.rows,
      { ...subscribe, id: `row-${n}`, callId: `call-${n}`, page: from },
      at(n),
      settings,
    );

  it("a home has so many dialogs, and one more is 503 with Retry-After", () => {
    const settings = { ...defaultDialogSettings, dialogs: 2 };
    const table = new Table();
    table.take(open(table, 1, settings)).take(open(table, 2, settings));
    expect(open(table, 3, settings)).toMatchObject({
      ok: false,
      error: { status: 503, lines: [["Retry-After", "60"]] },
    });
  });

  it("an ended one makes room, the oldest first; a live one never does", () => {
    const settings = { ...defaultDialogSettings, dialogs: 3 };
    const table = new Table();
    for (const n of [1, 2, 3]) table.take(open(table, n, settings));
    table.apply(endDialog(table.row("row-3"), at(10)));
    table.apply(endDialog(table.row("row-2"), at(20)));
    table.take(open(table, 4, settings));
    expect([...table.rows.values()].map(({ id }) => id)).toEqual(["row-1", "row-2", "row-4"]);
  });

  it("one page cannot take all the room of the home", () => {
    const settings = { ...defaultDialogSettings, dialogsPerPage: 1 };
    const table = new Table();
    table.take(open(table, 1, settings));
    expect(open(table, 2, settings)).toMatchObject({ ok: false, error: { status: 503 } });
    table.take(open(table, 3, settings, otherPage));
    expect(table.rows.size).toBe(2);
  });

  it("one SUBSCRIBE forks into so many dialogs", () => {
    const settings = { ...defaultDialogSettings, dialogsPerRequest: 2 };
    const table = subscribed();
    for (const remoteTag of ["b1", "b2"]) {
      table.take(formDialog(table.rows, { ...answered, id: `row-${remoteTag}`, remoteTag }, at(1), settings));
    }
    const third = { ...answered, id: "row-b3", remoteTag: "b3" };
    expect(formDialog(table.rows, third, at(1), settings)).toMatchObject({
      ok: false,
      error: { status: 503 },
    });
    expect(table.rows.size).toBe(2);
  });
});
