import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { composePresence, type PresenceInput, unavailablePresence } from "../../src/presence/compose";
import {
  type PresenceDocument,
  readPresenceDocument,
  writePresenceDocument,
} from "../../src/presence/document";
import { serializeXml } from "../../src/xml/serialize";
import type { XmlElement } from "../../src/xml/tree";

const ALICE = "sip:alice@example.com";
const NOON = epochMs(Date.UTC(2026, 10, 22, 12));

const nothing: PresenceInput = {
  entity: ALICE,
  publications: [],
  registration: { reachable: false, since: undefined },
  dialogs: [],
};

const read = (body: string): PresenceDocument => {
  const document = readPresenceDocument(body);
  if (!document.ok) throw new Error(JSON.stringify(document.error));
  return document.value;
};

const published = (id: string, createdAt: number, source: string) => ({
  id,
  createdAt: epochMs(createdAt),
  body: writePresenceDocument(read(source), ALICE),
});

const pidf = (inner: string, attributes = ""): string =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="pres:alice@example.com" ${attributes}>${inner}</presence>`;

const tuple = (id: string, basic: string, rest = ""): string =>
  `<tuple id="${id}"><status><basic>${basic}</basic></status>${rest}</tuple>`;

const ids = ({ tuples, persons, devices }: PresenceDocument): readonly (string | undefined)[] =>
  [...tuples, ...persons, ...devices].map(({ id }) => id);

describe("RFC 3856 §7.2: presence from registration alone", () => {
  it("a device is registered: open, at the address-of-record, since then", () => {
    expect(composePresence({ ...nothing, registration: { reachable: true, since: NOON } })).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<presence entity="sip:alice@example.com" xmlns="urn:ietf:params:xml:ns:pidf">` +
        `<tuple id="registration"><status><basic>open</basic></status><contact>sip:alice@example.com</contact>` +
        `<timestamp>2026-11-22T12:00:00.000Z</timestamp></tuple></presence>`,
    );
  });

  it("none is: closed, under the same id", () => {
    const [tuple] = read(
      composePresence({ ...nothing, registration: { reachable: false, since: NOON } }),
    ).tuples;
    expect([tuple?.id, tuple?.basic, tuple?.timestamp]).toEqual([
      "registration",
      "closed",
      "2026-11-22T12:00:00.000Z",
    ]);
  });

  it("nobody ever registered: closed", () => {
    expect(read(composePresence(nothing)).tuples.map(({ basic }) => basic)).toEqual(["closed"]);
  });
});

describe("RFC 3856 §6.6.2: polite blocking", () => {
  it("looks to the byte like a user who was never there", () => {
    expect(unavailablePresence(ALICE)).toBe(composePresence(nothing));
  });
});

describe("RFC 3903 §10.3: who publishes knows better", () => {
  it("one publication is its own text, though a device is registered", () => {
    const laptop = published("p1", 1, pidf(tuple("t", "closed", "<note>Lunch</note>")));
    expect(
      composePresence({ ...nothing, publications: [laptop], registration: { reachable: true, since: NOON } }),
    ).toBe(laptop.body);
  });

  it("two devices: every tuple, note, person and device of both, in the order of RFC 3863 §4.1.1", () => {
    const laptop = published(
      "p1",
      1,
      pidf(
        `${tuple("a", "open")}<note>One</note><dm:person id="p"><rpid:activities><rpid:away/></rpid:activities></dm:person>`,
      ),
    );
    const phone = published(
      "p2",
      2,
      pidf(
        `${tuple("b", "closed")}<note>Two</note><dm:device id="d"><dm:deviceID>mac:1</dm:deviceID></dm:device>`,
      ),
    );
    const both = read(composePresence({ ...nothing, publications: [laptop, phone] }));
    expect(both.entity).toBe(ALICE);
    expect(both.tuples.map(({ id, basic }) => [id, basic])).toEqual([
      ["a", "open"],
      ["b", "closed"],
    ]);
    expect(both.notes.map(({ text }) => text)).toEqual(["One", "Two"]);
    expect(ids(both)).toEqual(["a", "b", "p", "d"]);
    expect(serializeXml(both.root)).toMatch(/<tuple.*<tuple.*<note>.*<note>.*<dm:person.*<dm:device/);
  });

  it("the same input in another order gives the same bytes", () => {
    const publications = [
      published("p1", 5, pidf(tuple("a", "open"))),
      published("p2", 5, pidf(tuple("a", "closed"))),
      published("p0", 9, pidf(tuple("c", "open"))),
    ];
    const dialogs = [{ since: NOON }, { since: epochMs(NOON - 1) }];
    const first = composePresence({ ...nothing, publications, dialogs });
    expect(
      composePresence({ ...nothing, publications: publications.toReversed(), dialogs: dialogs.toReversed() }),
    ).toBe(first);
  });
});

