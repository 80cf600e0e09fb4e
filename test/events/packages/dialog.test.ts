import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seconds } from "../../../src/base/brand";
import {
  composeDialogInfo,
  type DialogEntry,
  type DialogState,
  dialog,
  readDialogFilter,
  selectDialogs,
} from "../../../src/events/packages/dialog";
import { attribute, childElement, elementsOf, text } from "../../../src/xml/read";
import type { XmlElement } from "../../../src/xml/tree";
import { carried, hostileText } from "../../support/hostile-text";
import { mended, printed, rootOf, treeOf } from "./document-tree";

const NAMESPACE = "urn:ietf:params:xml:ns:dialog-info";
const entity = "sip:alice@example.com";

const toBob = {
  id: "as7d900as8",
  callId: "a84b4c76e66710",
  localTag: "1928301774",
  direction: "initiator",
} as const;

const fromCathy: DialogEntry = {
  id: "sfhjsjk12",
  callId: "o34oii1",
  localTag: "8903j4",
  remoteTag: "78cjkus",
  direction: "recipient",
  state: "confirmed",
};

/** The RFC tells of changes; we tell all, each time. */
const full = ['state="partial"', 'state="full"'] as const;
const asSchema = [full, ['direction="receiver"', 'direction="recipient"'], ['reason="', 'event="']] as const;

describe("RFC 4235 §6.1: the printed documents come out of their data", () => {
  it("the INVITE is sent", () => {
    const document = composeDialogInfo(
      { entity, version: 0, dialogs: [{ ...toBob, state: "trying" }] },
      "full",
    );
    expect(treeOf(document)).toEqual(treeOf(printed("dialog-info-rfc4235-6.1-05")));
  });

  it("it rings", () => {
    const dialogs: readonly DialogEntry[] = [{ ...toBob, remoteTag: "456887766", state: "early" }];
    expect(treeOf(composeDialogInfo({ entity, version: 1, dialogs }, "full"))).toEqual(
      treeOf(printed("dialog-info-rfc4235-6.1-06")),
    );
  });

  it("another branch answers", () => {
    const dialogs: readonly DialogEntry[] = [{ ...toBob, remoteTag: "hh76a", state: "confirmed" }];
    expect(treeOf(composeDialogInfo({ entity, version: 3, dialogs }, "full"))).toEqual(
      treeOf(mended(printed("dialog-info-rfc4235-6.1-08"), full)),
    );
  });
});

