import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seconds } from "../../../src/base/brand";
import { composeRegInfo, type RegContact, reg, registrationState } from "../../../src/events/packages/reg";
import { attribute, elementsOf, text } from "../../../src/xml/read";
import type { XmlElement } from "../../../src/xml/tree";
import { carried, hostileText } from "../../support/hostile-text";
import { mended, printed, rootOf, treeOf } from "./document-tree";

describe("RFC 3680 §5.3, §6: the printed documents come out of their data", () => {
  it("one contact is registered, another has expired", () => {
    const document = composeRegInfo({
      aor: "sip:user@example.com",
      id: "as9",
      version: 0,
      state: "active",
      contacts: [
        {
          id: "76",
          uri: "sip:user@pc887.example.com",
          state: "active",
          event: "registered",
          durationRegistered: seconds(7322),
          q: 0.8,
        },
        {
          id: "77",
          uri: "sip:user@university.edu",
          state: "terminated",
          event: "expired",
          durationRegistered: seconds(3600),
          q: 0.5,
        },
      ],
    });
    expect(treeOf(document)).toEqual(treeOf(printed("reginfo-rfc3680-5.3-01")));
  });

  it("the first contact comes", () => {
    const document = composeRegInfo({
      aor: "sip:joe@example.com",
      id: "a7",
      version: 1,
      state: "active",
      contacts: [
        {
          id: "76",
          uri: "sip:joe@pc34.example.com",
          state: "active",
          event: "registered",
          durationRegistered: seconds(0),
        },
      ],
    });
    // The RFC tells of changes; we tell all, each time.
    const rfc = mended(printed("reginfo-rfc3680-6-03"), ['state="partial"', 'state="full"']);
    expect(treeOf(document)).toEqual(treeOf(rfc));
  });
});

describe("RFC 5628 §8.2: contacts with GRUUs", () => {
  /** The lines between these tags are one (RFC 4475 §2.1). */
  const rfc = treeOf(
    printed("reginfo-rfc5628-8.2-05").replace(/<allOneLine>\n([\s\S]*?)<\/allOneLine>/g, (_, lines: string) =>
      lines.replaceAll("\n", ""),
    ),
  );
  const instance = '"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"';
  const contact = {
    uri: "sip:ua.example.com",
    state: "active",
    durationRegistered: seconds(1),
    expires: seconds(3599),
    callid: "faif9a@ua.example.com",
    cseq: 23001,
    unknownParams: [["+sip.instance", instance]],
  } as const;

  it.each([
    {
      aor: "sip:user_aor_1@example.net",
      id: "a7",
      contactId: "92",
      event: "registered",
      pubGruu: "sip:user_aor_1@example.net;gr=hha9s8d-999a",
      tempGruu: "sip:8ffkas08af7fasklzi9@example.net;gr",
    },
    {
      aor: "sip:user_aor_2@example.net",
      id: "a8",
      contactId: "93",
      event: "created",
      pubGruu: "sip:user_aor_2@example.net;gr=hha9s8d-999b",
      tempGruu: "sip:07hcovy36vp6vngvbia@example.net;gr",
    },
    {
      aor: "sip:+358504821437@example.net;user=phone",
      id: "a9",
      contactId: "94",
      event: "created",
      pubGruu: "sip:+358504821437@example.net;user=phone;gr=hha9s8d-999c",
      tempGruu: "sip:h99egjbv17fe8ibvlka@example.net;gr",
    },
  ] as const)("$aor", ({ aor, id, contactId, event, pubGruu, tempGruu }) => {
    const document = composeRegInfo({
      ...{ aor, id, version: 1, state: "active" },
      contacts: [
        { ...contact, id: contactId, event, pubGruu, tempGruu: { uri: tempGruu, firstCseq: 54301 } },
      ],
    });
    const registrations = [rfc.content].flat().filter((each) => typeof each !== "string");
    const own = registrations.find(({ attributes }) => attributes["id"] === id);
    expect(treeOf(document)).toEqual({ ...rfc, content: [own] });
  });
});

describe("RFC 3680 §5.1", () => {
  const compose = (contact: RegContact): string =>
    composeRegInfo({ aor: "sip:a@b.example", id: "1", version: 1, state: "active", contacts: [contact] });

  it("a shortened contact says how long it has, one on probation when to come again", () => {
    const about = { id: "1", uri: "sip:c" };
    expect(compose({ ...about, state: "active", event: "shortened", expires: seconds(30) })).toContain(
      '<contact id="1" state="active" event="shortened" expires="30">',
    );
    expect(compose({ ...about, state: "terminated", event: "probation", retryAfter: seconds(60) })).toContain(
      '<contact id="1" state="terminated" event="probation" retry-after="60">',
    );
  });

  it("a parameter without a value is an empty unknown-param", () => {
    const params = [["+sip.ice", ""]] as const;
    expect(
      compose({ id: "1", uri: "sip:c", state: "active", event: "registered", unknownParams: params }),
    ).toContain('<uri>sip:c</uri><unknown-param name="+sip.ice"/></contact>');
  });

  it("whatever a client put into its Contact, the document is read back as it was meant", () => {
    const contacts = fc.record({
      id: hostileText,
      uri: hostileText,
      state: fc.constant("active" as const),
      event: fc.constant("refreshed" as const),
      displayName: hostileText,
      callid: hostileText,
      unknownParams: fc.array(fc.tuple(hostileText, hostileText), { maxLength: 3 }),
      pubGruu: hostileText,
      tempGruu: fc.record({ uri: hostileText, firstCseq: fc.nat() }),
    });
    fc.assert(
      fc.property(hostileText, fc.array(contacts, { maxLength: 3 }), (aor, contacts) => {
        const document = composeRegInfo({ aor, id: "1", version: 1, state: "active", contacts });
        const [registration] = elementsOf(rootOf(document));
        if (registration === undefined) throw new Error("no registration");
        expect(attribute(registration, "aor")).toBe(carried(aor));
        expect(elementsOf(registration).map(readContact)).toEqual(
          contacts.map(({ id, uri, displayName, callid, unknownParams, pubGruu, tempGruu }) => [
            ...[id, callid].map(carried),
            ["uri", null, carried(uri)],
            ["display-name", null, carried(displayName)],
            ...unknownParams.map(([name, value]) => ["unknown-param", carried(name), carried(value)]),
            ["pub-gruu", carried(pubGruu), ""],
            ["temp-gruu", carried(tempGruu.uri), ""],
          ]),
        );
      }),
    );
  });

  const readContact = (contact: XmlElement) => [
    ...[attribute(contact, "id"), attribute(contact, "callid")],
    ...elementsOf(contact).map((child) => [
      child.localName,
      attribute(child, "name") ?? attribute(child, "uri") ?? null,
      text(child),
    ]),
  ];
});

describe("RFC 3680 §4.7.1: the state of the registration", () => {
  const active = { state: "active", event: "registered" } as const;
  const gone = { state: "terminated", event: "unregistered" } as const;

  it("is that of its contacts", () => {
    expect(registrationState([])).toBe("init");
    expect(registrationState([gone, active])).toBe("active");
    expect(registrationState([gone])).toBe("terminated");
  });
});

describe("RFC 3680 §4.4 to §4.6: the package", () => {
  it("is for the user alone, in reginfo, for a little more than an hour", () => {
    expect(reg).toMatchObject({
      name: "reg",
      contentTypes: ["application/reginfo+xml"],
      defaultExpires: 3761,
      audience: "owner",
    });
    expect(reg.maxExpires).toBeGreaterThanOrEqual(reg.defaultExpires);
  });
});
