// Arbitrary texts near the SIP grammar: random text hits no branch of a parser but the first.

import fc from "fast-check";
import type { NameAddr } from "../../src/sip/headers/name-addr";
import type { Via } from "../../src/sip/headers/via";
import type { Parameters } from "../../src/sip/parameters";
import type { SipUri } from "../../src/sip/uri/uri";

const alphanumeric = "abcXYZ019";
const from = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...alphabet), { minLength, maxLength }).map((characters) => characters.join(""));

/** Pieces of the grammar and of trouble, joined at random. */
export const nearSip: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "sip:",
        "sips:",
        "tel:+1",
        "urn:x",
        "a",
        "alice",
        "@",
        "example.com",
        "h.invalid",
        "192.0.2.1",
      ),
      fc.constantFrom(
        "[2001:db8::1]",
        "[",
        "]",
        "::",
        ":",
        ":5060",
        ";",
        ";tag=1",
        ";lr",
        ";gr=x",
        ";ob",
        "=",
        ",",
      ),
      fc.constantFrom(
        "?",
        "&",
        "<",
        ">",
        '"',
        '\\"',
        "\\",
        " ",
        "\t",
        "\r\n ",
        "%",
        "%41",
        "%ff",
        "%00",
        "*",
        "(",
        ")",
      ),
      fc.constantFrom(
        "SIP/2.0/WSS",
        "z9hG4bK",
        ";branch=",
        "INVITE",
        "1",
        "4294967296",
        "é",
        "\u2028",
        "\ud800",
        "\0",
      ),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));

export const token = from(`${alphanumeric}-.!%*_+\`'~`, 1, 12);
export const hostname = fc
  .array(from("abc019", 1, 5), { maxLength: 3 })
  .map((labels) => [...labels, "example"].join("."));
export const host = fc.oneof(
  hostname,
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
);

/** Text for quoted strings: no line break, which none can hold. */
const content = fc.string({ unit: "grapheme", maxLength: 10 }).map((text) => text.replace(/[\r\n]/g, ""));

export const headerParameters: fc.Arbitrary<Parameters> = fc.uniqueArray(
  fc.record({
    name: token.map((name) => `x${name.toLowerCase()}`),
    value: fc.oneof(fc.constant(null), token, content, host),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

const uriParameters: fc.Arbitrary<Parameters> = fc.uniqueArray(
  fc.record({
    name: token.map((name) => name.toLowerCase()),
    value: fc.oneof(fc.constant(null), fc.string({ unit: "binary", minLength: 1, maxLength: 8 })),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

export const sipUri: fc.Arbitrary<SipUri> = fc
  .record({
    user: fc.option(from(`${alphanumeric}-_.!~*'()&=+$,;?/`, 1, 12), { nil: undefined }),
    password: fc.option(from(`${alphanumeric}&=+$,`, 0, 5), { nil: undefined }),
    scheme: fc.constantFrom("sip" as const, "sips" as const),
    host,
    port: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
    parameters: uriParameters,
    headers: fc.array(fc.tuple(from("abcX-", 1, 6), from("abc%41"[0] ?? "a", 0, 6)), { maxLength: 3 }),
  })
  .map((uri) => ({ kind: "sip", ...uri, password: uri.user === undefined ? undefined : uri.password }));

export const nameAddr = (uri: fc.Arbitrary<string>): fc.Arbitrary<NameAddr> =>
  fc.record({ display: fc.option(content, { nil: undefined }), uri, parameters: headerParameters });

export const via: fc.Arbitrary<Via> = fc
  .record({
    version: token,
    transport: token,
    host,
    port: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
    branch: fc.option(token, { nil: undefined }),
    parameters: headerParameters,
  })
  .map((value) => ({
    protocol: "SIP",
    ...value,
    parameters:
      value.branch === undefined
        ? value.parameters
        : [{ name: "branch", value: value.branch }, ...value.parameters],
  }));
