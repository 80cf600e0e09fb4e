import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import {
  clearedCookie,
  crowdedOut,
  isOwnPage,
  keptCookie,
  sessionCookieName,
  sessionCookieOf,
} from "../../src/http/session-cookie";
import { readUpgradeRequest } from "../../src/http/upgrade/upgrade-request";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";

const aorOf = (text: string): AddressOfRecord => parseAddressOfRecord(text) as AddressOfRecord;
const [alice, bob] = [aorOf("alice@example.com"), aorOf("bob@example.com")];

const own = "https://sip.example.com";

const read = (headers: Record<string, string> = {}, method = "GET", gateway = own) =>
  readUpgradeRequest(new Request(new URL("/v1/me/calls", gateway), { method, headers }));

const name = sessionCookieName(read(), alice);
const cookie = { Cookie: `a=b; ${name}=s3ss10n; c=d` };

describe("the name of a session's cookie", () => {
  it("is one for each user, and tells nobody's address", () => {
    expect(name).toMatch(/^__Host-durasip_session_[0-9a-f]{16}$/);
    expect(sessionCookieName(read(), bob)).not.toBe(name);
    expect(sessionCookieName(read(), aorOf("ALICE@example.com"))).toBe(name);
  });

  it("has the prefix of RFC 6265bis §4.1.3.2 wherever the page is on https, a proxy before us or not", () => {
    const plain = "http://sip.example.com";
    expect(sessionCookieName(read({}, "POST", plain), alice)).toBe(name.replace("__Host-", ""));
    expect(sessionCookieName(read({ Origin: own }, "POST", plain), alice)).toBe(name);
  });
});

describe("RFC 6265 §4.1: Set-Cookie", () => {
  const at = epochMs(1_000_000);

  it("keeps a session from scripts, other sites and plain http, for its time", () => {
    expect(keptCookie({ name: "__Host-x", value: "v" }, epochMs(1_060_000), at)).toBe(
      "__Host-x=v; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60",
    );
    expect(keptCookie({ name: "x", value: "v" }, epochMs(1_060_000), at)).not.toContain("Secure");
    expect(clearedCookie("x")).toBe("x=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  });

  it("makes room: the eldest of eight goes for the ninth, and no cookie of somebody else's", () => {
    const names = Array.from({ length: 9 }, (_, n) => sessionCookieName(read(), aorOf(`u${n}@example.com`)));
    const having = (some: readonly string[]) =>
      crowdedOut(read({ Cookie: ["other=1", ...some.map((each) => `${each}=v`)].join("; ") }), name);
    expect(having(names.slice(0, 7))).toEqual([]);
    expect(having(names.slice(0, 8))).toEqual([names[0]]);
    expect(having(names)).toEqual(names.slice(0, 2));
    expect(having([...names.slice(0, 7), name])).toEqual([]);
  });
});

describe("a session's cookie in a request", () => {
  it("is found by its user's name, and no other's", () => {
    expect(sessionCookieOf(read(cookie), alice)).toEqual({ name, value: "s3ss10n" });
    expect(sessionCookieOf(read(cookie), bob)).toBeUndefined();
    expect(sessionCookieOf(read(), alice)).toBeUndefined();
  });

  it("does not count beside an Authorization, whatever that is", () => {
    for (const Authorization of ["Basic x", "Bearer x", "Digest x=y", "x"]) {
      expect(sessionCookieOf(read({ ...cookie, Authorization }), alice)).toBeUndefined();
    }
  });

  it("has a bounded length, and is not empty", () => {
    for (const value of ["", "a".repeat(1025)]) {
      expect(sessionCookieOf(read({ Cookie: `${name}=${value}` }), alice)).toBeUndefined();
    }
    expect(sessionCookieOf(read({ Cookie: `${name}=${"a".repeat(1024)}` }), alice)).toBeDefined();
  });

  it("without the prefix counts over plain http alone: another host of the domain may have planted it", () => {
    const bare = { Cookie: `${name.replace("__Host-", "")}=v` };
    expect(sessionCookieOf(read(bare), alice)).toBeUndefined();
    expect(sessionCookieOf(read(bare, "GET", "http://sip.example.com"), alice)).toBeDefined();
  });
});

describe("RFC 6455 §10.2, Fetch Metadata §2.3: who sent it", () => {
  const changes = ["POST", "PUT", "DELETE", "PATCH"];

  it("is a page of ours when it reads, and the browser says nothing against it", () => {
    for (const headers of [
      {},
      { "Sec-Fetch-Site": "same-origin" },
      { "Sec-Fetch-Site": "none" },
      { Origin: own },
      { Origin: "HTTPS://SIP.example.com:443" },
    ]) {
      expect(isOwnPage(read(headers as Record<string, string>))).toBe(true);
    }
  });

  it.each(changes)("must say its Origin with %s", (method) => {
    expect(isOwnPage(read({}, method))).toBe(false);
    expect(isOwnPage(read({ "Sec-Fetch-Site": "same-origin" }, method))).toBe(false);
    expect(isOwnPage(read({ Origin: own, "Sec-Fetch-Site": "same-origin" }, method))).toBe(true);
  });

  it("must say its Origin at the upgrade", () => {
    expect(isOwnPage(read({ Upgrade: "websocket" }))).toBe(false);
    expect(isOwnPage(read({ Upgrade: "websocket", Origin: own }))).toBe(true);
  });

  it.each([
    "https://evil.example",
    "https://evil.example.com",
    "https://app.sip.example.com",
    "https://sip.example.com.evil.example",
    "https://sip.example.com:8443",
    "http://sip.example.com",
    "https://user@sip.example.com",
    "null",
    "",
    "file://",
    "https://sip.example.com, https://evil.example",
  ])("is no page of ours with the Origin %j", (Origin) => {
    for (const method of ["GET", ...changes]) expect(isOwnPage(read({ Origin }, method))).toBe(false);
  });

  it.each(["cross-site", "same-site", "", "same-origin, cross-site"])(
    "is no page of ours with Sec-Fetch-Site %j, whatever its Origin",
    (site) => {
      expect(isOwnPage(read({ Origin: own, "Sec-Fetch-Site": site }))).toBe(false);
    },
  );

  it("is not a page on another port of this machine, though that one may open a socket", () => {
    const local = "http://localhost:8787";
    expect(isOwnPage(read({ Origin: "http://localhost:3000" }, "GET", local))).toBe(false);
    expect(isOwnPage(read({ Origin: "http://127.0.0.1:8787" }, "GET", local))).toBe(false);
    expect(isOwnPage(read({ Origin: local }, "POST", local))).toBe(true);
  });
});
