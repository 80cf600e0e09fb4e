import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  composeXcapDiff,
  readXcapSelections,
  requestedDiffProcessing,
  selectDocuments,
  xcapDiff,
} from "../../../src/events/packages/xcap-diff";
import type { XcapSelection } from "../../../src/events/xcap-selection";
import { attribute, childElement, elementsOf, text } from "../../../src/xml/read";
import { carried, hostileText } from "../../support/hostile-text";
import { mended, printed, rootOf, treeOf } from "./document-tree";

const root = "http://xcap.example.com/";
const joe = "tests/users/sip:joe@example.com/";
const index = `${joe}index`;
const another = `${joe}another_document`;

const list = (...uris: readonly string[]): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${uris
    .map((uri) => `<entry uri="${uri}"/>`)
    .join("")}</list></resource-lists>`;

const selections = (body: string, xcapRoot = root): readonly XcapSelection[] => {
  const read = readXcapSelections(body, xcapRoot);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

describe("RFC 5875 §4.4: the body of a SUBSCRIBE", () => {
  /** The page's line was too short for this URI. */
  const figure1 = mended(printed("xcap-diff-rfc5875-4.4-01"), ["index/\n~~/", "index/~~/"]);

  it("figure 1: a document, an element and a collection", () => {
    const service = "*/service%5b@uri='sip:marketing@example.com'%5d";
    const document = "rls-services/users/sip:joe@example.com/index";
    expect(selections(figure1)).toEqual([
      {
        kind: "document",
        uri: "resource-lists/users/sip:joe@example.com/index",
        path: "resource-lists/users/sip:joe@example.com/index",
      },
      {
        kind: "element",
        uri: `${document}/~~/${service}`,
        path: document,
        nodeSelector: service,
        query: "",
      },
      { kind: "collection", uri: "pidf-manipulation/", path: "pidf-manipulation/" },
    ]);
  });

  it("appendix A.2: a collection", () => {
    expect(selections(printed("xcap-diff-rfc5875-appA-03"))).toEqual([
      { kind: "collection", uri: joe, path: joe },
    ]);
  });

  it("appendix A.5: an attribute, and what only looks like one", () => {
    expect(
      selections(list(`${index}/~~/doc/@id`, `${index}/~~/doc%5b@a=%22b/@c%22%5d`)).map(({ kind }) => kind),
    ).toEqual(["attribute", "element"]);
  });

  it("§4.4: a query declares the prefixes of a node selector", () => {
    expect(selections(list(`${index}/~~/a:doc/@a:id?xmlns(a=urn:a)`))).toMatchObject([
      { kind: "attribute", path: index, nodeSelector: "a:doc/@a:id", query: "xmlns(a=urn:a)" },
    ]);
  });

  it("URIs are relative to the XCAP root, or begin with it", () => {
    const nested = "https://example.com/xcap/";
    const body = list("a/users/x/index", "/xcap/b/users/x/index", "https://example.com/xcap/c/users/x/index");
    expect(selections(body, nested).map(({ path }) => path)).toEqual([
      "a/users/x/index",
      "b/users/x/index",
      "c/users/x/index",
    ]);
  });

  it("escapes are no difference of a document", () => {
    expect(selections(list("tests/users/sip%3Ajoe%40example.com/index"))).toEqual([
      { kind: "document", uri: "tests/users/sip%3Ajoe%40example.com/index", path: index },
    ]);
  });

  it("what is not ours, not decodable or a namespace selects nothing; the others stay", () => {
    const body = list(
      ...["", "https://elsewhere.example/a", "/elsewhere", "a%ff", `${index}/~~/doc/namespace::*`],
      ...[`${index}/~~/`, index, index],
    );
    expect(selections(body, "http://xcap.example.com/xcap/").map(({ uri }) => uri)).toEqual([index]);
  });

  it("whatever else the format has is ignored: §4.4 wants a flat list", () => {
    const body = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="x" y="z"><list>
      <entry uri="nested"/></list><entry-ref ref="elsewhere"/><entry uri="${index}"><display-name>Index
      </display-name></entry><z:q xmlns:z="urn:z" uri="z"/></list></resource-lists>`;
    expect(selections(body).map(({ uri }) => uri)).toEqual([index]);
  });

  it.each([
    ["no XML", "hello"],
    ["another document", '<list xmlns="urn:ietf:params:xml:ns:resource-lists"/>'],
    ["too many", list(...Array.from({ length: 65 }, (_, at) => `d${at}`))],
    ["too long", list("a".repeat(2049))],
  ])("refuses %s", (_, body) => {
    expect(readXcapSelections(body, root).ok).toBe(false);
  });

  it("no URI makes it throw, and each selection is told under its own name", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 5 }), (uris) => {
        const escaped = uris.map((uri) =>
          carried(uri).replace(/[&<"\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`),
        );
        const read = selections(list(...escaped));
        for (const { uri } of read) expect(uris.map(carried)).toContain(uri);
      }),
    );
  });
});

describe("RFC 5875 §4.3: diff-processing", () => {
  const event = (value: string | null) => [{ name: "diff-processing", value }];

  it("is a hint, and no-patching where there is none or none that we know", () => {
    expect(requestedDiffProcessing([])).toBe("no-patching");
    expect(requestedDiffProcessing(event("aggregate"))).toBe("aggregate");
    expect(requestedDiffProcessing(event("xcap-patching"))).toBe("xcap-patching");
    expect(requestedDiffProcessing(event("quantum-patching"))).toBe("no-patching");
    expect(requestedDiffProcessing(event(null))).toBe("no-patching");
  });
});

