import { describe, expect, it } from "vitest";
import type { DialogState } from "../../src/dialog/dialog";
import { DialogTable } from "../../src/dialog/dialog-table";
import {
  afterRequest,
  endDialog,
  lastWord,
  nextDialogSweep,
  openingRefused,
  removePage,
  sweepDialogs,
} from "../../src/dialog/end-dialog";
import { formDialog, openHalfDialog } from "../../src/dialog/form-dialog";
import { answered, at, begin, call, hour, otherPage, page, presence, subscribe, Table } from "./rows";

const view: DialogState = {
  localCSeq: 7,
  localUri: "sip:alice@example.com",
  remoteUri: "sip:bob@example.com",
  remoteTarget: "sip:bob@b.invalid;transport=ws",
  routeSet: ["<sip:token@gw.example.com;lr>"],
  secure: false,
};
const refer = { kind: "subscription", event: "refer" } as const;

const formed = () => {
  const table = new Table().take(openHalfDialog(new DialogTable(), subscribe, begin));
  return table.take(formDialog(table.rows, answered, begin));
};
const inCall = () => {
  const table = new Table().take(openHalfDialog(new DialogTable(), { ...subscribe, usage: call }, begin));
  return table.take(formDialog(table.rows, { ...answered, usage: call, lifetime: undefined, view }, begin));
};
const inCallWithRefer = () => {
  const table = inCall();
  return table.take(formDialog(table.rows, { ...answered, usage: refer }, begin));
};

describe("RFC 6665 §4.4.1: the end of a subscription", () => {
  it("a refresh that is accepted ends nothing, an unsubscribe only with its NOTIFY", () => {
    const table = formed();
    const accepted = { method: "SUBSCRIBE", status: 200, usage: presence };
    expect(afterRequest(table.row("row-1"), accepted, at(10))).toEqual([]);
    const last = { method: "NOTIFY", status: 200, usage: presence, terminated: true };
    table.apply(afterRequest(table.row("row-1"), last, at(20)));
    expect(table.row("row-1")).toMatchObject({ state: "ended", endedAt: at(20) });
  });

  it.each([200, 481, 500, undefined])(
    "the NOTIFY that says `terminated` ends it, answered with %s",
    (status) => {
      const outcome = { method: "NOTIFY", status, usage: presence, terminated: true };
      expect(afterRequest(formed().row("row-1"), outcome, at(20))).toHaveLength(1);
    },
  );

  it.each([401, 407])("but not when it will come again with credentials, after %s", (status) => {
    const outcome = { method: "NOTIFY", status, usage: presence, terminated: true };
    expect(afterRequest(formed().row("row-1"), outcome, at(20))).toEqual([]);
  });

  it("a NOTIFY that is refused with 481, or never answered, ends it; one refused with 500 does not", () => {
    const row = formed().row("row-1");
    expect(afterRequest(row, { method: "NOTIFY", status: 481, usage: presence }, at(5))).toHaveLength(1);
    expect(afterRequest(row, { method: "NOTIFY", status: undefined, usage: presence }, at(5))).toHaveLength(
      1,
    );
    expect(afterRequest(row, { method: "NOTIFY", status: 500, usage: presence }, at(5))).toEqual([]);
  });

  it("the end of a subscription this dialog does not have changes nothing", () => {
    const other = {
      method: "NOTIFY",
      status: 481,
      usage: { kind: "subscription", event: "dialog" },
    } as const;
    expect(afterRequest(formed().row("row-1"), other, at(5))).toEqual([]);
    expect(afterRequest(formed().row("row-1"), { method: "BYE", status: 200 }, at(5))).toEqual([]);
  });
});

describe("RFC 5057 §5", () => {
  it("§5.5: a BYE ends the call and leaves the REFER's subscription, whose end ends the dialog", () => {
    const table = inCallWithRefer();
    table.apply(afterRequest(table.row("row-1"), { method: "BYE", status: 200 }, at(10)));
    expect(table.row("row-1")).toMatchObject({ state: "confirmed", usages: [refer] });
    const done = { method: "NOTIFY", status: 200, usage: refer, terminated: true };
    table.apply(afterRequest(table.row("row-1"), done, at(20)));
    expect(table.row("row-1").state).toBe("ended");
  });

  it("a response that destroys the dialog ends every usage at once", () => {
    const table = inCallWithRefer();
    table.apply(afterRequest(table.row("row-1"), { method: "NOTIFY", status: 404, usage: refer }, at(10)));
    expect(table.row("row-1").state).toBe("ended");
  });

  it("a 480 to a re-INVITE ends the call alone, a 504 and a 491 nothing", () => {
    const row = inCallWithRefer().row("row-1");
    expect(afterRequest(row, { method: "INVITE", status: 480 }, at(10))).toMatchObject([
      { row: { usages: [refer] } },
    ]);
    for (const status of [491, 504])
      expect(afterRequest(row, { method: "INVITE", status }, at(10))).toEqual([]);
  });

  it("§5.3: a failed OPTIONS or MESSAGE ends no usage", () => {
    for (const method of ["OPTIONS", "MESSAGE"]) {
      expect(afterRequest(inCall().row("row-1"), { method, status: 481 }, at(10))).toEqual([]);
      expect(afterRequest(inCall().row("row-1"), { method, status: undefined }, at(10))).toEqual([]);
    }
  });

  it("what has ended does not end again", () => {
    const table = formed();
    table.apply(endDialog(table.row("row-1"), at(10)));
    const again = { method: "NOTIFY", status: 481, usage: presence };
    expect(afterRequest(table.row("row-1"), again, at(20))).toEqual([]);
    expect(afterRequest(table.row("row-1"), { ...again, status: 404 }, at(20))).toEqual([]);
    const both = inCallWithRefer();
    both.apply(endDialog(both.row("row-1"), at(10)));
    expect(afterRequest(both.row("row-1"), { method: "BYE", status: 200 }, at(20))).toEqual([]);
  });
});

