// A message as it may be stored: credentials, tokens and the keys of media are taken out before anything is kept.
//
// It errs towards taking out. What does not parse is not kept at all: a secret could stand anywhere in it. Each rule is
// one pass, linear in the length of the text.

import { formatAuthValue } from "../auth/auth-value";
import { type Challenge, parseChallenges } from "../auth/challenge";
import type { Redaction } from "../contracts/flight-record";
import { type Frame, octetLength } from "../sip/frame";
import { allFields, fieldValue, type HeaderField, headerValue, type SipMessage } from "../sip/message";
import { parseMessage } from "../sip/parser";

/** What stands in the place of a secret. */
export const redactedMark = "<redacted>";

/** Characters of one record; the rest of a longer message is cut off. */
export const longestRecord = 32 * 1024;

export interface RedactedMessage {
  readonly message: SipMessage;
  readonly text: string;
  readonly redacted: readonly Redaction[];
  readonly truncated: boolean;
}

/** The message without its secrets; undefined for what is none. `bodies`: its body is kept, without its keys. */
export function redactMessage(
  frame: Frame,
  { bodies }: { readonly bodies: boolean },
): RedactedMessage | undefined {
  const parsed = parseMessage(frame);
  if (!parsed.ok || isHeadless(parsed.value)) return undefined;
  const message = parsed.value;
  const original = message.text.slice(0, message.bodyStart);
  const head = redactHead(message);
  const body = redactBody(message, bodies);
  const redacted: Redaction[] = [];
  if (head !== original) redacted.push("credentials");
  if (body !== message.text.slice(message.bodyStart)) redacted.push("body");
  const text = head + body;
  return { message, text: text.slice(0, longestRecord), redacted, truncated: text.length > longestRecord };
}

/**
 * What stands where the start line should is none, and may be a header field: a method is a token (RFC 3261 §7.1), and a
 * name with white space before its colon reads as one (§7.3.1), with the rest for a Request-URI.
 */
