// What a client may not do, tried on real homes: each gets its clear refusal, and nothing else changes, neither in
// the rows of the homes it names nor on the sockets of others.

import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { headerValue, headerValues, type SipResponse } from "../../src/sip/message";
import { credentialsFor, type Phone, pidf } from "../support/phone";
import { callsOf, dial, makeAccount, online, password, rowsWritten } from "./support/homes";
import { tokenFor } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

let stories = 0;
let alice: string;
let bob: string;
let mallory: string;
let attacker: Phone;
let victims: readonly Phone[];

beforeEach(async () => {
  const suffix = `${++stories}@example.com`;
  alice = await makeAccount(`alice${suffix}`);
  bob = await makeAccount(`bob${suffix}`);
  mallory = await makeAccount(`mallory${suffix}`);
  victims = [await online(alice), await online(bob)];
  attacker = await online(mallory);
});

const challenge = (response: SipResponse): string =>
  headerValues(response, "www-authenticate").find((value) => value.includes("algorithm=MD5")) ?? "";

/** Does what must be refused; the rows of everybody named stay as they are, and nobody else hears of it. */
async function inVain(work: () => Promise<SipResponse>): Promise<SipResponse> {
  const before = [];
  for (const aor of [alice, bob, mallory]) before.push(await rowsWritten(aor));
  const response = await work();
  const after = [];
  for (const aor of [alice, bob, mallory]) after.push(await rowsWritten(aor));
  expect(after).toEqual(before);
  for (const victim of victims) {
    expect((await victim.register()).status).toBe(200);
    expect(victim.unread()).toEqual([]);
    victim.hangUp();
  }
  attacker.hangUp();
  return response;
}

const text = ["Content-Type: text/plain"];

describe("a forged identity", () => {
  it.each([
    ["To", { to: () => `<sip:${alice}>` }],
    ["From", { from: () => `<sip:${alice}>;tag=1` }],
    ["both", { to: () => `<sip:${alice}>`, from: () => `<sip:${alice}>;tag=1` }],
  ])("in a REGISTER for somebody else, by %s, is 403 (RFC 3261 §10.3 step 4)", async (_what, forged) => {
    const options = {
      ...("to" in forged ? { to: forged.to() } : {}),
      ...("from" in forged ? { from: forged.from() } : {}),
      lines: ["Contact: <sip:evil@evil.invalid;transport=ws>"],
    };
    const refused = await inVain(() => attacker.request("REGISTER", options));
    expect(refused.status).toBe(403);
    expect(await callsOf(alice).listDevices()).toHaveLength(1);
  });

  it.each(["MESSAGE", "SUBSCRIBE", "PUBLISH", "OPTIONS"])("in the From of a %s is 403", async (method) => {
    const options = {
      uri: `sip:${method === "PUBLISH" ? mallory : bob}`,
      from: `<sip:${alice}>;tag=1`,
      lines: [...text, "Event: presence", `Contact: <${attacker.contact}>`],
      body: "it is me, Alice",
    };
    expect((await inVain(() => attacker.request(method, options))).status).toBe(403);
  });

  it("in a PUBLISH for somebody else's presence is 403 (RFC 3903 §6 step 2)", async () => {
    const options = {
      uri: `sip:${alice}`,
      lines: ["Event: presence", "Content-Type: application/pidf+xml"],
      body: pidf(alice, "gone for good"),
    };
    expect((await inVain(() => attacker.request("PUBLISH", options))).status).toBe(403);
  });

  it("in P-Asserted-Identity does not leave the home (RFC 3325 §5)", async () => {
    const sent = attacker.request("MESSAGE", {
      uri: `sip:${bob}`,
      lines: [...text, `P-Asserted-Identity: <sip:${alice}>`, `P-Preferred-Identity: <sip:${alice}>`],
      body: "hello",
    });
    const got = await (victims[1] as Phone).take("MESSAGE");
    expect((await sent).status).toBe(200);
    expect(headerValue(got, "p-asserted-identity")).toBeUndefined();
    expect(got.text).not.toContain(alice);
    for (const phone of [...victims, attacker]) phone.hangUp();
  });
});

