import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { mintRouteToken, readRoute, readRouteToken, routeValue } from "../../src/flow/route-token";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";

const keyring = createKeyring("a secret of the tests");
const seal = keyring.seal("route");
const target = {
  aor: "alice@example.com" as AddressOfRecord,
  page: "sip:r4nd0m@d3v1c3.invalid;transport=ws",
};
const uriOf = (token: string) => routeValue(token, "example.com").slice(1, -1);

describe("RFC 5626 §5.2", () => {
  it("a token leads back to the page it was minted for", () => {
    expect(readRouteToken(seal, mintRouteToken(seal, target))).toEqual(target);
    expect(readRoute(seal, uriOf(mintRouteToken(seal, target)))).toEqual(target);
  });

  it("shows neither address-of-record nor page, in clear or in base64", () => {
    const token = mintRouteToken(seal, target);
    for (const text of [token, Buffer.from(token, "base64url").toString("latin1")]) {
      for (const secret of ["alice", "example", "r4nd0m", "invalid"]) expect(text).not.toContain(secret);
    }
  });

  it("reads back any address and page", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (aor, page) => {
        const any = { aor: aor as AddressOfRecord, page };
        expect(readRouteToken(seal, mintRouteToken(seal, any))).toEqual(any);
      }),
    );
  });
});

describe("a forged Route reaches nobody", () => {
  const token = mintRouteToken(seal, target);

  it("changed in one character", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, character) => {
        fc.pre(token[at] !== character);
        expect(readRouteToken(seal, token.slice(0, at) + character + token.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it("cut, lengthened, padded, or in the other base64 alphabet", () => {
    const spellings = [
      token.slice(0, -1),
      token.slice(1),
      `${token}A`,
      `${token}=`,
      `${token}==`,
      ` ${token}`,
      `${token}!`,
    ];
    for (const spelling of spellings) expect(readRouteToken(seal, spelling)).toBeUndefined();
    expect(readRouteToken(seal, `${token.slice(0, 4)}%41${token.slice(5)}`)).toBeUndefined();
  });

  it("minted for another purpose, or by another deployment", () => {
    expect(readRouteToken(keyring.seal("gruu"), token)).toBeUndefined();
    expect(readRouteToken(seal, mintRouteToken(keyring.seal("contact"), target))).toBeUndefined();
    const other = createKeyring("another secret of the tests").seal("route");
    expect(readRouteToken(other, token)).toBeUndefined();
  });

  it("sealed by us with another content", () => {
    for (const plain of ["", "[]", '["a"]', '["a","b","c"]', '["a",1]', '{"length":2}', "no JSON"]) {
      expect(readRouteToken(seal, seal.seal(plain))).toBeUndefined();
    }
  });

  it("any other URI", () => {
    for (const uri of ["sip:example.com;lr", "sip:alice@example.com;lr", "tel:+49", "", `sip:${token}`]) {
      expect(readRoute(seal, uri)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => readRoute(seal, text) === undefined));
    fc.assert(fc.property(fc.string(), (text) => readRouteToken(seal, text) === undefined));
  });
});

describe("RFC 3261 §16.6 step 4", () => {
  const value = routeValue(mintRouteToken(seal, target), "example.com");

  it("is a loose route whose user part is of letters, digits, dash and underscore", () => {
    expect(value).toMatch(/^<sip:[A-Za-z0-9_-]+@example\.com;transport=ws;lr>$/);
  });

  it("is read by the parser of JsSIP, which would drop the message otherwise", () => {
    const require = createRequire(import.meta.url);
    const grammar = require("jssip/lib/Grammar.js") as { parse(input: string, rule: string): unknown };
    expect(grammar.parse(value, "Record_Route")).not.toBe(-1);
  });
});