describe("RFC 5875 §4.7 and appendix A: what is told, as printed", () => {
  const collection = selections(list(joe));

  it("A.6: the first NOTIFY lists the documents with their entity-tags", () => {
    const entries = selectDocuments(collection, [
      { sel: index, newEtag: "63hjjsll" },
      { sel: another, newEtag: "terteer" },
      { sel: "tests/users/sip:john@example.com/index", newEtag: "other" },
    ]);
    expect(treeOf(composeXcapDiff(root, entries))).toEqual(treeOf(printed("xcap-diff-rfc5875-appA-13")));
  });

  it("A.3: a document comes into a collection", () => {
    const entries = selectDocuments(collection, [{ sel: another, newEtag: "terteer" }]);
    expect(treeOf(composeXcapDiff(root, entries))).toEqual(treeOf(printed("xcap-diff-rfc5875-appA-05")));
  });

  it("A.4: a document has changed, without patches", () => {
    const entries = selectDocuments(collection, [
      { sel: index, previousEtag: "7ahggs3", newEtag: "63hjjsll" },
    ]);
    expect(treeOf(composeXcapDiff(root, entries))).toEqual(treeOf(printed("xcap-diff-rfc5875-appA-08")));
  });

  it("a document is gone", () => {
    const entries = selectDocuments(collection, [{ sel: index, previousEtag: "63hjjsll" }]);
    expect(composeXcapDiff(root, entries)).toContain(`<document previous-etag="63hjjsll" sel="${index}"/>`);
  });

  it("A.5: nothing of what was selected is there", () => {
    expect(treeOf(composeXcapDiff(root, []))).toEqual(treeOf(printed("xcap-diff-rfc5875-appA-10")));
  });

  it("A.5: an attribute comes, and goes", () => {
    const sel = `${index}/~~/doc/@id`;
    const came = composeXcapDiff(root, [{ kind: "attribute", sel, value: "bar" }]);
    expect(treeOf(came)).toEqual(treeOf(printed("xcap-diff-rfc5875-appA-11")));
    expect(composeXcapDiff(root, [{ kind: "attribute", sel }])).toContain(
      `<attribute sel="${sel}" exists="0"/>`,
    );
  });

  it("§5, figure 2: an element with its content, in the namespaces it has at home", () => {
    const rls = `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"
      xmlns:rl="urn:ietf:params:xml:ns:resource-lists"><service uri="sip:marketing@example.com"><list
      name="marketing"><rl:entry uri="sip:joe@example.com"/></list></service></rls-services>`;
    const service = childElement(rootOf(rls), "urn:ietf:params:xml:ns:rls-services", "service");
    if (service === undefined) throw new Error("no service");
    const told = composeXcapDiff(root, [{ kind: "element", sel: "s", content: service }]);
    const [element] = [treeOf(told).content].flat();
    const [content] = [treeOf(rls).content].flat();
    expect(element).toEqual({
      name: "{urn:ietf:params:xml:ns:xcap-diff}element",
      attributes: { sel: "s" },
      content: [content],
    });
    expect(composeXcapDiff(root, [{ kind: "element", sel: "s" }])).toContain('<element sel="s" exists="0"/>');
    expect(composeXcapDiff(root, [{ kind: "element", sel: "s", content: "withheld" }])).toContain(
      '<element sel="s"/>',
    );
  });
});

describe("RFC 5875 §4.6, §4.7: names and overlaps", () => {
  const documents = [{ sel: index, newEtag: "1" }];

  it("a document selected twice over is told once, by the name it was selected by", () => {
    const escaped = "tests/users/sip%3ajoe@example.com/index";
    for (const uris of [
      [joe, "tests/", escaped],
      [escaped, joe],
    ]) {
      expect(selectDocuments(selections(list(...uris)), documents)).toEqual([
        { kind: "document", sel: escaped, newEtag: "1" },
      ]);
    }
  });

  it("an element's document is not itself selected", () => {
    expect(selectDocuments(selections(list(`${index}/~~/doc`)), documents)).toEqual([]);
  });

  it("a document whose name begins like another's is another", () => {
    expect(selectDocuments(selections(list("tests/users/sip:joe@example.com/ind")), documents)).toEqual([]);
  });

  it("whatever names and values are, the document is read back as it was meant", () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (sel, etag, value) => {
        const back = rootOf(
          composeXcapDiff(root, [
            { kind: "document", sel, previousEtag: etag },
            { kind: "attribute", sel, value },
          ]),
        );
        expect(
          elementsOf(back).map((each) => [
            attribute(each, "sel"),
            attribute(each, "previous-etag"),
            text(each),
          ]),
        ).toEqual([
          [carried(sel), carried(etag), ""],
          [carried(sel), undefined, carried(value)],
        ]);
      }),
    );
  });
});

describe("RFC 5875 §4.4, §4.5: the package", () => {
  it("is for the user alone, an hour by default, in XCAP diffs", () => {
    expect(xcapDiff).toMatchObject({
      name: "xcap-diff",
      contentTypes: ["application/xcap-diff+xml"],
      defaultExpires: 3600,
      audience: "owner",
    });
  });
});