describe("a forged way", () => {
  it("by a second Via is 400, and the answer comes back here (RFC 3261 §8.1.1.7)", async () => {
    const options = {
      uri: `sip:${bob}`,
      lines: [...text, "Via: SIP/2.0/WS victim.invalid;branch=z9hG4bKforged"],
      body: "x",
    };
    expect((await inVain(() => attacker.request("MESSAGE", options))).status).toBe(400);
  });

  it.each([
    ["to another gateway", "<sip:proxy.elsewhere.example;lr>", 403],
    ["to an address", "<sip:192.0.2.1;lr>", 403],
    ["by a token nobody minted", "<sip:Zm9yZ2VkdG9rZW4@elsewhere.example;lr>", 403],
    ["that is no URI", "<sip:>", 400],
  ])("by a Route %s is refused", async (_where, route, status) => {
    const options = { uri: `sip:${bob}`, lines: [...text, `Route: ${route}`], body: "x" };
    expect((await inVain(() => attacker.request("MESSAGE", options))).status).toBe(status);
  });

  it("by a Record-Route, Path or Service-Route of the client's own is cut", async () => {
    const sent = attacker.request("MESSAGE", {
      uri: `sip:${bob}`,
      lines: [
        ...text,
        "Record-Route: <sip:evil.example;lr>",
        "Path: <sip:evil.example;lr>",
        "Service-Route: <sip:evil.example;lr>",
      ],
      body: "hello",
    });
    const got = await (victims[1] as Phone).take("MESSAGE");
    expect((await sent).status).toBe(200);
    expect(got.text).not.toContain("evil.example");
    for (const phone of [...victims, attacker]) phone.hangUp();
  });

  it("into a dialog that is not there is 481", async () => {
    const lines = [...text, "Event: presence", `Contact: <${attacker.contact}>`];
    const options = { uri: `sip:${bob}`, to: `<sip:${bob}>;tag=guessed`, lines, body: "x" };
    for (const method of ["MESSAGE", "BYE", "NOTIFY"]) {
      expect((await attacker.request(method, options)).status).toBe(481);
    }
    expect((await inVain(() => attacker.request("SUBSCRIBE", options))).status).toBe(481);
  });

  it("as a response to a branch that was never sent goes nowhere", async () => {
    const forged = `SIP/2.0 200 OK\r
Via: SIP/2.0/WSS example.com;branch=z9hG4bKguessed\r
From: <sip:${alice}>;tag=1\r
To: <sip:${bob}>;tag=2\r
Call-ID: guessed\r
CSeq: 1 MESSAGE\r
Content-Length: 0\r
\r
`;
    const refreshed = await inVain(() => {
      attacker.send(forged);
      return attacker.register();
    });
    expect(refreshed.status).toBe(200);
    expect(attacker.unread()).toEqual([]);
  });

  it("as the answer of another page to a message in flight does not count", async () => {
    const [from, to] = victims as [Phone, Phone];
    const sent = from.message(bob, "for Bob alone");
    const request = await to.receive("MESSAGE");
    const other = await online(bob, "named", { instance: "another" });
    other.answer(request, 200);
    expect((await other.register()).status).toBe(200);
    // Had the forged 200 counted, it would be the sender's answer; busy, it is kept for later.
    to.answer(request, 486);
    expect((await sent).status).toBe(202);
    for (const phone of [...victims, attacker, other]) phone.hangUp();
  });
});

