// RFC 4825 §8.2.3 and §8.2.4 on the RFC's own documents, and the rules around them.

import { describe, expect, it } from "vitest";
import { conflictOf, ELEMENT, encode, openUsage, startServer } from "./server";

const printed = `<?xml version="1.0"?>
<root>
 <el1 att="first"/>
 <el1 att="second"/>
 <!-- comment -->
 <el2 att="first"/>
</root>`;

/** The document after a PUT of `body` at `selector`, or the conflict. */
function put(selector: string, body: string, document = printed): string | undefined {
  const { ask, texts } = startServer({}, [openUsage("test", "")]);
  texts.set("test index", { etag: "e", text: document });
  const uri = `/test/users/sip:alice@example.com/index/~~/${encode(selector)}`;
  const response = ask("PUT", uri, { ...ELEMENT, body });
  if (response.status >= 300) return conflictOf(response);
  expect(ask("GET", uri)).toMatchObject({ status: 200, body });
  const stored = texts.get("test index");
  // Once more changes nothing.
  expect(ask("PUT", uri, { ...ELEMENT, body })).toMatchObject({ status: 200 });
  expect(texts.get("test index")).toBe(stored);
  return stored?.text;
}

describe("RFC 4825 §8.2.3: the examples", () => {
  it.each([`root/el1[@att="third"]`, `root/el1[3][@att="third"]`, `root/*[3][@att="third"]`])(
    "%s: earliest last, or third",
    (selector) => {
      expect(put(selector, `<el1 att="third"/>`)).toBe(
        printed.replace(`"second"/>`, `"second"/><el1 att="third"/>`),
      );
    },
  );

  it("root/el3: a new name goes behind everything", () => {
    expect(put("root/el3", `<el3 att="first"/>`)).toBe(
      printed.replace("</root>", `<el3 att="first"/></root>`),
    );
  });

  it.each([`root/el2[@att="2"]`, `root/el2[2][@att="2"]`])("%s", (selector) => {
    expect(put(selector, `<el2 att="2"/>`)).toBe(
      printed.replace(`<el2 att="first"/>`, `<el2 att="first"/><el2 att="2"/>`),
    );
  });

  it(`root/*[2][@att="2"]`, () => {
    expect(put(`root/*[2][@att="2"]`, `<el2 att="2"/>`)).toBe(
      printed.replace(`<el1 att="first"/>`, `<el1 att="first"/><el2 att="2"/>`),
    );
  });

  it(`root/el2[1][@att="2"]`, () => {
    expect(put(`root/el2[1][@att="2"]`, `<el2 att="2"/>`)).toBe(
      printed.replace(`<el2 att="first"/>`, `<el2 att="2"/><el2 att="first"/>`),
    );
  });
});

describe("RFC 4825 §8.2.3: the other cases", () => {
  it("a wildcard alone in an empty parent, which opens its tag", () => {
    expect(put("root/*", "<a/>", "<root />")).toBe("<root ><a/></root>");
    expect(put("root/*[1]", "<a/>", "<root><!-- c --></root>")).toBe("<root><!-- c --><a/></root>");
  });

  it("a wildcard with an attribute and no position: last of its name, or last of all", () => {
    expect(put(`root/*[@att="x"]`, `<el1 att="x"/>`)).toBe(
      printed.replace(`"second"/>`, `"second"/><el1 att="x"/>`),
    );
    expect(put(`root/*[@att="x"]`, `<new att="x"/>`)).toBe(
      printed.replace("</root>", `<new att="x"/></root>`),
    );
  });

  it("a wildcard in the first position goes before all", () => {
    expect(put(`root/*[1][@att="x"]`, `<new att="x"/>`)).toBe(
      printed.replace(`<el1 att="first"/>`, `<new att="x"/><el1 att="first"/>`),
    );
  });

  it("the first position of a name that is new is the last of all", () => {
    expect(put("root/el3[1]", "<el3/>")).toBe(printed.replace("</root>", "<el3/></root>"));
  });

  it.each([`root/el3[2]`, `root/*[5][@att="x"]`, `root/el1[9]`])("%s: too few siblings", (selector) => {
    const name = selector.includes("*") ? "new" : (/el\d/.exec(selector)?.[0] ?? "");
    expect(put(selector, `<${name} att="x"/>`)).toBe("cannot-insert");
  });

  it("white space around the element is not put into the document, that inside is kept", () => {
    const { ask, texts } = startServer({}, [openUsage("test", "")]);
    texts.set("test index", { etag: "e", text: "<root>\n</root>" });
    const uri = "/test/users/sip:alice@example.com/index/~~/root/a";
    expect(ask("PUT", uri, { ...ELEMENT, body: "\r\n <a>\n <b/>  </a >\n" }).status).toBe(201);
    expect(texts.get("test index")?.text).toBe("<root>\n<a>\n <b/>  </a ></root>");
  });
});

