import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { judgeWatcher, nextValidityChange, type Watcher } from "../../src/presence/judge-watcher";
import { HANDLINGS, type Permissions } from "../../src/presence/permissions";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { printed, read, rule, ruleset } from "./rules-text";

const user = (aor: string): Watcher => ({ kind: "user", aor: aor as AddressOfRecord });
const foreign = (uri: string): Watcher => ({ kind: "foreign", uri });
const anonymous: Watcher = { kind: "anonymous" };
const moment = (text: string) => epochMs(Date.parse(text));
const at = { now: moment("2003-12-24T17:15:00+01:00") };

/** Whether a rule with these conditions, and no other, matches. */
const matches = (
  conditions: string,
  watcher: Watcher,
  circumstances: Parameters<typeof judgeWatcher>[2] = at,
) => judgeWatcher(read(ruleset(rule(conditions))), watcher, circumstances).handling !== undefined;

const identity = (inner: string): string => `<cr:identity>${inner}</cr:identity>`;

describe("RFC 4745 §7.1.2: one", () => {
  const source = printed("policy-rfc4745-7.1.2-01.xml");
  it.each([
    [user("alice@example.com"), true],
    [foreign("sip:ALICE@Example.COM"), true],
    [foreign("sip:alice@example.com:5061;transport=tls"), true],
    [foreign("tel:+12125551234"), true],
    [foreign("tel:+1(212)555.1234"), true],
    [foreign("mailto:bob@example.net"), true],
    [user("alice@example.net"), false],
    [foreign("tel:+12125551235"), false],
    // RFC 5025 §3.1.1.2: URIs of different schemes are never equivalent.
    [foreign("sips:alice@example.com"), false],
    [user("bob@example.net"), false],
    [foreign("sip:+12125551234@example.com;user=phone"), false],
    [foreign("no URI"), false],
    [{ kind: "foreign" } as const, false],
    [anonymous, false],
  ])("%j: %s", (watcher, expected) => {
    expect(judgeWatcher(read(source), watcher, at).handling).toBe(expected ? "block" : undefined);
  });
});

describe("RFC 4745 §7.1.3: many", () => {
  it("§7.1.3.1: any authenticated identity", () => {
    const any = identity("<cr:many/>");
    expect(matches(any, user("alice@example.com"))).toBe(true);
    expect(matches(any, foreign("tel:+12125551234"))).toBe(true);
    expect(matches(any, { kind: "foreign" })).toBe(false);
    expect(matches(any, anonymous)).toBe(false);
  });

  it.each([
    ["carol@example.net", true],
    ["alice@bad.example.net", false],
    ["bob@good.example.net", false],
    ["bob@bad.example.net", true],
    ["carol@example.org", false],
    ["alice@example.com", false],
    ["semi;colon?mark@example.com", false],
    ["carol@sub.example.com", true],
  ])("§7.1.3.2: any but those: %s: %s", (aor, expected) => {
    const rules = read(printed("policy-rfc4745-7.1.3.2-03.xml"));
    const handling = expected ? "block" : undefined;
    expect(judgeWatcher(rules, user(aor), { ...at, sphere: "work" }).handling).toBe(handling);
  });

  it.each([
    ["sip:carol@example.com", true],
    ["sip:alice@example.com", false],
    ["sip:bob@EXAMPLE.com", false],
    ["sip:carol@example.org", false],
    ["tel:+12125551234", false],
    ["mailto:carol@example.com?subject=a@b.c", true],
    ["im:carol@example.org?x=y@example.com", false],
  ])("§7.1.3.3: those of a domain but two: %s: %s", (uri, expected) => {
    const some = identity(
      '<cr:many domain="example.com"><cr:except id="sip:alice@example.com"/><cr:except id="sip:bob@example.com"/></cr:many>',
    );
    expect(matches(some, foreign(uri))).toBe(expected);
  });

  it.each([
    ["EXAMPLE.com", "example.com", true],
    ["example%2Ecom", "example.com", true],
    ["example.com.", "example.com", true],
    ["bücher.example", "xn--bcher-kva.example", true],
    ["BÜCHER.example", "xn--bcher-kva.example", true],
    ["xn--bcher-kva.example", "xn--bcher-kva.example", true],
    ["bucher.example", "xn--bcher-kva.example", false],
    ["[2001:db8:0::1]", "[2001:db8::1]", true],
    ["example.com.evil.example", "example.com", false],
    ["com", "example.com", false],
  ])("domains are compared as ASCII: %s and %s: %s", (domain, host, expected) => {
    expect(matches(identity(`<cr:many domain="${domain}"/>`), user(`a@${host}`))).toBe(expected);
    expect(matches(identity(`<cr:many><cr:except domain="${domain}"/></cr:many>`), user(`a@${host}`))).toBe(
      !expected,
    );
  });
});

