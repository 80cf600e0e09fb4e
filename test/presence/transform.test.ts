import { describe, expect, it } from "vitest";
import { readPresenceDocument, writePresenceDocument } from "../../src/presence/document";
import { ATTRIBUTES, NO_PERMISSIONS, type Permissions, type Selector } from "../../src/presence/permissions";
import { transformPresence } from "../../src/presence/transform";
import { parseXml } from "../../src/xml/parse";
import { elementsOf } from "../../src/xml/read";
import type { XmlElement } from "../../src/xml/tree";
import { printed, read, rule, ruleset } from "./rules-text";

const all: readonly Selector[] = [{ by: "all" }];
const everyComponent: Permissions = { ...NO_PERMISSIONS, services: all, persons: all, devices: all };

/** A document as a home keeps it. */
const own = (body: string): string => {
  const document = readPresenceDocument(body);
  if (!document.ok) throw new Error(JSON.stringify(document.error));
  return writePresenceDocument(document.value, "sip:someone@example.com");
};

/** RFC 4480 §4 and RFC 4479 §7.1, the second with the entity it lacks. */
const rich = own(printed("presence-rfc4480-4-05.xml"));
const capable = own(printed("presence-rfc4479-7.1-06.xml"));

const withBody = (inner: string): string =>
  own(`<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:someone@example.com"
  xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"
  xmlns:x="urn:example:x">${inner}</presence>`);

const lines = (text: string): string => text.replace(/^.*\n/, "").replaceAll("><", ">\n<");

/** The document with one element on each line, and what all of them have in common left out. */
const shown = (body: string, permissions: Permissions): readonly string[] =>
  lines(transformPresence(body, permissions)).split("\n").slice(1, -1);

const root = (text: string): XmlElement => {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
};

describe("RFC 5025 §3.3.2: what is shown whoever may see the occurrence", () => {
  it("RFC 4480 §4, every occurrence and no attribute", () => {
    expect(lines(transformPresence(rich, everyComponent))).toBe(`\
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" \
xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:someone@example.com">
<tuple id="bs35r9">
<status>
<basic>open</basic>
</status>
<rpid:service-class>
<rpid:electronic/>
</rpid:service-class>
<contact priority="0.8">im:someone@mobile.example.net</contact>
<timestamp>2005-10-27T16:49:29Z</timestamp>
</tuple>
<tuple id="ty4658">
<status>
<basic>open</basic>
</status>
<contact priority="1.0">mailto:secretary@example.com</contact>
</tuple>
<tuple id="eg92n8">
<status>
<basic>open</basic>
</status>
<rpid:service-class>
<rpid:electronic/>
</rpid:service-class>
<contact priority="1.0">mailto:someone@example.com</contact>
</tuple>
<dm:person id="p1">
<dm:timestamp>2005-05-30T16:09:44+05:00</dm:timestamp>
</dm:person>
<dm:device id="pc147">
<dm:deviceID>urn:device:0003ba4811e3</dm:deviceID>
</dm:device>
</presence>`);
  });

  it("the timestamp of a device", () => {
    const stamp = "<dm:timestamp>2005-05-30T16:09:44Z</dm:timestamp>";
    expect(
      shown(withBody(`<dm:device id="d"><r:class>a</r:class>${stamp}</dm:device>`), everyComponent),
    ).toEqual(['<dm:device id="d">', stamp, "</dm:device>"]);
  });

  it("no permission at all leaves the presentity's address", () => {
    expect(lines(transformPresence(rich, NO_PERMISSIONS))).toBe(
      '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:someone@example.com"/>',
    );
  });
});

