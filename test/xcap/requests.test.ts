// RFC 4825 §6.2, §8, §8.1, §8.2.1, §8.2.2, §9, §11: what is answered to whom.

import { describe, expect, it } from "vitest";
import { conflictDocument } from "../../src/xcap/conflict";
import { DEFAULT_XCAP_LIMITS } from "../../src/xcap/serve-xcap";
import { notUtf8 } from "../../src/xcap/xcap-message";
import { parseXml } from "../../src/xml/parse";
import { conflictOf, ELEMENT, header, openUsage, startServer } from "./server";

const HOME = "/resource-lists/users/sip:alice@example.com";
const INDEX = `${HOME}/index`;
const LISTS = { contentType: "application/resource-lists+xml" };
const empty = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>`;
const body = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><!-- mine --><list name="friends"/></resource-lists>`;

describe("RFC 4825 §7.1 to §7.3: documents", () => {
  it("created 201, replaced 200, fetched as it was put", () => {
    const { ask } = startServer();
    const created = ask("PUT", INDEX, { ...LISTS, body });
    expect(created).toEqual({
      status: 201,
      headers: [
        ["ETag", `"v1"`],
        ["Cache-Control", "no-cache"],
      ],
      change: {
        kind: "put",
        auid: "resource-lists",
        name: "index",
        etag: "v1",
        previousEtag: undefined,
        text: body,
        contentType: "application/resource-lists+xml",
        touched: { node: "document", operation: "create", selector: undefined, query: "" },
      },
    });
    expect(ask("GET", INDEX)).toEqual({
      status: 200,
      headers: [
        ["Content-Type", "application/resource-lists+xml"],
        ["ETag", `"v1"`],
        ["Cache-Control", "no-cache"],
      ],
      body,
    });
    const replaced = ask("PUT", INDEX, { ...LISTS, body: empty });
    expect([replaced.status, header(replaced, "ETag")]).toEqual([200, `"v3"`]);
    expect(replaced.change).toMatchObject({ previousEtag: "v1", touched: { operation: "replace" } });
  });

  it("the same text again changes nothing, not even the entity tag", () => {
    const { ask } = startServer();
    ask("PUT", INDEX, { ...LISTS, body });
    const again = ask("PUT", INDEX, { ...LISTS, body });
    expect([again.status, header(again, "ETag"), again.change]).toEqual([200, `"v1"`, undefined]);
  });

  it("HEAD is GET without the body", () => {
    const { ask } = startServer();
    ask("PUT", INDEX, { ...LISTS, body });
    const { body: _body, ...rest } = ask("GET", INDEX);
    expect(ask("HEAD", INDEX)).toEqual(rest);
  });

  it("what an element's change tells the notifier: the selector as received", () => {
    const { ask } = startServer();
    ask("PUT", INDEX, { ...LISTS, body });
    const selector = "l:resource-lists/l:list%5B@name=%22friends%22%5D/l:entry";
    const query = "xmlns(l=urn:ietf:params:xml:ns:resource-lists)";
    const put = ask("PUT", `${INDEX}/~~/${selector}?${query}`, {
      ...ELEMENT,
      body: `<entry uri="sip:a@b"/>`,
    });
    expect(put.change).toMatchObject({
      etag: "v2",
      previousEtag: "v1",
      touched: { node: "element", operation: "create", selector, query },
    });
  });
});

