// Documents that a user may publish or put, mostly right: presence with RPID, the data model and what nobody has heard of
// (RFC 3863, 4479, 4480), rules with their conditions and transformations (RFC 4745, 5025), lists and services (RFC 4826), bodies of
// a SUBSCRIBE that name a list (RFC 5367), and messages (RFC 3862, 5438, 3994).

import type { Random } from "./random";

const notes = [
  ...[
    "here",
    "&lt;b&gt;",
    "é",
    "]]&gt;",
    "&#13;&#10;X-Smuggled: 1",
    "",
    "<![CDATA[<b>&amp;]]>",
    "<!-- x -->a",
  ],
  ...["&#x1F600;", "a\r\nb", "&#65;", "&quot;'"],
] as const;
const moments = [
  ...["2026-10-01T12:00:00Z", "2026-10-01T14:00:00+02:00", "2000-02-29T24:00:00Z", "1900-02-29T00:00:00Z"],
  ...[
    "2026-12-31T23:59:60Z",
    "9999-12-31T23:59:59.999-14:00",
    "-0001-01-01T00:00:00Z",
    "2026-10-01",
    "x",
    "",
  ],
] as const;

const some = (random: Random, parts: readonly string[]): string =>
  parts.filter(() => random.once(3)).join("");

const noteOf = (random: Random, prefix = ""): string =>
  `<${prefix}note${random.once(4) ? random.pick([' xml:lang="de"', ' xml:lang=""', ' a="b"']) : ""}>${random.pick(notes)}</${prefix}note>`;

/** What may stand in a tuple and in a person alike. */
const rpidOf = (random: Random): string =>
  some(random, [
    `<r:activities${random.once(2) ? "" : ` from="${random.pick(moments)}" until="${random.pick(moments)}"`}><r:${random.pick(["busy", "away", "other", "x"])}/>${some(random, [noteOf(random, "r:")])}</r:activities>`,
    `<r:mood><r:${random.pick(["happy", "x"])}/></r:mood>`,
    `<r:place-is><r:audio><r:noisy/></r:audio></r:place-is>`,
    `<r:class>${random.pick(["work", "home", " work ", ""])}</r:class>`,
    `<r:sphere from="${random.pick(moments)}">${random.pick(["work", "<r:home/>", ""])}</r:sphere>`,
    `<r:user-input idle-threshold="600" last-input="${random.pick(moments)}">${random.pick(["active", "idle", "x"])}</r:user-input>`,
    `<r:status-icon>http://example.com/${random.pick(["a", "%00", "&amp;"])}</r:status-icon>`,
    `<x:unknown xmlns:x="urn:x" x:a="${random.pick(notes.slice(0, 3))}"><x:y/></x:unknown>`,
  ]);

const tupleOf = (random: Random, user: string): string =>
  `<tuple id="t${random.below(3)}"><status>${random.once(9) ? "" : `<basic>${random.pick(["open", "closed", "OPEN", ""])}</basic>`}${rpidOf(random)}</status>` +
  rpidOf(random) +
  some(random, [
    '<c:servcaps xmlns:c="urn:ietf:params:xml:ns:pidf:caps"><c:audio>true</c:audio></c:servcaps>',
    "<r:service-class><r:electronic/></r:service-class>",
    `<dm:deviceID>${random.pick(["urn:uuid:1", "mac:8asd7d7d70", ""])}</dm:deviceID>`,
  ]) +
  `<contact priority="${random.pick(["0.5", "0.8", "1", "2", ""])}">${random.pick(["sip:", "sips:", "tel:", ""])}${random.pick([user, "+1-555(01)00;ext=7"])}</contact>` +
  `${noteOf(random)}<timestamp>${random.pick(moments)}</timestamp></tuple>`;

