import { expect, it } from "vitest";
import { epochMs, seconds } from "../../src/base/brand";
import type { Settings } from "../../src/contracts/settings";
import type { HttpAuthentication, SessionOpened } from "../../src/contracts/user-authentication";
import { deleteAccount, putAccount } from "../../src/home/administration";
import { authenticateHttp, openSession } from "../../src/home/http-authentication";
import { Client } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { statusOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";
const nobody = "nobody@example.com";
const address = "198.51.100.7";
const hour = 3_600_000;

const logIn = (network: VirtualNetwork, name: string, password = "secret", from = address): SessionOpened =>
  network.administer(name, (turn) =>
    openSession(turn, { spelling: name, address: from, proof: { kind: "password", password } }),
  );

const byToken = (network: VirtualNetwork, name: string, expiresAt?: number): SessionOpened =>
  network.administer(name, (turn) =>
    openSession(turn, {
      spelling: name,
      address,
      proof: { kind: "token", expiresAt: expiresAt === undefined ? undefined : epochMs(expiresAt) },
    }),
  );

function sessionOf(opened: SessionOpened): string {
  if (opened.kind !== "opened") throw new Error(opened.kind);
  return opened.session;
}

const use = (network: VirtualNetwork, name: string, session: string, authorization: readonly string[] = []) =>
  network.administer(
    name,
    (turn): HttpAuthentication =>
      authenticateHttp(turn, {
        purpose: "calls",
        method: "GET",
        target: "/v1/me/calls",
        authorization,
        hasValidToken: false,
        session,
        address,
      }),
  );

/** What a REGISTER that shows no credentials comes to. */
const registers = (page: Client): number => statusOf(page.ask(page.registerText()));

/** The same on a socket that was opened with that session. */
const registerWith = (network: VirtualNetwork, name: string, session: string): number =>
  registers(new Client(network, name, "page", { facts: { address, session } }).connect());

const withSessions = (open: OpenNetwork, lifetime: number): VirtualNetwork =>
  open({ settings: (defaults): Settings => ({ ...defaults, sessionLifetime: seconds(lifetime) }) });

const change = (network: VirtualNetwork, what: Parameters<typeof putAccount>[2]) =>
  network.administer(alice, (turn) => putAccount(turn, alice, what));

describeWithEviction("a page's session", (open) => {
  it("is given for the password, and lets in over HTTP and on a socket, with no challenge", () => {
    const network = open().withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    expect(use(network, alice, session).kind).toBe("authenticated");
    expect(registerWith(network, alice, session)).toBe(200);
  });

  it("costs no row, and is not kept with the socket", () => {
    const network = open().withAccounts(alice);
    const before = network.home(alice).rowsWritten;
    const session = sessionOf(logIn(network, alice));
    network.openSocket(alice, "s1", { session });
    use(network, alice, session);
    expect(network.home(alice).rowsWritten).toBe(before);
    const [socket] = network.home(alice).state.sockets.values();
    expect(socket?.authenticatedUntil).toBe(network.now + 12 * hour);
    expect(JSON.stringify(socket)).not.toContain(session);
  });

  it("says nothing of what is in it, and is another each time", () => {
    const network = open().withAccounts(alice);
    const [one, two] = [sessionOf(logIn(network, alice)), sessionOf(logIn(network, alice))];
    expect(one).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(one.slice(0, 20)).not.toBe(two.slice(0, 20));
    expect(Buffer.from(one, "base64url").toString("latin1")).not.toContain("alice");
  });

  it("that is forged, altered, cut, or of another purpose is as good as none", () => {
    const network = open().withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    const flipped = (at: number) =>
      session.slice(0, at) + (session[at] === "A" ? "B" : "A") + session.slice(at + 1);
    const route = network.ports.keyring.seal("route").seal('["alice@example.com","0","9e15","","x"]');
    const alone = network.ports.keyring.seal("session").seal('["alice@example.com","0","9e15","","x"]');
    const altered = [0, 15, 16, 40, session.length - 3].map(flipped);
    for (const bad of [
      "",
      "x",
      session.slice(1),
      `${session}AA`,
      ...altered,
      route,
      alone,
      "A".repeat(4000),
    ]) {
      expect(use(network, alice, bad).kind).toBe("challenged");
      expect(registerWith(network, alice, bad)).toBe(401);
    }
    expect(network.home(alice).state.failedLogins.account).toBeUndefined();
  });

  it("of another user lets nobody in", () => {
    const network = open().withAccounts(alice, bob);
    const session = sessionOf(logIn(network, bob));
    expect(use(network, alice, session).kind).toBe("challenged");
    expect(registerWith(network, alice, session)).toBe(401);
  });

  it("is not looked at beside an Authorization", () => {
    const network = open().withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    expect(use(network, alice, session, ["Digest x=y"]).kind).toBe("challenged");
  });

  it("ends after its time, on a socket too, whose next request is challenged", () => {
    const network = withSessions(open, 60).withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    const page = new Client(network, alice, "page", { facts: { address, session } }).connect();
    network.advance(59_999);
    expect(use(network, alice, session).kind).toBe("authenticated");
    expect(registers(page)).toBe(200);
    network.advance(1);
    expect(use(network, alice, session).kind).toBe("challenged");
    expect(registers(page)).toBe(401);
    expect(registerWith(network, alice, session)).toBe(401);
  });

  it("is renewed by use after half of its time, and what was shown stays good until its own end", () => {
    const network = withSessions(open, 60).withAccounts(alice);
    const began = network.now;
    const session = sessionOf(logIn(network, alice));
    network.advance(29_999);
    expect(use(network, alice, session)).toMatchObject({ session: { expiresAt: began + 60_000 } });
    network.advance(1);
    const used = use(network, alice, session);
    const renewed = used.kind === "authenticated" ? used.session : undefined;
    expect(renewed?.expiresAt).toBe(began + 90_000);
    network.advance(29_999);
    expect(use(network, alice, session).kind).toBe("authenticated");
    network.advance(1);
    expect(use(network, alice, session).kind).toBe("challenged");
    expect(use(network, alice, renewed?.renewed ?? "").kind).toBe("authenticated");
  });

  it.each([
    ["another password", { password: "other" }],
    ["the same password, set anew", { password: "secret" }],
    ["other H(A1)s", { ha1s: { user: { MD5: "0".repeat(32) } } }],
    ["a closed account", { enabled: false }],
  ])("ends with %s, and so does its socket", (_what, what) => {
    const network = open().withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    const page = new Client(network, alice, "page", { facts: { address, session } }).connect();
    network.advance(1000);
    change(network, what);
    expect(page.end.closed?.code).toBe(1008);
    expect(use(network, alice, session).kind).toBe("challenged");
    expect(registerWith(network, alice, session)).toBe(401);
  });

  it("of an account that was closed stays over when it is opened again", () => {
    const network = open().withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    network.advance(1000);
    change(network, { enabled: false });
    change(network, { enabled: true });
    expect(use(network, alice, session).kind).toBe("challenged");
    expect(use(network, alice, sessionOf(logIn(network, alice))).kind).toBe("authenticated");
  });

  it("outlives a change that is none of the login's", () => {
    const network = open().withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    network.advance(1000);
    change(network, { blocked: [] });
    expect(use(network, alice, session).kind).toBe("authenticated");
  });

  it("ends with the account, and is not good for one that is made anew with the same password", () => {
    const network = open().withAccounts(alice);
    const session = sessionOf(logIn(network, alice));
    network.advance(1000);
    network.administer(alice, deleteAccount);
    expect(use(network, alice, session).kind).toBe("challenged");
    network.withAccounts(alice);
    expect(use(network, alice, session).kind).toBe("challenged");
  });

  it("is neither given nor taken where sessions last no time", () => {
    const network = withSessions(open, 0).withAccounts(alice);
    expect(logIn(network, alice).kind).toBe("no-account");
    const foreign = open().withAccounts(alice);
    expect(use(network, alice, sessionOf(logIn(foreign, alice))).kind).toBe("challenged");
  });

  it("by token ends with the token, and is never renewed beyond it", () => {
    const network = open().withAccounts(alice);
    const end = network.now + hour;
    const session = sessionOf(byToken(network, alice, end));
    network.advance(hour - 1);
    const used = use(network, alice, session);
    expect(used).toMatchObject({ kind: "authenticated", session: { expiresAt: end } });
    expect(used).not.toHaveProperty("session.renewed");
    network.advance(1);
    expect(use(network, alice, session).kind).toBe("challenged");
    expect(byToken(network, nobody, network.now + hour)).toEqual({ kind: "no-account" });
  });

  it("in a demonstration is given for the demo password to any name, and makes the account", () => {
    const network = open({
      settings: (defaults): Settings => ({ ...defaults, demo: { password: "demo", accounts: [] } }),
    });
    const opened = network.administer("zoe@example.com", (turn) =>
      openSession(turn, {
        spelling: "Zoe@example.com",
        address,
        proof: { kind: "password", password: "demo" },
      }),
    );
    expect(use(network, "zoe@example.com", sessionOf(opened)).kind).toBe("authenticated");
    expect(network.home("zoe@example.com").state.tenancy).toMatchObject({
      account: { spelling: "Zoe@example.com" },
    });
    expect(logIn(network, "yan@example.com", "guess")).toEqual({ kind: "refused" });
  });
});

describeWithEviction("RFC 7616 §5.7: guessing at a page's login", (open) => {
  it.each([alice, nobody])("%s is refused, then held off for the guesser's address alone", (name) => {
    const network = open().withAccounts(alice);
    const answers = Array.from({ length: 5 }, () => logIn(network, name, "guess"));
    expect(answers.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ({ kind: "refused" })));
    expect(answers[4]).toEqual({ kind: "held-off", retryAfter: 1 });
    const right = logIn(network, name, "secret", "203.0.113.9").kind;
    expect(right).toBe(name === alice ? "opened" : "refused");
  });

  it("is one back-off with SIP, in both directions", () => {
    const network = open().withAccounts(alice);
    for (let guess = 0; guess < 4; guess++) logIn(network, alice, "guess");
    const phone = new Client(network, alice, "page", { facts: { address } }).connect();
    expect(statusOf(phone.register())).toBe(503);
    network.advance(1000);
    expect(logIn(network, alice).kind).toBe("opened");
  });

  it("writes nothing for a name nobody has, and no row at once for one that exists", () => {
    const network = open().withAccounts(alice);
    const before = network.home(alice).rowsWritten;
    logIn(network, alice, "guess");
    logIn(network, nobody, "guess");
    expect(network.home(alice).rowsWritten).toBe(before);
    network.advance(11_000);
    expect(network.home(nobody).rowsWritten).toBe(0);
  });

  it("refuses a closed account like a wrong password", () => {
    const network = open().withAccounts(alice);
    change(network, { enabled: false });
    expect(logIn(network, alice)).toEqual({ kind: "refused" });
  });
});