describe("RFC 4235 §6.2: a shared line", () => {
  it("no dialog", () => {
    expect(treeOf(composeDialogInfo({ entity, version: 0, dialogs: [] }, "full"))).toEqual(
      treeOf(printed("dialog-info-rfc4235-6.2-10")),
    );
  });

  it("offhook, before anything else is known", () => {
    const dialogs: readonly DialogEntry[] = [{ ...toBob, state: "trying" }];
    expect(treeOf(composeDialogInfo({ entity, version: 1, dialogs }, "masked"))).toEqual(
      treeOf(mended(printed("dialog-info-rfc4235-6.2-11"), full)),
    );
  });

  it("a response made the state, and its sender is known", () => {
    const dialogs: readonly DialogEntry[] = [
      {
        ...toBob,
        remoteTag: "07346y131",
        state: "early",
        code: 180,
        remote: { target: { uri: "sip:bobster@host2.example.net" } },
      },
    ];
    expect(treeOf(composeDialogInfo({ entity, version: 3, dialogs }, "full"))).toEqual(
      treeOf(mended(printed("dialog-info-rfc4235-6.2-13"), full)),
    );
  });

  it("one dialog replaces another", () => {
    const replaced = { callId: "a84b4c76e66710", localTag: "1928301774", remoteTag: "8736347" };
    const dialogs: readonly DialogEntry[] = [
      { ...toBob, ...replaced, id: "zxcvbnm3", state: "terminated", event: "replaced" },
      {
        ...fromCathy,
        replaces: replaced,
        referredBy: { uri: "sip:bob-is-not-here@vm.example.net" },
        local: { target: { uri: "sip:alice@pc33.example.com", params: [["+sip.rendering", "yes"]] } },
        remote: {
          identity: { uri: "sip:cjones@example.net", display: "Cathy Jones" },
          target: {
            uri: "sip:line3@host3.example.net",
            params: [
              ["actor", "attendant"],
              ["automaton", "false"],
            ],
          },
        },
      },
    ];
    const rfc = mended(
      printed("dialog-info-rfc4235-6.2-15"),
      ...asSchema,
      // A confirmed dialog was not ended by anything, and a param stands in its target (§4.1.6.2).
      ['<state event="replaced">confirmed', "<state>confirmed"],
      ['<target uri="sip:alice@pc33.example.com"/>', '<target uri="sip:alice@pc33.example.com">'],
      ['<param pname="+sip.rendering" pval="yes"/>', '<param pname="+sip.rendering" pval="yes"/></target>'],
    );
    expect(treeOf(composeDialogInfo({ entity, version: 5, dialogs }, "full"))).toEqual(treeOf(rfc));
  });

  it("the other side moves into a conference", () => {
    const target = { uri: "sip:confid-34579@host3.example.net", params: [["isfocus", "true"]] as const };
    const dialogs: readonly DialogEntry[] = [{ ...fromCathy, remote: { target } }];
    expect(treeOf(composeDialogInfo({ entity, version: 6, dialogs }, "full"))).toEqual(
      treeOf(mended(printed("dialog-info-rfc4235-6.2-16"), full, asSchema[1])),
    );
  });

  it("the other side hangs up", () => {
    const dialogs: readonly DialogEntry[] = [{ ...fromCathy, state: "terminated", event: "remote-bye" }];
    const [first] = [treeOf(mended(printed("dialog-info-rfc4235-6.2-18"), ...asSchema)).content].flat();
    expect([treeOf(composeDialogInfo({ entity, version: 8, dialogs }, "full")).content].flat()).toEqual([
      first,
    ]);
  });
});

describe("RFC 4235 §3.6, §3.7.2, §6.3: those who may know that, but not with whom", () => {
  const secrets: DialogEntry = {
    ...fromCathy,
    id: "1",
    code: 200,
    duration: seconds(12),
    replaces: { callId: "secret-call", localTag: "secret-tag", remoteTag: "secret-tag" },
    referredBy: { uri: "sip:secret@example.net" },
    local: { identity: { uri: "sip:secret@example.net" }, target: { uri: "sip:secret@example.net" } },
    remote: { identity: { uri: "sip:secret@example.net", display: "Secret" } },
  };

  it("see an id and a state, as printed", () => {
    expect(treeOf(composeDialogInfo({ entity, version: 1, dialogs: [secrets] }, "masked"))).toEqual(
      treeOf(printed("dialog-info-rfc4235-6.3-20")),
    );
    expect(treeOf(composeDialogInfo({ entity, version: 2, dialogs: [] }, "masked"))).toEqual(
      treeOf(printed("dialog-info-rfc4235-6.3-21")),
    );
    const again = { ...secrets, id: "as7d900as8" };
    expect(treeOf(composeDialogInfo({ entity, version: 0, dialogs: [again] }, "masked"))).toEqual(
      treeOf(printed("dialog-info-rfc4235-3.6-01")),
    );
  });

  it("are told what ended it, and by no status", () => {
    const dialogs: readonly DialogEntry[] = [
      { ...secrets, state: "terminated", event: "rejected", code: 486 },
    ];
    expect(composeDialogInfo({ entity, version: 1, dialogs }, "masked")).toContain(
      '<dialog id="1"><state event="rejected">terminated</state></dialog></dialog-info>',
    );
  });
});

