// The same message in another spelling that means the same (RFC 3261 §7.3.1, §7.3.3, §25.1): other cases and the compact forms
// of names, white space before and behind the colon, folds, octets. Whatever is judged of one must be judged of the other; the
// plain spellings are read by a faster path, and this is where the two would part.

import type { Random } from "./random";

const compact: Readonly<Record<string, string>> = {
  ...{ "call-id": "i", contact: "m", "content-encoding": "e", "content-length": "l", "content-type": "c" },
  ...{ from: "f", subject: "s", supported: "k", to: "t", via: "v", event: "o", "refer-to": "r" },
  ...{ "allow-events": "u", "referred-by": "b", "session-expires": "x", "accept-contact": "a" },
};
const colons = [": ", ":", " : ", "\t:", ":\t", ":\r\n ", ": \r\n\t ", ":   "] as const;

/** A field's name, its colon with the white space around, and the rest. */
const field = /^([A-Za-z0-9.!%*_+`'~-]+)[ \t]*:[ \t]*(.*)$/s;

export function respell(random: Random, message: string): string {
  // RFC 3261 §7.5: what stands before the start line is ignored.
  const text = message.replace(/^(?:\r\n)+/, "");
  const split = text.indexOf("\r\n\r\n");
  const head = split < 0 ? text : text.slice(0, split);
  // A field and the lines that continue it are one.
  const [first = "", ...fields] = head.split(/\r\n(?![ \t])/);
  const lines = [startLine(random, first), ...fields.map((line) => respelled(random, line))];
  return (random.once(8) ? "\r\n" : "") + lines.join("\r\n") + (split < 0 ? "" : text.slice(split));
}

function respelled(random: Random, line: string): string {
  const [, name, value] = field.exec(line) ?? [];
  if (name === undefined || value === undefined || random.once(2)) return line;
  const end = random.once(6) ? random.pick([" ", "\t", " \t"]) : "";
  return `${nameOf(random, name)}${random.pick(colons)}${folded(random, value)}${value === "" ? "" : end}`;
}

/** RFC 3261 §25.1 LWS: a fold stands for the one space that was there, in quotes as well. */
function folded(random: Random, value: string): string {
  const spaces = [...value.matchAll(/(?<=[^\s\\]) (?=\S)/g)];
  if (spaces.length === 0 || random.once(2)) return value;
  const { index } = random.pick(spaces);
  return `${value.slice(0, index)}${random.pick(["\r\n ", " \r\n\t", "\t\r\n  \r\n "])}${value.slice(index + 1)}`;
}

function nameOf(random: Random, name: string): string {
  const short = compact[name.toLowerCase()];
  if (short !== undefined && random.once(3)) return random.once(2) ? short : short.toUpperCase();
  return random.once(2) ? name.toUpperCase() : name.toLowerCase();
}

/** RFC 3261 §7.1: SIP-Version compares without case, a method with it. */
const startLine = (random: Random, line: string): string =>
  random.once(6) ? line.replace(/ SIP\/2\.0$|^SIP\/2\.0 /, (version) => version.toLowerCase()) : line;
