import { describe, expect, it } from "vitest";
import { millis } from "../../src/base/brand";
import { DialogTable } from "../../src/dialog/dialog-table";
import { afterRequest, endDialog } from "../../src/dialog/end-dialog";
import { formDialog, openHalfDialog } from "../../src/dialog/form-dialog";
import { type InDialogRequest, judgeInDialog } from "../../src/dialog/judge-in-dialog";
import { answered, at, begin, call, otherPage, page, presence, subscribe, Table } from "./rows";

/** NOTIFY from Bob: From: …;tag=bob, To: …;tag=alice. */
const notify: InDialogRequest = {
  method: "NOTIFY",
  callId: "call-1",
  fromTag: "bob",
  toTag: "alice",
  sentByPage: undefined,
  usage: presence,
};
/** A refresh by Alice's page: From: …;tag=alice, To: …;tag=bob. */
const refresh: InDialogRequest = {
  ...notify,
  method: "SUBSCRIBE",
  fromTag: "alice",
  toTag: "bob",
  sentByPage: page,
};
const refused = { kind: "refused", refusal: { status: 481 } };

const subscribed = () => new Table().take(openHalfDialog(new DialogTable(), subscribe, begin));
const formed = () => {
  const table = subscribed();
  return table.take(formDialog(table.rows, answered, at(100)));
};

describe("RFC 6665 §4.4.1", () => {
  it("the first NOTIFY forms the dialog, also before the 200", () => {
    const table = subscribed();
    expect(judgeInDialog(table.rows, notify, at(50))).toMatchObject({ kind: "forms", row: { page } });
    table.take(formDialog(table.rows, answered, at(60)));
    expect([...table.rows.values()].map(({ id }) => id)).toEqual(["row-1"]);
    expect(judgeInDialog(table.rows, notify, at(70))).toMatchObject({
      kind: "known",
      row: { state: "confirmed" },
    });
    // The 200 that comes after it finds everything done.
    const written = table.written;
    table.take(formDialog(table.rows, answered, at(80)));
    expect(table.written).toBe(written);
  });

  it("a forked SUBSCRIBE: a NOTIFY with another tag forms a second dialog of the same page", () => {
    const table = formed();
    const second = { ...notify, fromTag: "bob-2" };
    expect(judgeInDialog(table.rows, second, at(200))).toMatchObject({ kind: "forms", row: { page } });
    table.take(formDialog(table.rows, { ...answered, remoteTag: "bob-2" }, at(210)));
    expect([...table.rows.values()].map(({ id }) => id)).toEqual(["row-1", "row-2"]);
    expect(judgeInDialog(table.rows, notify, at(220))).toMatchObject({ kind: "known", row: { id: "row-1" } });
    expect(judgeInDialog(table.rows, second, at(220))).toMatchObject({ kind: "known", row: { id: "row-2" } });
  });

  it("a fork may still come when the first dialog is over, as when a forked fetch ends with each NOTIFY", () => {
    const table = formed();
    table.apply(endDialog(table.row("row-1"), at(150)));
    expect(judgeInDialog(table.rows, { ...notify, fromTag: "bob-2" }, at(200))).toMatchObject({
      kind: "forms",
    });
    table.take(formDialog(table.rows, { ...answered, remoteTag: "bob-2" }, at(200)));
    expect(table.row("row-2").state).toBe("confirmed");
    expect(table.row("row-2").endedAt).toBeUndefined();
  });

  it("§4.1.2.4: after Timer N a NOTIFY forms nothing any more", () => {
    const table = formed();
    const late = { ...notify, fromTag: "bob-2" };
    expect(judgeInDialog(table.rows, late, at(32_000))).toMatchObject(refused);
    expect(formDialog(table.rows, { ...answered, remoteTag: "bob-2" }, at(32_000))).toMatchObject({
      ok: false,
      error: { status: 481 },
    });
    expect(judgeInDialog(table.rows, notify, at(32_000))).toMatchObject({ kind: "known" });
  });

  it.each([
    ["another Call-ID", { callId: "call-2" }],
    ["another To tag", { toTag: "carol" }],
    ["another Event", { usage: { kind: "subscription", event: "dialog" } }],
    ["an id that was not asked for", { usage: { ...presence, id: "1" } }],
    ["no Event", { usage: undefined }],
    ["another method", { method: "MESSAGE" }],
  ])("a NOTIFY with %s is 481", (_what, change) => {
    const { usage, ...rest } = { ...notify, ...change } as InDialogRequest;
    const request = usage === undefined ? rest : { ...rest, usage };
    expect(judgeInDialog(subscribed().rows, request, at(50))).toMatchObject(refused);
  });

  it("the subscriber cannot notify itself into a dialog", () => {
    const request = { ...notify, fromTag: "alice", toTag: "bob", sentByPage: page };
    expect(judgeInDialog(subscribed().rows, request, at(50))).toMatchObject(refused);
  });

  it("a device that was subscribed to forms the dialog with its own NOTIFY", () => {
    const opening = { ...subscribe, openedBy: "remote", tag: "watcher" } as const;
    const table = new Table().take(openHalfDialog(new DialogTable(), opening, begin));
    const first = { ...notify, fromTag: "device", toTag: "watcher", sentByPage: page };
    expect(judgeInDialog(table.rows, first, at(50))).toMatchObject({ kind: "forms", row: { id: "row-1" } });
    expect(judgeInDialog(table.rows, { ...first, sentByPage: otherPage }, at(50))).toMatchObject(refused);
    table.take(formDialog(table.rows, { ...answered, localTag: "device", remoteTag: "watcher" }, at(60)));
    const unsubscribe = { ...notify, method: "SUBSCRIBE", fromTag: "watcher", toTag: "device" };
    expect(judgeInDialog(table.rows, unsubscribe, at(70))).toMatchObject({ kind: "known", row: { page } });
  });
});

