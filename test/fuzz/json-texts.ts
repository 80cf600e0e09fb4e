// Texts of JSON that a reader may take for less than they are: values of any kind in any place, names twice, names of prototypes, numbers
// beyond what is a number, depth (RFC 8259 §4, §6, §9).

import type { Random } from "./random";

const strings = [
  ...[
    "alice@example.com",
    "bob@example.com",
    "new@example.com",
    "x",
    "",
    "open",
    "a\r\nX-Smuggled: 1",
    "\0",
    "\ud800",
  ],
  ...[
    "é".repeat(40),
    "allow",
    "text/plain",
    "sip:a@b;x=%0d%0a",
    "text/plain\r\nX-Smuggled: 1",
    "m4rk3d-by-the-fuzzer",
  ],
];
const members = [
  ...[
    "aor",
    "password",
    "aliases",
    "blocked",
    "enabled",
    "rules",
    "group",
    "ha1s",
    "spelling",
    "from",
    "contentType",
    "body",
    "basic",
  ],
  ...[
    "note",
    "activity",
    "mood",
    "decision",
    "doNotDisturb",
    "forward",
    "members",
    "ringFor",
    "always",
    "busy",
    "noAnswer",
    "to",
  ],
  ...[
    "after",
    "voice-message",
    "new",
    "old",
    "urgentNew",
    "seconds",
    "token",
    "user",
    "MD5",
    "order",
    "until",
  ],
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "then",
    "toJSON",
    "length",
    "0",
    "",
  ],
];
const numbers = [
  ...[
    "0",
    "1",
    "-1",
    "-0",
    "1e9",
    "1e308",
    "1e400",
    "-1E+400",
    "0.5",
    "9007199254740993",
    "4294967296",
    "1e-400",
    "null",
    "true",
  ],
  ...["00", "01", "+1", "1.", ".5", "NaN", "Infinity", "0x10", `${"9".repeat(400)}`],
];

export function jsonOf(random: Random, depth = 0): string {
  switch (random.below(depth > 4 ? 4 : 8)) {
    case 0:
    case 1:
      return stringOf(random, random.pick(strings));
    case 2:
      return random.pick(numbers);
    case 3:
      return random.pick(["true", "false", "null"]);
    case 4:
      return `[${Array.from({ length: random.below(4) }, () => jsonOf(random, depth + 1)).join(",")}]`;
    case 5:
      return random.once(12) ? deepOf(random) : objectOf(random, depth);
    default:
      return objectOf(random, depth);
  }
}

/** A value near one that is right: one member of it another, or one more. */
export function jsonNear(random: Random, value: unknown): string {
  const text = JSON.stringify(value);
  const values = [...text.matchAll(/(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|[\w.-]+)(?=[,}\]])/g)];
  if (values.length === 0 || random.once(4)) {
    const member = `${stringOf(random, random.pick(members))}:${jsonOf(random, 3)}`;
    return text.replace(/^\{/, () => `{${member},`);
  }
  const { index, 0: old } = random.pick(values);
  const put = random.once(2) ? stringOf(random, random.pick(strings)) : jsonOf(random, 3);
  return text.slice(0, index) + put + text.slice(index + old.length);
}

function objectOf(random: Random, depth: number): string {
  const names = Array.from({ length: random.below(5) }, () => random.pick(members));
  // A name twice: which of the two is believed must not matter.
  const all = names.length > 0 && random.once(6) ? [...names, random.pick(names)] : names;
  return `{${all.map((name) => `${stringOf(random, name)}:${jsonOf(random, depth + 1)}`).join(",")}}`;
}

/** In escapes now and then, which spell the same. */
const stringOf = (random: Random, text: string): string =>
  random.once(6)
    ? `"${[...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`
    : JSON.stringify(text);

function deepOf(random: Random): string {
  const depth = random.pick([40, 400, 4000]);
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"a":', "}"],
    ['{"__proto__":', "}"],
    ['[{"aliases":', "}]"],
  ]);
  return `${open.repeat(depth)}1${random.once(4) ? "" : close.repeat(depth)}`;
}
