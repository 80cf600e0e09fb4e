import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { digestAlgorithms, ha1, ha1Set } from "../../src/auth/digest";
import { verifyPassword } from "../../src/auth/password";

const { hash } = createKeyring("the hash function alone");
const realm = "example.com";
const spelling = "Alice@example.com";
const account = { spelling, ha1s: ha1Set(hash, "Alice", realm, "secret") };

const verify = (
  password: string,
  of: typeof account | undefined = account,
  algorithms = digestAlgorithms,
  written = "alice@example.com",
) => verifyPassword(hash, of, { spelling: written, realm, password }, algorithms);

describe("a password against the H(A1)s of RFC 7616 §3.4.2", () => {
  it("is right or wrong, in whatever case the name was written", () => {
    expect(verify("secret")).toBe(true);
    expect(verify("secret", account, digestAlgorithms, "ALICE@example.com")).toBe(true);
    for (const wrong of ["", "Secret", "secret ", "secre"]) expect(verify(wrong)).toBe(false);
  });

  it.each(digestAlgorithms)(
    "is right by an import that has %s alone, for either form of the name",
    (name) => {
      for (const ha1s of [
        { user: { [name]: ha1(hash, name, "Alice", realm, "secret") }, aor: {} },
        { user: {}, aor: { [name]: ha1(hash, name, spelling, realm, "secret") } },
      ]) {
        expect(verify("secret", { spelling, ha1s } as typeof account)).toBe(true);
        expect(verify("guess", { spelling, ha1s } as typeof account)).toBe(false);
      }
    },
  );

  it("does not count by an algorithm that our challenges do not offer", () => {
    const old = { spelling, ha1s: { user: { MD5: ha1(hash, "MD5", "Alice", realm, "secret") }, aor: {} } };
    expect(verify("secret", old as typeof account, ["SHA-256"])).toBe(false);
  });

  it("is never right without an account, nor for one that has no password", () => {
    expect(verifyPassword(hash, undefined, { spelling, realm, password: "secret" }, digestAlgorithms)).toBe(
      false,
    );
    expect(verify("", { spelling, ha1s: { user: {}, aor: {} } } as unknown as typeof account)).toBe(false);
  });

  it("asks for the same hashes whether there is an account or not", () => {
    const asked = (of: typeof account | undefined) => {
      const names: string[] = [];
      const counting: typeof hash = (algorithm, text) => {
        names.push(`${algorithm} ${text.length}`);
        return hash(algorithm, text);
      };
      verifyPassword(counting, of, { spelling, realm, password: "guess" }, digestAlgorithms);
      return names;
    };
    expect(asked(undefined)).toEqual(asked(account));
    expect(asked(account)).toHaveLength(6);
  });
});
