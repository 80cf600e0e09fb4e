import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendElement, rootElement, setAttribute } from "../../src/xml/build";
import { parseXml } from "../../src/xml/parse";
import { attribute, childElement, childElements, elementsOf, text } from "../../src/xml/read";
import { serializeXml } from "../../src/xml/serialize";
import type { XmlElement } from "../../src/xml/tree";

const PIDF = "urn:ietf:params:xml:ns:pidf";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const read = (source: string): XmlElement => {
  const parsed = parseXml(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
};

describe("RFC 3863 §4.1: a document has the XML declaration with its encoding", () => {
  it("whether it was read with one or not", () => {
    expect(serializeXml(read("<a/>"))).toBe(`${DECLARATION}<a/>`);
    expect(serializeXml(read("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"))).toBe(`${DECLARATION}<a/>`);
  });
});

describe("XML 1.0 §2.4 and §3.3.3: escaping", () => {
  it("any text and any attribute value come back as they were", () => {
    const xmlString = fc
      .string({ unit: "binary", maxLength: 40 })
      .filter((value) => !/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(value));
    fc.assert(
      fc.property(xmlString, xmlString, (value, content) => {
        const root = rootElement(
          { namespace: PIDF, name: "note" },
          { attributes: { id: value }, text: content },
        );
        const back = read(serializeXml(root));
        return attribute(back, "id") === value && text(back) === content;
      }),
    );
  });

  it("white space that a reader would fold is written as references", () => {
    const root = rootElement(
      { namespace: PIDF, name: "a" },
      { attributes: { b: "\t\n\r" }, text: "\t\n\r]]>" },
    );
    expect(serializeXml(root)).toBe(
      `${DECLARATION}<a b="&#9;&#10;&#13;" xmlns="${PIDF}">\t\n&#13;]]&gt;</a>`,
    );
  });

  it("what XML cannot carry becomes U+FFFD, so that the document can be read", () => {
    const root = rootElement(
      { namespace: PIDF, name: "a" },
      { attributes: { b: "\u0000" }, text: "\uD800\uFFFE" },
    );
    const back = read(serializeXml(root));
    expect([attribute(back, "b"), text(back)]).toEqual(["\uFFFD", "\uFFFD\uFFFD"]);
  });

  it("a CDATA section is written as text, a comment and an instruction as they are", () => {
    const source = "<a><![CDATA[<b>&]]><!-- c --><?d e?></a>";
    expect(serializeXml(read(source))).toBe(`${DECLARATION}<a>&lt;b&gt;&amp;<!-- c --><?d e?></a>`);
  });
});

describe("Namespaces in XML §6: names keep their namespace", () => {
  it("when an element moves to a document that binds its prefix to another namespace", () => {
    const moved = read('<x:a xmlns:x="urn:one" xmlns:y="urn:two"><x:b y:c="d"/></x:a>').firstChild;
    const root = read('<x:r xmlns:x="urn:other" xmlns:y="urn:other"/>');
    root.appendChild(root.ownerDocument?.importNode(moved as XmlElement, true) as XmlElement);
    const written = serializeXml(root);
    expect(written).toBe(
      `${DECLARATION}<x:r xmlns:x="urn:other" xmlns:y="urn:other"><x:b y:c="d" xmlns:x="urn:one" xmlns:y="urn:two"/></x:r>`,
    );
    const [child] = childElements(read(written), "urn:one", "b");
    expect(child?.getAttributeNS("urn:two", "c")).toBe("d");
  });

  it("when an element of no namespace moves under a default namespace", () => {
    const root = rootElement({ namespace: PIDF, name: "presence" });
    root.appendChild(root.ownerDocument?.importNode(read("<plain><inner/></plain>"), true) as XmlElement);
    const written = serializeXml(root);
    expect(written).toBe(
      `${DECLARATION}<presence xmlns="${PIDF}"><plain xmlns=""><inner/></plain></presence>`,
    );
    expect(elementsOf(read(written))[0]?.namespaceURI).toBe(null);
  });

  it("elements of other documents, written as first children, take the prefix the root has for their namespace", () => {
    const root = read('<r xmlns="urn:r" xmlns:b="urn:one" xmlns:a="urn:two"><own/></r>');
    const other = read('<a:x xmlns:a="urn:one" xmlns:c="urn:r"><a:y a:z="1"/><c:w/><plain/></a:x>');
    const written = serializeXml(root, elementsOf(other));
    expect(written).toBe(
      `${DECLARATION}<r xmlns="urn:r" xmlns:b="urn:one" xmlns:a="urn:two"><b:y b:z="1"/><w/><plain xmlns=""/><own/></r>`,
    );
    expect(elementsOf(other)).toHaveLength(3);
  });

  it("a declaration of one child does not reach its siblings", () => {
    const root = rootElement({ namespace: PIDF, name: "presence" });
    appendElement(root, { namespace: "urn:x", name: "x:one" });
    appendElement(root, { namespace: "urn:x", name: "x:two" });
    expect(serializeXml(root)).toBe(
      `${DECLARATION}<presence xmlns="${PIDF}"><x:one xmlns:x="urn:x"/><x:two xmlns:x="urn:x"/></presence>`,
    );
  });

  it("a prefix called like a property of every object is a prefix", () => {
    const source =
      '<constructor:a xmlns:constructor="urn:x"><__proto__:b xmlns:__proto__="urn:y"/></constructor:a>';
    expect(serializeXml(read(source))).toBe(DECLARATION + source);
  });
});

describe("reading", () => {
  const root = read(`<p:presence xmlns:p="${PIDF}" entity="e" p:entity="f"><p:note xml:lang="en">a</p:note>
    <note xmlns="urn:other">b</note><note xmlns="${PIDF}">c<d>d</d></note></p:presence>`);

  it("goes by namespace, whatever the prefix", () => {
    expect(childElements(root, PIDF, "note").map(text)).toEqual(["a", "cd"]);
    expect(childElement(root, "urn:other", "note")?.textContent).toBe("b");
    expect(childElement(root, PIDF, "tuple")).toBe(undefined);
  });

  it("an attribute without prefix has no namespace", () => {
    expect(attribute(root, "entity")).toBe("e");
    expect(attribute(root, "id")).toBe(undefined);
  });

  it("xml:lang is set in its own namespace", () => {
    const note = appendElement(rootElement({ namespace: PIDF, name: "presence" }), {
      namespace: PIDF,
      name: "note",
    });
    setAttribute(note, "xml:lang", "de");
    expect(serializeXml(note)).toBe(`${DECLARATION}<note xml:lang="de" xmlns="${PIDF}"/>`);
  });
});
