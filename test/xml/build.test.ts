import { describe, expect, it } from "vitest";
import { appendElement, appendExactCopy, rootElement } from "../../src/xml/build";
import { parseXml } from "../../src/xml/parse";
import { serializeXml } from "../../src/xml/serialize";

const name = (local: string) => ({ namespace: "urn:one", name: local });

describe("a tree of our own", () => {
  it("has no attribute that was not given, and numbers as they are", () => {
    const root = rootElement(name("a"), { attributes: { x: undefined, y: 0, z: "" } });
    expect(serializeXml(root)).toContain('<a y="0" z="" xmlns="urn:one"/>');
  });
});

describe("Namespaces in XML §6.2: a copy of another document's element", () => {
  const source = parseXml(
    `<o xmlns="urn:two" xmlns:q="urn:three"><p q:r="1">t<q:s/><u xmlns="">v</u></p></o>`,
  );
  if (!source.ok) throw new Error(source.error.detail);

  it("means here what it meant there, and is still there", () => {
    const before = serializeXml(source.value);
    const root = rootElement(name("a"));
    const inside = source.value.firstChild;
    appendElement(root, name("b"));
    appendExactCopy(root, inside as typeof source.value);
    expect(serializeXml(root)).toContain(
      '<a xmlns="urn:one"><b/><p q:r="1" xmlns="urn:two" xmlns:q="urn:three">t<q:s/><u xmlns="">v</u></p></a>',
    );
    expect(serializeXml(source.value)).toBe(before);
  });
});
