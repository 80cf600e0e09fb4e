import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { composePresence } from "../../src/presence/compose";
import {
  type PresenceDocument,
  readPresenceDocument,
  writePresenceDocument,
} from "../../src/presence/document";
import {
  ACTIVITIES,
  LONGEST_NOTE,
  MOODS,
  presenceFromJson,
  type StatedPresence,
} from "../../src/presence/presence-from-json";
import { carried, hostileText } from "../support/hostile-text";

const ALICE = "sip:alice@example.com";
const NOON = epochMs(Date.UTC(2026, 10, 22, 12));

const compose = (stated: StatedPresence): string => {
  const text = presenceFromJson(stated, ALICE, NOON);
  if (!text.ok) throw new Error(`${text.error.where} ${text.error.detail}`);
  return text.value;
};

const read = (body: string): PresenceDocument => {
  const document = readPresenceDocument(body);
  if (!document.ok) throw new Error(JSON.stringify(document.error));
  return document.value;
};

describe("RFC 3863 §4.1, RFC 4479 §5, RFC 4480 §3.2 and §3.5: a document of what the user states", () => {
  it("has the state, the note, the activity and the mood, in their places", () => {
    expect(compose({ basic: "open", activity: "meeting", note: "Until <3>", mood: "in_awe" })).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<presence entity="sip:alice@example.com" xmlns="urn:ietf:params:xml:ns:pidf">` +
        `<tuple id="stated"><status><basic>open</basic></status><contact>sip:alice@example.com</contact>` +
        `<timestamp>2026-11-22T12:00:00.000Z</timestamp></tuple><note>Until &lt;3&gt;</note>` +
        `<dm:person id="stated-person" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model">` +
        `<rpid:activities xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"><rpid:meeting/></rpid:activities>` +
        `<rpid:mood xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"><rpid:in_awe/></rpid:mood>` +
        `<dm:timestamp>2026-11-22T12:00:00.000Z</dm:timestamp></dm:person></presence>`,
    );
  });

  it("has no person where nothing is said of one", () => {
    const { persons, notes, tuples } = read(compose({ basic: "closed" }));
    expect([persons, notes, tuples.map(({ basic }) => basic)]).toEqual([[], [], ["closed"]]);
  });

  it.each(ACTIVITIES)("%s is an activity", (activity) => {
    const [person] = read(compose({ basic: "open", activity })).persons;
    expect(person?.extensions.map((each) => [each.localName, each.firstChild?.localName])).toEqual([
      ["activities", activity],
    ]);
  });

  it.each(MOODS)("%s is a mood", (mood) => {
    const [person] = read(compose({ basic: "open", mood })).persons;
    expect(person?.extensions.map((each) => [each.localName, each.firstChild?.localName])).toEqual([
      ["mood", mood],
    ]);
  });

  it("names no other: they become elements", () => {
    const refused = (stated: StatedPresence) => {
      const result = presenceFromJson(stated, ALICE, NOON);
      return result.ok ? "taken" : result.error.where;
    };
    for (const name of ["", "other", "note", "Meeting", "constructor", 'a x="1"', "in awe", "><x"]) {
      expect([refused({ basic: "open", activity: name }), refused({ basic: "open", mood: name })]).toEqual([
        "activity",
        "mood",
      ]);
    }
    expect(refused({ basic: "open", activity: "happy" })).toBe("activity");
    expect(refused({ basic: "open", mood: "meeting" })).toBe("mood");
    expect(refused({ basic: "open", note: "x".repeat(LONGEST_NOTE + 1) })).toBe("note");
    expect(refused({ basic: "open", note: "x".repeat(LONGEST_NOTE) })).toBe("taken");
  });

  it("is stored as a PUBLISH would be: writing it again changes nothing, whatever the note", () => {
    const statement = fc.record(
      {
        basic: fc.constantFrom("open" as const, "closed" as const),
        activity: fc.constantFrom(...ACTIVITIES),
        mood: fc.constantFrom(...MOODS),
        note: hostileText,
      },
      { requiredKeys: ["basic"] },
    );
    fc.assert(
      fc.property(statement, (stated) => {
        const body = compose(stated);
        const document = read(body);
        expect(writePresenceDocument(document, ALICE)).toBe(body);
        const note = stated.note === undefined ? [] : [carried(stated.note)];
        expect(document.notes.map(({ text }) => text)).toEqual(note);
      }),
    );
  });

  it("composes with other devices and a call", () => {
    const stated = { id: "json", createdAt: NOON, body: compose({ basic: "open", activity: "working" }) };
    const phone = { id: "p2", createdAt: epochMs(NOON + 1), body: compose({ basic: "closed" }) };
    const both = read(
      composePresence({
        entity: ALICE,
        publications: [phone, stated],
        registration: { reachable: false, since: undefined },
        dialogs: [{ since: NOON }],
      }),
    );
    expect(both.tuples.map(({ id, basic }) => [id, basic])).toEqual([
      ["stated", "open"],
      ["stated-p2", "closed"],
    ]);
    expect(both.persons.map(({ id }) => id)).toEqual(["stated-person", "on-the-phone"]);
  });
});
