import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIST_LIMITS, type FlatList, flattenLists, type OwnerTree } from "../../src/rls/flat-list";
import { RESOURCE_LISTS } from "../../src/rls/namespace";
import { parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { parseXml } from "../../src/xml/parse";
import { childElements } from "../../src/xml/read";
import { okValue, printed } from "./printed";

const bill = parseAddressOfRecord("bill@example.com");
if (bill === undefined) throw new Error("bill");

const lists = (inner: string): string =>
  `<resource-lists xmlns="${RESOURCE_LISTS}">${inner}</resource-lists>`;

const treeOf = (documents: Readonly<Record<string, string>>): OwnerTree => ({
  owner: bill,
  xcapRoot: "http://xcap.example.com",
  document: (auid, name) => (auid === "resource-lists" ? documents[name] : undefined),
});

/** The first list of `index`, flat. */
function flatten(documents: Readonly<Record<string, string>>, limits = DEFAULT_LIST_LIMITS): FlatList {
  const root = okValue(parseXml(documents["index"] ?? ""));
  return flattenLists(childElements(root, RESOURCE_LISTS, "list"), treeOf(documents), limits);
}

const uris = ({ entries }: FlatList): readonly string[] => entries.map(({ uri }) => uri);
const omitted = ({ omissions }: FlatList): readonly string[] => omissions.map(({ kind }) => kind);

const own = (selector: string, name = "index"): string =>
  `resource-lists/users/sip:bill@example.com/${name}/~~/resource-lists/${selector}`;
const anchor = (selector: string, name = "index"): string => `http://xcap.example.com/${own(selector, name)}`;

describe("RFC 4826 §3.3: the example", () => {
  const document = printed("resource-lists-rfc4826-3.3-01.xml");

  it("with the list that its entry-ref names", () => {
    const list1 = '<list name="list1"><entry uri="sip:petri@example.com"/></list>';
    const flat = flatten({ index: document.replace("</resource-lists>", `${list1}</resource-lists>`) });
    expect(flat.entries).toEqual([
      { uri: "sip:bill@example.com", displayNames: [{ text: "Bill Doe" }] },
      { uri: "sip:petri@example.com", displayNames: [] },
      { uri: "sip:joe@example.com", displayNames: [{ text: "Joe Smith" }] },
      { uri: "sip:nancy@example.com", displayNames: [{ text: "Nancy Gross" }] },
    ]);
    // Marketing is on another server.
    expect(omitted(flat)).toEqual(["foreign"]);
  });

  it("as printed: what it refers to is not there, the rest is served", () => {
    const flat = flatten({ index: document });
    expect(uris(flat)).toEqual(["sip:bill@example.com", "sip:joe@example.com", "sip:nancy@example.com"]);
    expect(omitted(flat)).toEqual(["unresolved", "foreign"]);
    expect(flat.omissions[0]?.detail).toHaveLength(120);
  });
});

describe("RFC 4826 §4.5: entries", () => {
  it("a URI counts once, compared with case, of a scheme that can be subscribed to", () => {
    const entries = [
      "sip:a@x",
      "sip:A@x",
      "sip:a@x",
      "pres:b@x",
      "sips:c@x",
      "tel:+123",
      "http://x/",
      "sip:d@x?Route=sip:evil",
      `sip:${"e".repeat(300)}@x`,
      "nonsense",
      "",
    ];
    const flat = flatten({
      index: lists(`<list>${entries.map((uri) => `<entry uri="${uri}"/>`).join("")}<entry/></list>`),
    });
    expect(uris(flat)).toEqual(["sip:a@x", "sip:A@x", "pres:b@x", "sips:c@x"]);
    expect(new Set(omitted(flat))).toEqual(new Set(["unsuitable"]));
  });

  it("names with their languages, and the list's own", () => {
    const flat = flatten({
      index: lists(
        '<list name="l"><display-name xml:lang="de">Freunde</display-name>' +
          '<entry uri="sip:a@x"><display-name xml:lang="en">A</display-name></entry></list>',
      ),
    });
    expect(flat.displayNames).toEqual([{ lang: "de", text: "Freunde" }]);
    expect(flat.entries[0]?.displayNames).toEqual([{ lang: "en", text: "A" }]);
  });

  it("more than the limit are cut", () => {
    const index = lists(
      `<list>${'<entry uri="sip:a@x"/><entry uri="sip:b@x"/><entry uri="sip:c@x"/>'}</list>`,
    );
    const flat = flatten({ index }, { ...DEFAULT_LIST_LIMITS, entries: 2 });
    expect(uris(flat)).toEqual(["sip:a@x", "sip:b@x"]);
    expect(flat.isCut).toBe(true);
    expect(flatten({ index }).isCut).toBe(false);
  });
});

describe("RFC 4826 §3.1: entry-ref", () => {
  const target = '<list name="t"><entry uri="sip:a@x"><display-name>A</display-name></entry></list>';
  const withRef = (ref: string, inner = ""): FlatList => {
    const list = `<list><entry-ref ref="${ref}">${inner}</entry-ref></list>`;
    return flatten({ index: lists(list), other: lists(target) });
  };

  it.each([
    ["by attributes", own("list%5b@name=%22t%22%5d/entry%5b@uri=%22sip:a@x%22%5d", "other")],
    ["in apostrophes", own("list%5b@name='t'%5d/entry%5b@uri='sip:a@x'%5d", "other")],
    ["by position", own("list%5B1%5D/entry%5B1%5D", "other")],
    ["by position and attribute", own("list%5B1%5D%5b@name=%22t%22%5d/*", "other")],
    ["of a user in another spelling", own("list/entry", "other").replace("sip:bill", "sip:Bill")],
    ["with escapes", own("list/entry", "other").replace("sip:bill@", "sip%3abill%40")],
  ])("%s", (_, ref) => {
    expect(withRef(ref).entries).toEqual([{ uri: "sip:a@x", displayNames: [{ text: "A" }] }]);
  });

  it("its own name goes before the entry's", () => {
    const flat = withRef(own("list/entry", "other"), "<display-name>Nick</display-name>");
    expect(flat.entries[0]?.displayNames).toEqual([{ text: "Nick" }]);
  });

  it.each([
    ["another user", own("list/entry", "other").replace("bill", "eve"), "foreign"],
    ["the global tree", "resource-lists/global/index/~~/resource-lists/list/entry", "foreign"],
    [
      "another usage",
      own("list/entry", "other").replace("resource-lists/users", "pres-rules/users"),
      "foreign",
    ],
    ["up and out", own("list/entry", "../eve/index"), "foreign"],
    ["an absolute URI", anchor("list/entry", "other"), "foreign"],
    ["no node", own("list/entry", "other").split("/~~/")[0] ?? "", "foreign"],
    ["a broken escape", own("list%5/entry", "other"), "foreign"],
    ["no document", own("list/entry", "third"), "unresolved"],
    ["a list", own("list", "other"), "unresolved"],
    ["no such element", own("list/entry%5b2%5d", "other"), "unresolved"],
    ["two nodes", own("list/entry/~~/list", "other"), "foreign"],
    [
      "a directory in the global tree",
      own("list/entry", "other").replace("lists/users", "lists/global"),
      "foreign",
    ],
    ["a prefixed name", own("rl:list/entry", "other"), "foreign"],
    ["an endless reference", own("list/entry", "x".repeat(3000)), "foreign"],
  ])("to %s: left out", (_, ref, kind) => {
    const flat = withRef(ref);
    expect(uris(flat)).toEqual([]);
    expect(omitted(flat)).toEqual([kind]);
  });

  it("that selects several elements selects none (RFC 4825 §6.3)", () => {
    const two = '<list><entry uri="sip:a@x"/><entry uri="sip:b@x"/></list>';
    const index = lists(`<list><entry-ref ref="${own("list/entry", "two")}"/></list>`);
    expect(omitted(flatten({ index, two: lists(two) }))).toEqual(["unresolved"]);
  });

  it("a quote in a value stands there as an entity (RFC 4825 §6.3)", () => {
    const index = lists(
      `<list><entry-ref ref="${own("list%5b@name=%22a&amp;quot;b%22%5d/entry", "q")}"/></list>`,
    );
    const q = lists('<list name="a&quot;b"><entry uri="sip:a@x"/></list><list/>');
    expect(uris(flatten({ index, q }))).toEqual(["sip:a@x"]);
  });
});

describe("RFC 4826 §4.5: external", () => {
  const external = (to: string): string => `<external anchor="${to}"/>`;

  it("is replaced by the list, where it stands", () => {
    const index = lists(
      `<list><entry uri="sip:a@x"/>${external(anchor("list", "o"))}<entry uri="sip:z@x"/></list>`,
    );
    const o = lists('<list><entry uri="sip:b@x"/><list><entry uri="sip:c@x"/></list></list>');
    expect(uris(flatten({ index, o }))).toEqual(["sip:a@x", "sip:b@x", "sip:c@x", "sip:z@x"]);
  });

  it.each([
    ["another scheme and port of the same host", "https://XCAP.example.com:443/", true],
    ["another host", "http://xcap.example.org/", false],
    ["user information", "http://xcap.example.com@evil.example/", false],
    ["another port", "http://xcap.example.com:8080/", false],
    ["another scheme", "ftp://xcap.example.com/", false],
  ])("%s", (_, root, isFollowed) => {
    const index = lists(
      `<list>${external(anchor("list", "o").replace("http://xcap.example.com/", root))}</list>`,
    );
    const flat = flatten({ index, o: lists('<list><entry uri="sip:b@x"/></list>') });
    expect(uris(flat)).toEqual(isFollowed ? ["sip:b@x"] : []);
  });

  it.each([
    ["to itself", "list%5b@name=%22a%22%5d"],
    ["to itself, in another spelling", "list%5b1%5d"],
    ["to one that refers back", "list%5b@name=%22b%22%5d"],
  ])("a cycle ends: %s", (_, selector) => {
    const flat = flatten({
      index: lists(
        `<list name="a"><entry uri="sip:a@x"/>${external(anchor(selector))}</list>` +
          `<list name="b"><entry uri="sip:b@x"/>${external(anchor("list%5b@name=%22a%22%5d"))}</list>`,
      ),
    });
    expect(uris(flat)).toEqual(["sip:a@x", "sip:b@x"]);
    expect(omitted(flat)).toContain("repeated");
  });

  it("lists inside each other are followed to a depth, documents and references to a number", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        n === 0 ? "index" : `d${n}`,
        lists(`<list><entry uri="sip:u${n}@x"/>${external(anchor("list", `d${n + 1}`))}</list>`),
      ]),
    );
    const limits = { entries: 250, depth: 99, references: 99, documents: 99 };
    expect(uris(flatten(chain, limits))).toHaveLength(30);
    expect(uris(flatten(chain, { ...limits, depth: 5 }))).toHaveLength(5);
    expect(omitted(flatten(chain, { ...limits, depth: 5 }))).toEqual(["too-deep"]);
    expect(uris(flatten(chain, { ...limits, references: 5 }))).toHaveLength(6);
    expect(uris(flatten(chain, { ...limits, documents: 5 }))).toHaveLength(6);
  });

  it("a document that is no resource list is none", () => {
    const index = lists(`<list>${external(anchor("list", "o"))}${external(anchor("list", "p"))}</list>`);
    expect(
      omitted(flatten({ index, o: "<resource-lists", p: "<resource-lists><list/></resource-lists>" })),
    ).toEqual(["unresolved", "unresolved"]);
  });

  it("nor is one whose root is of another namespace", () => {
    const o = `<resource-lists><list xmlns="${RESOURCE_LISTS}"><entry uri="sip:a@x"/></list></resource-lists>`;
    const flat = flatten({ index: lists(`<list>${external(anchor("list", "o"))}</list>`), o });
    expect([uris(flat), omitted(flat)]).toEqual([[], ["unresolved"]]);
  });
});

