import { describe, expect, it } from "vitest";
import { textParts } from "../../../web/client/linked-text";

const hrefs = (text: string) => textParts(text).flatMap(({ href }) => href ?? []);

describe("a text", () => {
  it.each([
    ["see https://example.com/a?b=c#d.", ["https://example.com/a?b=c#d"]],
    ["(http://example.com/x)", ["http://example.com/x"]],
    ["https://example.com/wiki/SIP_(protocol)", ["https://example.com/wiki/SIP_(protocol)"]],
    ["two: https://a.example, https://b.example!", ["https://a.example/", "https://b.example/"]],
    ["javascript:alert(1) data:text/html,x //example.com www.example.com", []],
    ["https://bad.example/\u202emoc.elpmaxe", ["https://bad.example/"]],
    ["https://", []],
    ["https://%", []],
  ])("leads on from %j to %j", (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
  });

  it.each([
    "plain",
    "",
    "a https://example.com b",
    'x<a href="https://e.example">y</a>',
    "https://a.b)))...",
  ])("is shown whole: %j", (text) => {
    expect(
      textParts(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });
});