describe("RFC 4825 §8: whose and what", () => {
  const { ask } = startServer();

  it.each([
    "/resource-lists/users/sip:alice@example.com/index",
    "/resource-lists/users/sip%3Aalice%40example.com/index",
    "/resource-lists/users/alice@example.com/index",
    "/resource-lists/users/sip:Alice@EXAMPLE.com/index",
  ])("the owner is let to %s", (path) => {
    expect(ask("GET", path).status).toBe(404);
    expect(startServer().ask("PUT", path, { ...LISTS, body }).change).toMatchObject({ name: "index" });
  });

  it.each([
    "/resource-lists/users/sip:bob@example.com/index",
    "/resource-lists/users/sip:alice@example.org/index",
    "/resource-lists/users/x/index",
    "/rls-services/global/index",
    "/org.openmobilealliance.xcap-directory/users/sip:bob@example.com/directory.xml",
  ])("nobody else, nor to what is not for users: %s is 403", (path) => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) expect(ask(method, path, LISTS).status).toBe(403);
  });

  it.each([
    "",
    "/",
    "/~~/a",
    "/unknown/users/sip:alice@example.com/index",
    "/resource-lists",
    "/resource-lists/other/index",
    "/resource-lists/users/sip:alice@example.com",
    "/resource-lists/users/sip:alice@example.com/",
    "/resource-lists/users/sip:alice@example.com/a//b",
    "/resource-lists/users/sip:alice@example.com/..",
    "/resource-lists/users/sip:alice@example.com/a%2Fb",
    "/resource-lists/users/sip:alice@example.com/a%0Ab",
    "/resource-lists/users/sip:alice@example.com/__proto__",
    "/resource-lists/global/index",
  ])("%s is 404", (path) => {
    expect(ask("GET", path).status).toBe(404);
  });

  it("nobody writes the global tree, or a document the server makes", () => {
    expect(ask("PUT", "/resource-lists/global/index", LISTS).status).toBe(403);
    expect(ask("PUT", "/xcap-caps/users/sip:alice@example.com/index").status).toBe(403);
    for (const method of ["PUT", "DELETE", "POST"]) {
      const response = ask(method, "/xcap-caps/global/index");
      expect([response.status, header(response, "Allow")]).toEqual([405, "GET, HEAD"]);
    }
  });

  it("§8.1: POST and what else there is are 405", () => {
    for (const method of ["POST", "PATCH", "OPTIONS", "get", "constructor"]) {
      const response = ask(method, INDEX);
      expect([response.status, header(response, "Allow")]).toEqual([405, "GET, HEAD, PUT, DELETE"]);
    }
  });

  it.each(["/resource-lists/%zz", "/resource-lists/users/%ff/index", `${INDEX}/~~/%`, `${INDEX}/~~/%C0%80`])(
    "%s cannot be read: 400",
    (path) => {
      expect(ask("GET", path).status).toBe(400);
    },
  );

  it("§6: the first ~~ separates, escaped or not", () => {
    const served = startServer({}, [openUsage("test", "")]);
    served.texts.set("test index", { etag: "e", text: `<r a="/~~/"/>` });
    const path = "/test/users/sip:alice@example.com/index";
    expect(served.ask("GET", `${path}/%7E~/r/@a`).body).toBe(`"/~~/"`);
    expect(served.ask("GET", `${path}/~~/r%5B@a=%22/~~/%22%5D`).status).toBe(200);
  });
});

describe("RFC 4825 §8.2.1: no parent", () => {
  const { ask, texts } = startServer();
  texts.set("resource-lists index", { etag: "e", text: body });
  const entry = { ...ELEMENT, body: `<entry uri="sip:a@b"/>` };
  const ancestor = (path: string): string | undefined => {
    const response = ask("PUT", path, entry);
    expect(conflictOf(response)).toBe("no-parent");
    return /<ancestor>(.*)<\/ancestor>/.exec(response.body ?? "")?.[1];
  };

  it("the closest ancestor: an element, the document, the home directory", () => {
    expect(ancestor(`${INDEX}/~~/resource-lists/list%5B@name=%22friends%22%5D/list/entry`)).toBe(
      `http://xcap.example.com${INDEX}/~~/resource-lists/list%5b@name=%22friends%22%5d`,
    );
    expect(ancestor(`${INDEX}/~~/lists/entry`)).toBe(`http://xcap.example.com${INDEX}`);
    expect(ancestor(`${HOME}/other/~~/resource-lists/list`)).toBe(`http://xcap.example.com${HOME}/`);
  });

  it("with the query that its prefixes need", () => {
    expect(ancestor(`${INDEX}/~~/r:resource-lists/a/b?xmlns(r=urn:ietf:params:xml:ns:resource-lists)`)).toBe(
      `http://xcap.example.com${INDEX}/~~/r:resource-lists?xmlns(r=urn:ietf:params:xml:ns:resource-lists)`,
    );
  });

  it("a folder is there when a document is in it; no document is called like it (§6.2)", () => {
    const put = (path: string): string | number => {
      const response = ask("PUT", `${HOME}/${path}`, { ...LISTS, body: empty });
      return conflictOf(response) ?? response.status;
    };
    expect(put("trips/index")).toBe("no-parent");
    expect(put("trips%2Findex")).toBe(404);
    texts.set("resource-lists trips/index", { etag: "e", text: empty });
    expect(put("trips/other")).toBe(201);
    expect(put("trips/index")).toBe(200);
    expect(put("trips")).toBe("constraint-failure");
    expect(ask("GET", `${HOME}/trips/other`).body).toBe(empty);
  });
});

