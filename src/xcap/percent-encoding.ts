// Percent-encoding of the parts of an XCAP URI (RFC 4825 §6, RFC 3986 §2.1, §3.3). A part is decoded once, as UTF-8,
// and after it was split off; written back, everything but pchar is encoded, in the lower case RFC 4825 prints.

/** Undefined for a broken escape or octets that are no UTF-8. */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const NOT_PCHAR = /[^A-Za-z0-9\-._~!$&'()*+,;=:@]/gu;

/** One path segment, or a query made of xmlns(): a slash is encoded too. `text` holds no lone surrogate. */
export const encodeSegment = (text: string): string =>
  text.replace(NOT_PCHAR, (character) =>
    encodeURIComponent(character).replace(/%../g, (escaped) => escaped.toLowerCase()),
  );
