import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../src/xml/parse";
import { serializeXml } from "../../src/xml/serialize";
import type { XmlElement, XmlNode } from "../../src/xml/tree";
import { DEFAULT_XML_LIMITS } from "../../src/xml/xml-error";
import { leastCpuTime } from "../support/cpu-time";

const root = (source: string): XmlElement => {
  const parsed = parseXml(source);
  if (!parsed.ok) throw new Error(`not read: ${source.slice(0, 200)}`);
  return parsed.value;
};

const refusal = (source: string, limits = DEFAULT_XML_LIMITS): string => {
  const parsed = parseXml(source, limits);
  return parsed.ok ? "taken" : parsed.error.kind;
};

/** What a reader sees: names by namespace, attributes in any order, text joined; not prefixes. */
function meaning(node: XmlNode): unknown {
  const element = node as XmlElement;
  if (node.nodeType === 3 || node.nodeType === 4) return node.nodeValue;
  if (node.nodeType !== 1) return [node.nodeName, node.nodeValue];
  const attributes = [...element.attributes]
    .map(({ namespaceURI, localName, value }) => `${namespaceURI} ${localName}=${value}`)
    .sort();
  const children: unknown[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    const seen = meaning(child);
    const last = children.at(-1);
    if (typeof seen === "string" && typeof last === "string") children[children.length - 1] = last + seen;
    else children.push(seen);
  }
  return { name: `${element.namespaceURI} ${element.localName}`, attributes, children };
}

const folder = `${import.meta.dirname}/../conformance/documents/`;
const documents = readdirSync(folder).filter((name) => name.endsWith(".xml"));

describe("the documents printed in RFCs", () => {
  it("are all here", () => {
    expect(documents).toHaveLength(54);
  });

  it.each(documents)("%s means the same after parse, serialize, parse", (name) => {
    const first = root(readFileSync(folder + name, "utf8"));
    const written = serializeXml(first);
    const second = root(written);
    expect(meaning(second)).toEqual(meaning(first));
    expect(serializeXml(second)).toBe(written);
  });
});

describe("RFC 3863 §4.1 and XML 1.0 §2.8: no DTD", () => {
  it.each([
    ["<!DOCTYPE a><a/>", "doctype"],
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "doctype"],
    ['<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "doctype"],
    ['<!ENTITY b "c"><a>&b;</a>', "entity"],
    ["<a><!DOCTYPE b></a>", "doctype"],
    ["<a><!ELEMENT b ANY></a>", "doctype"],
    ["<!doctype a><a/>", "doctype"],
  ])("%s is refused", (source, kind) => {
    expect(refusal(source)).toBe(kind);
  });

  it("a billion laughs costs nothing and is refused", () => {
    const source = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i} "&a;&a;">`).join("")}]><l>&a19;</l>`;
    expect(refusal(source)).toBe("doctype");
  });

  it("a comment, a CDATA section or an attribute may speak of one", () => {
    expect(refusal("<a b='!DOCTYPE'><!-- <!DOCTYPE c> &d; --><![CDATA[<!DOCTYPE e> &f;]]></a>")).toBe(
      "taken",
    );
  });
});

describe("XML 1.0 §4.1: references", () => {
  it("the five of XML and characters are read", () => {
    expect(root("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>").textContent).toBe("<>&\"'A\u{1F600}");
  });

  it.each([
    ["<a>&nbsp;</a>", "entity"],
    ["<a b='&c;'/>", "entity"],
    ["<a>&constructor;</a>", "entity"],
    ["<a>&amp</a>", "entity"],
    ["<a>R&D</a>", "entity"],
    ["<a>& b</a>", "malformed"],
    ["<a>&#0;</a>", "malformed"],
    ["<a>&#x1F;</a>", "malformed"],
    ["<a>&#xD800;</a>", "malformed"],
    ["<a>&#x110000;</a>", "malformed"],
    ["<a>&#xFFFFFFFF;</a>", "malformed"],
    ["<a>&#;</a>", "malformed"],
  ])("%s is refused as %s", (source, kind) => {
    expect(refusal(source)).toBe(kind);
  });
});

