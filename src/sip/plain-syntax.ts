// Regular expressions for the plain spellings of the headers that every message has: the hot path of
// validate.ts.
//
// Each accepts less than the grammar of RFC 3261 §25.1 and never more (a property of the tests), so a match
// settles the matter and a miss means only that the full parser must look. None is ambiguous: they run in
// linear time. They look at lines where these stand, many at once: what a match costs is mostly to start it.

const token = "[A-Za-z0-9\\-.!%*_+`'~]+";
const hostname = "(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\\.)*[A-Za-z][A-Za-z0-9]*(?:-+[A-Za-z0-9]+)*";
const port = "(?::[1-9][0-9]{0,3}|:[1-5][0-9]{4})?";
const user = "(?:[A-Za-z0-9\\-_.!~*'()&=+$,;?/]+@)?";
const uriParameters = "(?:;gr(?:=[A-Za-z0-9:_-]+)?)?(?:;transport=[A-Za-z]+)?(?:;lr)?(?:;ob)?";
const sipUri = `sips?:${user}${hostname}${port}${uriParameters}`;
const display = `(?:"[^"\\\\\\u0000-\\u001f\\u007f]*" ?|(?:${token} )+)?`;
const nameAddr = `${display}<${sipUri}>`;
const seconds = "[0-9]{1,9}";
const contactParameters =
  "(?:;\\+sip\\.ice)?(?:;reg-id=[0-9]+)?" +
  `(?:;\\+sip\\.instance="<urn:uuid:[0-9A-Fa-f-]+>")?(?:;expires=${seconds})?`;

/** By the spelling of the header. */
const plainValues: Readonly<Record<string, string>> = {
  // One via-parm whose branch is more than the magic cookie.
  Via: `SIP/2\\.0/[A-Z]+ ${hostname}${port}(?:;rport)?;branch=z9hG4bK${token}`,
  "Max-Forwards": "[0-9]{1,2}",
  To: `${nameAddr}(?:;tag=${token})?`,
  // The tag must be there.
  From: `${nameAddr};tag=${token}`,
  "Call-ID": `${token}(?:@${token})?`,
  CSeq: `${seconds} ${token}`,
  Contact: nameAddr + contactParameters,
  "Content-Type": `${token}/${token}`,
  Route: `<${sipUri}>`,
  "Record-Route": `<${sipUri}>`,
  "Content-Length": seconds,
  Event: token,
  Expires: seconds,
  "Session-Expires": `${seconds}(?:;refresher=ua[cs])?`,
};

/** One Route or Record-Route, and its URI: what a home reads of every message in a dialog. */
export const plainRoute = new RegExp(`^<(${sipUri})>$`);

const line = ([spelling, value]: readonly [string, string]): string =>
  `${spelling}: ${value}\\r\\n(?![ \\t])`;
const lines = `(?:${Object.entries(plainValues).map(line).join("|")})`;

const plainLines = new RegExp(`${lines}+`, "y");
const plainRequest = new RegExp(`${sipUri} SIP/2\\.0\\r\\n${lines}*`, "y");

/** The offset after the plain lines that stand at `from`; `from` when there is none. */
export function plainLinesEnd(text: string, from: number): number {
  plainLines.lastIndex = from;
  return plainLines.test(text) ? plainLines.lastIndex : from;
}

/** The offset after a plain Request-URI that stands at `from`, the version 2.0 and the plain lines behind it; 0 when it is not plain. */
export function plainRequestEnd(text: string, from: number): number {
  plainRequest.lastIndex = from;
  return plainRequest.test(text) ? plainRequest.lastIndex : 0;
}