describe("RFC 5025 §3.3.1: which occurrences", () => {
  const occurrences = (body: string, permissions: Partial<Permissions>): readonly (string | null)[] =>
    elementsOf(root(transformPresence(body, { ...NO_PERMISSIONS, ...permissions }))).map((element) =>
      element.getAttribute("id"),
    );

  it.each([
    ["all", undefined, ["bs35r9", "ty4658", "eg92n8"]],
    ["class", "email", ["eg92n8"]],
    ["class", "Email", []],
    ["class", "calendar", []],
    ["occurrence-id", "ty4658", ["ty4658"]],
    ["occurrence-id", "TY4658", []],
    ["occurrence-id", "p1", []],
    ["service-uri", "mailto:secretary@example.com", ["ty4658"]],
    ["service-uri", "MAILTO:secretary@example.com", ["ty4658"]],
    ["service-uri", "mailto:Secretary@example.com", []],
    ["service-uri", "no URI", []],
    ["service-uri-scheme", "mailto", ["ty4658", "eg92n8"]],
    ["service-uri-scheme", "MAILTO", []],
    ["service-uri-scheme", "sip", []],
  ] as const)("§3.3.1.3: services by %s %s", (by, value, expected) => {
    const selector = { by, value } as Selector;
    expect(occurrences(rich, { services: [selector] })).toEqual(expected);
  });

  it("§3.3.1.3: a service URI is compared as its scheme says", () => {
    const body = withBody(
      '<tuple id="t"><status/><contact>sip:Someone@EXAMPLE.com;a=b</contact></tuple><tuple id="u"><status/></tuple>',
    );
    const by = (value: string) => occurrences(body, { services: [{ by: "service-uri", value }] });
    expect(by("SIP:Someone@example.com")).toEqual(["t"]);
    expect(by("sip:someone@example.com")).toEqual([]);
    expect(by("sips:Someone@example.com")).toEqual([]);
  });

  it.each([
    ["all", undefined, ["p1"]],
    ["class", "calendar", ["p1"]],
    ["class", "email", []],
    ["occurrence-id", "p1", ["p1"]],
    ["occurrence-id", "pc147", []],
  ] as const)("§3.3.1.2: persons by %s %s", (by, value, expected) => {
    expect(occurrences(rich, { persons: [{ by, value } as Selector] })).toEqual(expected);
  });

  it.each([
    ["all", undefined, ["pc122"]],
    ["deviceID", "mac:8asd7d7d70", ["pc122"]],
    ["deviceID", "MAC:8asd7d7d70", ["pc122"]],
    ["deviceID", "mac:8ASD7D7D70", []],
    ["occurrence-id", "pc122", ["pc122"]],
    ["class", "biz", []],
  ] as const)("§3.3.1.1: devices by %s %s", (by, value, expected) => {
    expect(occurrences(capable, { devices: [{ by, value } as Selector] })).toEqual(expected);
  });
});

