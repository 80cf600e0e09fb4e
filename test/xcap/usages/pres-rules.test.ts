import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { conflictOf, ELEMENT, startServer } from "../server";

const INDEX = "/pres-rules/users/sip:alice@example.com/index";
const RULES = { contentType: "application/auth-policy+xml" };
const printed = (name: string): string =>
  readFileSync(`${import.meta.dirname}/../../conformance/documents/${name}`, "utf8");
const put = (body: string): string | number => {
  const response = startServer().ask("PUT", INDEX, { ...RULES, body });
  return conflictOf(response) ?? response.status;
};
const root = (inner: string): string =>
  `<cr:ruleset xmlns="urn:ietf:params:xml:ns:pres-rules" xmlns:cr="urn:ietf:params:xml:ns:common-policy" xmlns:x="urn:x">${inner}</cr:ruleset>`;
const rule = (inner: string, id = "a"): string => `<cr:rule id="${id}">${inner}</cr:rule>`;
const conditions = (inner: string): string => root(rule(`<cr:conditions>${inner}</cr:conditions>`));
const actions = (inner: string): string => root(rule(`<cr:actions>${inner}</cr:actions>`));
const transformations = (inner: string): string =>
  root(rule(`<cr:transformations>${inner}</cr:transformations>`));
const from = "<cr:from>2003-12-24T17:00:00+01:00</cr:from>";
const until = "<cr:until>2003-12-24T19:00:00Z</cr:until>";

describe("RFC 5025 §6: the example", () => {
  const body = printed("policy-rfc5025-6-08.xml");

  it("is taken", () => {
    expect(put(body)).toBe(201);
  });

  it("names without a prefix are of pres-rules, others are bound (§9.3)", () => {
    const { ask } = startServer();
    ask("PUT", INDEX, { ...RULES, body });
    const query = "?xmlns(cr=urn:ietf:params:xml:ns:common-policy)";
    const handling = `${INDEX}/~~/cr:ruleset/cr:rule%5b@id=%22a%22%5d/cr:actions/sub-handling${query}`;
    expect(ask("GET", handling).body).toBe("<pr:sub-handling>allow</pr:sub-handling>");
    const changed = ask("PUT", handling, { ...ELEMENT, body: "<sub-handling>polite-block</sub-handling>" });
    expect(changed.status).toBe(200);
    const unknown = ask("PUT", handling, { ...ELEMENT, body: "<sub-handling>perhaps</sub-handling>" });
    expect(conflictOf(unknown)).toBe("schema-validation-error");
  });
});

describe("RFC 4745: its examples", () => {
  it.each([
    "policy-rfc4745-7.1.2-01.xml",
    "policy-rfc4745-7.1.3.2-03.xml",
    "policy-rfc4745-7.3-05.xml",
    "policy-rfc4745-7.4-06.xml",
  ])("%s", (name) => {
    expect(put(printed(name))).toBe(201);
  });
});

describe("RFC 4745 §13, RFC 5025 §7: the schemas", () => {
  it.each([
    root(""),
    root(rule("") + rule("", "b")),
    conditions(""),
    conditions(`<x:any a="1">text<b/></x:any><cr:sphere value="work"/><cr:identity><x:one/></cr:identity>`),
    conditions(`<cr:identity><cr:many domain="a"><cr:except id="sip:a@b"/><x:y/></cr:many></cr:identity>`),
    conditions(`<cr:validity>${from}${until}${from}${until}</cr:validity>`),
    actions(`<sub-handling>\n polite-block </sub-handling><x:other/>`),
    transformations(`<provide-services/><provide-devices><all-devices/></provide-devices>`),
    transformations(
      `<provide-services><class>a</class><service-uri>b</service-uri><x:y/></provide-services>`,
    ),
    transformations(`<provide-note>1</provide-note><provide-all-attributes/>`),
  ])("take %s", (body) => {
    expect(put(body)).toBe(201);
  });

  it.each([
    `<ruleset xmlns="urn:ietf:params:xml:ns:pres-rules"/>`,
    root("text"),
    root("<x:rule/>"),
    root("<cr:rule/>"),
    root(rule("", "1")),
    root(rule("", "a b")),
    root(rule("", "a:b")),
    root(rule("") + rule("")),
    root(rule("<cr:actions/><cr:conditions/>")),
    root(rule("<cr:actions/><cr:actions/>")),
    root(rule("<x:other/>")),
    root(`<cr:rule id="a" name="b"/>`),
    conditions("<cr:unknown/>"),
    conditions("<cr:identity/>"),
    conditions("<cr:identity><cr:one/></cr:identity>"),
    conditions(`<cr:identity><cr:one id="a"><x:a/><x:b/></cr:one></cr:identity>`),
    conditions(`<cr:identity><cr:many><cr:except id="a">b</cr:except></cr:many></cr:identity>`),
    conditions("<cr:sphere/>"),
    conditions("<cr:validity/>"),
    conditions(`<cr:validity>${from}</cr:validity>`),
    conditions(`<cr:validity>${until}${from}</cr:validity>`),
    conditions(`<cr:validity>${from}<cr:until>tomorrow</cr:until></cr:validity>`),
    conditions("<allow/>"),
    actions("<sub-handling/>"),
    actions("<sub-handling>Allow</sub-handling>"),
    actions("<unknown/>"),
    actions("<cr:conditions/>"),
    transformations("<provide-note>yes</provide-note>"),
    transformations("<provide-services><all-services/><class>a</class></provide-services>"),
    transformations("<provide-persons><deviceID>a</deviceID></provide-persons>"),
    transformations("<provide-persons>all</provide-persons>"),
    transformations(`<provide-unknown-attribute name="a">true</provide-unknown-attribute>`),
    transformations("<provide-user-input>true</provide-user-input>"),
  ])("refuse %s", (body) => {
    expect(put(body)).toBe("schema-validation-error");
  });
});
