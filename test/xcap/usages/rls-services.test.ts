import { describe, expect, it } from "vitest";
import { conflictOf, startServer } from "../server";

const INDEX = "/rls-services/users/sip:alice@example.com/index";
const SERVICES = { contentType: "application/rls-services+xml" };
const root = (inner: string): string =>
  `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services" xmlns:rl="urn:ietf:params:xml:ns:resource-lists" xmlns:x="urn:x">${inner}</rls-services>`;
const service = (inner: string, uri = "sip:friends@example.com"): string =>
  `<service uri="${uri}">${inner}</service>`;
const OWN =
  "http://xcap.example.com/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b1%5d";
const put = (body: string, server = startServer()): string | number => {
  const response = server.ask("PUT", INDEX, { ...SERVICES, body });
  return conflictOf(response) ?? response.status;
};

describe("RFC 4826 §4.3: the example", () => {
  // The user's name apart: alice for joe.
  const example = `<?xml version="1.0" encoding="UTF-8"?>
   <rls-services xmlns="urn:ietf:params:xml:ns:rls-services"
      xmlns:rl="urn:ietf:params:xml:ns:resource-lists"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
    <service uri="sip:mybuddies@example.com">
     <resource-list>http://xcap.example.com/resource-lists/user
      s/sip:alice@example.com/index/~~/resource-lists/list%5b@nam
      e=%22l1%22%5d</resource-list>
     <packages>
      <package>presence</package>
     </packages>
    </service>
    <service uri="sip:marketing@example.com">
      <list name="marketing">
        <rl:entry uri="sip:joe@example.com"/>
        <rl:entry uri="sip:sudhir@example.com"/>
      </list>
      <packages>
        <package>presence</package>
      </packages>
    </service>
   </rls-services>`;

  it("is taken", () => {
    expect(put(example)).toBe(201);
  });

  it("an RLS finds a service by its URI (§4.5)", () => {
    const server = startServer();
    put(example, server);
    const found = server.ask(
      "GET",
      `${INDEX}/~~/rls-services/service%5b@uri=%22sip:marketing@example.com%22%5d/list/rl:entry%5b2%5d/@uri?xmlns(rl=urn:ietf:params:xml:ns:resource-lists)`,
    );
    expect(found.body).toBe(`"sip:sudhir@example.com"`);
  });
});

describe("RFC 4826 §4.2: the schema", () => {
  it.each([
    root(""),
    root(service("<list/>")),
    root(service("<list/><packages/><x:more/>")),
    root(service("<list/><packages><package>presence</package><x:a/><package>dialog</package></packages>")),
  ])("takes %s", (body) => {
    expect(put(body)).toBe(201);
  });

  it.each([
    root("<list/>"),
    root(service("")),
    root("<service><list/></service>"),
    root(service(`<list/><resource-list>${OWN}</resource-list>`)),
    root(service("<packages/><list/>")),
    root(service("<list/><packages/><packages/>")),
    root(service("<list/><packages><x:a/></packages>")),
    root(service("<list/><packages><package><b/></package></packages>")),
    root(service("<rl:list/>")),
    root(service(`<list><entry uri="sip:a@b"/></list>`)),
    root(service("<list><rl:entry/></list>")),
    root(service("<resource-list/>")),
    `<rls-services><service uri="a"><list/></service></rls-services>`,
  ])("refuses %s", (body) => {
    expect(put(body)).toBe("schema-validation-error");
  });
});

describe("RFC 4826 §4.4.5: service URIs are unique", () => {
  const report = (body: string, server = startServer()): string | undefined => {
    const response = server.ask("PUT", INDEX, { ...SERVICES, body });
    expect(conflictOf(response)).toBe("uniqueness-failure");
    return /<exists.*<\/exists>|<exists.*\/>/.exec(response.body ?? "")?.[0];
  };

  it("in the document; what is free is suggested", () => {
    const three = ["friends", "friends-2", "friends"].map((name) =>
      service("<list/>", `sip:${name}@example.com`),
    );
    expect(report(root(three.join("")))).toBe(
      `<exists field="rls-services/service%5b3%5d/@uri"><alt-value>sip:friends-3@example.com</alt-value></exists>`,
    );
  });

  it("in the owner's other documents", () => {
    const server = startServer();
    server.texts.set("rls-services other", { etag: "e", text: root(service("<list/>")) });
    expect(report(root(service("<list/>")), server)).toBe(
      `<exists field="rls-services/service/@uri"><alt-value>sip:friends-2@example.com</alt-value></exists>`,
    );
    expect(put(root(service("<list/>", "sip:other@example.com")), server)).toBe(201);
  });

  it("in its domain", () => {
    expect(report(root(service("<list/>")), startServer({ isUriTaken: () => true }))).toBe(
      `<exists field="rls-services/service/@uri"/>`,
    );
    const server = startServer({ isUriTaken: (uri) => uri === "sip:bob@example.com" });
    expect(put(root(service("<list/>")), server)).toBe(201);
    expect(put(root(service("<list/>", "sip:bob@example.com")), server)).toBe("uniqueness-failure");
  });

  it("names in its list are, too, and the field binds what it needs", () => {
    const entry = `<rl:entry uri="sip:a@example.com"/>`;
    expect(report(root(service(`<list>${entry}${entry}</list>`)))).toBe(
      `<exists field="rls-services/service/list/ns1:entry%5b2%5d/@uri?xmlns(ns1=urn:ietf:params:xml:ns:resource-lists)"/>`,
    );
    expect(put(root(service(`<list><rl:external anchor="no"/></list>`)))).toBe("constraint-failure");
  });
});

describe("RFC 4826 §4.4.5: a resource-list is the user's own", () => {
  it.each([OWN, OWN.replace("sip:alice", "sip%3Aalice"), OWN.replace("http://xcap", "HTTP://XCAP")])(
    "%s",
    (uri) => {
      expect(put(root(service(`<resource-list>${uri}</resource-list>`)))).toBe(201);
    },
  );

  it.each([
    OWN.replace("alice", "bob"),
    OWN.replace("resource-lists/users", "pres-rules/users"),
    OWN.replace("users/sip:alice@example.com", "global"),
    OWN.replace("xcap.example.com", "xcap.example.org"),
    OWN.replace("http://xcap.example.com", ""),
    OWN.replace("http://xcap.example.com", "http://xcap.example.com.evil.example"),
    OWN.replace("http://xcap.example.com/", "http://xcap.example.com"),
    OWN.replace(/\/~~.*/, ""),
    OWN.replace("/users", "/%zz"),
    "sip:alice@example.com",
  ])("%s is not", (uri) => {
    expect(put(root(service(`<resource-list>${uri}</resource-list>`)))).toBe("constraint-failure");
  });
});
