import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ATTRIBUTE, conflictOf, ELEMENT, startServer } from "../server";

const INDEX = "/pidf-manipulation/users/sip:alice@example.com/index";
const PIDF = { contentType: "application/pidf+xml" };
const printed = (name: string): string =>
  readFileSync(`${import.meta.dirname}/../../conformance/documents/${name}`, "utf8");
const put = (body: string, path = INDEX): string | number => {
  const response = startServer().ask("PUT", path, { ...PIDF, body });
  return conflictOf(response) ?? response.status;
};
const root = (inner: string, entity = ` entity="pres:alice@example.com"`): string =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:x="urn:x"${entity}>${inner}</presence>`;
const tuple = (inner: string, id = "t"): string => root(`<tuple id="${id}">${inner}</tuple>`);

describe("RFC 4827 §11: a note is changed", () => {
  it("in the one document a user has", () => {
    const { ask } = startServer();
    const body = tuple(`<status><basic>open</basic></status><note xml:lang="en">away</note>`);
    expect(ask("PUT", INDEX, { ...PIDF, body }).status).toBe(201);
    const note = `${INDEX}/~~/presence/tuple%5b@id=%22t%22%5d/note`;
    expect(ask("PUT", note, { ...ELEMENT, body: "<note>back</note>" }).status).toBe(200);
    expect(ask("GET", INDEX).body).toBe(body.replace(/<note.*note>/, "<note>back</note>"));
    const entity = ask("PUT", `${INDEX}/~~/presence/@entity`, {
      ...ATTRIBUTE,
      body: `"pres:bob@example.com"`,
    });
    expect(conflictOf(entity)).toBe("constraint-failure");
  });

  it("§9: and no other", () => {
    expect(put(root(""), INDEX.replace("index", "other"))).toBe("constraint-failure");
  });
});

describe("RFC 3863 §4.4: the schema", () => {
  it.each(["presence-rfc3863-4.2.4-01.xml", "presence-rfc3863-4.3.2-03.xml", "presence-rfc4480-4-05.xml"])(
    "takes %s, once it is about its owner",
    (name) => {
      const body = printed(name);
      expect(put(body)).toBe("constraint-failure");
      expect(put(body.replace(/entity="[^"]*"/, `entity="sip:Alice@example.com"`))).toBe(201);
    },
  );

  it.each([
    root(""),
    root("<note>a</note><note>b</note><x:person/>"),
    tuple("<status/>"),
    tuple(
      `<status><x:a/></status><x:b/><contact priority="0.8">sip:a@b</contact><note/><timestamp>2001-10-27T16:49:29Z</timestamp>`,
    ),
  ])("takes %s", (body) => {
    expect(put(body)).toBe(201);
  });

  it.each([
    "<presence/>",
    root("", ""),
    root("text"),
    root("<note>a</note><tuple id='t'><status/></tuple>"),
    root("<x:person/><note/>"),
    root("<tuple><status/></tuple>"),
    root(`<tuple id="t"><status/></tuple><tuple id="t"><status/></tuple>`),
    tuple(""),
    tuple("<status/>", "1"),
    tuple("<status><basic>busy</basic></status>"),
    tuple(`<status/><contact priority="2">sip:a@b</contact>`),
    tuple("<status/><timestamp>yesterday</timestamp>"),
    tuple("<status/><timestamp>2001-10-27T16:49:29Z</timestamp><note/>"),
  ])("refuses %s", (body) => {
    expect(put(body)).toBe("schema-validation-error");
  });
});