export function pidfOf(random: Random, user: string): string {
  const tuples = Array.from({ length: 1 + (random.once(3) ? random.below(4) : 0) }, () =>
    tupleOf(random, user),
  );
  const isPlain = random.once(2);
  const others = isPlain
    ? ""
    : some(random, [
        `<dm:person id="p${random.below(2)}">${rpidOf(random)}${noteOf(random, "dm:")}<dm:timestamp>${random.pick(moments)}</dm:timestamp></dm:person>`,
        `<dm:device id="d${random.below(2)}">${rpidOf(random)}<dm:deviceID>urn:uuid:${random.below(3)}</dm:deviceID></dm:device>`,
        noteOf(random),
        '<x:whole xmlns:x="urn:x"/>',
      ]);
  return (
    '<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" ' +
    `xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="${random.once(9) ? "pres" : "sip"}:${user}">${tuples.join("")}${others}</presence>`
  );
}

export const listsOf = (random: Random, users: readonly string[]): string =>
  '<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends">' +
  `<display-name>${random.pick(notes)}</display-name>` +
  users.map((user) => `<entry uri="${random.once(12) ? "tel" : "sip"}:${user}"/>`).join("") +
  some(random, [
    '<entry-ref ref="resource-lists/users/sip:alice@example.com/index/~~/resource-lists"/>',
    '<entry-ref ref="resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b1%5d/entry%5b1%5d"/>',
    `<entry-ref ref="${random.pick(["../x", "/x", "http://x", "a//b", "%5b", "resource-lists/users/sip:bob@example.com/index/~~/resource-lists/list/entry"])}"/>`,
    `<list name="n${random.below(2)}"><entry uri="sip:nobody@example.com"><display-name xml:lang="de">${random.pick(notes)}</display-name></entry></list>`,
    `<external anchor="${random.pick(["https://example.com/xcap/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b@name=%22friends%22%5d", "https://example.com:443/xcap/../x", "http://evil.invalid/", "x"])}"/>`,
    '<x:y xmlns:x="urn:x"/>',
  ]) +
  "</list></resource-lists>";

const identityOf = (random: Random, user: string): string =>
  `<identity>${random.pick([
    `<one id="sip:${user}"/>`,
    `<one id="${random.pick(["tel:+15550100", "sips:x@example.com", "x", ""])}"/>`,
    "<many/>",
    `<many domain="${random.pick(["example.com", "EXAMPLE.net", "é.example", ""])}"><except id="sip:${user}"/><except domain="example.net"/></many>`,
    "<x:other xmlns:x='urn:x'/>",
  ])}</identity>`;

const conditionsOf = (random: Random, user: string): string =>
  (random.once(3) ? "" : identityOf(random, user)) +
  some(random, [
    `<sphere value="${random.pick(["work", "home work", ""])}"/>`,
    `<validity><from>${random.pick(moments)}</from><until>${random.pick(moments)}</until></validity>`,
    '<o:other-identity xmlns:o="urn:oma:xml:xdm:common-policy"/>',
    '<o:anonymous-request xmlns:o="urn:oma:xml:xdm:common-policy"/>',
    "<x:y xmlns:x='urn:x'/>",
  ]);

const everything =
  "<pr:provide-services><pr:all-services/></pr:provide-services><pr:provide-persons><pr:all-persons/></pr:provide-persons>" +
  "<pr:provide-devices><pr:all-devices/></pr:provide-devices><pr:provide-all-attributes/>";

const grantsOf = (random: Random, user: string): string =>
  some(random, [
    `<pr:provide-services>${random.pick(["<pr:all-services/>", `<pr:service-uri>sip:${user}</pr:service-uri>`, "<pr:service-uri-scheme>sip</pr:service-uri-scheme>", "<pr:class>work</pr:class>", "<pr:occurrence-id>t1</pr:occurrence-id>", "<pr:service-uri>tel:+1555-0100;ext=7</pr:service-uri>"])}</pr:provide-services>`,
    `<pr:provide-persons>${random.pick(["<pr:all-persons/>", "<pr:class>work</pr:class>", "<pr:occurrence-id>p1</pr:occurrence-id>"])}</pr:provide-persons>`,
    `<pr:provide-devices>${random.pick(["<pr:all-devices/>", "<pr:deviceID>urn:uuid:1</pr:deviceID>"])}</pr:provide-devices>`,
    `<pr:provide-user-input>${random.pick(["full", "bare", "thresholds", "false", "x"])}</pr:provide-user-input>`,
    `<pr:provide-unknown-attribute ns="urn:x" name="unknown">${random.pick(["true", "1", "x"])}</pr:provide-unknown-attribute>`,
    ...["activities", "class", "mood", "note", "place-is", "sphere", "status-icon", "deviceID"].map(
      (name) => `<pr:provide-${name}>true</pr:provide-${name}>`,
    ),
    "<pr:provide-all-attributes/>",
  ]);

