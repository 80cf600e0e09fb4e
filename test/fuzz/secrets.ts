// Secrets, planted in a message wherever one may stand (RFC 3261 §22, RFC 7616, RFC 8898; URIs, SDP, forms, JSON), in any spelling.

import type { Random } from "./random";

/** Nothing else that is tried contains it. */
export const secret = "S3cr3tS3cr3t";

const names = {
  credentials: [
    "Authorization",
    "Proxy-Authorization",
    "Authentication-Info",
    "Proxy-Authentication-Info",
    "X-Auth-Token",
    "Cookie",
    "Set-Cookie",
    "X-Api-Key",
    "X-Secret",
    "Password",
    "X-Credentials",
  ],
  challenges: ["WWW-Authenticate", "Proxy-Authenticate"],
  addresses: ["Contact", "m", "Route", "Refer-To", "r", "Referred-By", "X-Whatever", "From", "f", "To", "t"],
  parameters: [
    "access_token",
    "refresh_token",
    "token",
    "jwt",
    "password",
    "pwd",
    "secret",
    "api_key",
    "pn-prid",
  ],
} as const;

const colons = [":", ": ", " : ", ":\r\n ", "\t:\r\n\t"] as const;
const commas = [", ", ",", ",\r\n ", ",\t"] as const;

export function plant(random: Random, text: string): string {
  const split = text.indexOf("\r\n\r\n");
  if (split < 0) return text;
  const [head, body] = [text.slice(0, split), text.slice(split + 4)];
  if (random.once(4)) return withBody(head, planted(random, body, bodyOf(random)));
  const lines = head.split("\r\n");
  if (random.once(8)) {
    lines[0] = (lines[0] ?? "").replace(/ \S+ /, () => ` ${uriOf(random)} `);
    // Of a response, and of a line with no target, nothing was replaced.
    if (lines[0]?.includes(secret) === true) return [lines.join("\r\n"), body].join("\r\n\r\n");
  }
  lines.splice(1 + random.below(lines.length), 0, fieldOf(random));
  return [lines.join("\r\n"), body].join("\r\n\r\n");
}

/** A line of its own in what was there, or instead of it. */
function planted(random: Random, body: string, line: string): string {
  if (random.once(2) || !line.startsWith("a=")) return line;
  const lines = body.split("\r\n");
  lines.splice(random.below(lines.length + 1), 0, line);
  return lines.join("\r\n");
}

function withBody(head: string, body: string): string {
  const length = new TextEncoder().encode(body).length;
  const lines = head.split("\r\n").filter((line) => !/^(?:content-length|l)[ \t]*:/i.test(line));
  return [...lines, `Content-Length: ${length}`, "", body].join("\r\n");
}

function fieldOf(random: Random): string {
  const colon = random.pick(colons);
  switch (random.below(4)) {
    case 0:
      return `${inAnyCase(random, random.pick(names.credentials))}${colon}${credentialsOf(random)}`;
    case 1:
      return `${inAnyCase(random, random.pick(names.challenges))}${colon}Digest realm="example.com"${random.pick(commas)}nonce="${secret}"${random.pick(commas)}opaque="${secret}"`;
    default:
      return `${inAnyCase(random, random.pick(names.addresses))}${colon}<${uriOf(random)}>`;
  }
}

function credentialsOf(random: Random): string {
  const comma = random.pick(commas);
  const name = random.pick(["response", "cnonce", "nonce", "opaque", "username"]);
  return random.pick([
    `Digest realm="example.com"${comma}${name}="${secret}"${comma}uri="sip:example.com"`,
    ...[
      `Bearer ${secret}`,
      `bearer  ${secret}`,
      `Basic ${secret}==`,
      `Custom ${secret}`,
      secret,
      `"${secret}`,
    ],
  ]);
}

function uriOf(random: Random): string {
  const name = inAnyCase(random, random.pick(names.parameters));
  return random.pick([
    `sip:alice@example.com;x=1${random.pick([";", "?", "?a=b&"])}${name}=${secret}`,
    `sip:alice:${secret}@example.com`,
    `SIPS:alice:${secret}@example.com;transport=ws`,
    `sip:alice@example.com;x=eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`,
  ]);
}

function bodyOf(random: Random): string {
  const name = inAnyCase(random, random.pick(names.parameters));
  return random.pick([
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${secret}|2^20`,
    ...[`a=ice-pwd:${secret}`, `a=ice-ufrag:${secret}`, `a=fingerprint:sha-256 ${secret}`],
    ...[`a=key-mgmt:mikey ${secret}`, `a=zrtp-hash:1.10 ${secret}`],
    `v=0\nk=clear:${secret}\ns=-`,
    `{"${name}":"${secret}","expires":1}`,
    `{ '${name}' : '${secret}' }`,
    `grant_type=password&${name}=${secret}&x=1`,
    `SIP/2.0 401 Unauthorized\r\n${fieldOf(random)}\r\n\r\n`,
    `<credential>eyJhbGciOiJIUzI1NiJ9.${secret}</credential>`,
  ]);
}

const inAnyCase = (random: Random, text: string): string =>
  random.once(2)
    ? text
    : [...text].map((one) => (random.once(2) ? one.toUpperCase() : one.toLowerCase())).join("");