describe("RFC 4235 §4.1", () => {
  it("§4.1.3: the duration is an element of its own, behind the state", () => {
    const dialogs: readonly DialogEntry[] = [{ ...toBob, state: "confirmed", duration: seconds(145) }];
    expect(composeDialogInfo({ entity, version: 1, dialogs }, "full")).toContain(
      "<state>confirmed</state><duration>145</duration></dialog>",
    );
  });

  it("whatever peers call themselves, the document is read back as it was meant", () => {
    const named = fc.record({ uri: hostileText, display: hostileText });
    const entries = fc.record({
      id: hostileText,
      callId: hostileText,
      localTag: hostileText,
      direction: fc.constantFrom("initiator", "recipient"),
      state: fc.constantFrom<DialogState>("trying", "proceeding", "early", "confirmed", "terminated"),
      referredBy: named,
      remote: fc.record({
        identity: named,
        target: fc.record({
          uri: hostileText,
          params: fc.array(fc.tuple(hostileText, hostileText), { maxLength: 3 }),
        }),
      }),
    });
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 3 }), (dialogs) => {
        const root = rootOf(composeDialogInfo({ entity, version: 1, dialogs }, "full"));
        expect(elementsOf(root).map(readDialog)).toEqual(
          dialogs.map(({ id, callId, referredBy, remote: { identity, target } }) => [
            ...[id, callId, referredBy.uri, referredBy.display, identity.uri, identity.display].map(carried),
            ...[target.uri, ...target.params.flat()].map(carried),
          ]),
        );
      }),
    );
  });

  const child = (parent: XmlElement, name: string): XmlElement => {
    const found = childElement(parent, NAMESPACE, name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };

  function readDialog(element: XmlElement) {
    const referredBy = child(element, "referred-by");
    const remote = child(element, "remote");
    const identity = child(remote, "identity");
    const target = child(remote, "target");
    return [
      ...[attribute(element, "id"), attribute(element, "call-id")],
      ...[text(referredBy), attribute(referredBy, "display")],
      ...[text(identity), attribute(identity, "display")],
      ...[attribute(target, "uri")],
      ...elementsOf(target).flatMap((param) => [attribute(param, "pname"), attribute(param, "pval")]),
    ];
  }
});

describe("RFC 4235 §3.2: the dialogs that Event names", () => {
  const dialogs: readonly DialogEntry[] = [
    fromCathy,
    { ...toBob, id: "1", remoteTag: "r1", state: "early" },
    { ...toBob, id: "2", remoteTag: "r2", state: "early" },
  ];
  const selected = (parameters: Readonly<Record<string, string | null>>) => {
    const list = Object.entries(parameters).map(([name, value]) => ({ name, value }));
    const filter = readDialogFilter(list);
    return filter.ok ? selectDialogs(dialogs, filter.value).map(({ id }) => id) : "refused";
  };
  const { callId, localTag } = toBob;

  it("none named: all", () => {
    expect(selected({ "include-session-description": null })).toEqual(["sfhjsjk12", "1", "2"]);
  });

  it("one dialog: to-tag is the user's, from-tag the other side's", () => {
    expect(selected({ "call-id": callId, "to-tag": localTag, "from-tag": "r2" })).toEqual(["2"]);
    expect(selected({ "call-id": callId, "to-tag": "r2", "from-tag": localTag })).toEqual([]);
    expect(selected({ "call-id": "other", "to-tag": localTag, "from-tag": "r2" })).toEqual([]);
  });

  it("all dialogs of one INVITE that the user sent", () => {
    expect(selected({ "call-id": callId, "to-tag": localTag })).toEqual(["1", "2"]);
  });

  it.each<Readonly<Record<string, string | null>>>([
    { "call-id": callId },
    { "to-tag": localTag },
    { "from-tag": "r2" },
    { "call-id": callId, "from-tag": "r2" },
    { "call-id": null, "to-tag": localTag },
    { "call-id": callId, "to-tag": localTag, "from-tag": null },
  ])("%o names none", (parameters) => {
    expect(selected(parameters)).toBe("refused");
  });
});

describe("RFC 4235 §3.4, §3.5: the package", () => {
  it("is for whom the user's rules admit, an hour by default, in dialog-info", () => {
    expect(dialog).toMatchObject({
      name: "dialog",
      contentTypes: ["application/dialog-info+xml"],
      defaultExpires: 3600,
      audience: "rules",
    });
  });
});
