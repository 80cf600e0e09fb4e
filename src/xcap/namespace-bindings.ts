// Prefixes of a node selector, bound in the URI's query (RFC 4825 §6.4) by the xmlns() scheme of XPointer:
// `xmlns(a=urn:test:one)xmlns(b=urn:test:two)`. Other schemes are ignored. In scheme data parentheses balance or are
// written ^( and ^), and ^ is ^^ (XPointer Framework §3.1).

import { NC_NAME, XML_NAMESPACE } from "../xml/name";
import { decodePercent } from "./percent-encoding";

/** Prefix to namespace name. */
export type NamespaceBindings = ReadonlyMap<string, string>;

const SCHEME = new RegExp(`\\s*(${NC_NAME}(?::${NC_NAME})?)\\(`, "uy");
const DECLARATION = new RegExp(`^(${NC_NAME})\\s*=\\s*(\\S*)$`, "u");

/** Bindings of a raw query; undefined when it is no scheme-based pointer. Later bindings win. */
export function parseNamespaceBindings(query: string): NamespaceBindings | undefined {
  const bindings = new Map<string, string>([["xml", XML_NAMESPACE]]);
  const pointer = decodePercent(query)?.trim();
  if (pointer === undefined) return undefined;
  for (let at = 0; at < pointer.length; ) {
    SCHEME.lastIndex = at;
    const scheme = SCHEME.exec(pointer);
    const data = scheme && readSchemeData(pointer, at + scheme[0].length);
    if (!scheme || !data) return undefined;
    at = data.end;
    if (scheme[1] !== "xmlns") continue;
    const [, prefix, namespace] = DECLARATION.exec(data.value.trim()) ?? [];
    if (prefix === undefined || namespace === undefined) return undefined;
    // Both are bound by definition and cannot be bound again (Namespaces in XML §3).
    if (prefix !== "xml" && prefix !== "xmlns") bindings.set(prefix, namespace);
  }
  return bindings;
}

function readSchemeData(pointer: string, from: number): { value: string; end: number } | undefined {
  let value = "";
  let depth = 1;
  for (let at = from; at < pointer.length; at += 1) {
    let character = pointer.charAt(at);
    if (character === "^") {
      at += 1;
      character = pointer.charAt(at);
      if (!/^[\^()]$/.test(character)) return undefined;
    } else if (character === "(") {
      depth += 1;
    } else if (character === ")") {
      depth -= 1;
      if (depth === 0) return { value, end: at + 1 };
    }
    value += character;
  }
  return undefined;
}
