import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinePermissions, NO_PERMISSIONS, type Permissions } from "../../src/presence/permissions";
import { type Condition, readRuleset } from "../../src/presence/ruleset";
import { printed, read, rule, ruleset } from "./rules-text";

const conditions = (inner: string): readonly Condition[] | undefined =>
  read(ruleset(rule(inner))).rules[0]?.conditions;

const permissions = (inner: string): Permissions | undefined =>
  read(ruleset(rule("", "", inner))).rules[0]?.permissions;

const utc = (text: string): number => Date.parse(text);

describe("RFC 4745: the documents it prints", () => {
  it("§7.1.2: one of three, each of another scheme, in the spelling they are compared in", () => {
    expect(read(printed("policy-rfc4745-7.1.2-01.xml")).rules).toEqual([
      {
        id: "f3g44r1",
        conditions: [
          {
            kind: "identity",
            matches: [
              { kind: "one", id: "sip:alice@example.com" },
              { kind: "one", id: "tel:+12125551234" },
              { kind: "one", id: "mailto:bob@example.net" },
            ],
          },
        ],
        handling: "block",
        permissions: NO_PERMISSIONS,
      },
    ]);
  });

  it("§7.1.3.2: many with exceptions, a sphere and a validity", () => {
    expect(read(printed("policy-rfc4745-7.1.3.2-03.xml")).rules[0]?.conditions).toEqual([
      { kind: "sphere", values: ["work"] },
      {
        kind: "identity",
        matches: [
          {
            kind: "many",
            domain: undefined,
            exceptIds: [
              "sip:alice@bad.example.net",
              "sip:bob@good.example.net",
              "tel:+12125551234",
              "sip:alice@example.com",
            ],
            exceptDomains: ["example.com", "example.org"],
          },
        ],
      },
      {
        kind: "validity",
        periods: [{ from: utc("2003-12-24T16:00:00Z"), until: utc("2003-12-24T18:00:00Z") }],
      },
    ]);
  });

  it("§7.3: three rules, one for two spheres", () => {
    const { rules } = read(printed("policy-rfc4745-7.3-05.xml"));
    expect(rules.map(({ id }) => id)).toEqual(["f3g44r2", "y6y55r2", "z6y55r2"]);
    expect(rules[2]?.conditions[1]).toEqual({ kind: "sphere", values: ["home", "work"] });
  });

  it("§7.4: a validity alone", () => {
    expect(read(printed("policy-rfc4745-7.4-06.xml")).rules[0]?.conditions).toEqual([
      {
        kind: "validity",
        periods: [{ from: utc("2003-08-15T15:20:00Z"), until: utc("2003-09-15T15:20:00Z") }],
      },
    ]);
  });
});

describe("RFC 5025 §6: the document it prints", () => {
  it("is read as its words say", () => {
    expect(read(printed("policy-rfc5025-6-08.xml")).rules).toEqual([
      {
        id: "a",
        conditions: [{ kind: "identity", matches: [{ kind: "one", id: "sip:user@example.com" }] }],
        handling: "allow",
        permissions: {
          ...NO_PERMISSIONS,
          services: [
            { by: "service-uri-scheme", value: "mailto" },
            { by: "service-uri-scheme", value: "sip" },
          ],
          persons: [{ by: "all" }],
          attributes: ["activities"],
          userInput: "bare",
          unknownAttributes: [{ namespace: "urn:vendor-specific:foo-namespace", name: "foo" }],
        },
      },
    ]);
  });

  it("and is plain data: kept as JSON it is the same", () => {
    const rules = read(printed("policy-rfc5025-6-08.xml"));
    expect(JSON.parse(JSON.stringify(rules))).toEqual(rules);
  });
});

describe("RFC 4745 §7: a condition that is not known", () => {
  it.each([
    ["of another namespace", '<x:weather value="rain"/>'],
    ["of common policy's own, which has no such", "<cr:weather/>"],
    ["of no namespace", '<sphere xmlns="" value="work"/>'],
    ["OMA's external list", '<ocp:external-list><ocp:entry anc="http://x.example/"/></ocp:external-list>'],
  ])("%s", (_, inner) => {
    expect(conditions(inner)).toEqual([{ kind: "unknown" }]);
  });

  it.each([
    ["other-identity", "<ocp:other-identity/>"],
    ["anonymous-request", "<ocp:anonymous-request/>"],
  ])("OMA's %s is", (kind, inner) => {
    expect(conditions(inner)).toEqual([{ kind }]);
  });
});

