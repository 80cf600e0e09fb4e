// RFC 9110 §13.1, §13.2 as RFC 4825 §7.11, §8.2.6 and §8.5 use it.

import { describe, expect, it } from "vitest";
import { judgePrecondition } from "../../src/xcap/precondition";
import { ELEMENT, header, startServer, type TestServer } from "./server";

const INDEX = "/resource-lists/users/sip:alice@example.com/index";
const LIST = `${INDEX}/~~/resource-lists/list%5B@name=%22a%22%5D`;
const LISTS = { contentType: "application/resource-lists+xml" };
const body = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"/></resource-lists>`;

function stored(): TestServer {
  const server = startServer();
  server.texts.set("resource-lists index", { etag: "now", text: body });
  return server;
}

describe("RFC 9110 §13.1.1: If-Match", () => {
  it.each([`"now"`, "*", `"old", "now"`, ` , "now" ,`])("%s lets a change through", (ifMatch) => {
    const { ask } = stored();
    expect(ask("PUT", INDEX, { ...LISTS, body: body.replace(`"a"`, `"b"`), ifMatch }).status).toBe(200);
    expect(stored().ask("DELETE", LIST, { ifMatch }).status).toBe(200);
    expect(stored().ask("GET", LIST, { ifMatch }).status).toBe(200);
  });

  it.each([`"old"`, `W/"now"`, `"now,"`, `"Now"`])("%s does not: 412", (ifMatch) => {
    const { ask, texts } = stored();
    expect(ask("PUT", INDEX, { ...LISTS, body, ifMatch }).status).toBe(412);
    expect(ask("PUT", LIST, { ...ELEMENT, body: "<list/>", ifMatch }).status).toBe(412);
    expect(ask("DELETE", INDEX, { ifMatch }).status).toBe(412);
    expect(ask("DELETE", LIST, { ifMatch }).status).toBe(412);
    expect(ask("GET", INDEX, { ifMatch }).status).toBe(412);
    expect(texts.get("resource-lists index")?.etag).toBe("now");
  });

  it("of no document nothing matches", () => {
    const { ask } = startServer();
    expect(ask("PUT", INDEX, { ...LISTS, body, ifMatch: "*" }).status).toBe(412);
    expect(ask("PUT", INDEX, { ...LISTS, body, ifMatch: `"now"` }).status).toBe(412);
  });

  it("holds for the insertion of an element, by its document's tag (RFC 4825 §8.2.6)", () => {
    const entry = { ...ELEMENT, body: `<entry uri="sip:b@example.com"/>` };
    const { ask } = stored();
    const first = ask("PUT", `${LIST}/entry`, { ...entry, ifMatch: `"now"` });
    expect([first.status, header(first, "ETag")]).toEqual([201, `"v1"`]);
    expect(ask("PUT", `${LIST}/entry`, { ...entry, ifMatch: `"now"` }).status).toBe(412);
    expect(ask("GET", LIST, { ifNoneMatch: `"v1"` }).status).toBe(304);
    expect(ask("DELETE", `${LIST}/entry`, { ifMatch: `"v1"` }).status).toBe(200);
  });
});

describe("RFC 9110 §13.1.2: If-None-Match", () => {
  it("304 to who has it, with the tag and no body", () => {
    const { ask } = stored();
    for (const ifNoneMatch of [`"now"`, `W/"now"`, `"a","now"`, "*"]) {
      expect(ask("GET", INDEX, { ifNoneMatch })).toEqual({
        status: 304,
        headers: [
          ["ETag", `"now"`],
          ["Cache-Control", "no-cache"],
        ],
      });
      expect(ask("HEAD", LIST, { ifNoneMatch }).status).toBe(304);
    }
    expect(ask("GET", INDEX, { ifNoneMatch: `"old"` }).status).toBe(200);
  });

  it("* creates a document only once, and an element never (RFC 4825 §8.2.6)", () => {
    const { ask } = startServer();
    expect(ask("PUT", INDEX, { ...LISTS, body, ifNoneMatch: "*" }).status).toBe(201);
    expect(ask("PUT", INDEX, { ...LISTS, body, ifNoneMatch: "*" }).status).toBe(412);
    const entry = { ...ELEMENT, body: `<entry uri="sip:b@example.com"/>`, ifNoneMatch: "*" };
    expect(ask("PUT", `${LIST}/entry`, entry).status).toBe(412);
  });
});

describe("RFC 9110 §13.2.1: what is refused anyway is refused for that", () => {
  it("404, 415 and no-parent before 412; 412 before what is in the body", () => {
    const { ask } = stored();
    expect(ask("GET", `${LIST}/entry`, { ifMatch: `"old"` }).status).toBe(404);
    expect(ask("DELETE", `${LIST}/entry`, { ifMatch: `"old"` }).status).toBe(404);
    expect(ask("PUT", INDEX, { body, ifMatch: `"old"` }).status).toBe(415);
    expect(startServer().ask("PUT", LIST, { ...ELEMENT, ifMatch: `"old"` }).status).toBe(409);
    expect(ask("PUT", INDEX, { ...LISTS, body: "bad", ifMatch: `"old"` }).status).toBe(412);
  });

  it.each(["now", `"now`, `"a" "b"`, "", ",", `w/"now"`, `*, "now"`])("%j is no condition: 400", (value) => {
    expect(judgePrecondition({ ifMatch: value }, "now", false)).toBe("malformed");
    expect(judgePrecondition({ ifNoneMatch: value }, "now", true)).toBe("malformed");
    expect(stored().ask("PUT", INDEX, { ...LISTS, body, ifMatch: value }).status).toBe(400);
  });
});