describe("RFC 4745 §7.1.1: identities that are not looked at", () => {
  it("without an identity element a rule is about everybody, authenticated or not", () => {
    for (const watcher of [user("a@b.example"), foreign("sip:a@b.example"), anonymous]) {
      expect(matches("", watcher)).toBe(true);
      expect(judgeWatcher(read(ruleset('<cr:rule id="a"/>')), watcher, at).handling).toBe("block");
    }
  });

  it("RFC 5025 §3.1.1.2: an empty one matches who is not authenticated, and nobody else", () => {
    expect(matches(identity(""), anonymous)).toBe(true);
    expect(matches(identity(""), { kind: "foreign" })).toBe(true);
    expect(matches(identity(""), user("a@b.example"))).toBe(false);
    expect(matches(identity("<x:group/>"), anonymous)).toBe(false);
  });

  it("a list is true when one of it is, a child that is not known is false", () => {
    const two = identity('<x:group/><cr:one id="sip:a@b.example"/><cr:many domain="c.example"/>');
    expect(matches(two, user("a@b.example"))).toBe(true);
    expect(matches(two, user("a@c.example"))).toBe(true);
    expect(matches(two, user("c@b.example"))).toBe(false);
  });
});

describe("RFC 4745 §7.3: sphere", () => {
  const rules = read(printed("policy-rfc4745-7.3-05.xml"));
  it.each([
    ["andrew@example.com", "work", true],
    ["andrew@example.com", "home", false],
    ["allison@example.com", "Home", true],
    ["john@doe.example.com", "home", true],
    ["john@doe.example.com", "WORK", true],
    ["john@doe.example.com", "home work", false],
    ["john@doe.example.com", "", false],
    ["john@doe.example.com", undefined, false],
  ])("%s while %s: %s", (aor, sphere, expected) => {
    expect(judgeWatcher(rules, user(aor), { ...at, sphere }).handling).toBe(expected ? "block" : undefined);
  });
});

describe("RFC 4745 §7.4: validity", () => {
  const rules = read(printed("policy-rfc4745-7.4-06.xml"));
  it.each([
    ["2003-08-15T10:19:59.999-05:00", undefined],
    ["2003-08-15T10:20:00.000-05:00", "block"],
    ["2003-09-15T10:19:59.999-05:00", "block"],
    ["2003-09-15T10:20:00.000-05:00", undefined],
  ])("%s: %s", (now, handling) => {
    expect(judgeWatcher(rules, anonymous, { now: moment(now) }).handling).toBe(handling);
  });

  it("the next change is the next end of a period, as long as there is one", () => {
    const [from, until] = [moment("2003-08-15T15:20:00Z"), moment("2003-09-15T15:20:00Z")];
    expect(nextValidityChange(rules, epochMs(0))).toBe(from);
    expect(nextValidityChange(rules, from)).toBe(until);
    expect(nextValidityChange(rules, until)).toBeUndefined();
    expect(nextValidityChange(read(printed("policy-rfc5025-6-08.xml")), epochMs(0))).toBeUndefined();
  });
});