describe("RFC 3863 §4.1.2, RFC 4479 §3.5: ids are unique in the whole document", () => {
  const old = published("p1", 1, pidf(tuple("t4109", "open")));
  const young = published("p2", 2, pidf(`${tuple("t4109", "closed")}${tuple("other", "open")}`));

  it("the older publication keeps its ids, the younger one's are told apart by its own", () => {
    expect(ids(read(composePresence({ ...nothing, publications: [young, old] })))).toEqual([
      "t4109",
      "t4109-p2",
      "other",
    ]);
  });

  it("and the same again at the next composition", () => {
    const changed = { ...old, body: published("p1", 1, pidf(tuple("t4109", "closed"))).body };
    expect(ids(read(composePresence({ ...nothing, publications: [changed, young] })))).toEqual([
      "t4109",
      "t4109-p2",
      "other",
    ]);
  });
});

describe("Namespaces in XML: documents that disagree on prefixes", () => {
  it("keep their meaning when merged", () => {
    const one = published(
      "p1",
      1,
      `<p:presence xmlns:p="urn:ietf:params:xml:ns:pidf" xmlns:x="urn:one"><p:tuple id="a"><p:status x:f="1"><x:y>1</x:y></p:status></p:tuple><plain/></p:presence>`,
    );
    const two = published(
      "p2",
      2,
      `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:x="urn:two" xmlns:p="urn:three"><tuple id="b"><status x:f="2"><x:y>2</x:y></status><p:z/></tuple></presence>`,
    );
    const text = composePresence({ ...nothing, publications: [one, two] });
    const both = read(text);
    expect(
      both.tuples.map(({ statusExtensions: [y] }) => [y?.namespaceURI, y?.localName, y?.textContent]),
    ).toEqual([
      ["urn:one", "y", "1"],
      ["urn:two", "y", "2"],
    ]);
    expect(both.root.getElementsByTagNameNS("urn:three", "z").length).toBe(1);
    expect(both.extensions.map(({ namespaceURI, localName }) => [namespaceURI, localName])).toEqual([
      [null, "plain"],
    ]);
    expect(
      both.tuples.map(
        ({ element }) => (element.firstChild as XmlElement | null)?.getAttributeNS("urn:two", "f") || null,
      ),
    ).toEqual([null, "2"]);
  });

  it("make no document larger than the parts: a long name is declared once", () => {
    const long = "urn:x".padEnd(5000, "y");
    const many = (id: string, at: number, name: string) =>
      published(id, at, pidf("<c:d/>".repeat(500), `xmlns:c="${name}"`));
    const publications = [many("p1", 1, `${long}1`), many("p2", 2, `${long}2`)];
    const parts = publications.reduce((sum, { body }) => sum + body.length, 0);
    expect(composePresence({ ...nothing, publications }).length).toBeLessThan(parts + 2000);
  });

  it("the language of a published document stays with what it said", () => {
    const german = published("p1", 1, pidf("<note>Mittag</note>", 'xml:lang="de"'));
    const english = published("p2", 2, pidf("<note>Lunch</note>", 'xml:lang="en"'));
    expect(read(composePresence({ ...nothing, publications: [german, english] })).notes).toEqual([
      { language: "de", text: "Mittag" },
      { language: "en", text: "Lunch" },
    ]);
  });
});

