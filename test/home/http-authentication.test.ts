import { describe, expect, it } from "vitest";
import { answerChallenge } from "../../src/auth/answer-challenge";
import type { Settings } from "../../src/contracts/settings";
import type { HttpAuthentication, HttpLogin } from "../../src/contracts/user-authentication";
import { putAccount } from "../../src/home/administration";
import { authenticateHttp } from "../../src/home/http-authentication";
import { Client } from "./support/client";
import { statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const nobody = "nobody@example.com";
const target = "/v1/turn-credentials?aor=alice@example.com";

const request: HttpLogin = {
  purpose: "turn-credentials",
  method: "GET",
  target,
  authorization: [],
  hasValidToken: false,
  address: "198.51.100.7",
};

const tokens: Settings["tokens"] = {
  secret: "a secret shared with the issuer",
  jwksUrl: undefined,
  jwks: undefined,
  issuer: undefined,
  audience: undefined,
  authorizationServer: "https://login.example.com",
  createAccounts: true,
};

/** Twice: with homes that remember, and with homes that are evicted before each step they may be. */
describe.each([
  ["in memory", false],
  ["evicted between any two steps", true],
])("a login over HTTP, homes %s", (_how, evicts) => {
  const open = (settings: Partial<Settings> = {}) =>
    new VirtualNetwork({ evicts, settings: (defaults) => ({ ...defaults, ...settings }) });

  const ask = (network: VirtualNetwork, name: string, login: Partial<HttpLogin> = {}): HttpAuthentication => {
    const home = network.home(name);
    if (evicts && home.isAtRest) home.reload();
    return home.administer((turn) => authenticateHttp(turn, { ...request, ...login }));
  };

  const challengesOf = (answer: HttpAuthentication): readonly string[] =>
    answer.kind === "challenged" ? answer.challenges : [];

  /** The Authorization that answers a challenge. */
  const answerTo = (
    network: VirtualNetwork,
    challenges: readonly string[],
    { username = "alice", password = "secret", method = "GET", requestUri = target } = {},
  ): readonly string[] => {
    const made = { method, requestUri, body: "" };
    const identity = { username, password };
    const count = { nc: 1, cnonce: "0a4f113b" };
    return [answerChallenge(network.ports.keyring.hash, challenges, identity, made, count) ?? ""];
  };

  const logIn = (network: VirtualNetwork, name: string, options = {}, login: Partial<HttpLogin> = {}) => {
    const challenges = challengesOf(ask(network, name, login));
    return ask(network, name, { ...login, authorization: answerTo(network, challenges, options) });
  };

  describe("RFC 7616 §3.3, RFC 8760 §2.3: the challenge", () => {
    it("names Bearer where tokens are accepted, then SHA-256, then MD5, with qop auth", () => {
      const challenges = challengesOf(ask(open({ tokens }).withAccounts(alice), alice));
      expect(challenges.map((value) => value.replace(/nonce="[^"]*"/, 'nonce="N"'))).toEqual([
        'Bearer realm="example.com", authz_server="https://login.example.com"',
        'Digest realm="example.com", nonce="N", qop="auth", algorithm=SHA-256',
        'Digest realm="example.com", nonce="N", qop="auth", algorithm=MD5',
      ]);
    });

    it("is the same for a name nobody has, and nothing is written for it", () => {
      const network = open();
      expect(challengesOf(ask(network, nobody))).toHaveLength(2);
      expect(challengesOf(logIn(network, nobody, { username: "nobody" }))).toHaveLength(2);
      network.advance(11_000);
      expect(network.home(nobody).rowsWritten).toBe(0);
    });

    it.each([
      ["SHA-256", 0],
      ["MD5", 1],
    ])("is answered with %s, for both forms of the user name", (_algorithm, line) => {
      const network = open().withAccounts(alice);
      for (const username of ["alice", alice]) {
        const [challenge = ""] = challengesOf(ask(network, alice)).slice(line);
        const authorization = answerTo(network, [challenge], { username });
        expect(ask(network, alice, { authorization }).kind).toBe("authenticated");
      }
    });

    it("costs no row, and neither does a login", () => {
      const network = open().withAccounts(alice);
      const before = network.home(alice).rowsWritten;
      expect(logIn(network, alice).kind).toBe("authenticated");
      expect(network.home(alice).rowsWritten).toBe(before);
    });
  });

  describe("RFC 7616 §3.4: credentials", () => {
    it("are good for the method and the target they were made for", () => {
      const network = open().withAccounts(alice);
      for (const made of [{ method: "PUT" }, { requestUri: "/v1/other" }, { password: "guess" }]) {
        expect(logIn(network, alice, made).kind).toBe("challenged");
      }
      expect(logIn(network, alice).kind).toBe("authenticated");
    });

    it("of another user fail, with a right password too", () => {
      const network = open().withAccounts(alice, "bob@example.com");
      expect(logIn(network, alice, { username: "bob" }).kind).toBe("challenged");
    });

    it("of a closed account fail", () => {
      const network = open().withAccounts(alice);
      network.home(alice).administer((turn) => putAccount(turn, alice, { enabled: false }));
      expect(logIn(network, alice).kind).toBe("challenged");
    });

    it("go stale after five minutes, at no penalty", () => {
      const network = open().withAccounts(alice);
      const authorization = answerTo(network, challengesOf(ask(network, alice)));
      network.advance(5 * 60_000 - 1);
      expect(ask(network, alice, { authorization }).kind).toBe("authenticated");
      network.advance(1);
      for (const value of challengesOf(ask(network, alice, { authorization }))) {
        expect(value).toContain("stale=true");
      }
      expect(network.home(alice).state.failedLogins.account).toBeUndefined();
    });

    it("to a nonce of a socket, or of another user, are stale", () => {
      const network = open().withAccounts(alice, "bob@example.com");
      const challenges = challengesOf(ask(network, "bob@example.com"));
      const refused = ask(network, alice, { authorization: answerTo(network, challenges) });
      expect(challengesOf(refused)[0]).toContain("stale=true");
    });

    it.each(["Basic YWxpY2U6c2VjcmV0", "Digest", "Bearer a.b.c", ""])(
      "that are none, %j, are challenged",
      (value) => {
        const network = open().withAccounts(alice);
        expect(ask(network, alice, { authorization: [value] }).kind).toBe("challenged");
        expect(network.home(alice).state.failedLogins.account).toBeUndefined();
      },
    );
  });

  describe("RFC 7616 §5.7: after wrong passwords", () => {
    it.each([alice, nobody])("%s is held off for the guesser's address, the owner's stays free", (name) => {
      const network = open().withAccounts(alice);
      const kinds: string[] = [];
      for (let guess = 0; guess < 6; guess++) kinds.push(logIn(network, name, { password: "guess" }).kind);
      expect([kinds[0], kinds.at(-1)]).toEqual(["challenged", "held-off"]);
      // Without credentials there is nothing to hold off.
      expect(ask(network, name).kind).toBe("challenged");
      if (name === alice)
        expect(logIn(network, alice, {}, { address: "203.0.113.9" }).kind).toBe("authenticated");
    });

    it("says when to come again, and keeps to it", () => {
      const network = open().withAccounts(alice);
      for (let guess = 0; guess < 4; guess++) logIn(network, alice, { password: "guess" });
      const refused = logIn(network, alice);
      expect(refused).toEqual({ kind: "held-off", retryAfter: 1 });
      network.advance(1000);
      expect(logIn(network, alice).kind).toBe("authenticated");
    });

    it("on a socket counts as well: it is one back-off", () => {
      const network = open().withAccounts(alice);
      for (let guess = 0; guess < 40; guess++) logIn(network, alice, { password: "guess" });
      expect(network.home(alice).state.failedLogins.networks[0]?.count).toBe(4);
      const phone = new Client(network, alice, "page", { facts: { address: "198.51.100.7" } }).connect();
      expect(statusOf(phone.register())).toBe(503);
    });
  });

  describe("RFC 6750: a token whose signature has been verified", () => {
    it("is the user's, if there is an account", () => {
      const network = open().withAccounts(alice);
      expect(ask(network, alice, { hasValidToken: true }).kind).toBe("authenticated");
      expect(ask(network, nobody, { hasValidToken: true })).toEqual({ kind: "no-account" });
    });

    it("makes the account where the realm's tokens do", () => {
      const network = open({ tokens });
      expect(ask(network, nobody, { hasValidToken: true }).kind).toBe("authenticated");
      expect(network.home(nobody).state.tenancy?.kind).toBe("account");
    });

    it("opens no closed account", () => {
      const network = open({ tokens }).withAccounts(alice);
      network.home(alice).administer((turn) => putAccount(turn, alice, { enabled: false }));
      expect(ask(network, alice, { hasValidToken: true })).toEqual({ kind: "no-account" });
    });
  });

  it("in a demonstration makes the account, as its owner spells it", () => {
    const network = open({ demo: { password: "secret", accounts: [] } });
    expect(logIn(network, alice, { username: "Alice" }).kind).toBe("authenticated");
    expect(network.home(alice).state.tenancy).toMatchObject({ account: { spelling: "Alice@example.com" } });
    expect(logIn(network, alice, { username: "alice:x" }).kind).toBe("challenged");
  });

  it("gives the user a name that stays, is his alone, and shows nothing of him", () => {
    const network = open().withAccounts(alice, "bob@example.com");
    const nameOf = (name: string) => {
      const answer = ask(network, name, { hasValidToken: true });
      return answer.kind === "authenticated" ? answer.pseudonym : undefined;
    };
    expect(nameOf(alice)).toMatch(/^[0-9a-f]{24}$/);
    expect(nameOf(alice)).toBe(nameOf(alice));
    expect(nameOf(alice)).not.toBe(nameOf("bob@example.com"));
  });
});

describe("the rate of one account", () => {
  const withToken = (network: VirtualNetwork) =>
    network.home(alice).administer((turn) => authenticateHttp(turn, { ...request, hasValidToken: true }))
      .kind;

  it("is thirty at once and one a second; strangers take nothing from it", () => {
    const network = new VirtualNetwork().withAccounts(alice);
    for (let stranger = 0; stranger < 100; stranger++) {
      network.home(alice).administer((turn) => authenticateHttp(turn, request));
    }
    const kinds = Array.from({ length: 31 }, () => withToken(network));
    expect(kinds.filter((kind) => kind === "authenticated")).toHaveLength(30);
    expect(kinds[30]).toBe("held-off");
    network.advance(1000);
    expect([withToken(network), withToken(network)]).toEqual(["authenticated", "held-off"]);
  });
});
