// Requests of HTTP near those that are right: every route with a body that fits it and bodies that do not.

import type { Corpus } from "./corpus";
import { marker } from "./fields";
import { jsonNear, jsonOf } from "./json-texts";
import { mutate } from "./mutate";
import type { Random } from "./random";

export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bearer tokens by their user; the first user is the one who asks. */
export type Tokens = ReadonlyMap<string, string>;

/** What earlier answers have told: ids, names, tokens and cookies, to be shown again. */
export interface Told {
  readonly values: readonly string[];
  readonly cookies: readonly string[];
}

const account = [
  { password: "s", aliases: ["other@example.com"] },
  { password: "s", blocked: ["bob@example.com"], spelling: "Alice@example.com" },
  { rules: { doNotDisturb: true, forward: { always: "bob@example.com" } } },
  { group: { members: ["bob@example.com", "sip:x@y;a=%0d%0a"], ringFor: 20 } },
  { enabled: false },
  { ha1s: { user: { MD5: "0123456789abcdef0123456789abcdef" } } },
];
const message = [
  { from: "server@example.com", contentType: "text/plain", body: "hello" },
  { from: "server@example.com", contentType: "text/plain\r\nX-Smuggled: 1", body: "hello" },
  { from: "a\r\nX-Smuggled: 1@example.com", body: "hello" },
  { from: '"a" <sip:server@example.com>', contentType: 'text/plain;x="\\"', body: "\0\ud800" },
];
const presence = [
  { basic: "open", note: "a\r\nX-Smuggled: 1", activity: "busy" },
  { basic: "closed" },
  { basic: "open", mood: "happy" },
];
const rules = [{ doNotDisturb: false, forward: {} }, { forward: { busy: "sip:bob@example.com;x=%0d%0a" } }];
const counts = [{ "voice-message": { new: 1, old: 2 } }, { "voice-message": { new: 4294967295, old: 0 } }];

const logins = [
  { aor: "alice@example.com", password: "secret" },
  { aor: "nobody@example.com", password: "secret" },
  { token: "a.b.c" },
];

type Route = readonly [method: string, path: string, bodies?: readonly unknown[]];

const one = "/accounts/{aor}";
const routes: readonly Route[] = [
  ["POST", "/accounts", account.map((change) => ({ aor: "new@example.com", ...change }))],
  ["PUT", one, account],
  ["PATCH", one, account],
  ["GET", one],
  ["DELETE", one],
  ["GET", "/accounts"],
  ["GET", `${one}/devices`],
  ["DELETE", `${one}/devices/{id}`],
  ["POST", `${one}/messages`, message],
  ["GET", `${one}/messages`],
  ["DELETE", `${one}/messages`],
  ["GET", `${one}/calls`],
  ["DELETE", `${one}/calls`],
  ["GET", `${one}/message-summary`],
  ["PUT", `${one}/message-summary`, counts],
  ["GET", `${one}/dialogs`],
  ["GET", `${one}/subscriptions`],
  ["GET", `${one}/publications`],
  ["GET", "/realms"],
  ["GET", "/realms/{realm}/figures?minutes=60"],
  ["GET", "/realms/{realm}/calls?outcome=answered,missed"],
  ["GET", "/metrics"],
  ["GET", `${one}/ladders/{id}`],
  ["GET", `${one}/ladders/{id}/export?format=pcapng`],
  ["POST", `${one}/ladders/{id}/share`, [{ seconds: 60 }, { seconds: 1e9 }]],
  ["GET", "/shared-ladder?after=1"],
  ["GET", "/shared-ladder/export?format=text"],
  ["DELETE", `${one}/devices/{id}?forget=true`],
  ["GET", "/settings"],
  ["POST", "/session", logins],
  ["GET", "/session?aor={aor}"],
  ["DELETE", "/session?aor={aor}"],
  ["GET", "/me/messages"],
  ["GET", "/health"],
  ["GET", "/openapi.json"],
  ["GET", "/turn-credentials"],
  ["GET", "/me/calls"],
  ["GET", "/me/rules"],
  ["PUT", "/me/rules", rules],
  ["GET", "/me/presence"],
  ["PUT", "/me/presence", presence],
  ["DELETE", "/me/presence"],
  ["GET", "/me/watchers"],
  ["PUT", "/me/watchers/{aor}", [{ decision: "allow" }, { decision: "block" }]],
  ["DELETE", "/me/watchers/{aor}"],
];
const paths = routes.map(([, path]) => path);

