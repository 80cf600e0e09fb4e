// RFC 4825 §13, request by request, and the operations that people outside of this project made from the RFC.

import { describe, expect, it } from "vitest";
import { parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import operations from "./operations.json";
import { ATTRIBUTE, conflictOf, ELEMENT, encode, header, openUsage, startServer } from "./server";

const bill = parseAddressOfRecord("bill@example.com");

describe("RFC 4825 §13", () => {
  if (bill === undefined) throw new Error("no address-of-record");
  const { ask } = startServer({ user: bill });
  const INDEX = "/resource-lists/users/sip:bill@example.com/index";
  const FRIENDS = `${INDEX}/~~/resource-lists/list%5b@name=%22friends%22%5d`;

  it("a new document, and a service that uses its list (Figures 24, 25)", () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?>
   <resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
     <list name="friends">
     </list>
   </resource-lists>`;
    expect(ask("PUT", INDEX, { contentType: "application/resource-lists+xml", body }).status).toBe(201);
    const service = `<?xml version="1.0" encoding="UTF-8"?>
   <rls-services xmlns="urn:ietf:params:xml:ns:rls-services">
   <service uri="sip:myfriends@example.com">
     <resource-list>http://xcap.example.com/resource-lists/users/
   sip:bill@example.com/index/~~/resource-lists/
   list%5b@name=%22friends%22%5d
   </resource-list>
     <packages>
      <package>presence</package>
     </packages>
    </service>
   </rls-services>`;
    const put = ask("PUT", "/rls-services/users/sip:bill@example.com/index", {
      contentType: "application/rls-services+xml",
      body: service,
    });
    expect(put.status).toBe(201);
  });

  it("an entry, and how the document looks then (Figures 26 to 28)", () => {
    const body = `<entry uri="sip:bob@example.com">
       <display-name>Bob Jones</display-name>
     </entry>
`;
    expect(ask("PUT", `${FRIENDS}/entry`, { ...ELEMENT, body }).status).toBe(201);
    const response = ask("GET", INDEX);
    expect(header(response, "Content-Type")).toBe("application/resource-lists+xml");
    expect(response.body).toBe(`<?xml version="1.0" encoding="UTF-8"?>
   <resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
     <list name="friends">
     <entry uri="sip:bob@example.com">
       <display-name>Bob Jones</display-name>
     </entry></list>
   </resource-lists>`);
  });

  it("a list in the list, less one entry (Figures 29, 30)", () => {
    const body = `<list name="close-friends">
      <entry uri="sip:joe@example.com">
        <display-name>Joe Smith</display-name>
      </entry>
      <entry uri="sip:nancy@example.com">
        <display-name>Nancy Gross</display-name>
      </entry>
      <entry uri="sip:petri@example.com">
        <display-name>Petri Aukia</display-name>
      </entry>
   </list>`;
    const uri = `${FRIENDS}/list%5b@name=%22close-friends%22%5d`;
    expect(ask("PUT", uri, { ...ELEMENT, body }).status).toBe(201);
    const petri = `${INDEX}/~~/resource-lists/list/list/entry%5b@uri=%22sip:petri@example.com%22%5d`;
    expect(ask("DELETE", petri).status).toBe(200);
    expect(ask("GET", uri).body).toBe(body.replace(/<entry uri="sip:petri.*?<\/entry>/s, ""));
  });

  it("the URI of Nancy (Figures 31, 32)", () => {
    const response = ask("GET", `${INDEX}/~~/resource-lists/list/list/entry%5b2%5d/@uri`);
    expect(header(response, "Content-Type")).toBe("application/xcap-att+xml");
    expect(response.body).toBe(`"sip:nancy@example.com"`);
  });

  it("the requests of §7.4 and §7.7 that are refused", () => {
    const service =
      "/rls-services/users/sip:bill@example.com/index/~~/rls-services/service%5b@uri=%22sip:myfriends@example.com%22%5d";
    const body = `<service uri="sip:mybuddies@example.com"><resource-list>http://xcap.example.com/resource-lists/users/sip:bill@example.com/index/~~/resource-lists/list%5b@name=%22l1%22%5d</resource-list></service>`;
    expect(conflictOf(ask("PUT", service, { ...ELEMENT, body }))).toBe("cannot-insert");
    expect(
      conflictOf(ask("PUT", `${service}/@uri`, { ...ATTRIBUTE, body: `"sip:bad-friends@example.com"` })),
    ).toBe("cannot-insert");
  });
});

interface Operation {
  readonly id: string;
  readonly op: string;
  readonly document: string;
  readonly node_selector: string;
  readonly body?: string;
  readonly namespace_bindings?: Readonly<Record<string, string>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

describe("operations from outside", () => {
  it.each(operations.vectors as unknown as readonly Operation[])("$id: $op $node_selector", (vector) => {
    const namespace = /xmlns="([^"]*)"/.exec(vector.document)?.[1] ?? "";
    const auid = namespace.endsWith(":resource-lists") ? "resource-lists" : "test";
    const { ask, texts } = startServer({}, [openUsage("test", namespace)]);
    texts.set(`${auid} index`, { etag: "e", text: vector.document });
    const bindings = Object.entries(vector.namespace_bindings ?? {});
    const query = bindings.map(([prefix, name]) => `xmlns(${prefix}=${name})`).join("");
    const uri = `/${auid}/users/sip:alice@example.com/index/~~/${encode(vector.node_selector)}?${query}`;
    const response = ask(vector.op, uri, { ...ELEMENT, body: vector.body ?? "" });
    const text = texts.get(`${auid} index`)?.text ?? "";
    const bazs = [...vector.document.matchAll(/<[^/ ]*baz[^>]*>/g)].map(([baz]) => baz);
    const seen: Record<string, unknown> = {
      document: text,
      status: response.status,
      content_type: header(response, "Content-Type"),
      selects_text: /<watcher [^>]*>([^<]*)</.exec(response.body ?? "")?.[1],
      selects_nth_baz: bazs.indexOf(response.body ?? "") + 1,
      contains:
        typeof vector.expect["contains"] === "string" && text.includes(vector.expect["contains"])
          ? vector.expect["contains"]
          : text,
      parent_list: /<list name="([^"]*)">\s*<entry uri="sip:bob@example.com">/.exec(text)?.[1],
      value: response.body?.slice(1, -1),
      error: conflictOf(response),
    };
    expect(Object.keys(vector.expect).length).toBeGreaterThan(0);
    for (const [key, value] of Object.entries(vector.expect)) expect(seen[key], key).toBe(value);
  });
});
