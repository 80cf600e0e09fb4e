// Addresses-of-record as people type them and as SIP writes them (RFC 3261 §19.1.1).

/** What is accepted in a text field: user, an at sign, and the rest left to the gateway to judge. */
const typed = /^(?:sip:)?([^\s@:;?<>"]+)@([^\s@:;?<>"/]+(?::\d+)?)$/i;

/** `alice@example.com` of what was typed; a name alone belongs to `realm`. Undefined when it is no address. */
export function readAddress(text: string, realm: string | undefined): string | undefined {
  const trimmed = text.trim();
  const whole = trimmed.includes("@") || realm === undefined ? trimmed : `${trimmed}@${realm}`;
  const [, user, host] = typed.exec(whole) ?? [];
  return user === undefined || host === undefined ? undefined : `${user}@${host.toLowerCase()}`;
}

/** The part people call somebody by. */
export const userOf = (address: string): string => address.slice(0, address.lastIndexOf("@"));

export const realmOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);