describe("RFC 4745 §7.1: what cannot be understood of an identity matches nobody", () => {
  it.each([
    ["no id", "<cr:one/>"],
    ["an id that is no URI", '<cr:one id="alice@@example.com"/>'],
    ["a SIP URI without user", '<cr:one id="sip:example.com"/>'],
    ["a child from elsewhere", '<x:group name="friends"/>'],
    ["a domain that is none", '<cr:many domain="exa mple.com"/>'],
    ["an empty domain", '<cr:many domain=""/>'],
    ["a domain with a path", '<cr:many domain="example.com/x"/>'],
    ["an exception of nothing", "<cr:many><cr:except/></cr:many>"],
    ["an exception that is no URI", '<cr:many><cr:except id="bob"/></cr:many>'],
    ["an exception that is no domain", '<cr:many><cr:except domain=":"/></cr:many>'],
    ["a foreign exception", '<cr:many><x:except id="sip:bob@example.com"/></cr:many>'],
  ])("%s", (_, inner) => {
    expect(conditions(`<cr:identity>${inner}</cr:identity>`)).toEqual([
      { kind: "identity", matches: [{ kind: "unknown" }] },
    ]);
  });
});

describe("RFC 4745 §7.4: validity", () => {
  const [from, until] = [
    "<cr:from>2003-08-15T10:20:00Z</cr:from>",
    "<cr:until>2003-09-15T10:20:00Z</cr:until>",
  ];
  const period = { from: utc("2003-08-15T10:20:00Z"), until: utc("2003-09-15T10:20:00Z") };

  it.each([
    ["a pair", from + until, [period]],
    ["two pairs", from + until + from + until, [period, period]],
    ["from alone", from, []],
    ["until alone", until, []],
    ["until before from", until + from, []],
    ["from twice", from + from + until, [period]],
    ["a pair with something between", `${from}<x:y/>${until}`, []],
    ["a time without offset", `<cr:from>2003-08-15T10:20:00</cr:from>${until}`, []],
    ["no time", `${from}<cr:until>later</cr:until>`, []],
  ])("%s", (_, inner, periods) => {
    expect(conditions(`<cr:validity>${inner}</cr:validity>`)).toEqual([{ kind: "validity", periods }]);
  });
});

describe("RFC 5025 §3.3.1: sets", () => {
  it("the example of §3.3.1.1: two rules of two members make three", () => {
    const id = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    const first = `<provide-devices><deviceID>${id}</deviceID><class>biz</class></provide-devices>`;
    const second = "<provide-devices><class>home</class><class>biz</class></provide-devices>";
    const granted = [first, second].map((inner) => permissions(inner) ?? NO_PERMISSIONS);
    expect(combinePermissions(granted).devices).toEqual([
      { by: "class", value: "biz" },
      { by: "class", value: "home" },
      { by: "deviceID", value: id },
    ]);
  });

  it.each([
    ["persons", "<provide-persons><all-persons/></provide-persons>", [{ by: "all" }]],
    [
      "persons",
      "<provide-persons><class> a\n b </class><occurrence-id>p1</occurrence-id></provide-persons>",
      [
        { by: "class", value: "a b" },
        { by: "occurrence-id", value: "p1" },
      ],
    ],
    ["persons", "<provide-persons><all-services/><deviceID>d</deviceID></provide-persons>", []],
    ["services", "<provide-services><all-services/></provide-services>", [{ by: "all" }]],
    [
      "services",
      "<provide-services><service-uri>sip:a@b.c</service-uri><x:all-services/><class/></provide-services>",
      [{ by: "service-uri", value: "sip:a@b.c" }],
    ],
    ["devices", "<provide-devices><all-devices/></provide-devices>", [{ by: "all" }]],
    ["devices", "<provide-devices><service-uri>sip:a@b.c</service-uri></provide-devices>", []],
    ["devices", "<x:provide-devices><all-devices/></x:provide-devices>", []],
  ] as const)("%s by %s", (component, inner, members) => {
    expect(permissions(inner)).toEqual({ ...NO_PERMISSIONS, [component]: members });
  });
});

