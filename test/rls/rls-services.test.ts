import { describe, expect, it } from "vitest";
import type { OwnerTree } from "../../src/rls/flat-list";
import { type RlsService, readRlsServices, resolveList, serviceFor } from "../../src/rls/rls-services";
import { parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { okValue, printed } from "./printed";

// RFC 4826 §4.3, and §4.4.8 again as the global document.
const example = `<?xml version="1.0" encoding="UTF-8"?>
   <rls-services xmlns="urn:ietf:params:xml:ns:rls-services"
      xmlns:rl="urn:ietf:params:xml:ns:resource-lists"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
    <service uri="sip:mybuddies@example.com">
     <resource-list>http://xcap.example.com/resource-lists/user
      s/sip:joe@example.com/index/~~/resource-lists/list%5b@nam
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

const owner = (name: string) => {
  const aor = parseAddressOfRecord(name);
  if (aor === undefined) throw new Error(name);
  return aor;
};

const l1 = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="l1">
  <display-name>My buddies</display-name><entry uri="sip:bob@example.com"/></list></resource-lists>`;

const joesTree: OwnerTree = {
  owner: owner("joe@example.com"),
  xcapRoot: "http://xcap.example.com",
  document: (auid, name) => (auid === "resource-lists" && name === "index" ? l1 : undefined),
};

const services = okValue(readRlsServices(example));
const find = (uri: string): RlsService => {
  const service = okValue(serviceFor(services, uri, "presence"));
  if (service === undefined) throw new Error(uri);
  return service;
};

describe("RFC 4826 §4.3 and §4.4.8: the example", () => {
  it("has two services for presence", () => {
    expect(services.map(({ uri, packages, list }) => [uri, packages, list.kind])).toEqual([
      ["sip:mybuddies@example.com", ["presence"], "reference"],
      ["sip:marketing@example.com", ["presence"], "inline"],
    ]);
  });

  it("a list by reference", () => {
    expect(okValue(resolveList(find("sip:mybuddies@example.com"), joesTree))).toEqual({
      displayNames: [{ text: "My buddies" }],
      entries: [{ uri: "sip:bob@example.com", displayNames: [] }],
      omissions: [],
      isCut: false,
    });
  });

  it("a list in place", () => {
    const flat = okValue(resolveList(find("sip:marketing@example.com"), joesTree));
    expect(flat.entries.map(({ uri }) => uri)).toEqual(["sip:joe@example.com", "sip:sudhir@example.com"]);
  });

  it("joe's own document, which the RFC prints without its namespace: refused as printed, read with it", () => {
    const document = printed("resource-lists-rfc4826-4.4.8-03.xml");
    expect(readRlsServices(document)).toMatchObject({ ok: false, error: { kind: "not-rls-services" } });
    const mended = document.replace(
      "<rls-services>",
      '<rls-services xmlns="urn:ietf:params:xml:ns:rls-services">',
    );
    const service = okValue(
      serviceFor(okValue(readRlsServices(mended)), "sip:mybuddies@example.com", "presence"),
    );
    expect(service && okValue(resolveList(service, joesTree)).entries).toHaveLength(1);
  });
});

describe("RFC 4826 §4.5: which service", () => {
  it("by URI equality", () => {
    expect(find("sip:mybuddies@EXAMPLE.com").uri).toBe("sip:mybuddies@example.com");
    expect(find("sip:%6dybuddies@example.com").uri).toBe("sip:mybuddies@example.com");
  });

  it("none for another URI or what is no URI", () => {
    expect(serviceFor(services, "sip:MyBuddies@example.com", "presence")).toEqual({
      ok: true,
      value: undefined,
    });
    expect(serviceFor(services, "nonsense", "presence")).toEqual({ ok: true, value: undefined });
  });

  it("489 for an event package that is not among its packages", () => {
    expect(serviceFor(services, "sip:mybuddies@example.com", "dialog")).toEqual({
      ok: false,
      error: { status: 489, lines: [["Allow-Events", "presence"]] },
    });
  });

  it("§4.1: without <packages> for any package, with an empty one for none", () => {
    const read = (packages: string) =>
      okValue(
        readRlsServices(
          `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:l@x"><list/>${packages}</service></rls-services>`,
        ),
      );
    // A name that is no token would be written into Allow-Events.
    expect(serviceFor(read("<packages><package>a\r\nb: c</package></packages>"), "sip:l@x", "x")).toEqual({
      ok: false,
      error: { status: 489 },
    });
    expect(okValue(serviceFor(read(""), "sip:l@x", "dialog"))?.uri).toBe("sip:l@x");
    expect(serviceFor(read("<packages/>"), "sip:l@x", "dialog")).toEqual({
      ok: false,
      error: { status: 489 },
    });
  });

  it("502 when the reference leads to no list of the owner's", () => {
    const service = find("sip:mybuddies@example.com");
    const refusal = { ok: false, error: { status: 502 } };
    expect(resolveList(service, { ...joesTree, owner: owner("eve@example.com") })).toMatchObject(refusal);
    expect(resolveList(service, { ...joesTree, xcapRoot: "http://other.example.com" })).toMatchObject(
      refusal,
    );
    expect(resolveList(service, { ...joesTree, document: () => undefined })).toMatchObject(refusal);
  });
});

describe("RFC 4826 §4.2: what is no service takes no other with it", () => {
  it("without a URI or a list", () => {
    const document = `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services">
      <service><list/></service><service uri="sip:a@x"/><service uri="sip:b@x"><list/></service></rls-services>`;
    expect(okValue(readRlsServices(document)).map(({ uri }) => uri)).toEqual(["sip:b@x"]);
  });

  it("a list in the other namespace is taken, too", () => {
    const document = `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:b@x">
      <list xmlns="urn:ietf:params:xml:ns:resource-lists"><entry uri="sip:c@x"/></list></service></rls-services>`;
    const [service] = okValue(readRlsServices(document));
    expect(service && okValue(resolveList(service, joesTree)).entries).toHaveLength(1);
  });

  it("no XML", () => {
    expect(readRlsServices("<rls-services")).toMatchObject({ ok: false, error: { kind: "xml" } });
  });
});