describe("RFC 3261 §12.3: a request that is refused", () => {
  it("takes its half-dialog and its early ones with it, and leaves confirmed and foreign ones", () => {
    const opening = { ...subscribe, usage: call };
    const table = new Table().take(openHalfDialog(new DialogTable(), opening, begin));
    const ringing = { ...answered, usage: call, state: "early", lifetime: undefined } as const;
    table.take(formDialog(table.rows, ringing, at(1)));
    table.take(formDialog(table.rows, { ...ringing, remoteTag: "bob-2", state: "confirmed" }, at(2)));
    table.take(openHalfDialog(table.rows, { ...opening, id: "row-3", tag: "alice-2" }, at(3)));
    table.apply(openingRefused(table.rows, table.row("row-1")));
    expect([...table.rows.values()].map(({ id, state }) => `${id} ${state}`)).toEqual([
      "row-2 confirmed",
      "row-3 half",
    ]);
    table.apply(openingRefused(table.rows, table.row("row-3")));
    expect(table.rows.get("row-3")).toBeUndefined();
  });
});

describe("a page that is gone", () => {
  it("takes its rows with it and no other page's", () => {
    const table = inCall();
    table.take(
      openHalfDialog(table.rows, { ...subscribe, id: "row-5", callId: "c5", page: otherPage }, begin),
    );
    expect(table.rows.ofPage(page)).toHaveLength(1);
    table.apply(removePage(table.rows, page));
    expect([...table.rows.values()].map(({ id }) => id)).toEqual(["row-5"]);
  });

  it("its BYE is the page's own: tags, target, route set, and a CSeq a million on", () => {
    expect(lastWord(inCall().row("row-1"))?.request).toEqual({
      method: "BYE",
      requestUri: "sip:bob@b.invalid;transport=ws",
      cseq: 1_000_007,
      lines: [
        ["Route", "<sip:token@gw.example.com;lr>"],
        ["From", "<sip:alice@example.com>;tag=alice"],
        ["To", "<sip:bob@example.com>;tag=bob"],
        ["Call-ID", "call-1"],
        ["CSeq", "1000007 BYE"],
      ],
    });
  });

  it("RFC 3261 §8.1.1.5: a page that counted to the end leaves the last number, or none", () => {
    const row = inCall().row("row-1");
    const counted = (localCSeq: number) => lastWord({ ...row, view: { ...view, localCSeq } });
    expect(counted(2_147_483_000)?.request.cseq).toBe(2_147_483_647);
    expect(counted(2_147_483_647)).toBeUndefined();
    expect(counted(4_294_967_295)).toBeUndefined();
  });

  it("there is no last word for a subscription, an early call, an ended one, or one whose view was not kept", () => {
    const row = inCall().row("row-1");
    const { view: _view, ...blind } = row;
    expect(lastWord(formed().row("row-1"))).toBeUndefined();
    expect(lastWord({ ...row, usages: [refer] })).toBeUndefined();
    expect(lastWord({ ...row, state: "early" })).toBeUndefined();
    expect(lastWord({ ...row, state: "ended" })).toBeUndefined();
    expect(lastWord(blind)).toBeUndefined();
  });
});

describe("the sweep", () => {
  it("forgets a half-dialog nobody answered after 64*T1", () => {
    const table = new Table().take(openHalfDialog(new DialogTable(), subscribe, begin));
    expect(nextDialogSweep(table.rows)).toBe(at(32_000));
    expect(sweepDialogs(table.rows, at(31_999))).toEqual([]);
    expect(sweepDialogs(table.rows, at(32_000))).toEqual([{ kind: "deleteDialog", id: "row-1" }]);
  });

  it("forgets an ended dialog 64*T1 after its end", () => {
    const table = formed();
    table.apply(endDialog(table.row("row-1"), at(1000)));
    expect(nextDialogSweep(table.rows)).toBe(at(33_000));
    expect(sweepDialogs(table.rows, at(32_999))).toEqual([]);
    expect(table.apply(sweepDialogs(table.rows, at(33_000))).rows.size).toBe(0);
  });

  it("forgets a subscription that was not refreshed, and a silent call after 12 h, an hour late", () => {
    expect(nextDialogSweep(formed().rows)).toBe(at(900_000 + hour));
    expect(nextDialogSweep(inCall().rows)).toBe(at(13 * hour));
    expect(sweepDialogs(inCall().rows, at(13 * hour))).toHaveLength(1);
  });

  it("has nothing to do for an empty table", () => {
    expect(nextDialogSweep(new DialogTable())).toBeUndefined();
    expect(sweepDialogs(new DialogTable(), begin)).toEqual([]);
  });
});
