import { describe, expect, it } from "vitest";
import { authorizeWatcher, type WatcherPolicy } from "../../src/presence/authorize";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";

const aor = (name: string): AddressOfRecord => name as AddressOfRecord;

const policy: WatcherPolicy = {
  presentity: aor("alice@example.com"),
  blocked: [aor("mallory@example.com")],
  blockedSee: "polite-block",
  anonymousWatchers: false,
};

describe("RFC 3856 §6.6.2: who may watch", () => {
  it("the owner, always, even when on the own blocked list", () => {
    const blocked = [aor("alice@example.com")];
    expect(authorizeWatcher({ kind: "user", aor: aor("alice@example.com") }, { ...policy, blocked })).toBe(
      "allow",
    );
  });

  it("an authenticated user of our realms", () => {
    expect(authorizeWatcher({ kind: "user", aor: aor("bob@example.org") }, policy)).toBe("allow");
  });

  it("one on the blocked list is refused, or shown an absent user", () => {
    const mallory = { kind: "user", aor: aor("mallory@example.com") } as const;
    expect(authorizeWatcher(mallory, policy)).toBe("polite-block");
    expect(authorizeWatcher(mallory, { ...policy, blockedSee: "reject" })).toBe("reject");
  });

  it("the anonymous when the realm lets them, strangers never", () => {
    expect(authorizeWatcher({ kind: "anonymous" }, policy)).toBe("reject");
    expect(authorizeWatcher({ kind: "anonymous" }, { ...policy, anonymousWatchers: true })).toBe("allow");
    expect(authorizeWatcher({ kind: "foreign" }, { ...policy, anonymousWatchers: true })).toBe("reject");
  });
});
