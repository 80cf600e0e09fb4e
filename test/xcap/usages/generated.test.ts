// The documents that the server makes: capabilities (RFC 4825 §12) and directory (docs/decisions/0018).

import { describe, expect, it } from "vitest";
import { header, startServer } from "../server";

const CAPS = "/xcap-caps/global/index";
const DIRECTORY = "/org.openmobilealliance.xcap-directory/users/sip:alice@example.com/directory.xml";

describe("RFC 4825 §12: xcap-caps", () => {
  const { ask } = startServer();
  const caps = ask("GET", CAPS);

  it("tells usages and namespaces, itself among them", () => {
    expect(header(caps, "Content-Type")).toBe("application/xcap-caps+xml");
    const named = (name: string) =>
      [...(caps.body ?? "").matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) => text);
    expect(named("auid")).toEqual([
      ...["xcap-caps", "resource-lists", "rls-services", "pres-rules", "pidf-manipulation"],
      "org.openmobilealliance.xcap-directory",
    ]);
    expect(named("namespace")).toEqual([
      "urn:ietf:params:xml:ns:xcap-caps",
      "urn:ietf:params:xml:ns:xcap-error",
      "urn:ietf:params:xml:ns:resource-lists",
      "urn:ietf:params:xml:ns:rls-services",
      "urn:ietf:params:xml:ns:common-policy",
      "urn:ietf:params:xml:ns:pres-rules",
      "urn:ietf:params:xml:ns:pidf",
      "urn:oma:xml:xdm:xcap-directory",
    ]);
    expect(caps.body).toMatch(
      /^<\?xml [^>]*>\n<xcap-caps xmlns="[^"]*"><auids>.*<\/auids><extensions\/><namespaces>/,
    );
  });

  it("its nodes are selected like any other's, and it is cached by its tag", () => {
    expect(ask("GET", `${CAPS}/~~/xcap-caps/auids/auid%5b1%5d`).body).toBe("<auid>xcap-caps</auid>");
    const ifNoneMatch = header(caps, "ETag");
    expect(ask("GET", CAPS, ifNoneMatch === undefined ? {} : { ifNoneMatch }).status).toBe(304);
  });

  it("there is no other instance", () => {
    expect(ask("GET", "/xcap-caps/users/sip:alice@example.com/index").status).toBe(404);
    expect(ask("GET", "/xcap-caps/global/other").status).toBe(404);
  });
});

describe("the directory", () => {
  it("lists what is there, with the tag each has, and changes with it", () => {
    const { ask, texts } = startServer();
    const before = ask("GET", DIRECTORY);
    texts.set("resource-lists trips/a b", { etag: "two", text: "" });
    texts.set("resource-lists index", { etag: "one", text: "" });
    const response = ask("GET", DIRECTORY);
    expect(header(response, "Content-Type")).toBe("application/vnd.oma.xcap-directory+xml");
    expect(header(response, "ETag")).not.toBe(header(before, "ETag"));
    expect(response.body).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<xcap-directory xmlns="urn:oma:xml:xdm:xcap-directory"><folder auid="resource-lists"><entry uri="http://xcap.example.com/resource-lists/users/sip:alice@example.com/index" etag="one"/><entry uri="http://xcap.example.com/resource-lists/users/sip:alice@example.com/trips/a%20b" etag="two"/></folder><folder auid="rls-services"/><folder auid="pres-rules"/><folder auid="pidf-manipulation"/></xcap-directory>`,
    );
    expect(ask("GET", DIRECTORY)).toEqual(response);
  });

  it("one folder alone, as OMA clients ask", () => {
    const folder = `${DIRECTORY}/~~/xcap-directory/folder%5b@auid=%22pres-rules%22%5d`;
    expect(startServer().ask("GET", folder).body).toBe(`<folder auid="pres-rules"/>`);
  });

  it("is read only", () => {
    const response = startServer().ask("PUT", DIRECTORY, {
      contentType: "application/vnd.oma.xcap-directory+xml",
    });
    expect([response.status, header(response, "Allow")]).toEqual([405, "GET, HEAD"]);
  });
});
