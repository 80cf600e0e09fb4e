import { describe, expect, it } from "vitest";
import { appendCopy, type CopiedParts, copyRoot, removeUnusedNamespaces } from "../../src/xml/copy";
import { parseXml } from "../../src/xml/parse";
import { elementsOf } from "../../src/xml/read";
import { serializeXml } from "../../src/xml/serialize";
import type { XmlElement } from "../../src/xml/tree";
import { cpuTime } from "../support/cpu-time";

const read = (source: string): XmlElement => {
  const parsed = parseXml(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
};

const written = (root: XmlElement): string => serializeXml(root).replace(/^.*\n/, "");
const copied = (source: string, parts: CopiedParts): string => written(copyRoot(read(source), parts));

describe("what is copied of an element", () => {
  const source =
    '<a id="1">one<b at="2">two<!--three--><c/></b><!--three--><?four five?><![CDATA[ six]]></a>';

  it.each([
    ["none", '<a id="1"/>'],
    ["text", '<a id="1">one six</a>'],
    ["all", '<a id="1">one<b at="2">two<c/></b> six</a>'],
  ] as const)("%s of its content, never a comment or an instruction", (content, expected) => {
    expect(copied(source, { content })).toBe(expected);
  });

  it("attributes by their names, with the declarations", () => {
    const attributes = '<a id="1" x:id="2" xml:lang="de" other="3" xmlns:x="urn:x"/>';
    expect(copied(attributes, { attributes: ["id", "xml:lang"], content: "none" })).toBe(
      '<a id="1" xml:lang="de" xmlns:x="urn:x"/>',
    );
  });

  it("into another document, where it keeps its namespaces", () => {
    const root = copyRoot(read('<a xmlns="urn:a"/>'), { content: "none" });
    const [source] = elementsOf(read('<x xmlns="urn:x" xmlns:y="urn:y"><y:b><c xmlns=""/></y:b></x>'));
    appendCopy(root, source as XmlElement, { content: "all" });
    expect(written(root)).toBe('<a xmlns="urn:a"><y:b xmlns:y="urn:y"><c xmlns=""/></y:b></a>');
  });

  it("in time that grows with the text", () => {
    const limits = { maxLength: 1e7, maxDepth: 9, maxNodes: 1e6, maxAttributes: 9 };
    const source = parseXml(`<a>${"<b/>c".repeat(100_000)}</a>`, limits);
    let root: XmlElement | undefined;
    const taken = cpuTime(() => {
      if (source.ok) root = copyRoot(source.value, { content: "all" });
    });
    expect(root?.childNodes).toHaveLength(200_000);
    expect(taken).toBeLessThan(5_000);
  });
});

describe("Namespaces in XML §3", () => {
  it("a namespace that nothing is in is not declared any more, at any depth", () => {
    const root = read(
      '<a xmlns="urn:a" xmlns:b="urn:b" xmlns:c="urn:c" xmlns:d="urn:d"><b:b c:c="1" xmlns:e="urn:e"/></a>',
    );
    removeUnusedNamespaces(root);
    expect(written(root)).toBe('<a xmlns="urn:a" xmlns:b="urn:b" xmlns:c="urn:c"><b:b c:c="1"/></a>');
  });

  it("a tree without them is read back as it stands", () => {
    const root = read('<a xmlns="urn:a" xmlns:b="urn:b"><b:b xmlns=""><c xmlns="urn:c"/><d/></b:b></a>');
    removeUnusedNamespaces(root);
    const [child] = elementsOf(read(serializeXml(root)));
    expect(child?.namespaceURI).toBe("urn:b");
    expect(elementsOf(child as XmlElement).map(({ namespaceURI }) => namespaceURI)).toEqual(["urn:c", null]);
  });
});
