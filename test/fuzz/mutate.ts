// Changes to a text that a parser has to survive: of single characters, of lines, of markup, and pieces of other texts.

import type { Random } from "./random";

/** Pieces of trouble: separators, line ends, numbers at their limits, escapes, markup. */
const pieces = [
  ...["\r\n", "\n", "\r", "\r\n\r\n", "\r\n ", "\0", "\t", " ", "\u2028", "\ud800", "\udfff", "é", "\ufeff"],
  ...[
    '"',
    '\\"',
    "\\",
    "<",
    ">",
    "<>",
    "(",
    ")",
    ",",
    ";",
    ";;",
    "=",
    ":",
    "::",
    "@",
    "@@",
    "?",
    "&",
    "*",
    "%",
    "/",
  ],
  ...[
    "%00",
    "%0d%0a",
    "%41",
    "%",
    "%4",
    "%ff",
    "&lt;",
    "&#0;",
    "&#13;&#10;X: y",
    "]]>",
    "<!--",
    "<![CDATA[",
    "<?x?>",
  ],
  ...["0", "-1", "1", "2147483648", "4294967295", "4294967296", "99999999999999999999", "1e9", "0x10", "NaN"],
  ...[
    ";tag=",
    ";lr",
    ";gr",
    ";ob",
    ";gr=urn:uuid:x",
    ";branch=z9hG4bK",
    ";expires=0",
    ";expires=4294967296",
    ";q=2",
  ],
  ...[
    "sip:",
    "sips:",
    "tel:",
    "urn:",
    "[::1]",
    "[",
    "192.0.2.1",
    "a.invalid",
    "example.com",
    "SIP/2.0",
    "z9hG4bK",
  ],
  ...[
    "<a>",
    "</a>",
    "<a",
    "/>",
    'xmlns="',
    'xmlns:x=""',
    "<!DOCTYPE a>",
    "<!ENTITY x 'y'>",
    "&x;",
    "{}",
    "[]",
    "null",
  ],
  ...["__proto__", "constructor", "toString", "hasOwnProperty"],
] as const;

/** A text near `text`; `others` lend it parts. */
export function mutate(random: Random, text: string, others: readonly string[]): string {
  let changed = text;
  for (let count = 1 + random.below(4); count > 0; count--) changed = mutateOnce(random, changed, others);
  return changed;
}

function mutateOnce(random: Random, text: string, others: readonly string[]): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(random.once(4) ? text.length : 8));
  switch (random.below(12)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, end) + text.slice(at);
    case 2:
    case 3:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at);
    case 4:
      return text.slice(0, at) + random.pick(pieces) + text.slice(end);
    case 5:
      return (
        text.slice(0, at) +
        String.fromCharCode(random.below(random.once(8) ? 0x10000 : 256)) +
        text.slice(at + 1)
      );
    case 6:
      return text.slice(0, at) + pieceOf(random, random.pick(others)) + text.slice(at);
    case 7:
      return text.replace(/\d+/, () =>
        String(random.pick(["0", "4294967295", "4294967296", "-5", "007", ""])),
      );
    case 8:
      return text.slice(0, at) + text.slice(at, end).repeat(2 + random.below(30)) + text.slice(end);
    default:
      return mutateLines(random, text, others);
  }
}

const pieceOf = (random: Random, text: string): string => {
  const at = random.below(text.length);
  return text.slice(at, at + 1 + random.below(60));
};

/** Header fields are lines: taken out, doubled, swapped, borrowed, with the value of another. */
function mutateLines(random: Random, text: string, others: readonly string[]): string {
  const lines = text.split("\r\n");
  const at = random.below(lines.length);
  const line = lines[at] ?? "";
  const from = random.below(lines.length);
  switch (random.below(7)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, ...Array.from({ length: 1 + random.below(6) }, () => line));
      break;
    case 2:
      lines.splice(at, 1, lines[from] ?? "");
      break;
    case 3:
      lines.splice(
        at,
        0,
        ...random
          .pick(others)
          .split("\r\n")
          .slice(0, 1 + random.below(3)),
      );
      break;
    case 4:
      lines[at] = line.slice(0, line.indexOf(":") + 1) + (lines[from] ?? "").replace(/^[^:]*:/, "");
      break;
    case 5:
      lines[at] = line.replace(/^[^:]*/, (name) => (random.once(2) ? name.toUpperCase() : name.slice(0, 1)));
      break;
    default:
      lines[at] = `${line},${line.replace(/^[^:]*:/, "")}`;
  }
  return lines.join("\r\n");
}
