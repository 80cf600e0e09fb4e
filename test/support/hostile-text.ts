// Text as the worst of peers could send it, and what XML carries of it.

import fc from "fast-check";

/** Any UTF-16 code units: markup, quotes, control characters, lone surrogates. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom("<", ">", "&", '"', "'", "]]>", "<!--", "\r", "\n", "\t", "\0", "&#0;", "é"), {
      maxLength: 8,
    })
    .map((parts) => parts.join("")),
);

/** With what XML 1.0 §2.2 has no character for as U+FFFD. */
export const carried = (value: string): string =>
  value.replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
