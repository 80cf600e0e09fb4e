// RFC 4825 §7.5, §7.8, §8.4: DELETE.

import { describe, expect, it } from "vitest";
import { conflictOf, encode, header, openUsage, startServer } from "./server";

const printed = `<r>
 <a n="1"/>
 <!-- kept --><a n="2"/>
 <b n="2" xmlns:p="urn:p" p:q='x'>text</b>
</r>`;

/** The document after a DELETE, the conflict, or the status. */
function remove(selector: string, document = printed): string | number | undefined {
  const { ask, texts } = startServer({}, [openUsage("test", "")]);
  texts.set("test index", { etag: "e", text: document });
  const uri = `/test/users/sip:alice@example.com/index/~~/${encode(selector)}?xmlns(p=urn:p)`;
  const response = ask("DELETE", uri);
  if (response.status === 409) return conflictOf(response);
  if (response.status !== 200) return response.status;
  expect(header(response, "ETag")).toBe(`"v1"`);
  expect(ask("GET", uri).status).toBe(404);
  expect(ask("DELETE", uri).status).toBe(404);
  return texts.get("test index")?.text;
}

describe("RFC 4825 §8.4: elements and attributes", () => {
  it("white space and comments around stay", () => {
    expect(remove(`r/a[@n="2"]`)).toBe(printed.replace(`<a n="2"/>`, ""));
    expect(remove("r/b")).toBe(printed.replace(/<b.*b>/, ""));
  });

  it("an attribute goes with the space before it", () => {
    expect(remove("r/b/@n")).toBe(printed.replace(`<b n="2"`, "<b"));
    expect(remove("r/b/@p:q")).toBe(printed.replace(` p:q='x'`, ""));
    expect(remove(`r/b[@n="2"]/@n`)).toBe(printed.replace(`<b n="2"`, "<b"));
  });

  it("by position only what is last: the URI must then select nothing (§7.5)", () => {
    expect(remove("r/a[2]")).toBe(printed.replace(`<a n="2"/>`, ""));
    expect(remove("r/*[3]")).toBe(printed.replace(/<b.*b>/, ""));
    expect(remove("r/a[1]")).toBe("cannot-delete");
    expect(remove("r/*[2]")).toBe("cannot-delete");
    expect(remove(`r/a[1][@n="1"]`)).toBe(printed.replace(`<a n="1"/>`, ""));
  });

  it.each(["r/c", "r/a", "r/a[3]", "r/@x", "x", "r/a[1]/@x"])("%s: nothing, or several: 404", (selector) => {
    expect(remove(selector)).toBe(404);
  });

  it("the root element is the document's to keep", () => {
    expect(remove("r")).toBe("schema-validation-error");
  });

  it("what is left must be XML", () => {
    expect(remove("r/a", "<r>]]<a/>></r>")).toBe("cannot-delete");
  });
});

describe("RFC 4825 §8.4: documents", () => {
  it("deleted once, then 404; no entity tag is left", () => {
    const { ask, texts } = startServer({}, [openUsage("test", "")]);
    texts.set("test index", { etag: "e", text: printed });
    const response = ask("DELETE", "/test/users/sip:alice@example.com/index");
    expect([response.status, header(response, "ETag"), response.body]).toEqual([200, undefined, undefined]);
    expect(response.change).toEqual({
      kind: "delete",
      auid: "test",
      name: "index",
      previousEtag: "e",
      touched: { node: "document", operation: "remove", selector: undefined, query: "" },
    });
    expect(ask("DELETE", "/test/users/sip:alice@example.com/index").status).toBe(404);
  });

  it("a node of no document is 404", () => {
    expect(startServer().ask("DELETE", "/pres-rules/users/sip:alice@example.com/index/~~/a").status).toBe(
      404,
    );
  });
});
