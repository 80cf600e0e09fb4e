// RFC 4825 §6.3, §6.4, §7.9, §7.10, §8.3, §10: what a URI selects, and how it is returned.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { XcapResponse } from "../../src/xcap/xcap-message";
import { ATTRIBUTE, conflictOf, ELEMENT, encode, header, openUsage, startServer } from "./server";

const get = (document: string, defaultNamespace: string, selector: string, query = ""): XcapResponse => {
  const { ask, texts } = startServer({}, [openUsage("test", defaultNamespace)]);
  texts.set("test index", { etag: "tag", text: document });
  return ask("GET", `/test/users/sip:alice@example.com/index/~~/${encode(selector)}${query}`);
};

const WATCHERINFO = "urn:ietf:params:xml:ns:watcherinfo";
const watcherinfo = readFileSync(
  `${import.meta.dirname}/../conformance/documents/xcap-docs-rfc4825-6.3-01.xml`,
  "utf8",
);
const watcher = (selector: string): XcapResponse => get(watcherinfo, WATCHERINFO, selector);

describe("RFC 4825 §6.3: steps", () => {
  const first = `<watcher status="active"
            id="8ajksjda7s"
            duration-subscribed="509"
            event="approved">sip:userA@example.net</watcher>`.replace(/\s+/g, " ");

  it.each([
    `watcherinfo/watcher-list/watcher[@id="8ajksjda7s"]`,
    `watcherinfo/watcher-list/watcher[@id='8ajksjda7s']`,
    "watcherinfo/watcher-list/watcher[1]",
    "watcherinfo/watcher-list/*[1]",
    `*/*/*[@status="active"]`,
    `watcherinfo/watcher-list[@package="presence"]/watcher[1][@status="active"]`,
    `watcherinfo/watcher-list/watcher[001]`,
  ])("%s selects the first watcher", (selector) => {
    const response = watcher(selector);
    expect(response.status).toBe(200);
    expect(response.body?.replace(/\s+/g, " ")).toBe(first);
    expect(header(response, "Content-Type")).toBe("application/xcap-el+xml");
    expect(header(response, "ETag")).toBe(`"tag"`);
  });

  it.each([
    "watcherinfo/watcher-list/watcher", // several: invalid
    "watcherinfo/watcher-list/watcher[3]",
    "watcherinfo/watcher-list/watcher[0]",
    "watcherinfo/watcher-list/watcher[99999999999999999999]",
    // Predicates in order: the first watcher is not pending.
    `watcherinfo/watcher-list/watcher[1][@status="pending"]`,
    "watcher-list",
    `watcherinfo[@xmlns="${WATCHERINFO}"]`,
    "watcherinfo/@xmlns",
    "watcherinfo/@Version",
  ])("%s selects nothing: 404", (selector) => {
    expect(watcher(selector)).toEqual({ status: 404, headers: [] });
  });

  it.each([
    "watcherinfo/watcher-list/watcher[last()]",
    `watcherinfo/watcher-list/watcher[@id="8ajksjda7s"][1]`,
    "watcherinfo/text()",
    "watcherinfo/@version/x",
    "watcherinfo/namespace::a",
    "watcherinfo/..",
  ])("%s is an extension this server does not understand: 404", (selector) => {
    expect(watcher(selector).status).toBe(404);
  });

  it.each([
    "",
    "@version",
    "namespace::*",
    "watcherinfo/",
    "watcherinfo//watcher",
    `watcherinfo[@version="&bad;"]`,
    `watcherinfo[@version="&#0;"]`,
  ])("%j is no node selector: 400", (selector) => {
    expect(watcher(selector).status).toBe(400);
  });

  it("values are compared as what they stand for, slashes and quotes included", () => {
    const document = `<r><a b="&lt;/&amp;&quot;'"/><a b="x]y"/></r>`;
    expect(get(document, "", `r/a[@b="&lt;/&amp;&quot;'"]`).body).toBe(`<a b="&lt;/&amp;&quot;'"/>`);
    expect(get(document, "", `r/a[@b="&#x3c;/&#38;&quot;'"]`).status).toBe(200);
    expect(get(document, "", `r/a[@b="x]y"]`).body).toBe(`<a b="x]y"/>`);
  });

  it("names beyond ASCII, as UTF-8 in the URI", () => {
    const document = `<r><ア Àb="é"/></r>`;
    expect(get(document, "", `r/ア[@Àb="é"]/@Àb`).body).toBe(`"é"`);
  });
});

