import { expect, it } from "vitest";
import type { HttpLogin } from "../../src/contracts/user-authentication";
import { guessInHttp, guessInOpening } from "../../src/home/http-authentication";
import { Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { headerOf, statusOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";
const thief = { facts: { address: "198.51.100.7" } };
const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `user${index}@example.com`);

/** One REGISTER with credentials on a socket of its own. */
function tryOnce(network: VirtualNetwork, aor: string, isRight: boolean, { facts } = thief) {
  const client = new Client(network, aor, "try", { facts }).connect();
  const value = client.credentials(client.ask(client.registerText()), "REGISTER", "sip:example.com");
  const shown = isRight ? value : value.replace(/response="[0-9a-f]{4}/, 'response="0000');
  const answer = client.ask(client.registerText({ lines: [`Authorization: ${shown}`] }));
  client.close();
  return { status: statusOf(answer), retryAfter: Number(headerOf(answer, "Retry-After")) };
}

/** Tries one wrong password at each; the statuses. */
const spray = (network: VirtualNetwork, aors: readonly string[], options = thief): readonly number[] =>
  aors.map((aor) => tryOnce(network, aor, false, options).status);

describeWithEviction("one password tried at each of many accounts from one address", (open) => {
  it("is answered sixty times, then at none of them, and the right one is not heard either", () => {
    const network = open().withAccounts(alice, ...names(40));
    const statuses = spray(network, names(80));
    expect(statuses.slice(0, 60)).toEqual(Array(60).fill(401));
    expect(statuses.slice(60)).toEqual(Array(20).fill(503));
    const held = tryOnce(network, alice, true);
    expect(held.status).toBe(503);
    expect(held.retryAfter).toBeGreaterThan(0);
    expect(held.retryAfter).toBeLessThanOrEqual(60);
    network.advance(held.retryAfter * 1000);
    expect(tryOnce(network, alice, true).status).toBe(200);
  });

  it("is answered once a minute after that", () => {
    const network = open();
    spray(network, names(60));
    let answered = 0;
    for (let second = 0; second < 600; second += 10) {
      if (tryOnce(network, `later${second}@example.com`, false).status === 401) answered++;
      network.advance(10_000);
    }
    expect(answered).toBeGreaterThanOrEqual(9);
    expect(answered).toBeLessThanOrEqual(10);
  });

  it("tells nothing of who is there, neither before nor while it is held off", () => {
    const network = open().withAccounts(...names(20));
    registered(network, "user0@example.com", "page", thief).close();
    // Those that exist, one of them with a device on the guesser's own network, and those that do not.
    const [some, others] = [names(20), names(60).slice(40)];
    expect(new Set([...spray(network, some), ...spray(network, others)])).toEqual(new Set([401]));
    spray(network, names(40).slice(20));
    expect(new Set([...spray(network, some), ...spray(network, others)])).toEqual(new Set([503]));
  });

  it("does not keep the owner out who is on that address too, with a device or after it has left", () => {
    const network = open().withAccounts(alice, bob);
    const page = registered(network, alice, "page", thief);
    registered(network, bob, "page", thief).close();
    network.advance(60_000);
    spray(network, names(100));
    expect(tryOnce(network, alice, true).status).toBe(200);
    expect(tryOnce(network, bob, true).status).toBe(200);
    page.close();
  });

  it("leaves who shares the address with a device no more tries at its account than the account allows", () => {
    const network = open().withAccounts(alice);
    registered(network, alice, "page", thief).close();
    network.advance(60_000);
    spray(network, names(60));
    for (let time = 0; time < 20; time++) expect(tryOnce(network, alice, false).status).toBe(503);
    expect(tryOnce(network, alice, true).status).toBe(503);
    network.advance(60_000);
    expect(tryOnce(network, alice, true).status).toBe(200);
  });

  it("is held off alike whether right or wrong, and whether somebody is there or nobody", () => {
    const network = open().withAccounts(alice, bob, "carol@example.com");
    registered(network, bob, "page", thief).close();
    network.advance(60_000);
    spray(network, names(60));
    const tries = (aor: string, isRight: boolean) =>
      Array.from({ length: 6 }, () => tryOnce(network, aor, isRight));
    const wrong = tries(alice, false);
    expect(wrong.map(({ status }) => status)).toEqual(Array(6).fill(503));
    expect(tries("carol@example.com", true)).toEqual(wrong);
    expect(tries(bob, false)).toEqual(wrong);
    expect(tries("nobody@example.com", false)).toEqual(wrong);
  });

  it("is of no concern elsewhere, nor to who has a token or has logged in", () => {
    const network = open().withAccounts(alice, bob);
    const page = registered(network, bob, "page", { facts: { address: "203.0.113.9" } });
    spray(network, names(100));
    expect(tryOnce(network, alice, true, { facts: { address: "192.0.2.77" } }).status).toBe(200);
    expect(page.message(alice, "hello")).toBe(202);
    const { aor } = network.home(alice);
    const facts = { ...thief.facts, token: { aor, expiresAt: undefined } };
    expect(statusOf(new Client(network, alice, "token", { facts }).connect().register())).toBe(200);
  });
});

describeWithEviction("what is asked of the realm at a login", (open) => {
  it("is nothing by who is where a device of his is or was, one question by who comes from somewhere new", () => {
    const network = open().withAccounts(alice, bob);
    registered(network, alice, "page", thief).close();
    expect(network.calls.guesses).toBe(1);
    network.advance(60_000);
    const page = registered(network, alice, "page", thief);
    registered(network, alice, "other", { ...thief, instance: "urn:uuid:1" });
    page.message(bob, "hello");
    expect(statusOf(page.register())).toBe(200);
    expect(network.calls.guesses).toBe(1);
  });

  it("is nothing about what is stale or malformed, nor about what the account holds off itself", () => {
    const network = open().withAccounts(alice);
    const client = new Client(network, alice, "page", thief).connect();
    client.ask(client.registerText({ lines: ['Authorization: Digest username="alice"'] }));
    const stale = client
      .credentials(client.ask(client.registerText()), "REGISTER", "sip:example.com")
      .replace(/nonce="..../, 'nonce="0000');
    client.ask(client.registerText({ lines: [`Authorization: ${stale}`] }));
    expect(network.calls.guesses).toBe(0);
    for (let time = 0; time < 10; time++) tryOnce(network, alice, false);
    expect(network.calls.guesses).toBeLessThan(7);
  });

  it("is nothing where nobody says which address a client has", () => {
    const network = open().withAccounts(alice);
    tryOnce(network, alice, false, { facts: { address: undefined as unknown as string } });
    expect(network.calls.guesses).toBe(0);
  });
});

describeWithEviction("a login over HTTP", (open) => {
  const login: HttpLogin = {
    purpose: "xcap",
    method: "GET",
    target: "/xcap",
    authorization: [],
    hasValidToken: false,
    address: "2001:db8::7",
  };
  const opening = (password: string) =>
    ({ spelling: alice, address: "2001:db8::7", proof: { kind: "password", password } }) as const;

  it("by password is a guess from its /64; by token, session or nothing it is none", () => {
    const network = open().withAccounts(alice);
    network.administer(alice, (turn) => {
      const network64 = "2001:db8:0:0::/64";
      expect(guessInOpening(turn, opening("wrong"))).toEqual({
        door: "account",
        network: network64,
        isRight: false,
      });
      expect(guessInOpening(turn, opening("secret"))).toEqual({
        door: "account",
        network: network64,
        isRight: true,
      });
      const token = { kind: "token", expiresAt: undefined } as const;
      expect(guessInOpening(turn, { ...opening(""), proof: token })).toBeUndefined();
      expect(guessInHttp(turn, login)).toBeUndefined();
      expect(guessInHttp(turn, { ...login, session: "sealed" })).toBeUndefined();
      expect(guessInHttp(turn, { ...login, hasValidToken: true })).toBeUndefined();
    });
  });
});
