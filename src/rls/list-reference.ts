// References from one list to another: absolute HTTP URIs and paths relative to the XCAP root (RFC 4826 §3.1, RFC 4825
// §6). Only what the owner's own tree holds can be followed: the RLS reads no other server and no other user.
// Of the node selectors of RFC 4825 §6.3 those are read that name elements by name, position and one attribute, as
// every client writes them; a prefixed name selects nothing.

import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { parseAddressOfRecord } from "../sip/uri/address-of-record";
import { attribute, childElements, elementsOf } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import { RESOURCE_LISTS } from "./namespace";

/** A place in a document of one application usage of one user. */
export interface ListReference {
  /** The application usage: `resource-lists`. */
  readonly auid: string;
  /** The XUI as written, escapes decoded. */
  readonly user: string;
  /** The document's name under the user's directory: `index`. */
  readonly name: string;
  /** From the root element on. */
  readonly steps: readonly SelectorStep[];
}

export interface SelectorStep {
  /** A local name, or `*`. */
  readonly name: string;
  /** In the order written, each applied to what the ones before it have left (XPath 1.0 §2.4). */
  readonly predicates: readonly (Position | AttributeTest)[];
}

interface Position {
  readonly kind: "position";
  /** From 1. */
  readonly position: number;
}

interface AttributeTest {
  readonly kind: "attribute";
  readonly name: string;
  readonly value: string;
}

const longestReference = 2048;
const mostSteps = 24;

/**
 * An absolute reference that points under `xcapRoot`. Its scheme is not looked at: the same documents are there
 * under http and https, and nothing is fetched.
 */
export function parseAnchor(written: string, xcapRoot: string): ListReference | undefined {
  const reference = split(written);
  const root = split(xcapRoot);
  if (reference === undefined || root === undefined || reference.authority !== root.authority)
    return undefined;
  const directory = root.path.endsWith("/") ? root.path : `${root.path}/`;
  return reference.path.startsWith(directory)
    ? parseRelativeReference(reference.path.slice(directory.length))
    : undefined;
}

/** Host and port in lower case, a default port left out (RFC 4826 §3.4.7), and the path as written. */
function split(written: string): { readonly authority: string; readonly path: string } | undefined {
  if (written.length > longestReference) return undefined;
  const match = /^(https?):\/\/([^/?#@]+)([^?#]*)$/i.exec(withoutFolds(written));
  if (match === null) return undefined;
  const [, scheme = "", authority = "", path = ""] = match;
  const port = scheme.toLowerCase() === "http" ? /:80$/ : /:443$/;
  return { authority: authority.toLowerCase().replace(port, ""), path };
}

/** A path relative to the XCAP root: `resource-lists/users/sip:a@b/index/~~/resource-lists/list%5b1%5d`. */
export function parseRelativeReference(written: string): ListReference | undefined {
  if (written.length > longestReference) return undefined;
  const [documentPath = "", nodePath, ...more] = withoutFolds(written).split("/~~/");
  if (nodePath === undefined || more.length > 0) return undefined;
  const segments = documentPath.split("/").map(decode);
  if (segments.some((segment) => segment === undefined || /^\.{0,2}$/.test(segment))) return undefined;
  const [auid = "", tree, user = "", ...names] = segments;
  const steps = parseSteps(decode(nodePath) ?? "");
  if (tree !== "users" || names.length === 0 || steps === undefined) return undefined;
  return { auid, user, name: names.join("/"), steps };
}

/** RFC 3986 Appendix C: a URI in a text may be broken into lines; it has no white space of its own. */
const withoutFolds = (written: string): string => written.replace(/\s+/g, "");

function decode(escaped: string): string | undefined {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}

// A step is a name and any number of [1] and [@name="value"]. Sticky, so that each character is read once.
const NAME = /[*]|[A-Za-z_][\w.-]*/y;
const POSITION = /\[([1-9][0-9]{0,5})\]/y;
const ATTRIBUTE = /\[@([A-Za-z_][\w.-]*)=(?:"([^"]*)"|'([^']*)')\]/y;

function parseSteps(selector: string): readonly SelectorStep[] | undefined {
  const steps: SelectorStep[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(selector);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found;
  };
  while (steps.length < mostSteps) {
    const name = match(NAME)?.[0];
    if (name === undefined) return undefined;
    const predicates: (Position | AttributeTest)[] = [];
    for (;;) {
      const position = match(POSITION);
      const test = position === undefined ? match(ATTRIBUTE) : undefined;
      if (position !== undefined) predicates.push({ kind: "position", position: Number(position[1]) });
      else if (test === undefined) break;
      else {
        const value = decodeEntities(test[2] ?? test[3] ?? "");
        predicates.push({ kind: "attribute", name: test[1] ?? "", value });
      }
    }
    steps.push({ name, predicates });
    if (at === selector.length) return steps;
    if (selector[at] !== "/") return undefined;
    at += 1;
  }
  return undefined;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** RFC 4825 §6.3: a value in a selector is an XML AttValue, so `&` stands there as `&amp;`. */
const decodeEntities = (value: string): string =>
  value.replace(/&(amp|lt|gt|quot|apos);/g, (written, name: string) => entities[name] ?? written);

/** Whether the reference is into the resource lists of that user. */
export const isOwn = ({ auid, user }: ListReference, owner: AddressOfRecord): boolean =>
  auid === "resource-lists" && parseAddressOfRecord(user) === owner;

/** The one element that the steps select, of the resource-lists namespace; undefined for none or several (RFC 4825 §6.3). */
export function selectElement(root: XmlElement, steps: readonly SelectorStep[]): XmlElement | undefined {
  let found: XmlElement | undefined;
  for (const [index, step] of steps.entries()) {
    let candidates =
      index === 0 ? [root].filter((element) => isNamed(element, step.name)) : childrenOf(found, step);
    for (const predicate of step.predicates) candidates = keep(candidates, predicate);
    if (candidates.length !== 1) return undefined;
    found = candidates[0];
  }
  return found;
}

const isNamed = (element: XmlElement, name: string): boolean =>
  element.namespaceURI === RESOURCE_LISTS && (name === "*" || element.localName === name);

function childrenOf(parent: XmlElement | undefined, { name }: SelectorStep): readonly XmlElement[] {
  if (parent === undefined) return [];
  return name === "*" ? elementsOf(parent) : childElements(parent, RESOURCE_LISTS, name);
}

function keep(candidates: readonly XmlElement[], predicate: Position | AttributeTest): readonly XmlElement[] {
  if (predicate.kind === "position") return candidates.slice(predicate.position - 1, predicate.position);
  return candidates.filter((element) => attribute(element, predicate.name) === predicate.value);
}
