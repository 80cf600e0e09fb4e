import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCpim } from "../../src/messaging/cpim";

const lines = (...text: readonly string[]): string => text.map((line) => `${line}\r\n`).join("");

describe("RFC 3862 §3.4: namespaces", () => {
  test("any prefix bound to the IMDN namespace names its Message-ID", () => {
    const body = lines("NS: x <urn:ietf:params:imdn>", "x.Message-ID: abc", "");
    expect(readCpim(body).imdnMessageId).toBe("abc");
  });

  test("without a prefix the default namespace counts, once it is declared", () => {
    expect(readCpim(lines("NS: <urn:ietf:params:imdn>", "Message-ID: abc", "")).imdnMessageId).toBe("abc");
    expect(
      readCpim(lines("Message-ID: abc", "NS: <urn:ietf:params:imdn>", "")).imdnMessageId,
    ).toBeUndefined();
  });

  test("a prefix bound to something else is not IMDN, whatever its name", () => {
    expect(
      readCpim(lines("NS: imdn <urn:example:other>", "imdn.Message-ID: abc", "")).imdnMessageId,
    ).toBeUndefined();
  });

  test("the usual prefix needs no declaration", () => {
    expect(readCpim(lines("imdn.Message-ID: abc", "")).imdnMessageId).toBe("abc");
  });

  test("names are compared with case (§2.2)", () => {
    expect(readCpim(lines("imdn.message-id: abc", "")).imdnMessageId).toBeUndefined();
  });
});

describe("RFC 3862 §2: the parts", () => {
  test("a header in the content's MIME head is no message header", () => {
    const body = lines("To: <im:b@example.com>", "", "Content-Type: text/plain", "imdn.Message-ID: abc", "");
    expect(readCpim(body)).toEqual({ contentType: "text/plain" });
  });

  test("parameters between colon and value are skipped (§3.6)", () => {
    expect(readCpim(lines("imdn.Message-ID:;lang=en abc", "")).imdnMessageId).toBe("abc");
    expect(readCpim(lines("imdn.Message-ID:;lang=en", "")).imdnMessageId).toBeUndefined();
  });

  test("bare line feeds are taken as line ends", () => {
    expect(readCpim("imdn.Message-ID: abc\n\nContent-Type: text/plain\n\nhi")).toEqual({
      contentType: "text/plain",
      imdnMessageId: "abc",
    });
  });
});

test.each(["", "a b", "a;b", "a".repeat(257), "<a>"])("%j is no Message-ID", (value) => {
  expect(readCpim(lines(`imdn.Message-ID: ${value}`, "")).imdnMessageId).toBeUndefined();
});

test("a head without end is read to its bound only", () => {
  const flood = lines(...Array<string>(200).fill("X: y"));
  expect(readCpim(`${flood}imdn.Message-ID: abc\r\n\r\n`)).toEqual({});
  expect(readCpim(`X: ${"y".repeat(20_000)}\r\nimdn.Message-ID: abc\r\n\r\n`)).toEqual({});
});

test("property: no text makes it throw, and what it reads is a token", () => {
  const piece = fc.constantFrom(
    "NS",
    "imdn",
    ".",
    "Message-ID",
    ":",
    " ",
    ";",
    "<",
    ">",
    "\r\n",
    "\n",
    "a",
    "\0",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((parts) => parts.join("")),
      ),
      (body) => {
        const { imdnMessageId } = readCpim(body);
        if (imdnMessageId !== undefined) expect(imdnMessageId).toMatch(/^[^\s<>;:]+$/);
      },
    ),
  );
});
