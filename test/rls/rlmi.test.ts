import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRlmi, type Rlmi, readRlmi } from "../../src/rls/rlmi";
import { okValue, printed } from "./printed";

const adamsFriends: Rlmi = {
  uri: "sip:adam-friends@lists.vancouver.example.com",
  version: 7,
  fullState: true,
  names: [
    { lang: "en", text: "Buddy List" },
    { lang: "fr", text: "Liste d'amis" },
  ],
  resources: [
    {
      uri: "sip:bob@vancouver.example.com",
      names: [{ text: "Bob Smith" }],
      instances: [{ id: "juwigmtboe", state: "active", cid: "12345.aaa@vancouver.example.com" }],
    },
    {
      uri: "sip:dave@vancouver.example.com",
      names: [{ text: "Dave Jones" }],
      instances: [{ id: "hqzsuxtfyq", state: "active", cid: "12345.aab@vancouver.example.com" }],
    },
    {
      uri: "sip:jim@vancouver.example.com",
      names: [{ text: "Jim" }],
      instances: [{ id: "oflzxqzuvg", state: "terminated", reason: "rejected" }],
    },
    {
      uri: "sip:ed@vancouver.example.com",
      names: [{ text: "Ed" }],
      instances: [{ id: "grqhzsppxb", state: "pending" }],
    },
  ],
};

/** Names, attributes and text of a document, without its layout and the order of attributes. */
const structure = (xml: string): readonly string[] =>
  [...xml.matchAll(/<(?![?])[^>]+>|[^<>]*[^<>\s][^<>]*/g)].map(([piece]) =>
    piece
      .replace(/\s*\/?>$/, "")
      .split(/\s+(?=[\w:]+=)/)
      .sort()
      .join(" "),
  );

describe("RFC 4662 §5.1: the example", () => {
  const example = printed("rlmi-rfc4662-5.1-01.xml");

  it("is read", () => {
    expect(okValue(readRlmi(example))).toEqual(adamsFriends);
  });

  it("is what we write, but for layout", () => {
    const written = formatRlmi(adamsFriends).replace(/<(\w+)( [^>]*)?\/>/g, "<$1$2/>");
    const withoutDeclaration = (xml: string) => xml.replace(/<\?xml.*?\?>/, "");
    expect(structure(withoutDeclaration(written))).toEqual(structure(withoutDeclaration(example)));
  });
});

describe("RFC 4662 §6: the examples", () => {
  it.each(["rlmi-rfc4662-6-03.xml", "rlmi-rfc4662-6-05.xml"])("%s", (name) => {
    const document = okValue(readRlmi(printed(name)));
    expect(document.resources.map(({ uri }) => uri)).toEqual([
      "sip:joe@stockholm.example.org",
      "sip:mark@stockholm.example.org",
    ]);
    expect(document.resources[1]?.instances).toEqual([
      { id: "1", state: "active", cid: "KKMDmv@stockholm.example.org" },
    ]);
    expect(okValue(readRlmi(formatRlmi(document)))).toEqual(document);
  });
});

describe("RFC 4662 §5.2: list attributes", () => {
  const list = (attributes: string, inner = ""): string =>
    `<list xmlns="urn:ietf:params:xml:ns:rlmi" ${attributes}>${inner}</list>`;

  it("fullState is an xs:boolean", () => {
    const fullState = (word: string) => readRlmi(list(`uri="sip:l@a" version="0" fullState="${word}"`));
    expect(okValue(fullState("1")).fullState).toBe(true);
    expect(okValue(fullState("0")).fullState).toBe(false);
    expect(fullState("yes").ok).toBe(false);
  });

  it("a cid for the state of the whole is kept", () => {
    const document = okValue(readRlmi(list('uri="sip:l@a" version="0" fullState="true" cid="x@y"')));
    expect(document.cid).toBe("x@y");
    expect(okValue(readRlmi(formatRlmi(document)))).toEqual(document);
  });

  it.each([
    ["no uri", 'version="0" fullState="true"'],
    ["no version", 'uri="sip:l@a" fullState="true"'],
    ["no fullState", 'uri="sip:l@a" version="0"'],
    ["a version over 2^32-1", 'uri="sip:l@a" version="4294967296" fullState="true"'],
    ["a negative version", 'uri="sip:l@a" version="-1" fullState="true"'],
  ])("%s: refused", (_, attributes) => {
    expect(readRlmi(list(attributes))).toMatchObject({ ok: false, error: { kind: "bad-list" } });
  });

  it.each([
    ["terminated without a reason", '<instance id="1" state="terminated"/>'],
    ["active without a cid", '<instance id="1" state="active"/>'],
    ["an unknown state", '<instance id="1" state="probing"/>'],
    ["no id", '<instance state="pending"/>'],
  ])("§5.5, %s: refused", (_, instance) => {
    const inner = `<resource uri="sip:a@b">${instance}</resource>`;
    expect(readRlmi(list('uri="sip:l@a" version="0" fullState="true"', inner))).toMatchObject({
      ok: false,
      error: { kind: "bad-instance" },
    });
  });

  it("another document and no XML are refused", () => {
    expect(readRlmi("<list/>")).toMatchObject({ ok: false, error: { kind: "not-rlmi" } });
    expect(readRlmi("<list")).toMatchObject({ ok: false, error: { kind: "xml" } });
  });
});

describe("RFC 4662 §5.4: names", () => {
  it("a language that is no language tag is left out, a long name is cut between characters", () => {
    const long = `a${"\u{1F600}".repeat(40)}`;
    const document = okValue(
      readRlmi(
        `<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:l@a" version="0" fullState="true">` +
          `<name xml:lang="not a tag">${long}</name><name> </name></list>`,
      ),
    );
    expect(document.names).toEqual([{ text: `a${"\u{1F600}".repeat(31)}` }]);
  });
});

describe("whatever a list is called", () => {
  it("what is written is read", () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.nat(4_294_967_295), fc.boolean(), (uri, version, fullState) => {
        const document: Rlmi = {
          uri: `sip:${uri}"<&>`,
          version,
          fullState,
          names: [],
          resources: [{ uri, names: [{ text: "<&>" }], instances: [] }],
        };
        expect(okValue(readRlmi(formatRlmi(document)))).toEqual(document);
      }),
    );
  });
});