describe("RFC 4825 §7.9: attributes", () => {
  it("the value is returned as an AttValue, as it stands in the document", () => {
    const response = get(`<r a = '"&amp;"' xml:lang="de"/>`, "", "r/@a");
    expect(response.body).toBe(`'"&amp;"'`);
    expect(header(response, "Content-Type")).toBe("application/xcap-att+xml");
    expect(get(`<r xml:lang="de"/>`, "", "r/@xml:lang").body).toBe(`"de"`);
  });

  it("a name with a prefix is in its namespace, one without in none", () => {
    const document = `<r xmlns:p="urn:p" p:a="1" a="2"/>`;
    expect(get(document, "", "r/@q:a", "?xmlns(q=urn:p)").body).toBe(`"1"`);
    expect(get(document, "", "r/@a").body).toBe(`"2"`);
    expect(get(document, "", `r[@q:a="1"]/@a`, "?xmlns(q=urn:p)").status).toBe(200);
    expect(get(document, "", `r[@q:a="2"]/@a`, "?xmlns(q=urn:p)").status).toBe(404);
  });
});

const NAMESPACES = `<?xml version="1.0"?>
<foo xmlns="urn:test:default-namespace">
 <ns1:bar xmlns:ns1="urn:test:namespace1-uri" xmlns="urn:test:namespace1-uri">
  <baz/>
  <ns2:baz xmlns:ns2="urn:test:namespace2-uri"/>
 </ns1:bar>
 <ns3:hi xmlns:ns3="urn:test:namespace3-uri">
  <there/>
 </ns3:hi>
</foo>`;
const inFoo = (selector: string, query: string): XcapResponse =>
  get(NAMESPACES, "urn:test:default-namespace", selector, query);

describe("RFC 4825 §6.4: the examples", () => {
  it.each([
    ["foo/a:bar/b:baz", "?xmlns(a=urn:test:namespace1-uri)xmlns(b=urn:test:namespace1-uri)", "<baz/>"],
    [
      "foo/a:bar/b:baz",
      "?xmlns(a=urn:test:namespace1-uri)xmlns(b=urn:test:namespace2-uri)",
      `<ns2:baz xmlns:ns2="urn:test:namespace2-uri"/>`,
    ],
    [
      "d:foo/a:bar/b:baz",
      "?xmlns(a=urn:test:namespace1-uri)xmlns(b=urn:test:namespace2-uri)xmlns(d=urn:test:default-namespace)",
      `<ns2:baz xmlns:ns2="urn:test:namespace2-uri"/>`,
    ],
  ])("%s %s", (selector, query, element) => {
    expect(inFoo(selector, query)).toMatchObject({ status: 200, body: element });
  });
});

describe("RFC 4825 §6.4, §8: bindings", () => {
  it("an unbound prefix is 400, in elements, predicates and attributes", () => {
    expect(inFoo("a:foo", "").status).toBe(400);
    expect(inFoo(`foo[@a:b="c"]`, "").status).toBe(400);
    expect(inFoo("foo/@a:b", "?xmlns(b=urn:b)").status).toBe(400);
    expect(inFoo("foo/@xmlns:ns1", "?xmlns(xmlns=urn:b)").status).toBe(400);
  });

  it("a declaration is no attribute, whatever its namespace is called", () => {
    const query = "?xmlns(x=http://www.w3.org/2000/xmlns/)";
    const document = `<r xmlns:y="urn:y" a="1"/>`;
    expect(get(document, "", "r/@x:y", query).status).toBe(404);
    expect(get(document, "", `r[@x:y="urn:y"]/@a`, query).status).toBe(404);
  });

  it("other schemes are ignored, spaces and escapes understood", () => {
    const query = "?element(/1(2))%20xmlns(%20a%20=%20urn:test:namespace1-uri)my:scheme(^()xmlns(b=u^^^(^))";
    expect(inFoo("foo/a:bar/a:baz", query).body).toBe("<baz/>");
    expect(get(`<x:r xmlns:x="u^()"/>`, "", "b:r", query).status).toBe(200);
  });

  it.each(["?a=b", "?xmlns(a=b", "?xmlns(a)", "?xmlns(a=b)c", "?xmlns(a=^b)", "?%zz", "?xmlns(1=b)"])(
    "%s is no pointer: 400",
    (query) => {
      expect(inFoo("foo", query).status).toBe(400);
    },
  );
});

