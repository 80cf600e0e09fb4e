// Regular expressions for the plain spellings of the headers that every message has: the hot path of
// validate.ts.
//
// Each accepts less than the grammar of RFC 3261 §25.1 and never more (a property of the tests), so a match
// settles the matter and a miss means only that the full parser must look. None is ambiguous: they run in
// linear time.

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

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

export const plainRequestUri = whole(sipUri);
/** One via-parm whose branch is more than the magic cookie. */
export const plainVia = whole(`SIP/2\\.0/[A-Z]+ ${hostname}${port}(?:;rport)?;branch=z9hG4bK${token}`);
/** From, whose tag must be there. */
export const plainFrom = whole(`${nameAddr};tag=${token}`);
export const plainTo = whole(`${nameAddr}(?:;tag=${token})?`);
export const plainContact = whole(nameAddr + contactParameters);
export const plainRoute = whole(`<${sipUri}>`);
export const plainCSeq = whole(`${seconds} ${token}`);
export const plainMaxForwards = whole("[0-9]{1,2}");
export const plainContentType = whole(`${token}/${token}`);
