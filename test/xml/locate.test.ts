import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type LocatedElement, locateXml } from "../../src/xml/locate";

const locate = (text: string): LocatedElement => {
  const located = locateXml(text);
  if (!located.ok) throw new Error(located.error.detail);
  return located.value;
};

describe("elements where they stand", () => {
  const text = `<?xml version="1.0"?><!-- <no/> --><r a='>"' >x<![CDATA[<no/>]]><b/><?p <no/> ?><c:d  xmlns:c="urn:c" c:e = "1"\n/></r >\n`;
  const root = locate(text);
  const slice = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);

  it("from the first bracket to the last, whatever looks like a tag around them", () => {
    expect(text.slice(root.start)).toMatch(/^<r/);
    expect(slice(root)).toBe(text.slice(text.indexOf("<r"), -1));
    expect(root.children.map(slice)).toEqual(["<b/>", `<c:d  xmlns:c="urn:c" c:e = "1"\n/>`]);
    expect(root.children.map(({ content }) => content)).toEqual([undefined, undefined]);
    expect(slice(root.content ?? root)).toMatch(/^x.*\/>$/s);
  });

  it("attributes with the space before them, values with their quotes", () => {
    expect(root.attributes.map(slice)).toEqual([` a='>"'`]);
    expect(root.attributes.map(({ literal }) => slice(literal))).toEqual([`'>"'`]);
    expect(root.children[1]?.attributes.map(slice)).toEqual([`  xmlns:c="urn:c"`, ` c:e = "1"`]);
    expect(text.slice(root.children[1]?.startTagEnd)).toMatch(/^\/>/);
  });

  it("each beside what the parser read of it", () => {
    expect(root.children[1]?.element.getAttributeNS("urn:c", "e")).toBe("1");
    expect(root.children[1]?.parent).toBe(root);
  });
});

describe("XML 1.0 §2.3: white space is space, tab and line end", () => {
  it("and U+FEFF a character of a name", () => {
    expect(locate('<a\ufeffb c\ufeffd="1"/>').attributes.map(({ name }) => name)).toEqual(["c\ufeffd"]);
  });
});

describe("every printed document", () => {
  const folder = `${import.meta.dirname}/../conformance/documents/`;
  it.each(readdirSync(folder).filter((name) => name.endsWith(".xml")))(
    "%s: names and places agree",
    (name) => {
      const text = readFileSync(folder + name, "utf8");
      const located = locateXml(text);
      if (!located.ok) return expect(located.error.kind).toBe("malformed");
      const visit = ({ element, start, end, children }: LocatedElement): void => {
        expect(text.startsWith(`<${element.nodeName}`, start)).toBe(true);
        expect(text.slice(start, end)).toMatch(/>$/);
        children.forEach(visit);
      };
      visit(located.value);
    },
  );
});

describe("what is no document", () => {
  it.each(["", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "</a>", "<a/>x"])("%s", (text) => {
    expect(locateXml(text).ok).toBe(false);
  });
});