describe("RFC 4825 §7.10, §10: namespace bindings", () => {
  it("the example: the element's own name, and all that is in scope", () => {
    const response = inFoo(
      "df:foo/df2:bar/df2:baz/namespace::*",
      "?xmlns(df=urn:test:default-namespace)xmlns(df2=urn:test:namespace1-uri)",
    );
    // The RFC prints urn:tes:namespace1-uri, which its own document does not have.
    expect(response.body).toBe(`<baz xmlns="urn:test:namespace1-uri" xmlns:ns1="urn:test:namespace1-uri"/>`);
    expect(header(response, "Content-Type")).toBe("application/xcap-ns+xml");
    expect(header(response, "ETag")).toBe(`"tag"`);
  });

  it("the prefix of the element; an undeclared default is in no scope", () => {
    const document = `<a:r xmlns:a="urn:a&quot;" xmlns="urn:d"><b xmlns=""/></a:r>`;
    expect(get(document, "", "x:r/namespace::*", "?xmlns(x=urn:a%22)").body).toBe(
      `<a:r xmlns="urn:d" xmlns:a="urn:a&#34;"/>`,
    );
    expect(get(document, "", "x:r/b/namespace::*", "?xmlns(x=urn:a%22)").body).toBe(
      `<b xmlns:a="urn:a&#34;"/>`,
    );
  });

  it("is read only: 405 with Allow", () => {
    const { ask, texts } = startServer({}, [openUsage("test", "")]);
    texts.set("test index", { etag: "e", text: "<r/>" });
    for (const method of ["PUT", "DELETE", "POST"]) {
      const response = ask(method, "/test/users/sip:alice@example.com/index/~~/r/namespace::*", ELEMENT);
      expect([response.status, header(response, "Allow")]).toEqual([405, "GET, HEAD"]);
    }
  });
});

/** The document after a PUT of an attribute, or the conflict; the selector then yields what was put. */
function putAttribute(document: string, target: string, body: string): string | undefined {
  const { ask, texts } = startServer({}, [openUsage("test", "")]);
  texts.set("test index", { etag: "e", text: document });
  const [selector = "", query] = target.split("?");
  const uri = `/test/users/sip:alice@example.com/index/~~/${encode(selector)}${query ? `?${query}` : ""}`;
  const response = ask("PUT", uri, { ...ATTRIBUTE, body });
  if (response.status >= 300) return conflictOf(response);
  expect(response.status).toBe(
    response.change?.kind === "put" && response.change.touched.operation === "create" ? 201 : 200,
  );
  expect(ask("GET", uri).body).toBe(body.trim());
  return texts.get("test index")?.text;
}

describe("RFC 4825 §7.7: PUT of an attribute", () => {
  it("creates at the end of the start tag, replaces in place", () => {
    expect(putAttribute("<r ><a/></r>", "r/@b", `"1"`)).toBe(`<r  b="1"><a/></r>`);
    expect(putAttribute("<r><a x='1' /></r>", "r/a/@b", `'"'`)).toBe(`<r><a x='1'  b='"'/></r>`);
    expect(putAttribute(`<r b = "1" c="2"/>`, "r/@b", `"&lt;x"\r\n`)).toBe(`<r b = "&lt;x" c="2"/>`);
  });

  it("under a prefix that is bound where it stands", () => {
    const document = `<r xmlns:p="urn:p" xmlns:q="urn:q"/>`;
    expect(putAttribute(document, "r/@p:b?xmlns(p=urn:p)", `"1"`)).toContain(` p:b="1"`);
    expect(putAttribute(document, "r/@x:b?xmlns(x=urn:q)", `"1"`)).toContain(` q:b="1"`);
    expect(putAttribute(document, "r/@p:b?xmlns(p=urn:q)", `"1"`)).toContain(` q:b="1"`);
    expect(putAttribute(document, "r/@xml:lang", `"de"`)).toContain(` xml:lang="de"`);
    expect(putAttribute(document, "r/@x:b?xmlns(x=urn:none)", `"1"`)).toBe("cannot-insert");
  });

  it("never a namespace declaration", () => {
    expect(putAttribute("<r/>", "r/@xmlns", `"urn:x"`)).toBe("cannot-insert");
    expect(putAttribute("<r/>", "r/@x:y?xmlns(x=http://www.w3.org/2000/xmlns/)", `"urn:x"`)).toBe(
      "cannot-insert",
    );
  });

  it.each(["", "bare", `"a`, `"a"b"`, `"<"`, `"&"`, `"&nbsp;"`, `"\u0001"`, `"a" b="c"`, `"&#xFFFF;"`])(
    "%j is no attribute value",
    (body) => {
      expect(putAttribute("<r/>", "r/@a", body)).toBe("not-xml-att-value");
    },
  );

  it("the example: the predicate must not be on the attribute that changes", () => {
    expect(putAttribute(`<r><s u="good"/></r>`, `r/s[@u="good"]/@u`, `"bad"`)).toBe("cannot-insert");
    expect(putAttribute(`<r><s u="good"/></r>`, "r/s/@u", `"bad"`)).toBe(`<r><s u="bad"/></r>`);
  });

  it("its element must be there", () => {
    expect(putAttribute("<r/>", "r/s/@u", `"x"`)).toBe("no-parent");
  });
});