export const rulesOf = (random: Random, user: string): string =>
  '<?xml version="1.0"?><ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">' +
  Array.from({ length: 1 + random.below(3) }, (_, at) => ruleOf(random, user, at)).join("") +
  "</ruleset>";

const ruleOf = (random: Random, user: string, at: number): string =>
  `<rule id="${random.once(20) ? "r" : `r${at}`}"><conditions>${conditionsOf(random, user)}</conditions>` +
  `<actions><pr:sub-handling>${random.pick(["allow", "allow", "block", "confirm", "polite-block", "x"])}</pr:sub-handling></actions>` +
  `<transformations>${random.once(4) ? everything : grantsOf(random, user)}</transformations></rule>`;

export const servicesOf = (user: string): string =>
  '<?xml version="1.0"?><rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:' +
  `${user.replace("@", "+friends@")}"><resource-list>https://example.com/xcap/resource-lists/users/sip:${user}` +
  "/index/~~/resource-lists/list%5b@name=%22friends%22%5d</resource-list><packages><package>presence</package></packages></service></rls-services>";

/** A body of several parts (RFC 2046 §5.1), with what stands before, between and behind them now and then. */
export const multipartOf = (random: Random, parts: readonly string[]): string =>
  (random.once(6) ? "preamble\r\n" : "") +
  parts
    .map(
      (part) => `--b${random.once(9) ? " \t" : ""}\r\n${random.once(12) ? "" : "Content-Type: "}${part}\r\n`,
    )
    .join("") +
  (random.once(9) ? "--b" : "--b--") +
  random.pick(["", "\r\n", "\r\nepilogue"]);

export const listBodyOf = (random: Random, users: readonly string[]): string =>
  multipartOf(random, [
    `application/resource-lists+xml${random.once(4) ? ";charset=UTF-8" : ""}\r\nContent-Disposition: recipient-list${random.once(4) ? "\r\nContent-Transfer-Encoding: base64" : ""}\r\n\r\n${listsOf(random, users)}`,
    ...(random.once(2) ? [`text/plain\r\nContent-ID: <a@b>\r\n\r\n${random.pick(notes)}`] : []),
  ]);

/** A message that says of itself what it is (RFC 3862): its names, with their namespaces, and what is in it. */
export const cpimOf = (random: Random, user: string): string =>
  [
    `From: ${random.pick(["A", '"A \\" B"', ""])} <im:${user}>`,
    ...(random.once(2) ? [`NS: ${random.pick(["imdn ", "x ", ""])}<urn:ietf:params:imdn>`] : []),
    ...(random.once(2)
      ? [`${random.pick(["imdn", "x"])}.Message-ID: ${random.pick(["34jk324j", "a b", "x".repeat(300), ""])}`]
      : []),
    ...(random.once(2) ? ["imdn.Disposition-Notification: positive-delivery, display"] : []),
    `DateTime: ${random.pick(moments)}`,
    ...(random.once(4) ? ["Subject:;lang=de a", "Require: x.y"] : []),
    "",
    `Content-Type: ${random.pick(["text/plain", "message/imdn+xml", "application/im-iscomposing+xml", ""])}`,
    "",
    random.pick(notes),
  ].join("\r\n");

export const composing =
  '<?xml version="1.0"?><isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state></isComposing>';