describe("RFC 5025 §3.3.2: each attribute where it is granted, and nowhere else", () => {
  /** What one permission adds to every occurrence of a document, by the occurrence's id. */
  const adds = (body: string, permissions: Partial<Permissions>): readonly string[] => {
    const children = (text: string) =>
      elementsOf(root(text)).flatMap((element) =>
        (elementsOf(element).length === 0 ? [element] : elementsOf(element)).map(
          (child) =>
            `${element.getAttribute("id")} ${child.nodeName} ${child.textContent?.replace(/\s+/g, " ").trim()}`,
        ),
      );
    const before = children(transformPresence(body, everyComponent));
    return children(transformPresence(body, { ...everyComponent, ...permissions })).filter(
      (child) => !before.includes(child),
    );
  };

  it.each([
    ["activities", ["p1 rpid:activities Far away"]],
    ["class", ["eg92n8 rpid:class email", "p1 rpid:class calendar"]],
    ["deviceID", ["bs35r9 dm:deviceID urn:device:0003ba4811e3", "eg92n8 dm:deviceID urn:x-mac:0003ba4811e3"]],
    ["mood", ["p1 rpid:mood brooding"]],
    ["place-is", ["p1 rpid:place-is"]],
    ["place-type", ["p1 rpid:place-type"]],
    ["privacy", ["p1 rpid:privacy"]],
    ["relationship", ["bs35r9 rpid:relationship", "ty4658 rpid:relationship"]],
    ["sphere", ["p1 rpid:sphere bowling league"]],
    [
      "status-icon",
      [
        "eg92n8 rpid:status-icon http://example.com/mail.png",
        "p1 rpid:status-icon http://example.com/play.gif",
      ],
    ],
    ["time-offset", ["p1 rpid:time-offset -240"]],
    [
      "note",
      [
        "bs35r9 note Don't Disturb Please!",
        "bs35r9 note Ne derangez pas, s'il vous plait",
        "p1 dm:note Scoring 120",
        "pc147 dm:note PC",
      ],
    ],
  ] as const)("provide-%s", (name, expected) => {
    const added = adds(rich, { attributes: [name] });
    expect(added.map((each) => each.trim()).sort()).toEqual([...expected].sort());
  });

  it("§3.3.2.13: an activity keeps its note without provide-note, and its period", () => {
    expect(shown(rich, { ...NO_PERMISSIONS, persons: all, attributes: ["activities"] }).join("")).toMatch(
      /<rpid:activities from="2005-05-30T12:00:00\+05:00" until="2005-05-30T17:00:00\+05:00">\s*<rpid:note>Far away<\/rpid:note>\s*<rpid:away\/>\s*<\/rpid:activities>/,
    );
  });

  it("privacy and class also where a service or device has them, the others only where RFC 5025 names them", () => {
    const attributes = ATTRIBUTES.map((name) => `<r:${name}>a</r:${name}>`).join("");
    const body = withBody(
      `<tuple id="t"><status/>${attributes}</tuple><dm:person id="p">${attributes}</dm:person><dm:device id="d">${attributes}</dm:device>`,
    );
    const names = adds(body, { attributes: ATTRIBUTES }).map((each) => each.split(" ", 2).join(" "));
    expect(names).toEqual([
      ...["class", "privacy", "relationship", "status-icon"].map((name) => `t r:${name}`),
      ...["activities", "class", "mood", "place-is", "place-type", "privacy", "sphere"].map(
        (name) => `p r:${name}`,
      ),
      ...["status-icon", "time-offset"].map((name) => `p r:${name}`),
      "d r:class",
    ]);
  });

  it.each([
    ["false", undefined],
    ["bare", "<rpid:user-input>idle</rpid:user-input>"],
    ["thresholds", '<rpid:user-input idle-threshold="600">idle</rpid:user-input>'],
    [
      "full",
      '<rpid:user-input idle-threshold="600" last-input="2004-10-21T13:20:00-05:00">idle</rpid:user-input>',
    ],
  ] as const)("§3.3.2.12: user-input %s", (userInput, expected) => {
    const device = shown(rich, { ...NO_PERMISSIONS, devices: all, userInput });
    expect(device.find((line) => line.includes("user-input"))).toBe(expected);
  });

  it("§3.3.2.12: bare has no attribute and nothing inside, of a service or a person either", () => {
    const input =
      '<r:user-input idle-threshold="6" since="s" x:y="z" id="i">active<x:k>keys</x:k></r:user-input>';
    const body = withBody(`<tuple id="t"><status/>${input}</tuple><dm:person id="p">${input}</dm:person>`);
    const permissions = { ...everyComponent, userInput: "bare" } as const;
    const bare = "<r:user-input>active</r:user-input>";
    expect(shown(body, permissions)).toEqual([
      ...['<tuple id="t">', "<status/>", bare, "</tuple>", '<dm:person id="p">', bare, "</dm:person>"],
    ]);
  });

  it("§3.3.2.14: an unknown attribute by its qualified name", () => {
    const caps = { namespace: "urn:ietf:params:xml:ns:pidf:caps", name: "servcaps" };
    const [added = "", ...more] = adds(capable, { unknownAttributes: [caps] });
    expect([added.split(" ", 2), more]).toEqual([["sg89ae", "caps:servcaps"], []]);
    expect(adds(capable, { unknownAttributes: [{ ...caps, namespace: "urn:x" }] })).toEqual([]);
    expect(adds(capable, { unknownAttributes: [{ ...caps, name: "caps:servcaps" }] })).toEqual([]);
  });

  it("§3.3.2.14: what has a permission of its own is not unknown, nor is a child of one", () => {
    const rpid = "urn:ietf:params:xml:ns:pidf:rpid";
    const names = ["mood", "activities", "user-input", "away"];
    expect(adds(rich, { unknownAttributes: names.map((name) => ({ namespace: rpid, name })) })).toEqual([]);
  });

  it("§3.3.2.15: all attributes of the occurrences that are shown, known or not", () => {
    const body = withBody(
      '<tuple id="t" x:a="b"><status><basic>open</basic><x:s/></status><x:u>1</x:u></tuple><tuple id="v"><status/><x:u>2</x:u></tuple><x:e>3</x:e>',
    );
    const services: readonly Selector[] = [{ by: "occurrence-id", value: "t" }];
    expect(shown(body, { ...NO_PERMISSIONS, services, allAttributes: true })).toEqual([
      ...['<tuple id="t" x:a="b">', "<status>", "<basic>open</basic>", "<x:s/>", "</status>", "<x:u>1</x:u>"],
      "</tuple>",
    ]);
  });
});

describe("RFC 4479 §5: a note of the root is that of each person without one", () => {
  const person = (inner: string) => `<note>In Tokyo</note><dm:person id="p">${inner}</dm:person>`;
  const noteOf = (inner: string, permissions: Partial<Permissions>) =>
    transformPresence(withBody(inner), { ...NO_PERMISSIONS, ...permissions }).includes("In Tokyo");

  it("and is shown with such a person, to who may see notes", () => {
    expect(noteOf(person(""), { persons: all, attributes: ["note"] })).toBe(true);
    expect(noteOf(person(""), { persons: all, allAttributes: true })).toBe(true);
    expect(noteOf(person(""), { persons: all })).toBe(false);
    expect(noteOf(person(""), { services: all, devices: all, attributes: ["note"] })).toBe(false);
    expect(noteOf(person("<dm:note>Home</dm:note>"), { persons: all, attributes: ["note"] })).toBe(false);
  });
});

