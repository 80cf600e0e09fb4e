// Opening handshakes and what comes first on a socket that names nobody: which home they lead to, and what is answered in its place.

import { configurationOf } from "../../src/env";
import { firstMessage } from "../../src/http/upgrade/first-message";
import { chooseHome, routeUpgrade } from "../../src/http/upgrade/route-upgrade";
import { readUpgradeRequest } from "../../src/http/upgrade/upgrade-request";
import { aorHost, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { check } from "./case";
import type { Corpus } from "./corpus";
import { requestOf } from "./grammar";
import { judgeFrame } from "./judge-frame";
import { mutate } from "./mutate";
import type { Random } from "./random";

const realms = ["example.com", "example.net"];
const configuration = configurationOf({
  REALMS: realms.join(","),
  TOKEN_SECRET: "the-fuzzers-token-secret-of-32-octets",
});
const entropy = { token: () => "t" };
const speaker = { user: "alice@example.com", contact: "sip:x@x.invalid;transport=ws" };

const paths = [
  ...[
    "/",
    "/ws",
    "/sip",
    "/sip/alice@example.com",
    "/sip/alice%40example.com",
    "/sip/%2e%2e/x",
    "/sip/a/b",
    "/sip/",
    "/sip//",
  ],
  ...[
    "/?aor=alice@example.com",
    "/?aor=+15550100@example.com&access_token=a.b.c",
    "/ws?aor=%00@example.com",
    "/?aor=a&aor=b",
  ],
  ...[
    "/sip/alice@example.com?aor=bob@example.com",
    "/?access_token=%0d%0a",
    "/?aor=%E0%A4%A",
    "/sip/ALICE@Example.COM.",
  ],
] as const;

const values: Readonly<Record<string, readonly string[]>> = {
  upgrade: ["websocket", "WebSocket", " websocket", "h2c", "websocket, foo"],
  "sec-websocket-protocol": ["sip", "sip, xmpp", "SIP", "xmpp", "sip;q=1", ",sip,", ""],
  origin: [
    "https://example.com",
    "null",
    "https://evil.example",
    "https://example.com.evil.example",
    "https://a@example.com",
    "x",
  ],
  "sec-fetch-site": ["same-origin", "cross-site", "none", ""],
  cookie: [
    "durasip_token=a.b.c",
    "__Host-durasip_session_0123456789abcdef=x",
    ";;=;",
    "durasip_token=",
    "a".repeat(9000),
  ],
  authorization: ["Bearer a.b.c", "Bearer  x ", "bearer", "Digest x", `Bearer ${"x".repeat(9000)}`],
  "x-forwarded-for": ["192.0.2.1, 2001:db8::1", "::ffff:192.0.2.1", "fe80::1%eth0", "x", ",", "1.2.3.4, "],
  "user-agent": ["x".repeat(1000), "a\u0080b"],
};
const methods = ["GET", "GET", "GET", "GET", "POST", "HEAD"] as const;

export const readOpening = (random: Random, corpus: Corpus): number =>
  random.once(2) ? readHandshake(random) : readFirst(random, corpus);

function readHandshake(random: Random): number {
  if (!configuration.ok) return 0;
  const path = random.once(3) ? mutate(random, random.pick(paths), paths) : random.pick(paths);
  const headers: Record<string, string> = { upgrade: "websocket", "sec-websocket-protocol": "sip" };
  for (const [name, drawn] of Object.entries(values)) {
    if (random.once(4))
      headers[name] = random.once(6) ? mutate(random, random.pick(drawn), drawn) : random.pick(drawn);
  }
  const request = requestFor(`https://example.com${path}`, random.pick(methods), headers);
  if (request === undefined) return 0;
  const { settings } = configuration;
  const accepted = routeUpgrade(readUpgradeRequest(request, "x-forwarded-for"), settings);
  const road = accepted.kind === "refused" ? accepted : chooseHome(accepted, undefined, settings);
  if (road.kind === "home") judgeName(road.aor, path);
  if (road.kind === "refused") {
    const lines = [road.reason, ...Object.entries(road.headers).flat()];
    const isOurs = lines.every((line) => /^[\x20-\x7e]*$/.test(line));
    check(isOurs && road.status >= 400, "a refusal of a socket is not in our words:", road);
  }
  return path.length;
}

/** Undefined for what no client of HTTP can send. */
function requestFor(url: string, method: string, headers: Record<string, string>): Request | undefined {
  try {
    return new Request(url, { method, headers });
  } catch {
    return undefined;
  }
}

function readFirst(random: Random, corpus: Corpus): number {
  if (!configuration.ok) return 0;
  const drawn = random.once(4)
    ? random.pick(corpus.messages)
    : requestOf(random, speaker, corpus, [speaker.user]);
  const text = random.once(2) ? mutate(random, drawn, corpus.messages) : drawn;
  const first = firstMessage(
    random.once(4) ? new TextEncoder().encode(text) : text,
    configuration.settings,
    entropy,
  );
  if (first.kind === "home") judgeName(first.aor, text);
  else if (first.text !== undefined) judgeFrame(first.text, new Set());
  return text.length;
}

/** What names an object is the name itself, of a realm that is served: any other spelling of it would be another object. */
function judgeName(aor: string, from: string): void {
  const isItself = parseAddressOfRecord(aor) === aor && !/[A-Z]/.test(aor);
  const host = isItself ? aorHost(parseAddressOfRecord(aor) ?? ("" as never)) : "";
  check(isItself && realms.includes(host), `${JSON.stringify(aor)} is no object's name, from`, from);
}
