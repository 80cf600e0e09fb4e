import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { verdictOf, type WatcherPolicy } from "../../src/presence/authorize";
import type { Watcher } from "../../src/presence/judge-watcher";
import { type Ruleset, readRuleset } from "../../src/presence/ruleset";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";

const aor = (name: string): AddressOfRecord => name as AddressOfRecord;
const user = (name: string): Watcher => ({ kind: "user", aor: aor(name) });
const at = { now: epochMs(0) };

const policy: WatcherPolicy = {
  presentity: aor("alice@example.com"),
  blocked: [aor("mallory@example.com")],
  blockedSee: "polite-block",
  rules: undefined,
  otherwise: "allow",
  anonymousWatchers: false,
};

const ruleset = (conditions: string, handling: string, transformations = ""): Ruleset => {
  const read =
    readRuleset(`<cr:ruleset xmlns:cr="urn:ietf:params:xml:ns:common-policy" xmlns="urn:ietf:params:xml:ns:pres-rules"
      xmlns:ocp="urn:oma:xml:xdm:common-policy"><cr:rule id="a"><cr:conditions>${conditions}</cr:conditions>
      <cr:actions><sub-handling>${handling}</sub-handling></cr:actions>
      <cr:transformations>${transformations}</cr:transformations></cr:rule></cr:ruleset>`);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
};

const everybody = ruleset("", "allow");

describe("RFC 3856 §6.6.2: who may watch", () => {
  it("the owner, always, even when on the own blocked list or blocked by an own rule", () => {
    const blocked = [aor("alice@example.com")];
    const rules = ruleset("<cr:identity><cr:many/></cr:identity>", "block");
    expect(verdictOf(user("alice@example.com"), { ...policy, blocked, rules }, at)).toEqual({
      kind: "allow",
      permissions: undefined,
    });
  });

  it("one on the blocked list is refused, or shown an absent user, whatever the rules say", () => {
    const mallory = user("mallory@example.com");
    expect(verdictOf(mallory, policy, at)).toEqual({ kind: "polite-block" });
    expect(verdictOf(mallory, { ...policy, blockedSee: "reject", rules: everybody }, at)).toEqual({
      kind: "reject",
    });
  });

  it.each([
    ["allow", { kind: "allow", permissions: undefined }],
    ["confirm", { kind: "pending" }],
    ["block", { kind: "reject" }],
  ] as const)("of a user whom no rule matches the realm says %s", (otherwise, verdict) => {
    const rules = ruleset('<cr:identity><cr:one id="sip:carol@example.com"/></cr:identity>', "polite-block");
    expect(verdictOf(user("bob@example.org"), { ...policy, otherwise }, at)).toEqual(verdict);
    expect(verdictOf(user("bob@example.org"), { ...policy, otherwise, rules }, at)).toEqual(verdict);
  });

  it("the anonymous when the realm lets them or a rule of the user's does, strangers by such a rule only", () => {
    const realm = { ...policy, anonymousWatchers: true };
    expect(verdictOf({ kind: "anonymous" }, policy, at).kind).toBe("reject");
    expect(verdictOf({ kind: "anonymous" }, realm, at).kind).toBe("allow");
    // Not to say who one is opens no door that is shut for those who do.
    for (const [otherwise, kind] of [
      ["confirm", "pending"],
      ["block", "reject"],
    ] as const) {
      expect(verdictOf({ kind: "anonymous" }, { ...realm, otherwise }, at).kind).toBe(kind);
    }
    expect(verdictOf({ kind: "anonymous" }, { ...realm, rules: ruleset("", "block") }, at).kind).toBe(
      "reject",
    );
    const rules = ruleset("<ocp:anonymous-request/>", "polite-block");
    expect(verdictOf({ kind: "anonymous" }, { ...policy, rules }, at).kind).toBe("polite-block");
    const foreign: Watcher = { kind: "foreign", uri: "sip:zoe@elsewhere.example" };
    expect(verdictOf(foreign, realm, at).kind).toBe("reject");
    expect(verdictOf(foreign, { ...policy, rules: everybody }, at).kind).toBe("allow");
  });
});

describe("RFC 5025 §3.2.1: what a sub-handling becomes", () => {
  it.each([
    ["block", "reject"],
    ["confirm", "pending"],
    ["polite-block", "polite-block"],
    ["allow", "allow"],
    ["nothing known", "reject"],
  ])("%s", (handling, kind) => {
    const rules = ruleset("<cr:identity><cr:many/></cr:identity>", handling);
    expect(verdictOf(user("bob@example.org"), { ...policy, rules }, at).kind).toBe(kind);
  });

  it("allow comes with what the rules let be seen, which is nothing when they do not say", () => {
    const shown = (transformations: string) =>
      verdictOf(user("bob@example.org"), { ...policy, rules: ruleset("", "allow", transformations) }, at);
    expect(shown("")).toMatchObject({ permissions: { services: [], attributes: [], allAttributes: false } });
    expect(shown("<provide-note>true</provide-note>")).toMatchObject({
      permissions: { attributes: ["note"] },
    });
  });
});