describe("RFC 5025 §3.3.2: attributes", () => {
  it.each([
    ...["activities", "class", "deviceID", "mood", "place-is", "place-type", "privacy", "relationship"],
    ...["sphere", "status-icon", "time-offset", "note"],
  ])("provide-%s is true, or is not there", (name) => {
    const says = (value: string) => permissions(`<provide-${name}>${value}</provide-${name}>`);
    for (const value of ["true", " 1 "])
      expect(says(value)).toEqual({ ...NO_PERMISSIONS, attributes: [name] });
    for (const value of ["false", "0", "", "TRUE", "yes"]) expect(says(value)).toEqual(NO_PERMISSIONS);
  });

  it.each(["bare", "thresholds", "full"])("§3.3.2.12: user-input %s", (value) => {
    const inner = `<provide-user-input>${value}</provide-user-input>`;
    expect(permissions(inner)).toEqual({ ...NO_PERMISSIONS, userInput: value });
  });

  it("a value that user-input does not have is false", () => {
    expect(permissions("<provide-user-input>true</provide-user-input>")).toEqual(NO_PERMISSIONS);
  });

  it.each([
    ['<provide-unknown-attribute ns="urn:x" name="y">false</provide-unknown-attribute>'],
    ['<provide-unknown-attribute ns="urn:x">true</provide-unknown-attribute>'],
    ['<provide-unknown-attribute name="y">true</provide-unknown-attribute>'],
    ["<provide-everything>true</provide-everything>"],
    ["<x:provide-note>true</x:provide-note>"],
    ["<x:provide-all-attributes/>"],
  ])("nothing is granted by %s", (inner) => {
    expect(permissions(inner)).toEqual(NO_PERMISSIONS);
  });

  it("§3.3.2.15: all of them", () => {
    expect(permissions("<provide-all-attributes/>")).toEqual({ ...NO_PERMISSIONS, allAttributes: true });
  });
});

describe("what is no ruleset", () => {
  it.each([
    ["no XML", "<cr:ruleset", "xml"],
    ["a DTD", '<!DOCTYPE a [<!ENTITY b "c">]><a/>', "xml"],
    ["another root", "<ruleset/>", "not-a-ruleset"],
    ["RFC 4745 §13: a rule without its id", ruleset("<cr:rule/>"), "no-rule-id"],
    ["RFC 4745 §13: two rules of one id", ruleset(rule("") + rule("")), "repeated-rule-id"],
  ])("%s", (_, source, kind) => {
    expect(readRuleset(source)).toMatchObject({ ok: false, error: { kind } });
  });

  it("more than the limits allow", () => {
    const limits = { maxLength: 2000, maxDepth: 8, maxNodes: 12, maxAttributes: 20 };
    const rules = ["a", "b", "c"].map((id) => rule("", "", "", id)).join("");
    expect(readRuleset(ruleset(rules), limits)).toMatchObject({
      ok: false,
      error: { kind: "xml", error: { kind: "too-many-nodes" } },
    });
  });

  it("more URIs to be compared with each of a document than a user has services and devices", () => {
    const devices = (count: number) =>
      Array.from({ length: count }, (_, index) => `<deviceID>urn:x:${index}</deviceID>`).join("");
    const rules = (count: number) =>
      ruleset(
        rule("", "", "<provide-services><service-uri>sip:a@b.c</service-uri></provide-services>", "a") +
          rule("", "", `<provide-devices>${devices(count)}</provide-devices>`, "b"),
      );
    expect(readRuleset(rules(99)).ok).toBe(true);
    expect(readRuleset(rules(100))).toEqual({ ok: false, error: { kind: "too-many-uris" } });
  });

  it("nothing makes it throw", () => {
    const words = fc.constantFrom(
      ...[
        "<cr:identity>",
        "</cr:identity>",
        '<cr:one id="',
        '"/>',
        "<cr:many",
        ' domain="',
        ">",
        "</cr:many>",
      ],
      ...[
        "<cr:validity>",
        "<cr:from>",
        "2003-13-45T99:00:00+99:99",
        "</cr:from>",
        "<cr:except/>",
        "&#0;",
        "\u0000",
      ],
      ...["sip:a@b", "sip:%", "tel:+1;", "::", "[", "xn--", "é", "<!--", "<provide-persons>"],
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (inner) => {
        expect(typeof readRuleset(ruleset(rule(inner.join("")))).ok).toBe("boolean");
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (id) => {
        const escaped = id.replace(/[&<"]/g, "");
        const inner = `<cr:identity><cr:one id="${escaped}"/><cr:many domain="${escaped}"/></cr:identity>`;
        expect(typeof readRuleset(ruleset(rule(inner))).ok).toBe("boolean");
      }),
    );
  });
});
