// Hosts: names, IPv4 addresses and IPv6 references (RFC 3261 §25.1; IPv6 as RFC 5954 §4.1 corrects it).

import { codeAt, isDigit } from "../scan";

export type HostKind = "name" | "ipv4" | "ipv6";

/** What kind of host the whole text is; undefined when it is none. An IPv6 address stands in brackets. */
export function hostKind(text: string): HostKind | undefined {
  if (text.startsWith("[")) return text.endsWith("]") && isIpv6(text.slice(1, -1)) ? "ipv6" : undefined;
  if (isHostname(text)) return "name";
  return isIpv4(text) ? "ipv4" : undefined;
}

/** The offset after the host that starts at `at`, or -1. */
export function hostEnd(text: string, at: number): number {
  let end = at;
  if (codeAt(text, at) === 0x5b) {
    // 45 characters is the longest an IPv6 address gets.
    end = text.indexOf("]", at) + 1;
    if (end <= 0 || end - at > 47) return -1;
  } else while (end < text.length && isHostCharacter(text.charCodeAt(end))) end++;
  return hostKind(text.slice(at, end)) === undefined ? -1 : end;
}

function isHostCharacter(code: number): boolean {
  return isDigit(code) || isAlpha(code) || code === 0x2d || code === 0x2e;
}

function isAlpha(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** hostname = *( domainlabel "." ) toplabel [ "." ]: labels with no "-" at their ends, the last starts with a letter. */
const hostname = /^(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.)*[A-Za-z][A-Za-z0-9]*(?:-+[A-Za-z0-9]+)*\.?$/;

function isHostname(text: string): boolean {
  return hostname.test(text);
}

export function isIpv4(text: string): boolean {
  const match = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text);
  return match?.slice(1).every((octet) => Number(octet) <= 255) ?? false;
}

/** Whether the text is an IPv6 address, without brackets and without a zone. */
export function isIpv6(text: string): boolean {
  return ipv6Groups(text) !== undefined;
}

/** The eight 16-bit groups of an IPv6 address without brackets: what two spellings are compared by. */
export function ipv6Groups(text: string): readonly number[] | undefined {
  if (text.length > 45) return undefined;
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = groupsOf(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = gap === 0 ? [] : groupsOf(text.slice(0, gap), false);
  const tail = gap + 2 === text.length ? [] : groupsOf(text.slice(gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Groups divided by single colons; the last may be an IPv4 address, which makes two. */
function groupsOf(text: string, mayEndInIpv4 = true): readonly number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else if (mayEndInIpv4 && index === parts.length - 1 && isIpv4(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
      groups.push(a * 256 + b, c * 256 + d);
    } else return undefined;
  }
  return groups;
}

/** Whether two hosts are the same: names without case, IPv6 addresses by value (RFC 5118 §4.5, RFC 5954 §4.2). */
export function hostEquals(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const left = ipv6Groups(a.startsWith("[") ? a.slice(1, -1) : a);
  const right = ipv6Groups(b.startsWith("[") ? b.slice(1, -1) : b);
  return left !== undefined && right !== undefined && left.every((group, index) => group === right[index]);
}