describe("RFC 4825 §8.2.3, §8.2.4: GET(PUT(x)) is x, or cannot-insert", () => {
  it.each([
    [`root/el1[@att="third"]`, `<el1 att="other"/>`],
    ["root/el3", "<el4/>"],
    [`root/el1[@att="first"]`, `<el1 att="renamed"/>`],
    ["root/el2", "<el1/>"],
    ["root/el1", `<el1 att="ambiguous"/>`],
    ["other", "<other/>"],
    ["root", "<other/>"],
    ["root/el1[0]", "<el1/>"],
    // The second would become the first, and be what the selector selects.
    ["root/el1[1]", "<el2/>"],
    [`root/el1[@xmlns="urn:x"]`, `<el1 xmlns="urn:x"/>`],
  ])("%s ← %s", (selector, body) => {
    expect(put(selector, body)).toBe("cannot-insert");
  });

  it("replaces the element whole, declarations, comments and all", () => {
    const body = `<el2 xmlns:a="urn:a" a:b='"'><!-- new --><?p i?>text &amp; <c/></el2>`;
    expect(put("root/el2", body)).toBe(printed.replace(`<el2 att="first"/>`, body));
    expect(put("root", "<root/>")).toBe(`<?xml version="1.0"?>\n<root/>`);
  });

  it("redundant declarations are retained", () => {
    const body = `<c xmlns="urn:a" xmlns:p="urn:p"/>`;
    const document = `<p:root xmlns="urn:a" xmlns:p="urn:p"/>`;
    const { ask, texts } = startServer({}, [openUsage("test", "urn:a")]);
    texts.set("test index", { etag: "e", text: document });
    const uri = "/test/users/sip:alice@example.com/index/~~/q:root/c?xmlns(q=urn:p)";
    expect(ask("PUT", uri, { ...ELEMENT, body }).status).toBe(201);
    expect(texts.get("test index")?.text).toBe(`<p:root xmlns="urn:a" xmlns:p="urn:p">${body}</p:root>`);
  });

  it("a prefix may be declared where the element is going to stand", () => {
    const { ask, texts } = startServer({}, [openUsage("test", "")]);
    texts.set("test index", { etag: "e", text: `<root xmlns:p="urn:p"><a/></root>` });
    const uri = "/test/users/sip:alice@example.com/index/~~/root/a/x:b?xmlns(x=urn:p)";
    expect(ask("PUT", uri, { ...ELEMENT, body: "<p:b/>" }).status).toBe(201);
    expect(ask("GET", uri).body).toBe("<p:b/>");
    expect(conflictOf(ask("PUT", uri, { ...ELEMENT, body: "<q:b/>" }))).toBe("not-xml-frag");
  });
});

describe("RFC 4825 §8.2.2: the body is one element", () => {
  it.each([
    "",
    "text",
    "<el2/><el2/>",
    "<el2/> text",
    "<!-- c --><el2/>",
    "<el2>",
    "<el2></el3>",
    "</fragment><fragment><el2/>",
    `<?xml version="1.0"?><el2/>`,
    "<!DOCTYPE el2><el2/>",
    "<el2>&undeclared;</el2>",
    "<el2 a='1' a='2'/>",
    "<el2>\u0001</el2>",
  ])("%j is not", (body) => {
    expect(put("root/el2", body)).toBe("not-xml-frag");
  });
});
