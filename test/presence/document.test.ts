import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type PresenceDocument,
  readPresenceDocument,
  writePresenceDocument,
} from "../../src/presence/document";

const folder = `${import.meta.dirname}/../conformance/documents/`;
const printed = readdirSync(folder).filter((name) => /^(?:presence-rfc|rlmi-parts)/.test(name));
const source = (name: string): string => readFileSync(folder + name, "utf8");

const read = (body: string): PresenceDocument => {
  const document = readPresenceDocument(body);
  if (!document.ok) throw new Error(JSON.stringify(document.error));
  return document.value;
};

/** Everything a watcher can learn, without the tree. */
const facts = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) => {
      if (key === "root" || key === "element") return undefined;
      const node = inner as { namespaceURI?: string; localName?: string; textContent?: string } | null;
      return typeof node === "object" && node?.localName !== undefined
        ? `${node.namespaceURI} ${node.localName} ${node.textContent}`
        : inner;
    }),
  );

const withBody = (inner: string, attributes = 'entity="pres:a@example.com"'): string =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" ${attributes}>${inner}</presence>`;

describe("the PIDF and RPID documents printed in RFCs", () => {
  it("are all here", () => {
    expect(printed).toHaveLength(8);
  });

  it.each(printed)("%s: nothing is lost on the way through", (name) => {
    const first = read(source(name));
    const before = facts(first);
    const written = writePresenceDocument(first, "sip:someone@example.com");
    const second = read(written);
    expect(facts(second)).toEqual({ ...(before as object), entity: "sip:someone@example.com" });
    expect(writePresenceDocument(second, "sip:someone@example.com")).toBe(written);
  });
});

describe("RFC 4480 §4: the example", () => {
  const document = read(source("presence-rfc4480-4-05.xml"));

  it("tuples with status, contact, priority, notes and time", () => {
    expect(document.entity).toBe("pres:someone@example.com");
    expect(
      document.tuples.map(({ id, basic, contact, contactPriority }) => [id, basic, contact, contactPriority]),
    ).toEqual([
      ["bs35r9", "open", "im:someone@mobile.example.net", 0.8],
      ["ty4658", "open", "mailto:secretary@example.com", 1],
      ["eg92n8", "open", "mailto:someone@example.com", 1],
    ]);
    expect(document.tuples[0]?.notes).toEqual([
      { language: "en", text: "Don't Disturb Please!" },
      { language: "fr", text: "Ne derangez pas, s'il vous plait" },
    ]);
    expect(document.tuples[0]?.timestamp).toBe("2005-10-27T16:49:29Z");
  });

  it("person, device and note of the presentity", () => {
    expect(document.notes).toEqual([{ language: undefined, text: "I'll be in Tokyo next week" }]);
    expect(document.devices.map(({ id }) => id)).toEqual(["pc147"]);
    expect(document.persons.map(({ id, notes, timestamp }) => [id, notes, timestamp])).toEqual([
      ["p1", [{ language: undefined, text: "Scoring 120" }], "2005-05-30T16:09:44+05:00"],
    ]);
    expect(document.persons[0]?.extensions.map(({ localName }) => localName)).toEqual([
      "activities",
      "class",
      "mood",
      "place-is",
      "place-type",
      "privacy",
      "sphere",
      "status-icon",
      "time-offset",
    ]);
  });
});

describe("RFC 3863 §4.2.4 and §4.3.2: extensions", () => {
  it("in status, in a tuple, in the root", () => {
    const [tuple] = read(source("presence-rfc3863-4.2.4-01.xml")).tuples;
    expect(tuple?.statusExtensions.map(({ textContent }) => textContent)).toEqual(["home"]);
    const other = read(source("presence-rfc3863-4.3.2-03.xml"));
    expect(other.tuples[0]?.extensions.map(({ localName }) => localName)).toEqual(["mytupletag"]);
    expect(other.extensions.map(({ localName }) => localName)).toEqual(["mytag"]);
    expect(other.tuples[1]?.contact).toBe("im:someone@mobilecarrier.net");
  });
});