describe("replayed and borrowed credentials", () => {
  const registration = (phone: Phone, nonceOf: string, count: number) =>
    phone.attempt("REGISTER", {
      lines: [
        `Contact: <${phone.contact}>`,
        `Authorization: ${credentialsFor(nonceOf, phone.user, password, "REGISTER", "sip:example.com", count)}`,
      ],
    });

  it("of another socket are stale, and cost no row (RFC 7616 §5.4)", async () => {
    const [first, second] = [await dial(mallory), await dial(mallory)];
    const nonce = challenge(await first.attempt("REGISTER"));
    const refused = await inVain(() => registration(second, nonce, 1));
    expect(refused.status).toBe(401);
    expect(challenge(refused)).toContain("stale=true");
    expect((await registration(first, nonce, 1)).status).toBe(200);
    for (const phone of [first, second]) phone.hangUp();
  });

  it("of another user are stale too", async () => {
    const [stranger, other] = [await dial(alice), await dial(bob)];
    const nonce = challenge(await stranger.attempt("REGISTER"));
    const refused = await inVain(() => registration(other, nonce, 1));
    expect([refused.status, challenge(refused)]).toEqual([401, expect.stringContaining("stale=true")]);
    for (const phone of [stranger, other]) phone.hangUp();
  });

  it("with a nonce of their own making are stale", async () => {
    const stranger = await dial(alice);
    const made = challenge(await stranger.attempt("REGISTER")).replace(/nonce="./, 'nonce="z');
    const refused = await inVain(() => registration(stranger, made, 1));
    expect([refused.status, challenge(refused)]).toEqual([401, expect.stringContaining("stale=true")]);
    stranger.hangUp();
  });

  it("of a token for nobody here are refused at the upgrade, without an object", async () => {
    const token = await tokenFor("mallory@elsewhere.example");
    await expect(dial(`${alice}&access_token=${token}`)).rejects.toThrow(/^40[13]/);
    for (const phone of [...victims, attacker]) phone.hangUp();
  });
});

describe("a document that is a bomb (RFC 3903 §6 step 4)", () => {
  const entities = Array.from(
    { length: 9 },
    (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
  ).join("");
  const bombs: readonly (readonly [string, string])[] = [
    ["of entities", `<!DOCTYPE p [<!ENTITY l0 "lol">${entities}]><presence>&l9;</presence>`],
    ["with a DTD from elsewhere", '<!DOCTYPE p SYSTEM "http://evil.example/x.dtd"><presence/>'],
    ["with a file of ours", '<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]><presence>&f;</presence>'],
    ["with entities nobody declared", pidf("a@example.com", "&lol;")],
    ["of depth", `${"<a>".repeat(6000)}${"</a>".repeat(6000)}`],
    ["of attributes", `<presence ${Array.from({ length: 4000 }, (_, at) => `a${at}=""`).join(" ")}/>`],
    ["of namespaces", `<presence ${Array.from({ length: 1500 }, (_, at) => `xmlns:a${at}="u"`).join(" ")}/>`],
    ["that never ends", "<presence><tuple><status>".repeat(50)],
    ["of comments that never end", `<!--${"-".repeat(40_000)}`],
    ["that is no XML", "\u0000\u0001"],
    ["that is empty of all but a root", "<presence/>"],
  ];

  it.each(bombs)("%s is 400", async (_what, document) => {
    const options = { lines: ["Event: presence", "Content-Type: application/pidf+xml"], body: document };
    const refused = await inVain(() => attacker.request("PUBLISH", options));
    expect(refused.status).toBe(400);
  });
});

describe("requests that are too much", () => {
  it("by their body are 413", async () => {
    const options = { uri: `sip:${bob}`, lines: text, body: "x".repeat(50_000) };
    expect((await inVain(() => attacker.request("MESSAGE", options))).status).toBe(413);
  });

  it.each([
    ["4,000 header fields", Array.from({ length: 4000 }, (_, at) => `X-${at}: a`), 400],
    [
      "3,000 Contacts",
      [`Contact: ${Array.from({ length: 3000 }, (_, at) => `<sip:${at}@x>`).join(",")}`],
      400,
    ],
    // None of a registrar's business, and no more work than their length.
    ["a header field of 60,000 octets", [`X-Long: ${"a".repeat(60_000)}`], 200],
    ["a header field of 12,000 folded lines", [`X-Folded: a${"\r\n b".repeat(12_000)}`], 200],
    ["a header field of 20,000 parameters", [`Accept-Contact: *${";a".repeat(20_000)}`], 200],
    ["a header field of 20,000 quotes", [`Subject: ${'"\\'.repeat(20_000)}`], 200],
  ] as const)("by %s harm nobody", async (_what, lines, status) => {
    const answered = await inVain(() => attacker.request("REGISTER", { lines }));
    expect(answered.status).toBe(status);
  });
});
