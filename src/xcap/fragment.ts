// The body of a PUT of an element: one element, whose prefixes may be declared outside of it, where it is going to
// stand (RFC 4825 §7.4, §8.2.2). It is judged inside an empty parent that declares what is in scope there.

import { err, ok, type Result } from "../base/result";
import { type LocatedElement, locateXml } from "../xml/locate";
import type { XmlLimits } from "../xml/xml-error";
import type { Conflict } from "./conflict";
import { declarations, namespacesInScope } from "./namespace-scope";
import type { ExpandedName } from "./node-selector";

export interface Fragment {
  /** From `<` to `>`: white space around an element is not of it, and is not put into the document. */
  readonly text: string;
  readonly name: ExpandedName;
}

export function readFragment(
  body: string,
  parent: LocatedElement | undefined,
  limits: XmlLimits,
): Result<Fragment, Conflict> {
  const text = body.trim();
  const opening = `<fragment${declarations(namespacesInScope(parent))}>`;
  const closing = "</fragment>";
  const room = { ...limits, maxLength: limits.maxLength + opening.length + closing.length };
  const wrapped = locateXml(`${opening}${text}${closing}`, room);
  if (!wrapped.ok) {
    const { kind, detail } = wrapped.error;
    const isOverLimit = kind === "too-deep" || kind === "too-many-nodes";
    return err({ kind: isOverLimit ? "constraint-failure" : "not-xml-frag", phrase: `${kind}: ${detail}` });
  }
  const [only] = wrapped.value.children;
  // Text, a comment or a second element beside it would leave the element shorter than the body.
  if (only?.start !== opening.length || only.end - only.start !== text.length) {
    return err({ kind: "not-xml-frag", phrase: "one element, and nothing around it" });
  }
  const { namespaceURI, localName } = only.element;
  return ok({ text, name: { namespace: namespaceURI ?? "", localName: localName ?? "" } });
}
