// Documents that a user may publish or put, small and mostly right.

import type { Random } from "./random";

const notes = ["here", "&lt;b&gt;", "é", "]]&gt;", "&#13;&#10;X-Smuggled: 1", ""] as const;

export const pidfOf = (random: Random, user: string): string =>
  `<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:${user}">` +
  `<tuple id="t${random.below(3)}"><status><basic>${random.pick(["open", "closed"])}</basic></status>` +
  `<contact priority="0.${random.below(10)}">sip:${user}</contact><note>${random.pick(notes)}</note></tuple></presence>`;

export const listsOf = (random: Random, users: readonly string[]): string =>
  '<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends">' +
  `<display-name>${random.pick(notes)}</display-name>` +
  users.map((user) => `<entry uri="sip:${user}"/>`).join("") +
  `${random.once(3) ? '<entry-ref ref="resource-lists/users/sip:alice@example.com/index/~~/resource-lists"/>' : ""}</list></resource-lists>`;

export const rulesOf = (random: Random, user: string): string =>
  '<?xml version="1.0"?><ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">' +
  `<rule id="r${random.below(3)}"><conditions><identity><one id="sip:${user}"/></identity></conditions>` +
  `<actions><pr:sub-handling>${random.pick(["allow", "block", "confirm", "polite-block"])}</pr:sub-handling></actions>` +
  "<transformations><pr:provide-services><pr:all-services/></pr:provide-services></transformations></rule></ruleset>";

export const servicesOf = (user: string): string =>
  '<?xml version="1.0"?><rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:' +
  `${user.replace("@", "+friends@")}"><resource-list>https://example.com/xcap/resource-lists/users/sip:${user}` +
  "/index/~~/resource-lists/list%5b@name=%22friends%22%5d</resource-list><packages><package>presence</package></packages></service></rls-services>";
