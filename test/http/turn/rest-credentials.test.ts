import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../../src/base/brand";
import { credentialFor, relayCredentials } from "../../../src/http/turn/rest-credentials";

interface Vector {
  readonly id: string;
  readonly secret: string;
  readonly username: string;
  readonly credential: string;
}

const { vectors } = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../conformance/crypto/turn-rest.json`, "utf8"),
) as { readonly vectors: readonly Vector[] };

describe("draft-uberti-behave-turn-rest-00 §2.2", () => {
  it.each(vectors)("$id: the credential is the HMAC of the user name", ({ secret, username, credential }) => {
    expect(credentialFor(secret, username)).toBe(credential);
  });

  it("the user name is the second of its end, and whose it is", () => {
    expect(relayCredentials("north", "alice", epochMs(1_433_895_918_999))).toEqual({
      username: "1433895918:alice",
      credential: vectors[0]?.credential,
    });
  });
});
