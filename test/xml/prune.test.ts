import { describe, expect, it } from "vitest";
import { parseXml } from "../../src/xml/parse";
import {
  keepAttributes,
  keepElements,
  keepText,
  removeRemarks,
  removeUnusedNamespaces,
} from "../../src/xml/prune";
import { elementsOf } from "../../src/xml/read";
import { serializeXml } from "../../src/xml/serialize";
import type { XmlElement } from "../../src/xml/tree";

const read = (source: string): XmlElement => {
  const parsed = parseXml(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
};

const written = (root: XmlElement): string => serializeXml(root).replace(/^.*\n/, "");

describe("what stays of a tree", () => {
  it("elements that were asked for, and nothing beside them", () => {
    const root = read("<a>one<b>two</b><!--three--><c/><?four five?><![CDATA[six]]><b/></a>");
    keepElements(root, ({ localName }) => localName === "b");
    expect(written(root)).toBe("<a><b>two</b><b/></a>");
  });

  it("an element's own text", () => {
    const root = read("<a>one<b>two</b><!--three--> four<![CDATA[ five]]></a>");
    keepText(root);
    expect(written(root)).toBe("<a>one four five</a>");
  });

  it("attributes by name, with the declarations", () => {
    const root = read('<a id="1" x:id="2" xml:lang="de" other="3" xmlns:x="urn:x"/>');
    keepAttributes(root, ["id", "xml:lang"]);
    expect(written(root)).toBe('<a id="1" xml:lang="de" xmlns:x="urn:x"/>');
  });
});

describe("what only a person would read", () => {
  it("comments and instructions go at any depth, text and elements stay", () => {
    const root = read("<a>1<!--x--><b><?x y?>2<c><!--x-->3</c></b></a>");
    removeRemarks(root);
    expect(written(root)).toBe("<a>1<b>2<c>3</c></b></a>");
  });
});

describe("Namespaces in XML §3", () => {
  it("a namespace that nothing is in is not declared any more, at any depth", () => {
    const root = read(
      '<a xmlns="urn:a" xmlns:b="urn:b" xmlns:c="urn:c" xmlns:d="urn:d"><b:b c:c="1" xmlns:e="urn:e"/><d:d/></a>',
    );
    keepElements(root, ({ localName }) => localName === "b");
    removeUnusedNamespaces(root);
    expect(written(root)).toBe('<a xmlns="urn:a" xmlns:b="urn:b" xmlns:c="urn:c"><b:b c:c="1"/></a>');
  });

  it("a tree that was cut is read back as it stands", () => {
    const root = read('<a xmlns="urn:a" xmlns:b="urn:b"><b:b xmlns=""><c xmlns="urn:c"/><d/></b:b></a>');
    removeUnusedNamespaces(root);
    const [child] = elementsOf(read(serializeXml(root)));
    expect(child?.namespaceURI).toBe("urn:b");
    expect(elementsOf(child as XmlElement).map(({ namespaceURI }) => namespaceURI)).toEqual(["urn:c", null]);
  });
});