describe("RFC 4825 §8.2.2: content", () => {
  const put = (contentType: string | undefined, text: string): string | number => {
    const response = startServer().ask("PUT", INDEX, { contentType, body: text });
    return conflictOf(response) ?? response.status;
  };

  it.each([undefined, "", "application/xml", "text/xml", "application/xcap-el+xml", "application"])(
    "type %s is 415",
    (contentType) => {
      expect(put(contentType, empty)).toBe(415);
    },
  );

  it("elements and attributes have types of their own", () => {
    const { ask, texts } = startServer();
    texts.set("resource-lists index", { etag: "e", text: empty });
    expect(ask("PUT", `${INDEX}/~~/resource-lists/list`, { ...LISTS, body: "<list/>" }).status).toBe(415);
    expect(ask("PUT", `${INDEX}/~~/resource-lists/@a`, { ...ELEMENT, body: `"1"` }).status).toBe(415);
  });

  it("UTF-8 it must be, and say no other thing", () => {
    expect(put(`${LISTS.contentType}; charset="utf-8"`, empty)).toBe(201);
    expect(put(`${LISTS.contentType};charset=iso-8859-1`, empty)).toBe("not-utf-8");
    expect(put(LISTS.contentType, `<?xml version="1.0" encoding="ISO-8859-1"?>${empty}`)).toBe("not-utf-8");
    expect(put(LISTS.contentType, `<?xml version='1.0' encoding='utf-8'?>${empty}`)).toBe(201);
    expect(conflictOf(notUtf8())).toBe("not-utf-8");
  });

  it.each(["", "no xml", "<a>", "<a/><b/>", `${empty}</a>`, "<a>&b;</a>", "<a:b/>", "<a>\uFFFE</a>"])(
    "%j is not well-formed",
    (text) => {
      expect(put(LISTS.contentType, text)).toBe("not-well-formed");
    },
  );

  it("a byte order mark is not kept", () => {
    const { ask } = startServer();
    ask("PUT", INDEX, { ...LISTS, body: `\uFEFF${empty}` });
    expect(ask("GET", INDEX).body).toBe(empty);
  });
});

describe("limits", () => {
  const limits = {
    ...DEFAULT_XCAP_LIMITS,
    document: { maxLength: 400, maxDepth: 5, maxNodes: 20, maxAttributes: 20 },
    maxDocuments: 2,
    maxUriLength: 200,
    maxSteps: 6,
  };
  const { ask } = startServer({ limits });
  const lists = (inner: string): string =>
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${inner}</resource-lists>`;
  const put = (inner: string): string | number => {
    const response = ask("PUT", INDEX, { ...LISTS, body: lists(inner) });
    return conflictOf(response) ?? response.status;
  };

  it("a body that is too large, 413; too deep or with too many nodes, a constraint", () => {
    expect(put(`<list name="${"a".repeat(400)}"/>`)).toBe(413);
    expect(put("<list>".repeat(5) + "</list>".repeat(5))).toBe("constraint-failure");
    expect(put("<list/>".repeat(21))).toBe("constraint-failure");
    expect(put("<!DOCTYPE a>")).toBe("constraint-failure");
  });

  it("a document that would outgrow its room, 507", () => {
    expect(put(`<list name="a"/>`)).toBe(201);
    const element = { ...ELEMENT, body: `<list name="b${"b".repeat(320)}"/>` };
    expect(ask("PUT", `${INDEX}/~~/resource-lists/list%5B2%5D`, element).status).toBe(507);
  });

  it("one document too many, 507; those that are there may change", () => {
    expect(ask("PUT", `${HOME}/second`, { ...LISTS, body: empty }).status).toBe(201);
    expect(ask("PUT", `${HOME}/third`, { ...LISTS, body: empty }).status).toBe(507);
    expect(ask("PUT", `${HOME}/second`, { ...LISTS, body: lists("<list/>") }).status).toBe(200);
  });

  it("a long URI, 414", () => {
    expect(ask("GET", `${INDEX}/~~/${"a/".repeat(6)}a`).status).toBe(414);
    expect(ask("GET", `${HOME}/${"a".repeat(200)}`).status).toBe(414);
    expect(ask("GET", `${INDEX}/~~/a?xmlns(a=${"a".repeat(200)})`).status).toBe(414);
  });
});

describe("RFC 4825 §11.1: conflict reports", () => {
  it("the example", () => {
    expect(
      conflictDocument({
        kind: "uniqueness-failure",
        exists: [{ field: "rls-services/service/@uri", alternatives: ["sip:mybuddies@example.com"] }],
      }),
    ).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><uniqueness-failure><exists field="rls-services/service/@uri"><alt-value>sip:mybuddies@example.com</alt-value></exists></uniqueness-failure></xcap-error>`,
    );
  });

  it("phrases are text, whatever they quote", () => {
    const document = conflictDocument({ kind: "not-well-formed", phrase: `<"&\u0000` });
    const root = parseXml(document);
    expect(root.ok && root.value.firstChild).toMatchObject({ localName: "not-well-formed" });
    expect(document).toContain(`phrase="&lt;&quot;&amp;\uFFFD"`);
  });
});
