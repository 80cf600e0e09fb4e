// Promises of the engine for any document and any request (RFC 4825 §7): what was put is got, twice is once, what was
// deleted is gone; and for any octets at all: an answer, and never a broken document in the store.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseXml } from "../../src/xml/parse";
import { ATTRIBUTE, ELEMENT, encode, openUsage, startServer, type TestServer } from "./server";

const PATH = "/test/users/sip:alice@example.com/index";

const name = fc.constantFrom("a", "b", "c");
const value = fc.constantFrom("1", "2", "&lt;", "x/y", "é");
const filler = fc.constantFrom(
  "",
  " ",
  "\r\n\t",
  "text",
  "<!-- <a/> -->",
  "<?p <b/>?>",
  "<![CDATA[<c/>]]>",
  "&amp;",
);
/** An element with others in it, `depth` deep at most. */
const elementOf = (depth: number): fc.Arbitrary<string> =>
  fc
    .record({
      name,
      attribute: fc.option(fc.tuple(name, value), { nil: undefined }),
      quote: fc.constantFrom('"', "'"),
      space: fc.constantFrom("", " ", "\n"),
      fillers: fc.array(filler, { minLength: 3, maxLength: 3 }),
      children: depth === 0 ? fc.constant<string[]>([]) : fc.array(elementOf(depth - 1), { maxLength: 3 }),
    })
    .map((drawn) => {
      const attribute = drawn.attribute?.join(` = ${drawn.quote}`);
      const start = drawn.name + (attribute === undefined ? "" : ` ${attribute}${drawn.quote}`) + drawn.space;
      const inside = drawn.children.map((child, index) => child + (drawn.fillers[index] ?? "")).join("");
      return inside === "" ? `<${start}/>` : `<${start}>${inside}</${drawn.name}>`;
    });
const element = elementOf(3);

const step = fc
  .record({
    name: fc.oneof(name, fc.constant("*")),
    position: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    test: fc.option(fc.tuple(name, value), { nil: undefined }),
  })
  .map(
    (drawn) =>
      drawn.name +
      (drawn.position === undefined ? "" : `[${drawn.position}]`) +
      (drawn.test === undefined ? "" : `[@${drawn.test[0]}="${drawn.test[1]}"]`),
  );
const selector = fc
  .tuple(fc.array(step, { maxLength: 2 }), fc.option(name, { nil: undefined, freq: 3 }))
  .map(([steps, attribute]) =>
    ["*", ...steps, ...(attribute === undefined ? [] : [`@${attribute}`])].join("/"),
  );

function serverWith(document: string): TestServer {
  const server = startServer({}, [openUsage("test", "")]);
  server.texts.set("test index", { etag: "e", text: document });
  return server;
}

