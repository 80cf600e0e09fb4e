// The log of refusals: who runs a gateway finds each refused request once, at the home that refused it, with its reason.

import { afterEach, beforeEach, expect, it, type MockInstance, vi } from "vitest";
import { dial, makeAccount, online } from "./support/homes";
import { administer } from "./support/worker";

const secret = "what only two are to read";

let said: MockInstance[];
beforeEach(() => {
  const levels = ["info", "warn", "error"] as const;
  said = levels.map((level) => vi.spyOn(console, level).mockImplementation(() => undefined));
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface LogLine {
  readonly event: string;
  readonly aor?: string;
  readonly status?: number;
  readonly method?: string;
  readonly why?: string;
}

const lines = (): readonly string[] => said.flatMap(({ mock }) => mock.calls.map(([line]) => String(line)));
const refusals = (): readonly LogLine[] =>
  lines()
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ event }) => event === "refused");

const [alice, bob, nobody] = ["refused@example.com", "refusing@example.com", "nobody-here@example.com"];

it("each refused request is one line of the home that refused it: method, status, whose home, and no secret", async () => {
  await makeAccount(alice);
  await makeAccount(bob);
  await administer("PATCH", `/v1/accounts/${bob}`, { blocked: [alice] });
  const phone = await online(alice);
  await online(bob);
  const text = { lines: ["Content-Type: text/plain"], body: secret };
  const cases = [
    [nobody, "MESSAGE", 404, { uri: `sip:${nobody}`, ...text }],
    [bob, "MESSAGE", 403, { uri: `sip:${bob}`, ...text }],
    [
      alice,
      "MESSAGE",
      420,
      { uri: `sip:${bob}`, ...text, lines: [...text.lines, "Proxy-Require: nothing-known"] },
    ],
    [alice, "PUBLISH", 403, { uri: `sip:${bob}`, lines: ["Event: presence"], body: secret }],
    [alice, "PUBLISH", 489, { lines: ["Event: weather"], body: secret }],
    [alice, "BYE", 481, { uri: `sip:${bob}`, to: `<sip:${bob}>;tag=unknown` }],
    [alice, "CANCEL", 481, { uri: `sip:${bob}` }],
    [alice, "FLY", 404, { uri: "sip:example.com" }],
  ] as const;
  for (const [aor, method, status, options] of cases) {
    const before = refusals().length;
    const response = await phone.request(method, options);
    expect([method, response.status]).toEqual([method, status]);
    expect(refusals().slice(before)).toEqual([
      expect.objectContaining({ event: "refused", aor, method, status }),
    ]);
  }
  for (const line of lines()) {
    expect(line).not.toContain(secret);
    expect(line).not.toMatch(/response=|nonce|Digest/i);
  }
  phone.hangUp();
});

it("a stranger's are one line, however many", async () => {
  const phone = await dial(await makeAccount("strangers@example.com"));
  for (let count = 0; count < 5; count++) {
    // RFC 3261 §22.1: a CANCEL is never challenged.
    expect((await phone.attempt("CANCEL")).status).toBe(481);
  }
  expect(refusals()).toHaveLength(1);
  phone.hangUp();
});
