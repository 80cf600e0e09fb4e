// Much of one thing, as long as a frame may be: what a reader goes over twice for each of its parts takes seconds here.

import type { Random } from "./random";

const fragments = [
  ...["a", "a.", "a-", "-", ".", "9", "%41", "%4", "%", ":", "::", "[", "[::1]", "é", "\u2028", "\ud800"],
  ...[",", ", ", ";", "; ", ";a", ";a=b", ';a="b"', ";tag=1", ";branch=z9hG4bK", "=", "=,", "&a=b", "?a=b&"],
  ...[
    '"',
    '",',
    '",",',
    '"a" ',
    '"\\"',
    "\\",
    "\\\\",
    '\\"',
    "(",
    "()",
    "(\\",
    "<",
    "<>",
    "<sip:a@b>",
    "<sip:a@b>,",
  ],
  ...[
    " ",
    "\t",
    " \t",
    "\r\n ",
    "\r\n\t",
    " ,",
    "a ",
    "a b",
    "*",
    "*,",
    "SIP/2.0/WSS a.invalid;branch=z9hG4bK1,",
  ],
  ...[
    'Digest realm="a",',
    'a="b",',
    "a=b,",
    "x y,",
    "presence,",
    "text/plain;q=0.5,",
    "gruu,",
    "sip:a@b;lr,",
  ],
  ...[
    "\r\na: b",
    "\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
    "\r\nRoute: <sip:a;lr>",
    "\r\nContact: <sip:a@b>",
  ],
  ...["\n", "\r", "\r\n", "\0", "--b", "--b\r\n", "\r\n--b\r\n\r\n", "\r\n-", "--b--\r\n"],
] as const;

const markup = [
  ...[
    "<a>",
    "</a>",
    "<a/>",
    '<a b="c">',
    "<a xmlns='u'>",
    " b='c'",
    "&lt;",
    "&#10;",
    "&",
    "]]>",
    "<![CDATA[",
    "]]",
    "<!--",
    "--",
    "<?a",
  ],
  ...[
    "<a ",
    "<a\t\n",
    "'",
    '"',
    "=",
    "\r\n",
    '<entry uri="sip:a@b"/>',
    "<list>",
    '<tuple id="a">',
    "<rule id='a'>",
    "\ufeff",
    "x",
  ],
  ...["From: a\r\n", "NS: <urn:a>\r\n", "Content-Type: a\r\n", "\r\n\r\n"],
] as const;

const longest = 60_000;

/** Of one fragment or of two that alternate, now and then with another end. */
export function longOf(random: Random, isDocument = false): string {
  const from: readonly string[] = isDocument ? [...markup, ...fragments] : fragments;
  const fragment = random.pick(from) + (random.once(4) ? random.pick(from) : "");
  const length = random.once(2) ? longest : 200 + random.below(6000);
  const end = random.once(2) ? "" : random.pick(from);
  return fragment.repeat(Math.floor(length / fragment.length)) + end;
}

/** The text with much of one thing somewhere in it: behind a colon, in the start line, or anywhere. */
export function lengthen(random: Random, text: string, isDocument = false): string {
  const long = longOf(random, isDocument);
  const values = [...text.matchAll(isDocument ? />/g : /^[\w-]+: ?/gm)];
  const value = values.length > 0 && !random.once(4) ? random.pick(values) : undefined;
  const at = value === undefined ? random.below(text.length + 1) : value.index + value[0].length;
  const lineEnd = text.indexOf("\r\n", at);
  const end = isDocument || lineEnd < 0 || random.once(3) ? at : lineEnd;
  return text.slice(0, at) + long + text.slice(end);
}