const isHeadless = (message: SipMessage): boolean =>
  message.kind === "request" &&
  (!/^[\w.!%*+`'~-]+$/.test(message.method) || /^\s*:|"/.test(message.requestUri));

/** RFC 3261 §20.7, §20.28, §20.6; RFC 7616 §3.5. */
const credentialFields: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "authentication-info",
  "proxy-authentication-info",
]);
const challengeFields: ReadonlySet<string> = new Set(["www-authenticate", "proxy-authenticate"]);
/** What a client of the wild may call a field that holds a secret. */
const secretName = /auth(?!or\b)|token|cookie|secret|passw|api-?key|credential|identity-key/;

function redactHead(message: SipMessage): string {
  const { text, headStart, fieldsEnd, bodyStart } = message;
  let head = redactText(text.slice(0, headStart));
  for (const field of allFields(message)) head += redactField(message, field);
  return head + text.slice(fieldsEnd, bodyStart);
}

function redactField(message: SipMessage, field: HeaderField): string {
  const name = message.text.slice(field.start, field.valueStart);
  if (credentialFields.has(field.name)) return `${name} ${schemeOf(fieldValue(message, field))}\r\n`;
  if (challengeFields.has(field.name)) return `${name} ${challengeOf(fieldValue(message, field))}\r\n`;
  if (secretName.test(field.name)) return `${name} ${redactedMark}\r\n`;
  return name + redactText(message.text.slice(field.valueStart, field.end));
}

/** Of credentials the scheme alone: which kind of login it was. */
function schemeOf(value: string): string {
  const [, scheme] = /^\s*(Digest|Bearer|Basic)\s/i.exec(value) ?? [];
  return scheme === undefined ? redactedMark : `${scheme} ${redactedMark}`;
}

/** Of a challenge what says why it came, and nothing that an answer could be reckoned from. */
function challengeOf(value: string): string {
  const challenges = parseChallenges(value);
  if (challenges === undefined) return redactedMark;
  return challenges.map(shownOf).join(", ");
}

function shownOf(challenge: Challenge): string {
  if (challenge.kind === "other") return redactedMark;
  const realm = ["realm", plain(challenge.realm), "quoted"] as const;
  if (challenge.kind === "bearer")
    return formatAuthValue("Bearer", [realm, ["error", plain(challenge.error), "quoted"]]);
  return formatAuthValue("Digest", [
    realm,
    ["algorithm", plain(challenge.algorithm), "token"],
    ["stale", challenge.stale ? "true" : undefined, "token"],
    ["nonce", redactedMark, "quoted"],
  ]);
}

const plain = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : redactText(value);

/** Names of parameters whose value is a secret, in a URI or in form data; `pn-prid` wakes a device (RFC 8599 §4), and so does its elder `pn-tok`. */
const secretParameters =
  "access_token|refresh_token|id_token|token|jwt|password|passwd|pwd|secret|client_secret|pn-prid|pn-tok|api_?key|credential|authorization|proxy-authorization|sig|signature";
const parameter = new RegExp(
  `([?&;](?:${secretParameters})\\s*=\\s*)(?:"(?:[^"\\\\]|\\\\.)*"?|[^;?&>\\s",]+)`,
  "gi",
);
/** RFC 3261 §19.1.1: a password in a URI, which nobody should write and some do. Bounded, to stay linear. */
const userInfo = /\b(sips?|https?|wss?|turns?|stuns?):(\/\/)?([^\s:@<>"]{0,256}):([^\s@<>"]{1,1024})@/gi;
const credentialsInText = /\b(Bearer|Basic|Digest)([ \t]{1,8})[A-Za-z0-9+/_=.~-]{8,}/gi;
/** A whole run of what a token may be written with: taken at once, so that no run is looked at twice. */
const run = /[A-Za-z0-9_.-]{16,}/g;

/** A JSON Web Token (RFC 7519) wherever it stands. */
function withoutWebToken(text: string): string {
  const at = text.indexOf("eyJ");
  return at >= 0 && text.indexOf(".", at) > 0 ? text.slice(0, at) + redactedMark : text;
}

/** What a secret looks like in any text. */
function redactText(text: string): string {
  return text
    .replace(run, withoutWebToken)
    .replace(parameter, `$1${redactedMark}`)
    .replace(userInfo, `$1:$2$3:${redactedMark}@`)
    .replace(credentialsInText, `$1$2${redactedMark}`);
}

/** RFC 4566 §5.12, RFC 4568, RFC 8839 §5.4, RFC 8122 §5, RFC 4567, RFC 6189 §8: who has these has the media. */
const mediaKey =
  /^(k=|a=(?:crypto|ice-pwd|ice-ufrag|fingerprint|key-mgmt|zrtp-hash|tls-id|3ge2ae)\b:?)[^\r\n]*/gim;
/** A header field of a message within a message (message/sipfrag, message/http), folds included. */
const fieldInBody = /^([\w-]{1,64}[ \t]*:)[^\r\n]*(?:(?:\r\n?|\n)[ \t][^\r\n]*)*/gm;

const withoutSecretField = (field: string, name: string): string =>
  secretName.test(name.toLowerCase()) ? `${name} ${redactedMark}` : field;

const memberInBody = new RegExp(
  `(["']?\\b(?:${secretParameters})["']?\\s*[:=]\\s*)(?:"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s"',;&<>}]+)`,
  "gi",
);

function redactBody(message: SipMessage, bodies: boolean): string {
  const body = message.text.slice(message.bodyStart);
  if (body === "") return "";
  const isText = !message.octets && headerValue(message, "content-encoding") === undefined;
  if (!bodies || !isText) return bodyNote(message, body);
  return redactText(
    body
      .replace(mediaKey, `$1${redactedMark}`)
      .replace(fieldInBody, withoutSecretField)
      .replace(memberInBody, `$1${redactedMark}`),
  );
}

/** What is told of a body that is not kept. */
function bodyNote(message: SipMessage, body: string): string {
  const type = /^\s*([\w.+-]{1,64}\/[\w.+-]{1,64})/.exec(headerValue(message, "content-type") ?? "")?.[1];
  return `[${octetLength(body, message.octets)} octets${type === undefined ? "" : ` of ${type}`}, not recorded]\r\n`;
}
