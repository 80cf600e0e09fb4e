// Header lines of other projects' tests: each goes through parsing and splicing byte for byte, and validation
// refuses none that a relay has no business with.

import { expect, it } from "vitest";
import { canonicalHeaderName } from "../../src/sip/header-name";
import { allFields, fieldValue, type SipRequest } from "../../src/sip/message";
import { parseText, salvageRequest } from "../../src/sip/parser";
import { insertAt, spliceText } from "../../src/sip/splice";
import { validateRequest } from "../../src/sip/validate";
import { readJson } from "./read";

interface HeaderLineVector {
  readonly id: string;
  readonly header: string;
  readonly value: string;
  readonly expect: "relay-unchanged" | "relay-or-400";
}

const { vectors } = readJson("./vectors/header-lines.json") as { vectors: readonly HeaderLineVector[] };

const own: readonly (readonly [string, string])[] = [
  ["Via", "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks"],
  ["From", "<sip:alice@example.com>;tag=asdyka899"],
  ["To", "<sip:bob@example.com>"],
  ["Call-ID", "asidkj3ss"],
  ["CSeq", "1 MESSAGE"],
  ["Max-Forwards", "70"],
];

/** A MESSAGE with that line in the place of its own of that name. */
function withLine(header: string, value: string): string {
  const name = canonicalHeaderName(header);
  const lines = own.filter(([spelling]) => canonicalHeaderName(spelling) !== name);
  const text = [...lines, [header, value]].map(([spelling, text]) => `${spelling}: ${text}\r\n`).join("");
  return `MESSAGE sip:bob@example.com SIP/2.0\r\n${text}\r\n`;
}

function parsed(text: string): SipRequest {
  const result = parseText(text);
  if (!result.ok || result.value.kind !== "request") return expect.fail("no request");
  return result.value;
}

/** Written with a line break and no white space behind it: that is no fold but a line that is no header field. */
const broken = "header-line-039";

it("answers 400 to a line that is no header field", () => {
  const vector = vectors.find(({ id }) => id === broken);
  const text = withLine(vector?.header ?? "", vector?.value ?? "");
  expect(parseText(text)).toEqual({ ok: false, error: "header-field" });
  expect(salvageRequest(text)?.method).toBe("MESSAGE");
});

it.each(vectors.filter(({ id }) => id !== broken))(
  "$id: $header: $value",
  ({ header, value, expect: expected }) => {
    const request = parsed(withLine(header, value));
    const refusal = validateRequest(request);
    if (expected === "relay-unchanged") expect(refusal).toBeUndefined();
    else expect([undefined, 400]).toContain(refusal?.status);
    const via = "Via: SIP/2.0/WSS b.invalid;branch=z9hG4bK2\r\n";
    const relayed = parsed(spliceText(request, [insertAt(request.headStart, via)]));
    const field = allFields(relayed).at(-1);
    if (field === undefined) return expect.fail("the field is lost");
    expect(relayed.text.slice(field.valueStart, field.end)).toBe(` ${value}\r\n`);
    expect(fieldValue(relayed, field)).toBe(fieldValue(request, allFields(request).at(-1) ?? field));
  },
);