describe("well-formedness: what the library alone would repair or let pass is refused", () => {
  it.each([
    "",
    "   ",
    "text",
    "<a>",
    "<a/><b/>",
    "<a></b>",
    "</a>",
    "<a/>text",
    "text<a/>",
    "<a b/>",
    "<a b=c/>",
    "<a b='c'd='e'/>",
    "<a b='1' b='2'/>",
    "<a b='<'/>",
    "<a b='c>",
    "<a//>",
    "<a b='c'/ />",
    "<a><b></a></b>",
    "<a <b/>/>",
    "<a\u0080b='c'/>",
    "<1/>",
    "<a><!-- -- --></a>",
    "<a><!-- --->\n</a>",
    "<a><!-- </a>",
    "<a><![CDATA[ </a>",
    "<a>]]></a>",
    "<a><?b</a>",
    "<a><?xml version='1.0'?></a>",
    "<p:a/>",
    "<a p:b='c'/>",
    "<a>\u0000</a>",
    "<a>\uFFFE</a>",
    "<a>\uD800</a>",
    "<?xml version='1.0' version='1.0'?><a/>",
    "<![CDATA[a]]><a/>",
  ])("%j", (source) => {
    expect(refusal(source)).toBe("malformed");
  });
});

describe("Namespaces in XML §3, §5, §6.3: what would make a strict reader refuse the whole", () => {
  it.each([
    "<a xmlns:x='urn:u' xmlns:y='urn:u' x:b='1' y:b='2'/>",
    "<a xmlns:x=''/>",
    "<a xmlns:xml='urn:u'/>",
    "<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>",
    "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
    "<a xmlns:xmlns='urn:u'/>",
    "<a xmlns:x='http://www.w3.org/2000/xmlns/'/>",
    "<a><b xmlns:x='urn:u'/><x:c/></a>",
    "<a:b:c xmlns:a='urn:u'/>",
  ])("%s", (source) => {
    expect(refusal(source)).toBe("malformed");
  });

  it.each([
    "<a xmlns:x='urn:u' b='1' x:b='2'/>",
    "<a xmlns='urn:u'><b xmlns=''/></a>",
    "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='de'/>",
  ])("%s is no fault", (source) => {
    expect(refusal(source)).toBe("taken");
  });
});

describe("XML 1.0 §2.11: line ends", () => {
  it("CR and CRLF are read as LF; U+0085 and U+2028 are characters of a note and stay", () => {
    expect(root("<a>1\r\n2\r3\u00854\u20285</a>").textContent).toBe("1\n2\n3\u00854\u20285");
  });

  it("a byte order mark is no part of the document, U+FFFD is", () => {
    expect(root("\uFEFF<?xml version='1.0'?><a>\uFFFD</a>").textContent).toBe("\uFFFD");
  });
});

describe("limits", () => {
  const nested = (depth: number): string => "<a>".repeat(depth) + "</a>".repeat(depth);

  it("a text one character too long is refused unread", () => {
    expect(refusal("<a/>", { ...DEFAULT_XML_LIMITS, maxLength: 4 })).toBe("taken");
    expect(refusal("<a/>", { ...DEFAULT_XML_LIMITS, maxLength: 3 })).toBe("too-large");
  });

  it("depth: 64 elements inside each other, not 65, be the last one empty", () => {
    expect(refusal(nested(64))).toBe("taken");
    expect(refusal(nested(65))).toBe("too-deep");
    expect(refusal(`${"<a>".repeat(64)}<b/>${"</a>".repeat(64)}`)).toBe("too-deep");
  });

  it("nodes: 4096, of whatever kind", () => {
    expect(refusal(`<a>${"<b/>".repeat(4095)}</a>`)).toBe("taken");
    expect(refusal(`<a>${"<b/>".repeat(4096)}</a>`)).toBe("too-many-nodes");
    expect(refusal(`<a>${"<!---->".repeat(4096)}</a>`)).toBe("too-many-nodes");
    expect(refusal(`${"<?b?>".repeat(4096)}<a/>`)).toBe("too-many-nodes");
  });

  it("attributes: 4096 in all", () => {
    const many = (count: number): string =>
      `<a ${Array.from({ length: count }, (_, index) => `b${index}=""`).join(" ")}/>`;
    expect(refusal(many(4096))).toBe("taken");
    expect(refusal(many(4097))).toBe("too-many-nodes");
  });
});