describe("RFC 4825 §7: any document, any selector", () => {
  test("GET(PUT(x)) is x; two PUTs are one; nothing else of the document changes", () => {
    let written = 0;
    fc.assert(
      fc.property(element, selector, element, value, (document, target, body, text) => {
        const { ask, texts } = serverWith(document);
        const isAttribute = /@[abc]$/.test(target);
        const request = isAttribute ? { ...ATTRIBUTE, body: `"${text}"` } : { ...ELEMENT, body };
        const uri = `${PATH}/~~/${encode(target)}`;
        const before = ask("GET", uri);
        const put = ask("PUT", uri, request);
        expect([200, 201, 409]).toContain(put.status);
        const stored = texts.get("test index");
        if (put.status === 409) {
          expect(stored?.text).toBe(document);
          return;
        }
        written += 1;
        expect(put.status === 201).toBe(before.status === 404);
        expect(ask("GET", uri).body).toBe(request.body);
        expect(ask("PUT", uri, request).status).toBe(200);
        expect(texts.get("test index")).toBe(stored);
        // What was put taken out again, what is left is the document without what was replaced.
        const left = (stored?.text ?? "").length - request.body.length;
        if (put.status === 200) expect(left).toBe(document.length - (before.body ?? "").length);
        else expect(left).toBeGreaterThanOrEqual(document.length);
      }),
      { numRuns: 2_000 },
    );
    expect(written).toBeGreaterThan(100);
  });

  test("DELETE, and GET and DELETE are 404; the rest of the text is as it was", () => {
    let deleted = 0;
    fc.assert(
      fc.property(element, selector, (document, target) => {
        const { ask, texts } = serverWith(document);
        const uri = `${PATH}/~~/${encode(target)}`;
        const before = ask("GET", uri);
        const { status } = ask("DELETE", uri);
        const text = texts.get("test index")?.text ?? "";
        expect(status === 404).toBe(before.status === 404);
        if (status !== 200) {
          expect(text).toBe(document);
          return;
        }
        deleted += 1;
        expect(ask("GET", uri).status).toBe(404);
        expect(ask("DELETE", uri).status).toBe(404);
        expect(parseXml(text).ok).toBe(true);
        let kept = 0;
        while (kept < text.length && text[kept] === document[kept]) kept += 1;
        expect(document.endsWith(text.slice(kept))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(deleted).toBeGreaterThan(100);
  });
});

const STATUSES = [200, 201, 304, 400, 403, 404, 405, 409, 412, 413, 414, 415, 507];
const LISTS = "urn:ietf:params:xml:ns:resource-lists";
const piece = fc.constantFrom(
  ...["/", "~~", "resource-lists", "users", "sip:alice@example.com", "index", "list", "entry", "@uri", "*"],
  ...[
    "%5b",
    "%5d",
    "[",
    "]",
    '"',
    "'",
    "%22",
    "1",
    "@name=",
    "namespace::*",
    "%",
    "%ff",
    "..",
    "__proto__",
    "x:",
  ],
);
const inner = fc.constantFrom(
  ...[
    "<",
    ">",
    "/",
    "list",
    "<list>",
    "</list>",
    "<list/>",
    `<entry uri="a"/>`,
    " ",
    '"',
    "&",
    "&#0;",
    "<!--",
  ],
  ...[
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a [",
    "<?xml",
    "?>",
    ` name="a"`,
    `xmlns:a=""`,
    "\u0000",
    "\uD800",
    "é",
  ],
);
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(inner).map((pieces) => pieces.join("")),
);
const ROOT = `<resource-lists xmlns="${LISTS}">`;
const body = fc.oneof(
  hostile,
  hostile.map((text) => `${ROOT}${text}</resource-lists>`),
);
const path = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(piece).map((pieces) => pieces.join("")),
  fc
    .array(piece)
    .map((pieces) => `/resource-lists/users/sip:alice@example.com/index/~~/resource-lists${pieces.join("")}`),
  fc.constantFrom("/resource-lists/users/sip:alice@example.com/index", "/xcap-caps/global/index"),
);
const query = fc.oneof(
  fc.constant(""),
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("xmlns(", "x=", LISTS, ")", "(", "^", "%28", "%", " "))
    .map((pieces) => pieces.join("")),
);

test("whatever comes, the answer is one of these, and what is stored is XML", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "HEAD", "PUT", "PUT", "PUT", "DELETE", "POST", ""),
      path,
      query,
      fc.constantFrom("application/resource-lists+xml", ELEMENT.contentType, ATTRIBUTE.contentType, ";"),
      body,
      fc.option(hostile, { nil: undefined, freq: 4 }),
      (method, hostilePath, hostileQuery, contentType, hostileBody, condition) => {
        const { ask, texts } = startServer();
        texts.set("resource-lists index", { etag: "e", text: `${ROOT}<list name="a"/></resource-lists>` });
        const request = { path: hostilePath, query: hostileQuery, contentType, body: hostileBody };
        const response = ask(method, "", { ...request, ifMatch: condition, ifNoneMatch: condition });
        expect(STATUSES).toContain(response.status);
        if (response.status === 409) expect(parseXml(response.body ?? "").ok).toBe(true);
        for (const { text } of texts.values()) expect(parseXml(text).ok).toBe(true);
      },
    ),
    { numRuns: 5_000 },
  );
});
