import { describe, expect, it } from "vitest";
import { epochMs } from "../../../src/base/brand";
import type { TokenFacts } from "../../../src/contracts/socket-facts";
import { canonicalOrigin } from "../../../src/http/upgrade/origin";
import {
  type AcceptedUpgrade,
  chooseHome,
  isSocketPath,
  routeUpgrade,
} from "../../../src/http/upgrade/route-upgrade";
import { readUpgradeRequest } from "../../../src/http/upgrade/upgrade-request";
import { type AddressOfRecord, parseAddressOfRecord } from "../../../src/sip/uri/address-of-record";
import { settingsWith } from "../settings";

const settings = settingsWith({ ALLOWED_ORIGINS: "https://app.example.net, http://Dev.example.net:3000" });

const handshake = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "sip" };

function route(url: string, headers: Record<string, string> = {}, given = settings) {
  const target = new URL(url, "https://sip.example.com");
  return routeUpgrade(
    readUpgradeRequest(new Request(target, { headers: { ...handshake, ...headers } })),
    given,
  );
}

const accepted = (named?: string, token?: string, cookie?: string) => ({
  kind: "accepted",
  named,
  token,
  cookie,
});
const refused = (status: number) => expect.objectContaining({ kind: "refused", status });

describe("RFC 6455 §4.2: the opening handshake", () => {
  it("is answered 426 when it asks for no WebSocket", () => {
    expect(route("/ws", { Upgrade: "h2c" })).toMatchObject({
      status: 426,
      headers: { Upgrade: "websocket" },
    });
  });

  it("takes the name of the protocol without case", () => {
    expect(route("/ws", { Upgrade: "WebSocket" })).toEqual(accepted());
  });

  it("must be a GET", () => {
    const request = readUpgradeRequest(
      new Request("https://sip.example.com/ws", { method: "POST", headers: handshake }),
    );
    expect(routeUpgrade(request, settings)).toMatchObject({ status: 405, headers: { Allow: "GET" } });
  });
});

describe("RFC 1035 §2.3.4: the host", () => {
  it("of more than 253 characters is none", () => {
    expect(route(`https://${"a.".repeat(200)}example.com/`)).toEqual(refused(400));
  });
});

describe("RFC 7118 §4.1: the subprotocol", () => {
  it.each(["sip", "xmpp, sip", "sip,msrp", " sip "])("is found in %j", (protocols) => {
    expect(route("/", { "Sec-WebSocket-Protocol": protocols })).toEqual(accepted());
  });

  it.each(["", "SIP", "sips", "xmpp", "sip2, asip"])("is missed in %j", (protocols) => {
    expect(route("/", { "Sec-WebSocket-Protocol": protocols })).toEqual(refused(400));
  });
});

describe("RFC 6455 §10.2: the Origin", () => {
  it.each([
    ["the gateway's own", "https://sip.example.com"],
    ["a listed one", "https://app.example.net"],
    ["a listed one in other case", "HTTP://dev.example.net:3000"],
  ])("is let in: %s", (_what, Origin) => {
    expect(route("/", { Origin })).toEqual(accepted());
  });

  it("may be missing: that is no browser", () => {
    expect(route("/")).toEqual(accepted());
  });

  it.each([
    "https://evil.example",
    "https://sip.example.com.evil.example",
    "https://sip.example.com:8443",
    "http://sip.example.com",
    "http://app.example.net",
    "http://localhost:3000",
    "null",
    "https://app.example.net, https://evil.example",
    "not a url",
  ])("is refused: %s", (Origin) => {
    expect(route("/", { Origin })).toEqual(refused(403));
  });

  it.each(["http://localhost:5173", "http://127.0.0.1:8080", "http://[::1]:3000", "https://app.localhost"])(
    "may be another port of the machine the gateway itself was reached on by loopback: %s",
    (Origin) => {
      expect(route("http://127.0.0.1:8787/", { Origin })).toEqual(accepted());
      expect(route("http://localhost:8787/", { Origin })).toEqual(accepted());
    },
  );

  it("is not taken for loopback by its look", () => {
    expect(route("http://localhost:8787/", { Origin: "http://127.0.0.1.evil.example" })).toEqual(
      refused(403),
    );
    expect(route("http://localhost:8787/", { Origin: "http://localhost.evil.example" })).toEqual(
      refused(403),
    );
    expect(route("http://localhost.evil.example/", { Origin: "http://localhost" })).toEqual(refused(403));
    expect(route("http://localhost:8787/", { Origin: "ftp://localhost" })).toEqual(refused(403));
  });

  it("is the gateway's own over https although a proxy ended the TLS", () => {
    expect(route("http://sip.example.com/", { Origin: "https://sip.example.com" })).toEqual(accepted());
  });

  it("may be any origin where the list says so", () => {
    const open = settingsWith({ ALLOWED_ORIGINS: "*" });
    expect(route("/", { Origin: "https://evil.example" }, open)).toEqual(accepted());
    expect(route("/", { Origin: "null" }, open)).toEqual(accepted());
    expect(route("/", { Origin: "file://" }, open)).toEqual(accepted());
  });

  it.each([
    `https://sip.example.com/${"a".repeat(17_000)}`,
    `https://${"a".repeat(300)}.example.com`,
    "https://sip.example.com/",
    "https://sip.example.com?x",
    "https://sip.example.com#x",
    "https://user@sip.example.com",
    "https://sip.example.com\\x",
  ])("is scheme, host and port, and nothing else is one: %s", (Origin) => {
    expect(route("/", { Origin })).toEqual(refused(403));
    expect(route("/", { Origin }, settingsWith({ ALLOWED_ORIGINS: "*" }))).toEqual(refused(403));
  });

  it("of an app is its own and no other app's", () => {
    const apps = settingsWith({ ALLOWED_ORIGINS: "capacitor://localhost" });
    expect(route("/", { Origin: "capacitor://localhost" }, apps)).toEqual(accepted());
    expect(route("/", { Origin: "evil://localhost" }, apps)).toEqual(refused(403));
  });

  it("is kept in its canonical spelling", () => {
    expect(canonicalOrigin("HTTPS://App.Example.net:443")).toBe("https://app.example.net");
    expect(canonicalOrigin("http://[::1]:8080")).toBe("http://[::1]:8080");
  });
});