describe("documents at the limits of what is taken", () => {
  it("can be composed with another, though mending gave each tuple an id", () => {
    const full = published("p1", 1, pidf(`<tuple a=""/>`.repeat(4000)));
    const both = composePresence({ ...nothing, publications: [full, published("p2", 2, pidf(""))] });
    expect(both.match(/<tuple /g)).toHaveLength(4000);
  });
});

describe("RFC 4480 §3.2: on the phone", () => {
  const dialogs = [{ since: NOON }];
  const activities = (body: string): readonly (string | null)[] =>
    read(body).persons.flatMap(({ extensions }) =>
      extensions.map((child) => child.firstChild?.localName ?? null),
    );

  it("a call of a user who published nothing", () => {
    const body = composePresence({ ...nothing, registration: { reachable: true, since: NOON }, dialogs });
    expect(activities(body)).toEqual(["on-the-phone"]);
    expect(read(body).persons.map(({ timestamp }) => timestamp)).toEqual(["2026-11-22T12:00:00.000Z"]);
    expect(read(body).tuples.map(({ basic }) => basic)).toEqual(["open"]);
  });

  it("joins what was published, under a free id", () => {
    const laptop = published("p1", 1, pidf(tuple("on-the-phone", "open")));
    const body = composePresence({ ...nothing, publications: [laptop], dialogs });
    expect(activities(body)).toEqual(["on-the-phone"]);
    expect(ids(read(body))).toEqual(["on-the-phone", "on-the-phone-"]);
  });

  it("stands beside another activity that the user states: a person has several at a time", () => {
    const laptop = published(
      "p1",
      1,
      pidf('<dm:person id="p"><rpid:activities><rpid:meeting/></rpid:activities></dm:person>'),
    );
    const body = composePresence({ ...nothing, publications: [laptop], dialogs });
    expect(activities(body)).toEqual(["meeting", "on-the-phone"]);
    expect(ids(read(body))).toEqual(["p", "on-the-phone"]);
  });

  it("is silent where a device says so itself, among others and whatever its prefix", () => {
    const laptop = published("p1", 1, pidf(tuple("t", "open")));
    const phone = published(
      "p2",
      2,
      `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:d="urn:ietf:params:xml:ns:pidf:data-model"><d:person id="p"><activities xmlns="urn:ietf:params:xml:ns:pidf:rpid"><note>Sales</note><working/><on-the-phone/></activities></d:person></presence>`,
    );
    const publications = [laptop, phone];
    expect(composePresence({ ...nothing, publications, dialogs })).toBe(
      composePresence({ ...nothing, publications }),
    );
  });

  it("another namespace's on-the-phone does not say it", () => {
    const laptop = published(
      "p1",
      1,
      pidf(
        '<dm:person id="p"><rpid:activities><x:on-the-phone xmlns:x="urn:x"/></rpid:activities></dm:person>',
      ),
    );
    expect(ids(read(composePresence({ ...nothing, publications: [laptop], dialogs })))).toEqual([
      "p",
      "on-the-phone",
    ]);
  });

  it("goes by itself: after the call the document is, to the byte, what it was before", () => {
    const laptop = published("p1", 1, pidf(tuple("t", "open")));
    const phone = published("p2", 2, pidf(tuple("t", "open", "<note>Desk</note>")));
    for (const publications of [[], [laptop], [laptop, phone]]) {
      const input = { ...nothing, publications, registration: { reachable: true, since: NOON } };
      const before = composePresence(input);
      expect(composePresence({ ...input, dialogs })).not.toBe(before);
      expect(composePresence({ ...input, dialogs: [] })).toBe(before);
    }
  });

  it("a second call that comes and goes changes not a byte", () => {
    const second = { since: epochMs(NOON + 60_000) };
    const input = { ...nothing, registration: { reachable: true, since: NOON } };
    expect(composePresence({ ...input, dialogs: [...dialogs, second] })).toBe(
      composePresence({ ...input, dialogs }),
    );
  });
});

