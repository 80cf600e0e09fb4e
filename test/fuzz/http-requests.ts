// Requests of HTTP near those that are right: every route with a body that fits it and bodies that do not, and documents
// with their parts by XCAP.

import type { Corpus } from "./corpus";
import { listsOf, pidfOf, rulesOf, servicesOf } from "./documents";
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

const oddUsers = [
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

export function apiRequest(random: Random, corpus: Corpus, tokens: Tokens, adminToken: string): Asked {
  const [method, path, bodies] = random.pick(routes);
  const user = encodeURIComponent(random.once(8) ? random.pick(oddUsers) : random.pick([...tokens.keys()]));
  const filled = path.replace("{aor}", user).replace("{id}", random.pick(oddUsers));
  const target = `/v1${filled}${random.once(4) ? `${filled.includes("?") ? "&" : "?"}${random.join(queries, 3, "&")}` : ""}`;
  const isOwn = /^\/(?:me|turn)/.test(path);
  const body = bodies === undefined || random.once(4) ? anyValue(random, 0) : random.pick(bodies);
  const text = JSON.stringify(body);
  return {
    method: random.once(10)
      ? random.pick(["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD"])
      : method,
    target: random.once(12) ? mutate(random, target, paths) : target,
    headers: {
      authorization: isOwn ? loginOf(random, tokens) : `Bearer ${random.once(20) ? "wrong" : adminToken}`,
      "content-type": random.once(20) ? "text/plain" : "application/json",
      ...(random.once(10) || path.startsWith("/session") ? { origin: random.pick(origins) } : {}),
      ...(random.once(8) ? { cookie: random.pick(cookies) } : {}),
    },
    body: random.once(6) ? mutate(random, text, corpus.documents) : text,
  };
}

const oddLogins = ["Basic x", "Digest", 'Digest username="alice", realm="example.com"', "Bearer a.b.c"];

function loginOf(random: Random, tokens: Tokens): string {
  if (random.once(20)) return random.pick(oddLogins);
  return `Bearer ${random.once(12) ? random.pick([...tokens.values()]) : [...tokens.values()][0]}`;
}

const strings = [
  ...[
    "alice@example.com",
    "bob@example.com",
    "new@example.com",
    "x",
    "",
    "open",
    "a\r\nX-Smuggled: 1",
    "\0",
    "\ud800",
  ],
  ...["é".repeat(40), "allow", "text/plain", "sip:a@b;x=%0d%0a", "text/plain\r\nX-Smuggled: 1"],
];
const members = [
  ...[
    "aor",
    "password",
    "aliases",
    "blocked",
    "enabled",
    "rules",
    "group",
    "ha1s",
    "spelling",
    "from",
    "contentType",
  ],
  ...[
    "body",
    "basic",
    "note",
    "activity",
    "mood",
    "decision",
    "__proto__",
    "doNotDisturb",
    "forward",
    "members",
  ],
];

function anyValue(random: Random, depth: number): unknown {
  switch (random.below(depth > 4 ? 4 : 7)) {
    case 0:
    case 1:
      return random.pick(strings);
    case 2:
      return random.pick([0, 1, -1, 1e9, 1e308, 0.5, null]);
    case 3:
      return random.once(2);
    case 4:
      return Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1));
    default: {
      const entry = (): [string, unknown] => [random.pick(members), anyValue(random, depth + 1)];
      return Object.fromEntries(Array.from({ length: random.below(5) }, entry));
    }
  }
}

const types = {
  "resource-lists": "application/resource-lists+xml",
  "rls-services": "application/rls-services+xml",
  "pres-rules": "application/auth-policy+xml",
  "pidf-manipulation": "application/pidf+xml",
} as const;
const usages = ["resource-lists", "rls-services", "pres-rules", "pidf-manipulation"] as const;
type Usage = (typeof usages)[number];

const selectors: Readonly<Record<Usage, readonly string[]>> = {
  "resource-lists": [
    ...[
      "resource-lists",
      "resource-lists/list",
      "resource-lists/list%5b@name=%22friends%22%5d",
      "*%5b1%5d/*",
    ],
    ...[
      "resource-lists/list%5b1%5d/entry%5b2%5d",
      "resource-lists/list/entry%5b1%5d/@uri",
      "resource-lists/list/@name",
    ],
    ...["resource-lists/list/entry%5b@uri=%22sip:bob@example.com%22%5d", "resource-lists/namespace::*"],
  ],
  "rls-services": [
    "rls-services/service%5b1%5d/@uri",
    "rls-services/service/packages",
    "rls-services/service/*",
  ],
  "pres-rules": [
    "ruleset/rule%5b@id=%22r1%22%5d",
    "ruleset/rule/actions",
    "a:ruleset?xmlns(a=urn:ietf:params:xml:ns:common-policy)",
  ],
  "pidf-manipulation": [
    "presence/tuple%5b1%5d/status",
    "presence/tuple/note",
    "presence/@entity",
    "presence/tuple",
  ],
};
const oddSelectors = [
  "x%5b@a='%22'%5d",
  "%5b",
  "resource-lists/list%5b99999999999%5d",
  "@x",
  "//",
  "",
  "a:b",
  "*/*/*/*",
];
const parts = [
  ...[
    '<entry uri="sip:carol@example.com"/>',
    '<list name="new"/>',
    "sip:new@example.com",
    "x",
    '"',
    "<",
    "&amp;",
  ],
  ...['<entry uri="sip:bob@example.com"><display-name>B</display-name></entry>', "&#13;&#10;X-Smuggled: 1"],
  ...[
    '<a:b xmlns:a="urn:x" a:c="1"/>',
    "<!DOCTYPE a><a/>",
    "<entry/><entry/>",
    "<note>n</note>",
    "<status/>",
    "",
  ],
];
const partTypes = ["application/xcap-el+xml", "application/xcap-att+xml"];

export function xcapRequest(random: Random, corpus: Corpus, tokens: Tokens, etag: string): Asked {
  const [user = ""] = tokens.keys();
  const usage = random.pick(usages);
  const auid = random.once(25)
    ? random.pick(["xcap-caps", "org.openmobilealliance.xcap-directory", "..", "%00"])
    : usage;
  const owner = random.once(25) ? random.pick(oddUsers) : `sip:${user}`;
  const selector = random.once(10) ? random.pick(oddSelectors) : random.pick(selectors[usage]);
  const isPart = random.once(2);
  const target = `/xcap/${auid}/users/${owner}/index${isPart ? `/~~/${selector}` : ""}`;
  const whole = random.once(12) ? random.pick(corpus.documents) : documentFor(random, usage, user);
  const body = isPart ? random.pick(parts) : whole;
  const conditions = [etag, etag, "*", '"y", W/"z"', '"'];
  return {
    method: random.pick(["GET", "PUT", "PUT", "PUT", "PUT", "DELETE", "HEAD"]),
    target: random.once(8) ? mutate(random, target, oddSelectors) : target,
    headers: {
      authorization: loginOf(random, tokens),
      "content-type": isPart ? random.pick(partTypes) : types[usage],
      ...(random.once(5) ? { [random.pick(["if-match", "if-none-match"])]: random.pick(conditions) } : {}),
    },
    body: random.once(5) ? mutate(random, body, corpus.documents) : body,
  };
}

function documentFor(random: Random, usage: Usage, user: string): string {
  switch (usage) {
    case "resource-lists":
      return listsOf(random, ["bob@example.com", "carol@example.com"]);
    case "rls-services":
      return servicesOf(user);
    case "pres-rules":
      return rulesOf(random, "bob@example.com");
    case "pidf-manipulation":
      return pidfOf(random, user);
  }
}