describe("the address-of-record in the URL", () => {
  it.each([
    ["/?aor=alice@example.com", "alice@example.com"],
    ["/ws?x=1&aor=alice%40example.com", "alice@example.com"],
    ["/sip?aor=sip:Alice@EXAMPLE.org;transport=ws", "alice@example.org"],
    ["/sip/alice@example.com", "alice@example.com"],
    ["/sip/sip%3Aalice%40example.com", "alice@example.com"],
    ["/sip/alice@example.com?aor=ALICE@example.com", "alice@example.com"],
    ["/?aor=+15551234@example.com", "+15551234@example.com"],
    ["/?aor=%2B15551234@example.com", "+15551234@example.com"],
  ])("is read from %s", (url, aor) => {
    expect(route(url)).toEqual(accepted(aor));
  });

  it.each(["/", "/ws", "/sip", "/sip/", "/?aor="])("is not in %s", (url) => {
    expect(route(url)).toEqual(accepted());
  });

  it.each([
    "/?aor=alice",
    "/?aor=@example.com",
    "/?aor=%zz@example.com",
    "/?aor=alice@example.com%0d%0aX: y",
    "/sip/tel:+15551234",
    "/sip/bob@example.com?aor=alice@example.com",
    `/?aor=${"a".repeat(300)}@example.com`,
  ])("is refused as malformed: %s", (url) => {
    expect(route(url)).toEqual(refused(400));
  });

  it("is refused when its realm is not served here", () => {
    expect(route("/?aor=alice@elsewhere.example")).toEqual(refused(404));
    expect(route("/sip/alice@sub.example.com")).toEqual(refused(404));
  });

  it("is looked for on these paths alone", () => {
    expect(["/", "/ws", "/sip", "/sip/alice@example.com"].every(isSocketPath)).toBe(true);
    expect(["/wss", "/sipx", "/v1/accounts", "/ws/"].some(isSocketPath)).toBe(false);
  });
});

