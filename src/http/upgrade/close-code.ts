// Close codes and reasons as they may be passed on (RFC 6455 §7.4): some codes only ever describe what an
// endpoint saw and must not stand in a Close frame.

export interface Close {
  readonly code: number;
  /** At most 123 octets of UTF-8. */
  readonly reason: string;
}

const goingAway = 1001;
const internalError = 1011;
const noStatus = 1005;
const normal = 1000;

/** What the object is told when the client's socket ended; a client that vanished has gone away. */
export const closeFromClient = (code: number, reason: string): Close => ({
  code: maySend(code) ? code : goingAway,
  reason: shortReason(reason),
});

/** What the client is told when the object's socket ended; an object that vanished is our fault. */
export const closeFromObject = (code: number, reason: string): Close => ({
  code: maySend(code) ? code : code === noStatus ? normal : internalError,
  reason: shortReason(reason),
});

/** RFC 6455 §7.4.1 and §7.4.2: 1004, 1005, 1006 and 1015 are never sent, nor what is out of range. */
export function maySend(code: number): boolean {
  return code >= 1000 && code <= 4999 && ![1004, 1005, 1006, 1015].includes(code);
}

const utf8 = new TextEncoder();

/** The reason cut to the 123 octets a Close frame has room for, at a character's end (RFC 6455 §5.5). */
export function shortReason(reason: string): string {
  const { read } = utf8.encodeInto(reason, new Uint8Array(123));
  return reason.slice(0, read);
}
