// WebSocket frames and SIP text: what RFC 7118 §4 and §5 let through. Text frames are UTF-8 by definition; a
// binary frame may hold a body that is not, and such a message stays binary on every hop.

/** A WebSocket message: text, or the octets of a binary one. */
export type Frame = string | Uint8Array;

export interface FrameText {
  readonly text: string;
  /** True when the body is not UTF-8: its characters are octets. */
  readonly octets: boolean;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8 = new TextEncoder();

/** The text of a frame, or undefined when its head is not UTF-8 (RFC 3261 §7: a message's head is UTF-8). */
export function textOfFrame(frame: Frame): FrameText | undefined {
  if (typeof frame === "string") return { text: frame, octets: false };
  const whole = decodeUtf8(frame);
  if (whole !== undefined) return { text: whole, octets: false };
  const bodyStart = endOfHead(frame);
  if (bodyStart < 0) return undefined;
  const head = decodeUtf8(frame.subarray(0, bodyStart));
  return head === undefined ? undefined : { text: head + latin1(frame.subarray(bodyStart)), octets: true };
}

/** The frame that carries a text: binary only where it must be. `bodyStart` splits head and octets. */
export function frameOfText(text: string, octets: boolean, bodyStart: number): Frame {
  if (!octets) return text;
  const head = utf8.encode(text.slice(0, bodyStart));
  const frame = new Uint8Array(head.length + text.length - bodyStart);
  frame.set(head);
  for (let at = bodyStart, to = head.length; at < text.length; at++, to++) frame[to] = text.charCodeAt(at);
  return frame;
}

const scratch = new Uint8Array(3 * 8192);

/** The length in octets that a Content-Length must state (RFC 3261 §20.14). */
export function octetLength(text: string, octets = false): number {
  if (octets || text === "") return text.length;
  // Encoding into a buffer that is there is twenty times faster than looking at each character.
  return text.length <= 8192 ? utf8.encodeInto(text, scratch).written : utf8.encode(text).length;
}

/** Whether a text takes more octets than that. A UTF-16 unit takes at most three: most texts need not be encoded to be told. */
export function isLonger(text: string, most: number, octets = false): boolean {
  return text.length * 3 > most && octetLength(text, octets) > most;
}

/** The length of a frame on the wire, in octets. */
export function frameLength(frame: Frame): number {
  return typeof frame === "string" ? octetLength(frame) : frame.length;
}

function decodeUtf8(octets: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(octets);
  } catch {
    return undefined;
  }
}

function latin1(octets: Uint8Array): string {
  let text = "";
  for (let at = 0; at < octets.length; at += 8192) {
    text += String.fromCharCode(...octets.subarray(at, at + 8192));
  }
  return text;
}

/** The offset after the first empty line, or -1. */
function endOfHead(octets: Uint8Array): number {
  for (let at = octets.indexOf(13); at >= 0; at = octets.indexOf(13, at + 1)) {
    if (octets[at + 1] === 10 && octets[at + 2] === 13 && octets[at + 3] === 10) return at + 4;
  }
  return -1;
}