describe("RFC 6750 §2: the token in a request", () => {
  it("is in the query or in Authorization; the first that has one counts", () => {
    expect(route("/?access_token=q.q.q")).toEqual(accepted(undefined, "q.q.q"));
    expect(route("/", { Authorization: "Bearer h.h.h" })).toEqual(accepted(undefined, "h.h.h"));
    expect(route("/", { Authorization: "bearer   h.h.h " })).toEqual(accepted(undefined, "h.h.h"));
    expect(route("/?access_token=q.q.q", { Authorization: "Bearer h.h.h" })).toEqual(
      accepted(undefined, "q.q.q"),
    );
    expect(route("/?access_token=", { Authorization: "Bearer h.h.h" })).toEqual(accepted(undefined, "h.h.h"));
  });

  it("is no other scheme's", () => {
    expect(route("/", { Authorization: "Basic YTpi" })).toEqual(accepted());
  });

  const tokenSecret = { TOKEN_SECRET: "a secret of the issuer's" };

  it("may be in our cookie, where none was presented and tokens are taken", () => {
    const Cookie = "a=b; durasip_token=c.c.c; d=e";
    const tokens = settingsWith(tokenSecret);
    expect(route("/", { Cookie }, tokens)).toEqual(accepted(undefined, undefined, "c.c.c"));
    expect(route("/?access_token=q.q.q", { Cookie }, tokens)).toEqual(accepted(undefined, "q.q.q"));
    expect(route("/", { Cookie: "xdurasip_token=c" }, tokens)).toEqual(accepted());
    expect(route("/", { Cookie: "durasip_token=" }, tokens)).toEqual(accepted());
    expect(route("/", { Cookie })).toEqual(accepted());
  });

  it("is not taken from the cookie for a page that merely falls under the star", () => {
    const open = settingsWith({ ...tokenSecret, ALLOWED_ORIGINS: "https://app.example.net, *" });
    const Cookie = "durasip_token=c.c.c";
    expect(route("/", { Origin: "https://evil.example", Cookie }, open)).toEqual(accepted());
    for (const Origin of ["https://app.example.net", "https://sip.example.com"]) {
      expect(route("/", { Origin, Cookie }, open)).toEqual(accepted(undefined, undefined, "c.c.c"));
    }
  });

  it("of any length takes no more than 8 KiB of our time", () => {
    const outcome = route(`/?access_token=${"a".repeat(100_000)}`);
    expect(outcome).toEqual(accepted(undefined, "a".repeat(8192)));
  });
});

describe("the road a socket takes", () => {
  const aor = (text: string): AddressOfRecord => parseAddressOfRecord(text) as AddressOfRecord;
  const named = (text?: string): AcceptedUpgrade => ({
    kind: "accepted",
    named: text === undefined ? undefined : aor(text),
    token: undefined,
    cookie: undefined,
  });
  const tokenOf = (text: string): TokenFacts => ({ aor: aor(text), expiresAt: epochMs(1) });

  it("leads to the home that the URL names, with or without a token of its own", () => {
    expect(chooseHome(named("alice@example.com"), undefined, settings)).toEqual({
      kind: "home",
      aor: "alice@example.com",
      token: undefined,
    });
    const token = tokenOf("alice@example.com");
    expect(chooseHome(named("alice@example.com"), token, settings)).toEqual({
      kind: "home",
      aor: "alice@example.com",
      token,
    });
  });

  it("leads to the home that the token names", () => {
    const token = tokenOf("bob@example.com");
    expect(chooseHome(named(), token, settings)).toEqual({ kind: "home", aor: "bob@example.com", token });
  });

  it("waits for the first message when nothing names one", () => {
    expect(chooseHome(named(), undefined, settings)).toEqual({ kind: "bare" });
  });

  it("is closed to a token of somebody else, and to one of another deployment", () => {
    expect(chooseHome(named("alice@example.com"), tokenOf("bob@example.com"), settings)).toEqual(
      refused(403),
    );
    expect(chooseHome(named(), tokenOf("bob@elsewhere.example"), settings)).toEqual(refused(404));
  });
});

describe("the facts of the client", () => {
  const from = (headers: Record<string, string>, cf?: object, addressHeader?: string) => {
    const request = new Request("https://sip.example.com/", { headers: { ...handshake, ...headers } });
    return readUpgradeRequest(cf === undefined ? request : Object.assign(request, { cf }), addressHeader);
  };

  it("have its address from Cloudflare's edge, and from nobody else", () => {
    const headers = { "CF-Connecting-IP": "192.0.2.1", "X-Forwarded-For": "192.0.2.9" };
    expect(from(headers, { colo: "AMS" }).address).toBe("192.0.2.1");
    expect(from(headers).address).toBeUndefined();
    expect(from({ "X-Forwarded-For": "192.0.2.9" }, { colo: "AMS" }).address).toBeUndefined();
  });

  it.each([
    ["x-real-ip", { "X-Real-IP": "2001:db8::1" }, "2001:db8::1"],
    ["x-forwarded-for", { "X-Forwarded-For": "198.51.100.7, 192.0.2.9" }, "192.0.2.9"],
    ["x-real-ip", { "X-Real-IP": "unknown" }, undefined],
    ["x-real-ip", { "X-Real-IP": "1".repeat(5000) }, undefined],
    ["x-real-ip", { "CF-Connecting-IP": "192.0.2.1" }, undefined],
  ])("have its address from the header of a proxy that the operator trusts: %s", (name, headers, address) => {
    expect(from(headers, undefined, name).address).toBe(address);
  });

  it("have a user agent of bounded length", () => {
    expect(from({ "User-Agent": "x".repeat(5000) }).userAgent).toHaveLength(256);
  });
});
