// Character classes and runs of RFC 3261 §25.1, the alphabet of every parser in this folder.
//
// A table look-up per character instead of regular expressions: no backtracking, so every parser built on
// these is linear. Offsets go in, offsets come out; -1 means that the production is not there.

/** Classes of characters; a bit each. */
export const TOKEN = 1;
export const WORD = 2;
export const USER = 4;
export const PASSWORD = 8;
export const PARAMETER = 16;
export const HEADER = 32;
export const URIC = 64;
export const UNRESERVED = 128;

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const unreserved = `${alphanumeric}-_.!~*'()`;

const classes = new Uint8Array(128);
const mark = (bit: number, characters: string): void => {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] as number) | bit;
  }
};
mark(TOKEN, `${alphanumeric}-.!%*_+\`'~`);
mark(WORD, `${alphanumeric}-.!%*_+\`'~()<>:\\"/[]?{}`);
mark(USER, `${unreserved}&=+$,;?/`);
mark(PASSWORD, `${unreserved}&=+$,`);
mark(PARAMETER, `${unreserved}[]/:&+$`);
mark(HEADER, `${unreserved}[]/?:+$`);
mark(URIC, `${unreserved};/?:@&=+$,`);
mark(UNRESERVED, unreserved);

/** Whether the character code is in the class. */
export function isIn(code: number, bit: number): boolean {
  return code < 128 && ((classes[code] as number) & bit) !== 0;
}

/** The offset after the run of that class which starts at `at`; `at` itself when there is none. */
export function runEnd(text: string, at: number, bit: number): number {
  let end = at;
  while (end < text.length && isIn(text.charCodeAt(end), bit)) end++;
  return end;
}

/** As `runEnd`, with escaped = "%" HEXDIG HEXDIG among the characters; a broken escape ends the run. */
export function escapedRunEnd(text: string, at: number, bit: number): number {
  let end = at;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (isIn(code, bit)) end++;
    else if (code === 0x25 && isHex(text.charCodeAt(end + 1)) && isHex(text.charCodeAt(end + 2))) end += 3;
    else break;
  }
  return end;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isHex(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/**
 * The code of the character there, 0 behind the end. A charCodeAt that has once looked behind the end of a text is slow from
 * then on, wherever it looks.
 */
export function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}

/** The offset after SP and HTAB. Folds are gone by now: see fieldValue in message.ts. */
export function skipWhite(text: string, at: number): number {
  let end = at;
  while (end < text.length && isBlank(text.charCodeAt(end))) end++;
  return end;
}

/**
 * The text without SP, HTAB, CR and LF at its ends. String.trim also takes U+00A0 and its like, which no
 * other SIP reader takes for white space.
 */
export function trimWhite(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhite(text.charCodeAt(start))) start++;
  while (end > start && isWhite(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** As `text.startsWith(short, start)`, which takes three times as long where the answer is some characters away. */
export function standsAt(text: string, start: number, short: string): boolean {
  if (start + short.length > text.length) return false;
  for (let at = 0; at < short.length; at++) {
    if (text.charCodeAt(start + at) !== short.charCodeAt(at)) return false;
  }
  return true;
}

/** SP, HTAB, CR or LF. */
export function isWhite(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/** Whether the whole text is one token. */
export function isToken(text: string): boolean {
  return text.length > 0 && runEnd(text, 0, TOKEN) === text.length;
}

/**
 * The offset after the quoted-string that starts at `at`, or -1. qdtext takes no control character but HTAB,
 * a quoted-pair takes every ASCII character but CR and LF.
 */
export function quotedEnd(text: string, at: number): number {
  if (codeAt(text, at) !== 0x22) return -1;
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 0x22) return end + 1;
    if (code === 0x5c) {
      const escaped = text.charCodeAt(++end);
      if (!(escaped < 0x80) || escaped === 0x0d || escaped === 0x0a) return -1;
    } else if ((code < 0x20 && code !== 0x09) || code === 0x7f) return -1;
  }
  return -1;
}