export const oddUsers = [
  ...["", "a", "%00@example.com", "alice%0d%0aX-Smuggled: 1@example.com", "a@evil.example", "__proto__"],
  ...["%E0%A4%A", "sip:bob@example.com;gr=x", '"><b>@example.com', "x".repeat(300), "new@example.com"],
];
const queries = [
  ...[
    "aor=alice@example.com",
    "limit=1",
    "limit=-1",
    "limit=1e9",
    "after=0",
    "after=x%0d%0a",
    "realm=example.com",
    `q=${marker}`,
  ],
  ...["forget=true", "before=", "%00", "__proto__=1", "expires=60", "expires=-1"],
];
const cookies = [
  "__Host-durasip_session_x=y",
  "durasip_token=a.b.c",
  "=",
  ";;;",
  `durasip_session=${"x".repeat(5000)}`,
];
const origins = ["https://evil.example", "null", "https://example.com"];

export function apiRequest(
  random: Random,
  corpus: Corpus,
  tokens: Tokens,
  adminToken: string,
  told: Told,
): Asked {
  const [method, path, bodies] = random.pick(routes);
  const user = encodeURIComponent(random.once(8) ? random.pick(oddUsers) : random.pick([...tokens.keys()]));
  const id = told.values.length > 0 && !random.once(4) ? random.pick(told.values) : random.pick(oddUsers);
  const filled = path
    .replace("{aor}", user)
    .replace("{id}", () => encodeURIComponent(id))
    .replace("{realm}", random.once(8) ? random.pick(oddUsers) : "example.com");
  const target = `/v1${filled}${random.once(4) ? `${filled.includes("?") ? "&" : "?"}${random.join(queries, 3, "&")}` : ""}`;
  const isOwn = /^\/(?:me|turn)/.test(path);
  const isAny = bodies === undefined || random.once(4);
  const text = isAny ? jsonOf(random) : bodyNear(random, random.pick(bodies));
  const isByCookie = path.startsWith("/session") || (isOwn && random.once(3));
  return {
    method: random.once(10)
      ? random.pick(["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD"])
      : method,
    target: random.once(12) ? mutate(random, target, paths) : target,
    headers: {
      ...(isByCookie && !random.once(4)
        ? {}
        : { authorization: authorizationFor(random, path, tokens, adminToken, told) }),
      "content-type": random.once(20) ? random.pick(oddTypes) : "application/json",
      ...(random.once(10) || isByCookie ? { origin: random.pick(origins) } : {}),
      ...(random.once(8) || isByCookie ? { cookie: cookieOf(random, told) } : {}),
      ...(random.once(12)
        ? { [random.pick(oddFields)]: `${marker}${random.pick(["", '"', "\\", ";,"])}` }
        : {}),
    },
    body: random.once(6) ? mutate(random, text, corpus.documents) : text,
  };
}

const bodyNear = (random: Random, body: unknown): string =>
  random.once(3) ? jsonNear(random, body) : JSON.stringify(body);

const oddTypes = ["text/plain", "application/json;charset=utf-16", `application/${marker}+json`, ""];
const oddFields = [
  "user-agent",
  "x-requested-with",
  "accept",
  "if-match",
  "range",
  "x-forwarded-for",
  "referer",
  "cookie",
];

const cookieOf = (random: Random, { cookies: known }: Told): string =>
  known.length > 0 && !random.once(4) ? random.pick(known) : random.pick(cookies);

function authorizationFor(
  random: Random,
  path: string,
  tokens: Tokens,
  adminToken: string,
  { values }: Told,
): string {
  if (path.startsWith("/shared") && values.length > 0) return `Bearer ${random.pick(values)}`;
  if (/^\/(?:me|turn)/.test(path)) return loginOf(random, tokens);
  return `Bearer ${random.once(20) ? `wrong${marker}` : adminToken}`;
}

const oddLogins = ["Basic x", "Digest", 'Digest username="alice", realm="example.com"', "Bearer a.b.c"];

export function loginOf(random: Random, tokens: Tokens): string {
  if (random.once(20)) return random.pick(oddLogins);
  return `Bearer ${random.once(12) ? random.pick([...tokens.values()]) : [...tokens.values()][0]}`;
}
