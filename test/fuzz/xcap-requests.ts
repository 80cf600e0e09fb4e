// Requests of XCAP near those that are right (RFC 4825): documents of every usage, their parts by selectors with predicates,
// positions, prefixes and attributes, and paths that try to be somebody else's.

import type { Corpus } from "./corpus";
import { listsOf, pidfOf, rulesOf, servicesOf } from "./documents";
import { type Asked, loginOf, oddUsers, type Tokens } from "./http-requests";
import { mutate } from "./mutate";
import type { Random } from "./random";

const types = {
  "resource-lists": "application/resource-lists+xml",
  "rls-services": "application/rls-services+xml",
  "pres-rules": "application/auth-policy+xml",
  "pidf-manipulation": "application/pidf+xml",
} as const;
const usages = ["resource-lists", "rls-services", "pres-rules", "pidf-manipulation"] as const;
type Usage = (typeof usages)[number];

/** Of each usage: its elements, its attributes, its namespace. */
const vocabularies: Readonly<Record<Usage, readonly [names: string, attributes: string, namespace: string]>> =
  {
    "resource-lists": [
      "resource-lists list entry entry-ref external display-name",
      "name uri ref anchor",
      "urn:ietf:params:xml:ns:resource-lists",
    ],
    "rls-services": [
      "rls-services service resource-list list packages package",
      "uri",
      "urn:ietf:params:xml:ns:rls-services",
    ],
    "pres-rules": [
      "ruleset rule conditions identity one many actions transformations p:sub-handling p:provide-services",
      "id domain",
      "urn:ietf:params:xml:ns:common-policy",
    ],
    "pidf-manipulation": [
      "presence tuple status basic contact note timestamp p:person",
      "entity id priority",
      "urn:ietf:params:xml:ns:pidf",
    ],
  };
const values = [
  "friends",
  "sip:bob@example.com",
  "r1",
  "t1",
  "n0",
  "&lt;",
  "&#39;",
  "a/b",
  "]",
  "é",
  "&#xD800;",
  "&x;",
  '"',
  "",
];

/** RFC 4825 §6.3: steps down a document that is known, each by name or not, with predicates or not. */
function selectorOf(random: Random, usage: Usage): string {
  const [names, attributes, namespace] = vocabularies[usage];
  const [elements, fields] = [names.split(" "), attributes.split(" ")];
  const depth = 1 + random.below(4);
  const steps = elements
    .slice(0, depth)
    .map((name) => stepOf(random, random.once(6) ? random.pick(elements) : name, fields));
  const terminal = random.once(4)
    ? [random.pick([...fields.map((name) => `@${name}`), "@x", "@xml:lang", "@p:x", "namespace::*"])]
    : [];
  const query = random.once(3)
    ? random.pick([
        `?xmlns(p=${namespace})`,
        "?xmlns(p=urn:ietf:params:xml:ns:pres-rules)",
        "?xmlns(p=urn:ietf:params:xml:ns:pidf:data-model)xmlns(q=urn:x)",
        "?xmlns(p=a^(b^)^^)",
        "?xmlns(p=a(b)c)",
        "?xpointer(x)xmlns(=)",
        "?xmlns(p=",
        "?xmlns(xml=urn:x)",
      ])
    : "";
  return [...steps, ...terminal].join("/") + query;
}

function stepOf(random: Random, name: string, fields: readonly string[]): string {
  const spelled = random.once(8)
    ? random.pick(["*", `p:${name}`, `x:${name}`, encodeURIComponent(name)])
    : name;
  const quote = random.pick(["%22", "'"]);
  const test = `%5b@${random.once(8) ? "p:x" : random.pick(fields)}=${quote}${encodeURIComponent(random.pick(values))}${quote}%5d`;
  const position = `%5b${random.pick(["1", "2", "0", "01", "99999999999999999999", "-1", "last()", "1.0"])}%5d`;
  return spelled + random.pick(["", "", "", test, position, position + test, test + test]);
}

const oddSelectors = [
  "x%5b@a='%22'%5d",
  "%5b",
  "resource-lists/list%5b99999999999%5d",
  "@x",
  "//",
  "",
  "a:b",
  "*/*/*/*",
  "~~/~~",
  "resource-lists/~~/list",
  "resource-lists%2flist",
];
/** Documents, and what may be taken for one. */
const names = [
  "index",
  "index",
  "index",
  "work/index",
  "work%2findex",
  "index%2f..%2findex",
  "./index",
  "%2e%2e/index",
  "in dex",
  "%7e%7e",
  "index/",
  "a".repeat(300),
];
const parts = [
  ...[
    '<entry uri="sip:carol@example.com"/>',
    '<list name="new"/>',
    "sip:new@example.com",
    "x",
    '"',
    "<",
    "&amp;",
  ],
  ...['<entry uri="sip:bob@example.com"><display-name>B</display-name></entry>', "&#13;&#10;X-Smuggled: 1"],
  ...[
    '<a:b xmlns:a="urn:x" a:c="1"/>',
    "<!DOCTYPE a><a/>",
    "<entry/><entry/>",
    "<note>n</note>",
    "<status/>",
    "",
  ],
];
/** RFC 4825 §8.2.1: of an attribute what stands behind the equals sign, quotes and all. */
const literals = [
  '"sip:new@example.com"',
  "'friends'",
  '"r1"',
  '"a&#13;&#10;X-Smuggled: 1"',
  '"&lt;&#x41;"',
  '"<"',
  '""',
  "'\"'",
  "x",
];

