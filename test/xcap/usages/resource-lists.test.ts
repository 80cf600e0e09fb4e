import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { conflictOf, ELEMENT, startServer } from "../server";

const INDEX = "/resource-lists/users/sip:alice@example.com/index";
const LISTS = { contentType: "application/resource-lists+xml" };
const printed = (name: string): string =>
  readFileSync(`${import.meta.dirname}/../../conformance/documents/${name}`, "utf8");

const put = (body: string): string | number => {
  const response = startServer().ask("PUT", INDEX, { ...LISTS, body });
  return conflictOf(response) ?? response.status;
};
const root = (inner: string, attributes = ""): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:x="urn:x"${attributes}>${inner}</resource-lists>`;
const list = (inner: string): string => root(`<list name="l">${inner}</list>`);

describe("RFC 4826 §3.3: the example", () => {
  it("is taken, and given back as it was", () => {
    const body = printed("resource-lists-rfc4826-3.3-01.xml");
    const { ask } = startServer();
    expect(ask("PUT", INDEX, { ...LISTS, body }).status).toBe(201);
    expect(ask("GET", INDEX).body).toBe(body);
  });

  it("so is one with the attributes of a later RFC", () => {
    expect(put(printed("resource-lists-rfc5364-6-05.xml"))).toBe(201);
    // This one lists sip:anonymous@anonymous.invalid more than once.
    expect(put(printed("resource-lists-rfc5364-6-06.xml"))).toBe("uniqueness-failure");
  });
});

describe("RFC 4826 §3.2: the schema", () => {
  it.each([
    root(""),
    root("<list/><list/>"),
    root("<!-- c --> <list name='a'/>\n<?p?>"),
    root("<list/>", ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"`),
    list(`<display-name xml:lang="de">Müller &amp; Co</display-name><entry uri="a"/><list/><entry uri="b"/>`),
    list(`<entry uri="a" x:y="1"><display-name/><x:z>anything <b xmlns=""/></x:z></entry><x:last/>`),
    list(`<entry-ref ref="resource-lists/users/a/index/~~/a" x:y=""><display-name/><x:a/></entry-ref>`),
    list(`<external anchor="https://example.org/a"><display-name/></external>`),
  ])("takes %s", (body) => {
    expect(put(body)).toBe(201);
  });

  it.each([
    `<list xmlns="urn:ietf:params:xml:ns:resource-lists"/>`,
    `<resource-lists/>`,
    `<resource-lists xmlns="urn:x"/>`,
    root("text"),
    root("<![CDATA[text]]>"),
    root("<entry uri='a'/>"),
    root("<x:any/>"),
    root("", ` a="1"`),
    root("", ` x:a="1"`),
    root("<list other='1'/>"),
    list("text"),
    list("<entry/>"),
    list("<entry uri=''/>"),
    list("<entry-ref/>"),
    list("<external/>"),
    list("<unknown/>"),
    list(`<entry uri="a"><uri/></entry>`),
    list(`<entry uri="a">text</entry>`),
    list(`<entry uri="a" name="b"/>`),
    list(`<entry uri="a"><x:b/><display-name/></entry>`),
    list(`<entry uri="a"><display-name/><display-name/></entry>`),
    list(`<entry uri="a"><display-name><b/></display-name></entry>`),
    list(`<display-name lang="de"/>`),
    list(`<entry uri="a"/><display-name/>`),
    list(`<x:early/><entry uri="a"/>`),
    list(`<b xmlns=""/>`),
    list(`<list><list><entry/></list></list>`),
  ])("refuses %s", (body) => {
    expect(put(body)).toBe("schema-validation-error");
  });

  it("holds for what an element would make of the document, and for what is left without one", () => {
    const { ask } = startServer();
    ask("PUT", INDEX, { ...LISTS, body: list(`<entry uri="a"/>`) });
    const entry = `${INDEX}/~~/resource-lists/list/entry`;
    expect(conflictOf(ask("PUT", entry, { ...ELEMENT, body: `<entry url="a"/>` }))).toBe(
      "schema-validation-error",
    );
    expect(conflictOf(ask("DELETE", `${entry}/@uri`))).toBe("schema-validation-error");
    expect(ask("GET", entry).body).toBe(`<entry uri="a"/>`);
  });
});

describe("RFC 4826 §3.4.5: uniqueness among siblings, by case-sensitive comparison", () => {
  it.each([
    list(`<entry uri="sip:a@b"/><entry uri="sip:A@b"/>`),
    list(`<entry uri="a"/><list><entry uri="a"/></list>`),
    root(`<list/><list/><list name="a"/><list name="b"><list name="a"/></list>`),
    list(`<entry uri="a"/><entry-ref ref="a"/>`),
  ])("%s has none twice", (body) => {
    expect(put(body)).toBe(201);
  });

  const fields = (body: string): readonly string[] => {
    const response = startServer().ask("PUT", INDEX, { ...LISTS, body });
    expect(conflictOf(response)).toBe("uniqueness-failure");
    return [...(response.body ?? "").matchAll(/<exists field="([^"]*)"\/>/g)].map(([, field = ""]) => field);
  };

  it("the field leads to what is there twice", () => {
    expect(fields(root(`<list name="a"/><list name="a"/>`))).toEqual(["resource-lists/list%5b2%5d/@name"]);
    expect(
      fields(list(`<entry uri="a"/><x:e xmlns="" />`.replace(/<x.*/, `<list/><entry uri="a"/>`))),
    ).toEqual(["resource-lists/list/entry%5b2%5d/@uri"]);
    expect(fields(list(`<list><entry-ref ref="a"/><entry-ref ref="a"/></list>`))).toEqual([
      "resource-lists/list/list/entry-ref%5b2%5d/@ref",
    ]);
    const external = `<external anchor="http://a/"/>`;
    expect(fields(list(external.repeat(3)))).toEqual([
      "resource-lists/list/external%5b2%5d/@anchor",
      "resource-lists/list/external%5b3%5d/@anchor",
    ]);
  });

  it("and selects it in the document that was refused", () => {
    const body = list(`<entry uri="a"/><entry uri="b"/>`);
    const { ask } = startServer();
    ask("PUT", INDEX, { ...LISTS, body });
    const [field] = fields(body.replace(`"b"`, `"a"`));
    expect(ask("GET", `${INDEX}/~~/${field}`).body).toBe(`"b"`);
  });

  it("a report is not longer than the reader's patience", () => {
    expect(fields(list(`<entry uri="a"/>`.repeat(100)))).toHaveLength(16);
  });
});

describe("RFC 4826 §3.4.5: references", () => {
  it.each([
    `<entry-ref ref="/resource-lists/users/a/index"/>`,
    `<entry-ref ref="http://example.com/a"/>`,
    `<entry-ref ref="?a"/>`,
    `<external anchor="resource-lists/users/a/index"/>`,
    `<external anchor="sip:a@example.com"/>`,
    `<external anchor="http:///a"/>`,
    `<list><external anchor="ftp://example.com/a"/></list>`,
  ])("%s: constraint-failure", (member) => {
    expect(put(list(member))).toBe("constraint-failure");
  });
});