describe("RFC 4745 §7 and OMA's conditions", () => {
  it("one that is not known is false, and with it the rule", () => {
    expect(matches("<x:weather/>", user("a@b.example"))).toBe(false);
    expect(matches(`<x:weather/>${identity("<cr:many/>")}`, user("a@b.example"))).toBe(false);
  });

  it("anonymous-request: who has no identity because he wants none", () => {
    expect(matches("<ocp:anonymous-request/>", anonymous)).toBe(true);
    expect(matches("<ocp:anonymous-request/>", user("a@b.example"))).toBe(false);
    expect(matches("<ocp:anonymous-request/>", { kind: "foreign" })).toBe(false);
  });

  it("other-identity: who is authenticated and matched by no identity of any rule, valid now or not", () => {
    const never = `<x:weather/>${identity('<cr:one id="sip:a@b.example"/><cr:many domain="c.example"/>')}`;
    const rules = read(ruleset(rule(never) + rule("<ocp:other-identity/>", "", "", "b")));
    expect(judgeWatcher(rules, user("z@b.example"), at).handling).toBe("block");
    expect(judgeWatcher(rules, foreign("tel:+12125551234"), at).handling).toBe("block");
    for (const watcher of [
      user("a@b.example"),
      user("a@c.example"),
      anonymous,
      { kind: "foreign" } as const,
    ]) {
      expect(judgeWatcher(rules, watcher, at).handling).toBeUndefined();
    }
  });
});

describe("RFC 4745 §10.3: the example, in the permissions of RFC 5025", () => {
  // X a Boolean: provide-mood. Y an integer: sub-handling. Z an ordered word: provide-user-input.
  const [a1, a2, a3] = [
    "2003-12-24T17:00:00+01:00",
    "2003-12-24T21:00:00+01:00",
    "2003-12-24T23:30:00+01:00",
  ];
  const [b1, b2] = ["2003-12-22T17:00:00+01:00", "2003-12-23T17:00:00+01:00"];
  const row = (id: number, name: string, sphere: string, from: string, until: string, then: string[]) => {
    const [x = "", y = "", z = ""] = then;
    return rule(
      `${identity(`<cr:one id="sip:${name}@example.com"/>`)}<cr:sphere value="${sphere}"/>
      <cr:validity><cr:from>${from}</cr:from><cr:until>${until}</cr:until></cr:validity>`,
      `<sub-handling>${y}</sub-handling>`,
      `${x && `<provide-mood>${x}</provide-mood>`}<provide-user-input>${z}</provide-user-input>`,
      `r${id}`,
    );
  };
  const rows = [
    row(1, "bob", "home", a1, a2, ["true", "allow", "thresholds"]),
    row(2, "alice", "work", a1, a2, ["false", "block", "full"]),
    row(3, "bob", "work", a1, a2, ["true", "block", "bare"]),
    row(4, "tom", "work", a1, a2, ["true", "block", "full"]),
    row(5, "bob", "work", a1, a3, ["", "polite-block", "thresholds"]),
    row(6, "bob", "work", b1, b2, ["false", "allow", "bare"]),
  ];
  const judged = (...of: readonly string[]) =>
    judgeWatcher(read(ruleset(of.join(""))), user("bob@example.com"), { ...at, sphere: "work" });

  it("rules 3 and 5 fire, and each column is combined by itself", () => {
    expect(judged(...rows)).toMatchObject({
      handling: "polite-block",
      permissions: { attributes: ["mood"], userInput: "thresholds" },
    });
    expect(judged(rows[2] ?? "", rows[4] ?? "")).toEqual(judged(...rows));
  });

  it.each([0, 1, 3, 5])("row %i alone does not fire", (index) => {
    expect(judged(rows[index] ?? "").handling).toBeUndefined();
  });
});