describe("RFC 3261 §12.2.2", () => {
  it("a refresh and an unsubscribe of the page pass", () => {
    expect(judgeInDialog(formed().rows, refresh, at(200))).toMatchObject({
      kind: "known",
      row: { id: "row-1" },
    });
  });

  it("an unknown dialog is 481, and an ACK for one is dropped", () => {
    for (const method of ["BYE", "INVITE", "UPDATE", "INFO", "MESSAGE", "SUBSCRIBE", "NOTIFY"]) {
      expect(judgeInDialog(new DialogTable(), { ...notify, method }, begin)).toMatchObject(refused);
    }
    expect(judgeInDialog(new DialogTable(), { ...notify, method: "ACK" }, begin)).toEqual({
      kind: "dropped",
    });
  });

  it("another page's request is 481, though it knows all the tags", () => {
    const table = formed();
    expect(judgeInDialog(table.rows, { ...refresh, sentByPage: otherPage }, at(200))).toMatchObject(refused);
    const ack = { ...refresh, method: "ACK", sentByPage: otherPage };
    expect(judgeInDialog(table.rows, ack, at(200))).toEqual({ kind: "dropped" });
  });

  it("the tags are not interchangeable: the peer's request sent by the page is 481", () => {
    expect(judgeInDialog(formed().rows, { ...notify, sentByPage: page }, at(200))).toMatchObject(refused);
    expect(
      judgeInDialog(formed().rows, { ...refresh, sentByPage: undefined } as InDialogRequest, at(200)),
    ).toMatchObject(refused);
  });

  it("a half-dialog takes nothing but the NOTIFY that forms it", () => {
    expect(judgeInDialog(subscribed().rows, refresh, at(50))).toMatchObject(refused);
  });
});

describe("RFC 5407 §3.2", () => {
  const inCall = () => {
    const opening = { ...subscribe, usage: call };
    const table = new Table().take(openHalfDialog(new DialogTable(), opening, begin));
    table.take(formDialog(table.rows, { ...answered, usage: call, lifetime: undefined }, at(100)));
    return table.apply(afterRequest(table.row("row-1"), { method: "BYE", status: 200 }, at(5000)));
  };

  it("§3.2.1 and §3.2.4: a BYE that crossed the other, and an ACK, still pass", () => {
    const { rows } = inCall();
    expect(rows.get("row-1")?.state).toBe("ended");
    for (const method of ["BYE", "ACK"]) {
      expect(judgeInDialog(rows, { ...notify, method }, at(5100))).toMatchObject({ kind: "known" });
    }
  });

  it("§3.2.2 and §3.3.3: a re-INVITE, an UPDATE and a REFER come too late", () => {
    const { rows } = inCall();
    for (const method of ["INVITE", "UPDATE", "REFER", "NOTIFY", "SUBSCRIBE"]) {
      expect(judgeInDialog(rows, { ...notify, method }, at(5100))).toMatchObject(refused);
    }
  });

  it("an early dialog takes PRACK, UPDATE and BYE", () => {
    const table = new Table().take(openHalfDialog(new DialogTable(), { ...subscribe, usage: call }, begin));
    const ringing = { ...answered, usage: call, state: "early", lifetime: millis(90_000) } as const;
    table.take(formDialog(table.rows, ringing, at(100)));
    for (const method of ["PRACK", "UPDATE", "BYE"]) {
      expect(judgeInDialog(table.rows, { ...refresh, method }, at(200))).toMatchObject({
        kind: "known",
        row: { state: "early" },
      });
    }
  });
});