describe("whatever the lists refer to", () => {
  const reference = fc.constantFrom(
    ...["list", "list%5b1%5d", "list%5b2%5d", "list/list", "list/entry", "list%5b@name=%22n%22%5d"],
  );
  const name = fc.constantFrom("index", "d1", "d2", "d3");
  const { list } = fc.letrec<{ list: string; item: string }>((tie) => ({
    item: fc.oneof(
      fc.nat(9).map((n) => `<entry uri="sip:u${n}@x"/>`),
      fc.tuple(reference, name).map(([selector, to]) => `<entry-ref ref="${own(selector, to)}"/>`),
      fc.tuple(reference, name).map(([selector, to]) => `<external anchor="${anchor(selector, to)}"/>`),
      tie("list"),
    ),
    list: fc.array(tie("item"), { maxLength: 4 }).map((items) => `<list name="n">${items.join("")}</list>`),
  }));
  const document = fc.array(list, { maxLength: 3 }).map((all) => lists(all.join("")));

  it("the walk ends, no URI is there twice, and the limit holds", () => {
    fc.assert(
      fc.property(document, document, document, (index, d1, d2) => {
        const flat = flatten({ index, d1, d2 }, { ...DEFAULT_LIST_LIMITS, entries: 5 });
        expect(new Set(uris(flat)).size).toBe(flat.entries.length);
        expect(flat.entries.length).toBeLessThanOrEqual(5);
        expect(flat.omissions.length).toBeLessThanOrEqual(16);
      }),
    );
  });
});
