import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { decideWatcher, decisionsOf } from "../../src/presence/decide-watcher";
import { judgeWatcher, type Watcher } from "../../src/presence/judge-watcher";
import { HANDLINGS, isEverything, type SubHandling } from "../../src/presence/permissions";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { printed, read, rule, ruleset } from "./rules-text";

const aor = (name: string): AddressOfRecord => `${name}@example.com` as AddressOfRecord;
const at = { now: epochMs(0) };

const decide = (source: string | undefined, name: string, decision: SubHandling | undefined): string => {
  const decided = decideWatcher(source, aor(name), decision);
  if (!decided.ok) throw new Error(JSON.stringify(decided.error));
  return decided.value;
};

const handling = (source: string, watcher: string | Watcher): SubHandling | undefined =>
  judgeWatcher(read(source), typeof watcher === "string" ? { kind: "user", aor: aor(watcher) } : watcher, at)
    .handling;

const named = (...names: readonly string[]): string =>
  `<cr:identity>${names.map((name) => `<cr:one id="sip:${name}@example.com"/>`).join("")}</cr:identity>`;

const says = (word: SubHandling): string => `<sub-handling>${word}</sub-handling>`;

describe("the first word of a user who has no rules yet", () => {
  it("allow, which shows everything", () => {
    const source = decide(undefined, "bob", "allow");
    expect(source).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n${[
        '<cr:ruleset xmlns:cr="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">',
        '<cr:rule id="durasip-allow"><cr:conditions><cr:identity><cr:one id="sip:bob@example.com"/></cr:identity>',
        "</cr:conditions><cr:actions><pr:sub-handling>allow</pr:sub-handling></cr:actions><cr:transformations>",
        "<pr:provide-services><pr:all-services/></pr:provide-services>",
        "<pr:provide-persons><pr:all-persons/></pr:provide-persons>",
        "<pr:provide-devices><pr:all-devices/></pr:provide-devices><pr:provide-all-attributes/>",
        "</cr:transformations></cr:rule></cr:ruleset>",
      ].join("")}`,
    );
    const judged = judgeWatcher(read(source), { kind: "user", aor: aor("bob") }, at);
    expect(judged.handling).toBe("allow");
    expect(isEverything(judged.permissions)).toBe(true);
  });

  it.each(HANDLINGS)("%s: of that one and of nobody else", (decision) => {
    const source = decide(undefined, "bob", decision);
    expect(handling(source, "bob")).toBe(decision);
    expect(handling(source, "carol")).toBeUndefined();
    expect(handling(source, { kind: "anonymous" })).toBeUndefined();
  });
});

describe("a word after another", () => {
  const pairs = HANDLINGS.flatMap((first) => HANDLINGS.map((second) => [first, second] as const));
  it.each(pairs)("%s, then %s: the last one holds, once, and another watcher keeps his", (first, second) => {
    const before = decide(decide(undefined, "bob", first), "carol", first);
    const after = decide(before, "bob", second);
    expect(handling(after, "bob")).toBe(second);
    expect(handling(after, "carol")).toBe(first);
    expect(after.match(/sip:bob@/g)).toHaveLength(1);
    expect(decide(after, "bob", second)).toBe(after);
  });

  it("the word taken back, and with the last name its rule: an empty one would be the anonymous' (RFC 5025 §3.1.1.2)", () => {
    const both = decide(decide(undefined, "bob", "allow"), "carol", "allow");
    const one = decide(both, "bob", undefined);
    expect(handling(one, "bob")).toBeUndefined();
    expect(handling(one, "carol")).toBe("allow");
    const none = decide(one, "carol", undefined);
    expect(read(none).rules).toEqual([]);
  });
});

describe("a document of another program", () => {
  it("RFC 5025 §6: its rule stays, in its own prefixes, and ours is beside it", () => {
    const source = printed("policy-rfc5025-6-08.xml");
    const after = decide(source, "bob", "polite-block");
    expect(after).toContain('<cr:rule id="durasip-polite-block"><cr:conditions><cr:identity><cr:one');
    expect(after.match(/xmlns/g)).toHaveLength(source.match(/xmlns/g)?.length ?? 0);
    expect(read(after).rules[0]).toEqual(read(source).rules[0]);
    expect(handling(after, "bob")).toBe("polite-block");
  });

  it("RFC 4745 §7.3: one that knows nothing of presence", () => {
    const source = printed("policy-rfc4745-7.3-05.xml");
    const after = decide(source, "bob", "allow");
    expect(read(after).rules.slice(0, 3)).toEqual(read(source).rules);
    expect(handling(after, "bob")).toBe("allow");
    expect(decide(after, "bob", undefined).replace(/\s*<\/ruleset>$/, "")).toBe(
      source.replace(/\s*<\/ruleset>\s*$/, ""),
    );
  });

  it("comments and rules that are not understood stay", () => {
    const source = ruleset(
      `<!--mine-->${rule('<x:weather value="rain"/>', says("allow"), "<x:blur>3</x:blur>")}`,
    );
    const after = decide(source, "bob", "block");
    for (const part of ["<!--mine-->", '<x:weather value="rain"/>', "<x:blur>3</x:blur>"]) {
      expect(after).toContain(part);
    }
  });
});

describe("RFC 4745 §10.2: the most that any rule grants counts, so less is said by granting less elsewhere", () => {
  const friends = ruleset(
    rule(named("bob", "carol"), says("allow"), "<provide-note>true</provide-note>", "friends") +
      rule('<cr:identity><cr:many domain="example.com"/></cr:identity>', says("confirm"), "", "colleagues") +
      rule("<ocp:other-identity/>", says("polite-block"), "", "others"),
  );

  it("who is blocked is named by no rule that grants more, and excepted from many; the others are as they were", () => {
    const after = decide(friends, "bob", "block");
    expect(handling(after, "bob")).toBe("block");
    expect(after).toContain('<cr:many domain="example.com"><cr:except id="sip:bob@example.com"/></cr:many>');
    for (const name of ["carol", "dave"]) expect(handling(after, name)).toBe(handling(friends, name));
    const stranger: Watcher = { kind: "user", aor: "a@b.example" as AddressOfRecord };
    expect(handling(after, stranger)).toBe("polite-block");
  });

  it("only rules that grant more are touched", () => {
    const after = decide(friends, "bob", "polite-block");
    expect(handling(after, "bob")).toBe("polite-block");
    expect(after).toContain('<cr:many domain="example.com"/>');
    expect(decide(friends, "bob", "allow")).toContain(named("bob", "carol"));
  });

  it("a rule that named nobody else is gone, whatever else it asked for", () => {
    const conditional = ruleset(rule(`${named("bob")}<cr:sphere value="work"/>`, says("allow")));
    const after = decide(conditional, "bob", "block");
    expect(read(after).rules.map(({ id }) => id)).toEqual(["durasip-block"]);
    expect(read(decide(conditional, "bob", "allow")).rules).toHaveLength(2);
  });

  it("a rule about everybody cannot leave one out: what was written shows it", () => {
    expect(handling(decide(ruleset(rule("", says("allow"))), "bob", "block"), "bob")).toBe("allow");
  });

  it("a rule with our id that somebody gave another meaning is not added to", () => {
    const condition = `${named("carol")}<cr:sphere value="work"/>`;
    const changed = ruleset(rule(condition, says("allow"), "", "durasip-allow"));
    const after = decide(changed, "bob", "allow");
    expect(read(after).rules.map(({ id }) => id)).toEqual(["durasip-allow", "durasip-allow-2"]);
    expect(handling(after, "bob")).toBe("allow");
    expect(decide(after, "bob", "allow")).toBe(after);
  });

  it("after any rules of identities, the word holds for that one and changes nothing for another", () => {
    const conditions = fc.constantFrom(
      ...[named("bob"), named("bob", "carol"), named("carol"), "<cr:identity><cr:many/></cr:identity>"],
      '<cr:identity><cr:many domain="example.com"/><cr:one id="sip:BOB@example.com"/></cr:identity>',
      '<cr:identity><cr:many><cr:except id="sip:bob@example.com"/></cr:many></cr:identity>',
      `${named("bob")}<cr:identity><cr:many/></cr:identity>`,
    );
    const rules = fc.array(fc.tuple(conditions, fc.constantFrom(...HANDLINGS)), { maxLength: 5 });
    fc.assert(
      fc.property(rules, fc.constantFrom(...HANDLINGS), (parts, decision) => {
        const before = ruleset(
          parts.map(([inner, word], i) => rule(inner, says(word), "", `r${i}`)).join(""),
        );
        const after = decide(before, "bob", decision);
        expect(handling(after, "bob")).toBe(decision);
        expect(handling(after, "carol")).toBe(handling(before, "carol"));
        expect(handling(after, { kind: "anonymous" })).toBe(handling(before, { kind: "anonymous" }));
      }),
    );
  });
});

describe("what is refused", () => {
  it.each([
    ["no XML", "<", "xml"],
    ["no ruleset", "<a/>", "not-a-ruleset"],
    ["a rule without its id", ruleset("<cr:rule/>"), "no-rule-id"],
  ])("%s", (_, source, kind) => {
    expect(decideWatcher(source, aor("bob"), "allow")).toMatchObject({ ok: false, error: { kind } });
  });

  it("a document that would be over its limits", () => {
    const source = decide(undefined, "bob", "allow");
    const limits = { maxLength: source.length + 20, maxDepth: 8, maxNodes: 100, maxAttributes: 100 };
    expect(decideWatcher(source, aor("bob"), "allow", limits)).toEqual({ ok: true, value: source });
    expect(decideWatcher(source, aor("carol"), "allow", limits)).toMatchObject({
      ok: false,
      error: { kind: "xml", error: { kind: "too-large" } },
    });
  });
});

describe("what a user has said of single watchers", () => {
  it("with this program or another, the most of it, in the document's order", () => {
    const source = ruleset(
      rule(named("carol", "bob"), says("confirm"), "", "a") +
        rule(named("bob"), says("polite-block"), "", "b") +
        rule(named("bob"), says("block"), "", "c") +
        rule(`${named("dave")}<cr:sphere value="work"/>`, says("allow"), "", "d") +
        rule('<cr:identity><cr:one id="tel:+1"/><cr:many/></cr:identity>', says("allow"), "", "e"),
    );
    expect(decisionsOf(read(source))).toEqual([
      { aor: "carol@example.com", handling: "confirm" },
      { aor: "bob@example.com", handling: "polite-block" },
    ]);
  });

  it("none in an empty document, and each that was decided here", () => {
    expect(decisionsOf(read(ruleset("")))).toEqual([]);
    const source = HANDLINGS.reduce<string | undefined>(
      (text, word) => decide(text, `w-${word}`, word),
      undefined,
    );
    expect(decisionsOf(read(source ?? ""))).toEqual(
      HANDLINGS.map((word) => ({ aor: `w-${word}@example.com`, handling: word })),
    );
  });
});