describe("RFC 5025 §6: the example, applied", () => {
  it("shows services by their schemes, persons, activities, bare input and foo", () => {
    const [only] = read(printed("policy-rfc5025-6-08.xml")).rules;
    const body = withBody(`
      <tuple id="a"><status><basic>open</basic></status><contact>sip:someone@example.com</contact><note>n</note></tuple>
      <tuple id="b"><status><basic>open</basic></status><contact>tel:+12125551234</contact></tuple>
      <tuple id="c"><status><basic>closed</basic></status><f:foo xmlns:f="urn:vendor-specific:foo-namespace">bar</f:foo>
        <contact>mailto:someone@example.com</contact></tuple>
      <dm:person id="p"><r:activities><r:away/></r:activities><r:mood><r:sad/></r:mood>
        <r:user-input since="2004-10-21T13:20:00-05:00">idle</r:user-input></dm:person>
      <dm:device id="d"><dm:deviceID>urn:x:d</dm:deviceID></dm:device>`);
    expect(shown(body, only?.permissions ?? NO_PERMISSIONS)).toEqual([
      ...['<tuple id="a">', "<status>", "<basic>open</basic>", "</status>"],
      ...["<contact>sip:someone@example.com</contact>", "</tuple>"],
      ...['<tuple id="c">', "<status>", "<basic>closed</basic>", "</status>"],
      '<f:foo xmlns:f="urn:vendor-specific:foo-namespace">bar</f:foo>',
      ...["<contact>mailto:someone@example.com</contact>", "</tuple>"],
      ...['<dm:person id="p">', "<r:activities>", "<r:away/>", "</r:activities>"],
      ...["<r:user-input>idle</r:user-input>", "</dm:person>"],
    ]);
  });
});

describe("nothing that was not granted is told in another way", () => {
  const secret = `<!--secret--><?secret secret?>secret<x:secret secret="secret"/>`;
  const body = withBody(`
    ${secret}<tuple id="t" secret="secret" x:secret="secret" xmlns:secret="urn:secret">${secret}<status secret="secret">${secret}
    <basic secret="secret">open<x:s>secret</x:s><!--secret--></basic><r:mood>secret</r:mood></status>
    <contact priority="0.5" x:secret="secret">sip:someone@example.com<!--secret--></contact>
    <timestamp secret="secret">2005-05-30T16:09:44Z</timestamp></tuple>
    <note>secret</note><dm:person id="p">${secret}<r:activities><!--secret--><r:away/><?secret?></r:activities></dm:person>
    <dm:device id="d">${secret}<dm:deviceID secret="secret">urn:x:d<x:secret/></dm:deviceID></dm:device><x:e>secret</x:e>`);

  it("by comments, instructions, text between elements, attributes, or declarations of namespaces", () => {
    expect(lines(transformPresence(body, { ...everyComponent, attributes: ["activities"] }))).toBe(`\
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:someone@example.com" \
xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid">
<tuple id="t">
<status>
<basic>open</basic>
</status>
<contact priority="0.5">sip:someone@example.com</contact>
<timestamp>2005-05-30T16:09:44Z</timestamp>
</tuple>
<dm:person id="p">
<r:activities>
<r:away/>
</r:activities>
</dm:person>
<dm:device id="d">
<dm:deviceID>urn:x:d</dm:deviceID>
</dm:device>
</presence>`);
  });

  it("and what is not shown cannot be told by how much of it there is", () => {
    const more = body.replace(
      "</presence>",
      '<tuple id="u"><status/></tuple>\n\n<dm:person id="q"/>\n</presence>',
    );
    const some = { ...NO_PERMISSIONS, services: [{ by: "occurrence-id", value: "t" }] } as const;
    expect(transformPresence(more, some)).toBe(transformPresence(body, some));
  });
});

describe("everything", () => {
  it("is the document itself, byte by byte", () => {
    expect(transformPresence(rich, undefined)).toBe(rich);
    expect(transformPresence(rich, { ...everyComponent, allAttributes: true })).toBe(rich);
  });

  it("is what a rule of §3.3 can grant", () => {
    const granted = read(
      ruleset(
        rule(
          "",
          "",
          "<provide-services><all-services/></provide-services><provide-persons><all-persons/></provide-persons><provide-devices><all-devices/></provide-devices><provide-all-attributes/>",
        ),
      ),
    ).rules[0]?.permissions;
    expect(transformPresence(rich, granted ?? NO_PERMISSIONS)).toBe(rich);
  });
});