const ownerOf = (user: string): string => `sip:${user}`;
/** Paths that are another's by one reading and one's own by another. */
const oddOwners = [
  ...[
    "sip:alice@example.com/../sip:bob@example.com",
    "sip:alice@example.com%2f..%2fsip:bob@example.com",
    "sip%3abob%40example.com",
  ],
  ...[
    "sip:BOB@EXAMPLE.COM",
    "bob@example.com",
    "sips:bob@example.com",
    "sip:bob@example.com%00",
    "sip:bob%40example.com@example.com",
  ],
  ...[
    "sip:alice@example.com;x=sip:bob@example.com",
    "sip:bob@example.com.",
    "%73ip:bob@example.com",
    "org.openmobilealliance.xcap-directory",
  ],
];
const globals = [
  ...[
    "/xcap/xcap-caps/global/index",
    "/xcap/xcap-caps/global/index/~~/xcap-caps/auids/auid%5b1%5d",
    "/xcap/resource-lists/global/index",
  ],
  ...[
    "/xcap/org.openmobilealliance.xcap-directory/users/sip:alice@example.com/directory.xml",
    "/xcap/",
    "/xcap//users",
    "/xcap/xcap-caps/users/sip:alice@example.com/index",
  ],
];

export function xcapRequest(random: Random, corpus: Corpus, tokens: Tokens, etag: string): Asked {
  const [user = "", ...others] = tokens.keys();
  const usage = random.pick(usages);
  const auid = random.once(25)
    ? random.pick(["org.openmobilealliance.xcap-directory", "..", "%00", "RESOURCE-LISTS"])
    : usage;
  const owner = random.once(12)
    ? random.pick([...oddUsers, ...others.map(ownerOf), ...oddOwners])
    : ownerOf(user);
  const selector = random.once(10) ? random.pick(oddSelectors) : selectorOf(random, usage);
  const isPart = random.once(2);
  const name = random.once(10) ? random.pick(names) : "index";
  const own = `/xcap/${auid}/users/${owner}/${name}${isPart ? `/~~/${selector}` : ""}`;
  const target = random.once(40) ? random.pick(globals) : own;
  const whole = random.once(12) ? random.pick(corpus.documents) : documentFor(random, usage, user);
  const isAttribute = /@[^/]*$/.test(selector.replace(/\?.*/, "").replace(/%5b.*?%5d/g, ""));
  const part = isAttribute && !random.once(6) ? random.pick(literals) : partOf(random, usage);
  const partType = isAttribute === random.once(12) ? "application/xcap-el+xml" : "application/xcap-att+xml";
  const body = isPart ? part : whole;
  const conditions = [etag, etag, "*", '"y", W/"z"', '"'];
  return {
    method: random.pick(["GET", "PUT", "PUT", "PUT", "PUT", "DELETE", "HEAD"]),
    target: random.once(8) ? mutate(random, target, oddSelectors) : target,
    headers: {
      authorization: loginOf(random, tokens),
      "content-type": isPart ? partType : types[usage],
      ...(random.once(5) ? { [random.pick(["if-match", "if-none-match"])]: random.pick(conditions) } : {}),
    },
    body: random.once(5) ? mutate(random, body, corpus.documents) : body,
  };
}

function partOf(random: Random, usage: Usage): string {
  if (random.once(3)) return random.pick(parts);
  const user = "carol@example.com";
  const whole = usage === "rls-services" ? servicesOf(user) : documentFor(random, usage, user);
  // An element of a document of the same kind, with what it needs of the namespaces around it or without.
  const elements = [
    ...whole.matchAll(
      /<(entry|list|rule|tuple|service|status|contact|identity|conditions|packages)[\s>/].*?(?:<\/\1>|\/>)/gs,
    ),
  ];
  return elements.length === 0 ? random.pick(parts) : random.pick(elements)[0];
}

function documentFor(random: Random, usage: Usage, user: string): string {
  switch (usage) {
    case "resource-lists":
      return listsOf(random, ["bob@example.com", "carol@example.com"]);
    case "rls-services":
      return servicesOf(user);
    case "pres-rules":
      return rulesOf(random, "bob@example.com");
    case "pidf-manipulation":
      return pidfOf(random, user);
  }
}