describe("RFC 5025 §3.2.1: the highest sub-handling is taken", () => {
  const pairs = HANDLINGS.flatMap((a, i) =>
    HANDLINGS.map((b, j) => [a, b, HANDLINGS[Math.max(i, j)]] as const),
  );
  it.each(pairs)("%s and %s: %s", (a, b, expected) => {
    const says = (word: string, id: string) => rule("", `<sub-handling>${word}</sub-handling>`, "", id);
    const rules = read(ruleset(says(a, "first") + says(b, "second")));
    expect(judgeWatcher(rules, anonymous, at).handling).toBe(expected);
  });

  it("RFC 5025 §10: blocking one of a domain that is allowed blocks nobody", () => {
    const rules = read(
      ruleset(
        rule(identity('<cr:many domain="example.com"/>'), "<sub-handling>allow</sub-handling>", "", "a") +
          rule(identity('<cr:one id="sip:joe@example.com"/>'), "<sub-handling>block</sub-handling>", "", "b"),
      ),
    );
    expect(judgeWatcher(rules, user("joe@example.com"), at).handling).toBe("allow");
  });

  it("a matching rule without one, or with a word that there is not, says block", () => {
    for (const actions of [
      "",
      "<sub-handling>permit</sub-handling>",
      "<x:sub-handling>allow</x:sub-handling>",
    ]) {
      expect(judgeWatcher(read(ruleset(rule("", actions))), anonymous, at).handling).toBe("block");
    }
  });
});

describe("RFC 4745 §4: rules are additive", () => {
  const boolean = fc.constantFrom("activities", "class", "mood", "note", "sphere", "deviceID");
  const transformation = fc.oneof(
    fc
      .tuple(boolean, fc.constantFrom("true", "false"))
      .map(([name, value]) => `<provide-${name}>${value}</provide-${name}>`),
    fc
      .constantFrom("false", "bare", "thresholds", "full")
      .map((word) => `<provide-user-input>${word}</provide-user-input>`),
    fc
      .constantFrom("a", "b")
      .map((name) => `<provide-unknown-attribute ns="urn:${name}" name="y">1</provide-unknown-attribute>`),
    fc
      .constantFrom(
        "<all-persons/>",
        "<class>a</class>",
        "<class>b</class>",
        "<occurrence-id>c</occurrence-id>",
      )
      .map((member) => `<provide-persons>${member}</provide-persons>`),
    fc.constant("<provide-services><all-services/></provide-services><provide-all-attributes/>"),
  );
  const condition = fc.constantFrom(
    "",
    identity("<cr:many/>"),
    identity('<cr:one id="sip:a@b.example"/>'),
    identity('<cr:many><cr:except domain="b.example"/></cr:many>'),
    '<cr:sphere value="work"/>',
    "<x:weather/>",
  );
  const part = fc.record({
    condition,
    handling: fc.constantFrom(...HANDLINGS),
    transformations: fc.array(transformation, { maxLength: 4 }),
  });
  type Part = typeof part extends fc.Arbitrary<infer Value> ? Value : never;
  const judged = (parts: readonly Part[]) =>
    judgeWatcher(
      read(
        ruleset(
          parts
            .map(({ condition, handling, transformations }, index) =>
              rule(
                condition,
                `<sub-handling>${handling}</sub-handling>`,
                transformations.join(""),
                `r${index}`,
              ),
            )
            .join(""),
        ),
      ),
      user("a@b.example"),
      { ...at, sphere: "work" },
    );

  const words = ["false", "bare", "thresholds", "full"];
  const within = (less: Permissions, more: Permissions): void => {
    for (const set of ["services", "persons", "devices", "attributes", "unknownAttributes"] as const) {
      expect(more[set]).toEqual(expect.arrayContaining([...less[set]]));
    }
    expect(words.indexOf(more.userInput)).toBeGreaterThanOrEqual(words.indexOf(less.userInput));
    expect(Number(more.allAttributes)).toBeGreaterThanOrEqual(Number(less.allAttributes));
  };

  it("one more never takes anything away, and their order does not count", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), part, (parts, added) => {
        const [before, after] = [judged(parts), judged([...parts, added])];
        within(before.permissions, after.permissions);
        const rank = (handling: (typeof HANDLINGS)[number] | undefined) =>
          handling === undefined ? -1 : HANDLINGS.indexOf(handling);
        expect(rank(after.handling)).toBeGreaterThanOrEqual(rank(before.handling));
        expect(judged([added, ...parts])).toEqual(after);
      }),
    );
  });
});