describe("hostile text", () => {
  it("no string makes it throw", () => {
    const piece = fc.constantFrom(
      ..."<>/!?-[]&;='\"# :".split(""),
      ..."<a>|</a>|<!--|-->|<![CDATA[|]]>|<?|?>|xmlns|&lt;|&#x|<!DOCTYPE|a|xml|\u0080|\uD800|\r\n|p:b='c'".split(
        "|",
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: "binary" })), { maxLength: 40 }), (pieces) => {
        const parsed = parseXml(pieces.join(""));
        if (!parsed.ok) return parsed.error.detail.length <= 120;
        return parsed.value.ownerDocument?.doctype === null;
      }),
      { numRuns: 2000 },
    );
  });

  const kilobytes = 60 * 1024;
  const fill = (piece: string, size: number): string => piece.repeat(Math.floor(size / piece.length));
  const shapes: Readonly<Record<string, (size: number) => string>> = {
    "open tags": (size) => fill("<a>", size),
    "less-than signs": (size) => fill("<", size),
    ampersands: (size) => fill("&", size),
    "comment starts": (size) => fill("<!--", size),
    "empty comments": (size) => `<a>${fill("<!---->", size)}</a>`,
    "comments before the root": (size) => `${fill("<!-- -->", size)}<a/>`,
    "instructions before the root": (size) => `${fill("<?b c?>", size)}<a/>`,
    "one long comment": (size) => `<a><!--${fill("a-", size)}--></a>`,
    "CDATA sections": (size) => `<a>${fill("<![CDATA[]]>", size)}</a>`,
    references: (size) => `<a>${fill("&lt;", size)}</a>`,
    attributes: (size) => `<a ${Array.from({ length: size / 12 }, (_, i) => `b${i}='c'`).join(" ")}/>`,
    "declarations, then children": (size) =>
      `<a ${Array.from({ length: size / 40 }, (_, i) => `xmlns:b${i}='c'`).join(" ")}>${fill("<b0:d/>", size / 2)}</a>`,
    "declaring siblings": (size) => `<a>${fill("<b xmlns:c='d'/>", size)}</a>`,
    "text and elements by turns": (size) => `<a>${fill("b<c/>", size)}</a>`,
    "one long attribute": (size) => `<a b='${fill("&amp;", size)}'/>`,
    "one long name": (size) => `<${fill("a", size)}/>`,
    "one long tag of spaces": (size) => `<a${fill(" ", size)}/>`,
    "one long end tag": (size) => `<a></a${fill(" ", size)}>`,
    quotes: (size) => `<a ${fill("''", size)}/>`,
    slashes: (size) => `<a ${fill("/", size)}>`,
  };
  const unbounded = { ...DEFAULT_XML_LIMITS, maxNodes: 1e9, maxAttributes: 1e9 };

  const cost = (source: string, times: number): number =>
    leastCpuTime(() => {
      for (let time = 0; time < times; time++) {
        const parsed = parseXml(source, unbounded);
        if (parsed.ok) serializeXml(parsed.value);
      }
    });

  it.each(Object.keys(shapes))(
    "%s: in one piece or in eight, the same text takes about the same time",
    (shape) => {
      const make = shapes[shape] as (size: number) => string;
      const inPieces = cost(make(kilobytes / 8), 32);
      const whole = cost(make(kilobytes), 4);
      // A quadratic reader takes eight times as long; the clock counts in steps of ten milliseconds.
      expect(whole).toBeLessThan(inPieces * 4 + 40);
    },
  );
});
