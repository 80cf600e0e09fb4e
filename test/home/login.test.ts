import { expect, it } from "vitest";
import { epochMs, seconds } from "../../src/base/brand";
import { putAccount } from "../../src/home/administration";
import { Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { headerOf, headersOf, masked, sip, statusOf, textOf } from "./support/sip-text";

const alice = "alice@example.com";
const bob = "bob@example.com";

const firstRegister = sip`
  REGISTER sip:example.com SIP/2.0
  Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKasudf-3696-24845-1
  Max-Forwards: 70
  From: <sip:alice@example.com>;tag=a6c85cf
  To: <sip:alice@example.com>
  Call-ID: 65m3qpj19fkbamvj2v1d7f
  CSeq: 1 REGISTER
  Contact: <sip:i4p0kmbs@df7jal23ls0d.invalid;transport=ws>;expires=600
  Content-Length: 0`;

const withCredentials = (text: string, value: string, cseq = 2): string =>
  text
    .replace("CSeq: 1 ", `CSeq: ${cseq} `)
    .replace("Content-Length", `Authorization: ${value}\r\nContent-Length`);

describeWithEviction("RFC 3261 §22.2, RFC 8760 §2.3: the challenge to a REGISTER", (open) => {
  it("names SHA-256 before MD5, each on a line of its own, with one nonce", () => {
    const client = new Client(open().withAccounts(alice), alice, "page").connect();
    const challenge = client.ask(firstRegister);
    expect(masked(challenge)).toBe(sip`
      SIP/2.0 401 Unauthorized
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKasudf-3696-24845-1
      From: <sip:alice@example.com>;tag=a6c85cf
      To: <sip:alice@example.com>;tag=TOKEN
      Call-ID: 65m3qpj19fkbamvj2v1d7f
      CSeq: 1 REGISTER
      WWW-Authenticate: Digest realm="example.com", nonce="NONCE", qop="auth", algorithm=SHA-256
      WWW-Authenticate: Digest realm="example.com", nonce="NONCE", qop="auth", algorithm=MD5
      Content-Length: 0
    `);
  });

  it.each([
    ["SHA-256", 0],
    ["MD5", 1],
  ])("is answered with %s", (algorithm, line) => {
    const client = new Client(open().withAccounts(alice), alice, "page").connect();
    const challenge = textOf(client.ask(firstRegister)).split("\r\n");
    const lines = challenge.filter((each) => each.startsWith("WWW-Authenticate"));
    const alone = challenge.filter((each) => each === lines[line] || !lines.includes(each)).join("\r\n");
    const value = client.credentials(alone, "REGISTER", "sip:example.com");
    expect(value).toContain(`algorithm=${algorithm}`);
    expect(statusOf(client.ask(withCredentials(firstRegister, value)))).toBe(200);
  });

  it("stands in front of a name nobody has just the same, and nothing is written for it", () => {
    const network = open();
    const client = new Client(network, "nobody@example.com", "page").connect();
    const answer = client.register();
    expect(statusOf(answer)).toBe(401);
    expect(network.home("nobody@example.com").rowsWritten).toBe(0);
  });

  it("comes with 407 for what is proxied, 401 for what is served at home (RFC 3261 §22.3)", () => {
    const client = new Client(open().withAccounts(alice, bob), alice, "page").connect();
    const statusFor = (text: string) => statusOf(client.ask(text));
    expect(statusFor(client.messageText(bob, "hello"))).toBe(407);
    expect(statusFor(client.text("SUBSCRIBE", `sip:${bob}`, bob, ["Event: presence"]))).toBe(407);
    expect(statusFor(client.text("SUBSCRIBE", `sip:${alice}`, alice, ["Event: presence"]))).toBe(401);
    expect(statusFor(client.text("PUBLISH", `sip:${alice}`, alice, ["Event: presence"]))).toBe(401);
    expect(statusFor(client.text("OPTIONS", "sip:example.com", bob))).toBe(401);
    expect(statusFor(client.text("OPTIONS", `sip:${bob}`, bob))).toBe(407);
  });

  it("is not repeated on a socket that has logged in, whatever credentials come (design, Trust)", () => {
    const network = open().withAccounts(alice, bob);
    const client = registered(network, alice, "page");
    const stale =
      'Proxy-Authorization: Digest username="alice", realm="example.com", nonce="old", response="0"';
    expect(client.message(bob, "hello", [stale])).toBe(202);
    expect(statusOf(client.ask(client.registerText({ lines: [stale.slice(6)] })))).toBe(200);
  });
});

describeWithEviction("RFC 7616 §3.3, §5.4: nonces", (open) => {
  it("are good on the socket they were minted for alone; elsewhere stale, at no penalty", () => {
    const network = open().withAccounts(alice);
    const one = new Client(network, alice, "one").connect();
    const other = new Client(network, alice, "other").connect();
    const value = one.credentials(one.ask(firstRegister), "REGISTER", "sip:example.com");
    const refused = other.ask(withCredentials(firstRegister, value));
    expect(statusOf(refused)).toBe(401);
    for (const line of headersOf(refused, "WWW-Authenticate")) expect(line).toContain("stale=true");
    expect(network.logged.map(({ event }) => event)).not.toContain("login failed");
    expect(statusOf(one.ask(withCredentials(firstRegister, value)))).toBe(200);
  });

  it("are stale after their lifetime, and fresh ones follow", () => {
    const network = open().withAccounts(alice);
    const client = new Client(network, alice, "page").connect();
    const minted = client.credentials(client.ask(firstRegister), "REGISTER", "sip:example.com");
    client.close();
    network.advance(3_600_000);
    client.connect();
    const refused = client.ask(withCredentials(firstRegister, minted));
    expect(headerOf(refused, "WWW-Authenticate")).toContain("stale=true");
    const fresh = client.credentials(refused, "REGISTER", "sip:example.com");
    expect(statusOf(client.ask(withCredentials(firstRegister, fresh, 3)))).toBe(200);
  });

  it("with a wrong response are a failed login, challenged anew without stale", () => {
    const network = open().withAccounts(alice);
    const client = new Client(network, alice, "page").connect();
    const value = client.credentials(client.ask(firstRegister), "REGISTER", "sip:example.com");
    const forged = value.replace(/response="[0-9a-f]{4}/, 'response="0000');
    const refused = client.ask(withCredentials(firstRegister, forged));
    expect(statusOf(refused)).toBe(401);
    expect(textOf(refused)).not.toContain("stale");
    expect(network.logged.map(({ event }) => event)).toContain("login failed");
  });

  it("answered wrongly too often hold the address off, not the owner at home (design, Trust)", () => {
    const network = open().withAccounts(alice);
    registered(network, alice, "home", { facts: { address: "203.0.113.9" } });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 40; attempt++) {
      const thief = new Client(network, alice, "thief", { facts: { address: "198.51.100.7" } }).connect();
      const value = thief.credentials(thief.ask(firstRegister), "REGISTER", "sip:example.com");
      const forged = value.replace(/response="[0-9a-f]{4}/, 'response="0000');
      const refused = thief.ask(withCredentials(firstRegister, forged));
      statuses.push(statusOf(refused));
      if (statusOf(refused) === 503) expect(Number(headerOf(refused, "Retry-After"))).toBeGreaterThan(0);
      thief.close();
    }
    // Three are free, and after the fourth there is a pause.
    expect(statuses).toEqual([...Array(4).fill(401), ...Array(36).fill(503)]);
    expect(
      statusOf(new Client(network, alice, "tab", { facts: { address: "203.0.113.9" } }).connect().register()),
    ).toBe(200);
  });
});

describeWithEviction("RFC 7616 §5.7, design Names: a wrong password and a name nobody has", (open) => {
  /** Guesses once; what was answered, and what had been written by then and is later. */
  const guess = (network: ReturnType<typeof open>, name: string) => {
    const home = network.home(name);
    const client = new Client(network, name, "page").connect();
    const before = home.rowsWritten;
    const value = client.credentials(client.ask(client.registerText()), "REGISTER", "sip:example.com");
    const forged = value.replace(/response="[0-9a-f]{4}/, 'response="0000');
    const answer = client.ask(client.registerText({ lines: [`Authorization: ${forged}`] }));
    const atOnce = home.rowsWritten - before;
    const isDue = home.tickAt <= network.now + 10_000;
    network.advance(9_000);
    const soon = home.rowsWritten - before;
    client.close();
    network.advance(2_000);
    return { status: statusOf(answer), atOnce, isDue, soon, later: home.rowsWritten - before };
  };

  it("are answered alike, and nothing is written until the guesser's time is over", () => {
    const network = open().withAccounts(alice);
    const alike = { status: 401, atOnce: 0, isDue: true, soon: 0 };
    expect(guess(network, alice)).toEqual({ ...alike, later: 1 });
    expect(guess(network, "nobody@example.com")).toEqual({ ...alike, later: 0 });
  });

  it("are held off alike, after as many guesses and for as long", () => {
    const network = open().withAccounts(alice);
    const answersOf = (name: string) =>
      Array.from({ length: 6 }, () => {
        const client = new Client(network, name, "page").connect();
        const value = client.credentials(client.ask(client.registerText()), "REGISTER", "sip:example.com");
        const forged = value.replace(/response="[0-9a-f]{4}/, 'response="0000');
        const answer = client.ask(client.registerText({ lines: [`Authorization: ${forged}`] }));
        client.close();
        return [statusOf(answer), headerOf(answer, "Retry-After")];
      });
    const answers = answersOf(alice);
    expect(answers.at(-1)).toEqual([503, "1"]);
    expect(answersOf("nobody@example.com")).toEqual(answers);
  });

  it("a guess is still known when memory is gone", () => {
    const network = open().withAccounts(alice);
    for (let guesses = 0; guesses < 5; guesses++) guess(network, alice);
    network.kill(alice, { keepingSockets: false });
    expect(network.home(alice).state.failedLogins.account?.count).toBe(5);
  });

  it("and so is that a right answer forgave them", () => {
    const network = open().withAccounts(alice);
    guess(network, alice);
    expect(network.home(alice).state.failedLogins.networks).toHaveLength(1);
    registered(network, alice, "page");
    network.advance(11_000);
    network.kill(alice, { keepingSockets: false });
    expect(network.home(alice).state.failedLogins.networks).toEqual([]);
  });
});

describeWithEviction("design, Trust: where nobody says which address a client has", (open) => {
  const facts = { address: undefined };

  it("a stranger's guesses hold the owner off for half a minute at most, not as his own would", () => {
    const network = open().withAccounts(alice);
    for (let guesses = 0; guesses < 60; guesses++) {
      const thief = new Client(network, alice, "thief", { facts }).connect();
      const value = thief.credentials(thief.ask(firstRegister), "REGISTER", "sip:example.com");
      thief.ask(withCredentials(firstRegister, value.replace(/response="[0-9a-f]{4}/, 'response="0000')));
      thief.close();
      network.advance(20_000);
    }
    const owner = new Client(network, alice, "owner", { facts }).connect();
    const challenge = owner.ask(firstRegister);
    const value = owner.credentials(challenge, "REGISTER", "sip:example.com");
    const refused = owner.ask(withCredentials(firstRegister, value));
    expect(statusOf(refused)).toBe(503);
    const wait = Number(headerOf(refused, "Retry-After"));
    expect(wait).toBeLessThanOrEqual(30);
    owner.close();
    network.advance(wait * 1000);
    expect(statusOf(owner.connect().register())).toBe(200);
  });
});

describeWithEviction("RFC 8898: a login by token", (open) => {
  const withTokens = () =>
    open({
      settings: (defaults) => ({
        ...defaults,
        tokens: {
          secret: "a secret shared with the issuer",
          jwksUrl: undefined,
          jwks: undefined,
          issuer: undefined,
          audience: undefined,
          authorizationServer: "https://login.example.com",
          createAccounts: true,
        },
      }),
    });

  it("is offered first", () => {
    const client = new Client(withTokens().withAccounts(alice), alice, "page").connect();
    const values = headersOf(client.ask(firstRegister), "WWW-Authenticate");
    expect(values.map((value) => value.split(" ")[0])).toEqual(["Bearer", "Digest", "Digest"]);
    expect(values[0]).toBe('Bearer realm="example.com", authz_server="https://login.example.com"');
  });

  it("opens the account it names, and no other", () => {
    const network = withTokens();
    const client = new Client(network, alice, "page").connect();
    const home = network.home(alice);
    const expiresAt = undefined;
    const withToken = withCredentials(firstRegister, "Bearer abc");
    client.send(withToken, { kind: "valid", aor: network.home(bob).aor, expiresAt });
    expect(headersOf(client.take(), "WWW-Authenticate")[0]).toContain('error="invalid_token"');
    client.send(withToken, { kind: "invalid", why: "signature" });
    expect(statusOf(client.take())).toBe(401);
    expect(home.rowsWritten).toBe(0);
    client.send(withToken, { kind: "valid", aor: home.aor, expiresAt });
    expect(statusOf(client.take())).toBe(200);
    expect(home.state.tenancy?.kind).toBe("account");
  });

  it("that cannot be judged now is 503 with Retry-After: nothing is wrong with it (RFC 3261 §21.5.4)", () => {
    const network = withTokens().withAccounts(alice);
    const client = new Client(network, alice, "page").connect();
    const withToken = withCredentials(firstRegister, "Bearer abc");
    client.send(withToken, { kind: "unavailable", why: "keys-unavailable", retryAfter: seconds(5) });
    const refused = client.take();
    expect([statusOf(refused), headerOf(refused, "Retry-After")]).toEqual([503, "5"]);
    client.send(withToken, { kind: "valid", aor: network.home(alice).aor, expiresAt: undefined });
    expect(statusOf(client.take())).toBe(200);
  });

  it("that has ended is challenged at the next request, and nothing else happens (design, Trust)", () => {
    const network = withTokens().withAccounts(alice, bob);
    const { aor } = network.home(alice);
    const client = new Client(network, alice, "page", {
      facts: { token: { aor, expiresAt: epochMs(network.now + 60_000) } },
    }).connect();
    expect(statusOf(client.ask(firstRegister))).toBe(200);
    expect(client.message(bob, "in time")).toBe(202);
    network.advance(61_000);
    expect(client.end.closed).toBeUndefined();
    expect(client.message(bob, "too late")).toBe(407);
  });

  it("at the opening for somebody else's home closes the socket with 1008", () => {
    const network = withTokens().withAccounts(alice);
    const facts = { token: { aor: network.home(bob).aor, expiresAt: undefined } };
    const client = new Client(network, alice, "page", { facts }).connect();
    expect(client.end.closed).toEqual({ code: 1008, reason: "Unknown user" });
  });
});

describeWithEviction("design, Trust: sockets nobody has logged in on", (open) => {
  it("live for ten seconds", () => {
    const network = open().withAccounts(alice);
    const client = new Client(network, alice, "page").connect();
    client.ask(firstRegister);
    network.advance(9_000);
    expect(client.end.closed).toBeUndefined();
    network.advance(2_000);
    expect(client.end.closed).toEqual({ code: 1008, reason: "Not authenticated in time" });
  });

  it("are few: the oldest makes room, and one that has logged in never does", () => {
    const network = open().withAccounts(alice);
    const owner = registered(network, alice, "owner");
    const strangers = Array.from({ length: 17 }, (_, index) => {
      network.advance(1);
      return new Client(network, alice, `stranger${index}`).connect();
    });
    expect(strangers.map(({ end }) => end.closed?.code)).toEqual([1013, ...Array(16).fill(undefined)]);
    expect(owner.end.closed).toBeUndefined();
  });
});

describeWithEviction("design, Trust: password changed or account disabled", (open) => {
  it("closes the user's sockets with 1008", () => {
    const network = open().withAccounts(alice);
    const client = registered(network, alice, "page");
    network.home(alice).administer((turn) => putAccount(turn, alice, { password: "other" }));
    expect(client.end.closed?.code).toBe(1008);
    expect(statusOf(client.connect().register())).toBe(401);
  });
});