describe("RFC 3863 §4.1.5: contact priority", () => {
  it.each([
    ["0", 0],
    ["0.021", 0.021],
    ["0.5", 0.5],
    ["1.00", 1],
    ["1.000", 1],
    ["1.001", undefined],
    ["2", undefined],
    ["-1", undefined],
    ["0.1234", undefined],
    ["high", undefined],
  ])("%s is %s", (priority, expected) => {
    const { tuples } = read(
      withBody(`<tuple id="a"><status/><contact priority="${priority}">sip:a@b</contact></tuple>`),
    );
    expect(tuples[0]?.contactPriority).toBe(expected);
  });
});

describe("RFC 3863 §4.1.1: the root", () => {
  const kind = (body: string): string => {
    const document = readPresenceDocument(body);
    return document.ok ? "taken" : document.error.kind;
  };

  it("is presence in the PIDF namespace", () => {
    expect(kind("<presence entity='pres:a@b'/>")).toBe("not-pidf");
    expect(kind("<tuple xmlns='urn:ietf:params:xml:ns:pidf'/>")).toBe("not-pidf");
    expect(kind(source("presence-partial-rfc5263-5-01.xml"))).toBe("not-pidf");
    expect(kind("<presence")).toBe("xml");
    expect(kind(withBody(""))).toBe("taken");
  });

  it("an entity is a URI of any scheme", () => {
    for (const entity of ["sip:a@b", "sips:a@b", "pres:a@b", "tel:+1", "urn:x:y", " pres:a@b "]) {
      expect(kind(withBody("", `entity="${entity}"`))).toBe("taken");
    }
    for (const entity of ["", "alice", "a b:c", ":a", "sip:", "sip:a b"]) {
      expect(kind(withBody("", `entity="${entity}"`))).toBe("bad-entity");
    }
  });

  it("RFC 4479 §7.1 prints one without an entity: it is taken, and written with one", () => {
    const document = read(source("presence-rfc4479-7.1-06.xml"));
    expect(document.entity).toBe(undefined);
    expect(read(writePresenceDocument(document, "sip:b@c")).entity).toBe("sip:b@c");
  });
});

describe("RFC 4479 §3.5: occurrence identifiers", () => {
  const ids = (body: string): readonly (string | undefined)[] => {
    const { tuples, persons, devices } = read(writePresenceDocument(read(body), "sip:a@example.com"));
    return [...tuples, ...persons, ...devices].map(({ id }) => id);
  };

  it("stay as published while they differ", () => {
    expect(ids(withBody('<tuple id="a"/><dm:device id="b"/><dm:person id="c"/>'))).toEqual(["a", "c", "b"]);
  });

  it("are unique over tuples, persons and devices, and never missing", () => {
    expect(
      ids(withBody('<tuple id="a"/><tuple id="a"/><tuple/><dm:person id="a"/><dm:device id=""/>')),
    ).toEqual(["a", "a-2", "tuple", "a-2-2", "-2"]);
  });

  it("two thousand tuples of one id get two thousand ids", () => {
    const tuples = withBody('<tuple id="a"/>'.repeat(2000));
    expect(new Set(ids(tuples)).size).toBe(2000);
  });
});

describe("hostile documents", () => {
  const piece = fc.constantFrom(
    "<tuple id='a'>",
    "<tuple>",
    "</tuple>",
    "<status><basic>open</basic></status>",
    "<contact priority='2'>sip:a</contact>",
    "<note xml:lang='de'>\u{1F600}&#13;\t</note>",
    "<dm:person id='a'/>",
    "<![CDATA[<&]]>",
    "<!-- - -->",
    "<?a?>",
    "<x xmlns='y' b='&#10;&quot;'/>",
    "<z:x xmlns:z='y' z:id='1'/>",
    "<x xmlns=''>",
    "</x>",
    "&gt;",
    "x",
  );

  it("none throws; what is taken is written so that it is taken again, and written the same", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const document = readPresenceDocument(withBody(pieces.join("")));
        if (!document.ok) return;
        taken += 1;
        const written = writePresenceDocument(document.value, "sip:a@b");
        expect(writePresenceDocument(read(written), "sip:a@b")).toBe(written);
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