describe("RFC 4479 §3.5, RFC 4480 §4: devices that disagree, and a call", () => {
  const source = readFileSync(
    `${import.meta.dirname}/../conformance/documents/presence-rfc4480-4-05.xml`,
    "utf8",
  );
  const extended = source
    .replace(
      "<rpid:class>calendar</rpid:class>",
      '$&<x:weather xmlns:x="urn:example:x" x:is="fine">Sun</x:weather>',
    )
    .replace("</presence>", '<y:all xmlns:y="urn:example:y"><y:every/></y:all></presence>');
  const desk = published("p1", 1, extended);
  const mobile = published(
    "p2",
    2,
    pidf(
      `${tuple("bs35r9", "closed")}<dm:person id="p1"><rpid:activities><rpid:steering/></rpid:activities><dm:timestamp>2026-11-22T12:00:00Z</dm:timestamp></dm:person><dm:device id="m"><dm:deviceID>urn:device:1</dm:deviceID></dm:device>`,
    ),
  );
  const all = read(composePresence({ ...nothing, publications: [mobile, desk], dialogs: [{ since: NOON }] }));

  it("every occurrence stands, told apart by ids; the call's comes last", () => {
    expect(ids(all)).toEqual([
      ...["bs35r9", "ty4658", "eg92n8", "bs35r9-p2"],
      ...["p1", "p1-p2", "on-the-phone"],
      ...["pc147", "m"],
    ]);
    expect(all.tuples.map(({ basic }) => basic)).toEqual(["open", "open", "open", "closed"]);
    expect(all.persons.map(({ timestamp }) => timestamp)).toEqual([
      "2005-05-30T16:09:44+05:00",
      "2026-11-22T12:00:00Z",
      "2026-11-22T12:00:00.000Z",
    ]);
  });

  it("what no RFC knows is kept where it stood, with its attributes", () => {
    const [person] = all.persons;
    const weather = person?.extensions.find(({ namespaceURI }) => namespaceURI === "urn:example:x");
    expect([weather?.textContent, weather?.getAttributeNS("urn:example:x", "is")]).toEqual(["Sun", "fine"]);
    expect(all.extensions.map(({ namespaceURI, localName }) => [namespaceURI, localName])).toEqual([
      ["urn:example:y", "all"],
    ]);
    const place = person?.extensions.find(({ localName }) => localName === "place-type");
    expect(place?.firstChild?.namespaceURI).toBe("urn:ietf:params:xml:ns:location-type");
  });
});

describe("the PIDF and RPID documents printed in RFCs, published by two devices at once", () => {
  const folder = `${import.meta.dirname}/../conformance/documents/`;
  const printed = readdirSync(folder).filter((name) => name.startsWith("presence-rfc"));

  it.each(printed)("%s: notes and unknown elements survive beside another document", (name) => {
    const source = readFileSync(folder + name, "utf8");
    const before = read(source);
    const other = published("p2", 2, pidf(tuple("other", "open")));
    const after = read(composePresence({ ...nothing, publications: [published("p1", 1, source), other] }));
    const shape = (document: PresenceDocument) =>
      [...document.tuples, ...document.persons, ...document.devices, ...document.extensions].map((part) => {
        const element = "element" in part ? part.element : part;
        return [...element.getElementsByTagNameNS("*", "*")].map(
          (inside) => `${inside.namespaceURI} ${inside.localName} ${inside.textContent}`,
        );
      });
    expect(after.notes).toEqual(before.notes);
    expect(shape({ ...after, tuples: after.tuples.slice(0, -1) })).toEqual(shape(before));
    expect(ids(after).filter((id) => id !== "other")).toEqual(ids(before));
  });
});
