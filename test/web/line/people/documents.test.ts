import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readLamp } from "../../../../web/line/people/dialog-info";
import { mergeWatchers, readDecisions, readWatcherInfo } from "../../../../web/line/people/watcher-info";
import { stubDomParser } from "../dom-parser";

beforeEach(stubDomParser);
afterEach(() => void vi.unstubAllGlobals());

describe("RFC 4235: the busy lamp", () => {
  const info = (...dialogs: readonly string[]): string =>
    `<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full"
      entity="sip:bob@localhost">${dialogs.join("")}</dialog-info>`;
  const dialog = (state: string, direction = "recipient"): string =>
    `<dialog id="a" direction="${direction}"><state>${state}</state></dialog>`;

  it.each([
    [[], "idle"],
    [[dialog("terminated")], "idle"],
    [[dialog("early")], "ringing"],
    [[dialog("trying")], "ringing"],
    [[dialog("early", "initiator")], "busy"],
    [[dialog("confirmed")], "busy"],
    [[dialog("terminated"), dialog("early"), dialog("confirmed")], "busy"],
    [["<dialog id='a'><state>early</state></dialog>"], "ringing"],
  ] as const)("%j: %s", (dialogs, lamp) => {
    expect(readLamp(info(...dialogs))).toBe(lamp);
  });

  it.each(["", "<dialog-info/>", "<presence xmlns='urn:ietf:params:xml:ns:pidf'/>", info("<dialog>")])(
    "is unknown of what is no such document: %#",
    (body) => {
      expect(readLamp(body)).toBeUndefined();
    },
  );
});

describe("RFC 3858: who watches", () => {
  const info = (inner: string): string =>
    `<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="0" state="full">
      <watcher-list resource="sip:alice@localhost" package="presence">${inner}</watcher-list></watcherinfo>`;
  const watcher = (address: string, status: string): string =>
    `<watcher id="x" status="${status}" event="subscribe">sip:${address}</watcher>`;

  it("is listed, but for those who have gone and those of whom nothing can be read", () => {
    const body = info(
      [
        watcher("bob@localhost", "pending"),
        watcher("carol@localhost", "terminated"),
        watcher("", "active"),
        watcher("dave@localhost", "active"),
      ].join(""),
    );
    expect(readWatcherInfo(body)).toEqual([
      { address: "bob@localhost", status: "pending" },
      { address: "dave@localhost", status: "active" },
    ]);
    expect(readWatcherInfo("<watcherinfo/>")).toBeUndefined();
  });

  it("has one line for each watcher, in the best of his states, with what was decided", () => {
    const decided = readDecisions({
      decisions: [
        { aor: "bob@localhost", decision: "allow" },
        { aor: 3, decision: "allow" },
        { aor: "x@localhost", decision: "shrug" },
      ],
    });
    const watching = [
      { address: "bob@localhost", status: "waiting" },
      { address: "bob@localhost", status: "active" },
      { address: "carol@localhost", status: "pending" },
    ] as const;
    expect(mergeWatchers(watching, decided)).toEqual([
      { address: "bob@localhost", status: "active", decision: "allow" },
      { address: "carol@localhost", status: "pending", decision: undefined },
    ]);
    for (const value of [undefined, null, 3, {}, { decisions: "x" }])
      expect(readDecisions(value).size).toBe(0);
  });
});
