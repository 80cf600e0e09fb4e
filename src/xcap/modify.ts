// What PUT and DELETE make of a document's text (RFC 4825 §8.2.3, §8.2.4, §8.4). The stored text is spliced, never
// written anew: all but the addressed node stays as it was, to the character. After each change the selector is
// evaluated again, on the new text: GET(PUT(x)) must be x, and what was deleted must be gone.

import { err, ok, type Result } from "../base/result";
import { type LocatedElement, locateXml, type Span } from "../xml/locate";
import { XMLNS_NAMESPACE } from "../xml/name";
import type { XmlError, XmlLimits } from "../xml/xml-error";
import type { Conflict } from "./conflict";
import { readFragment } from "./fragment";
import { findPlace } from "./insertion";
import { namespacesInScope } from "./namespace-scope";
import { type NodeSelector, readAttributeValue, type TerminalSelector } from "./node-selector";
import { childrenOf, follow, matchStep, type Selection, select } from "./select";

/** A document as stored, and read. */
export interface ReadDocument {
  readonly text: string;
  readonly root: LocatedElement;
}

export interface Modification extends ReadDocument {
  readonly created: boolean;
}

/** `unkept`: the document would be none, or more than is kept of one. */
export type ModifyFailure =
  | { readonly kind: "conflict"; readonly conflict: Conflict }
  /** The parent is not there; `taken` steps lead to an element that is. */
  | { readonly kind: "no-parent"; readonly taken: number }
  | { readonly kind: "unkept"; readonly error: XmlError };

type Outcome = Result<Modification, ModifyFailure>;

/** A text that takes a span's place, and where in it the node that was put begins and ends. */
interface Splice {
  readonly span: Span;
  readonly text: string;
  readonly put: Span;
}

const conflict = (kind: "cannot-insert" | "cannot-delete" | "not-xml-att-value", phrase: string) =>
  err<ModifyFailure>({ kind: "conflict", conflict: { kind, phrase } });

/** §8.2.1 and on, for an element. The selector has no terminal. */
export function putElement(
  document: ReadDocument,
  selector: NodeSelector,
  body: string,
  limits: XmlLimits,
): Outcome {
  const { reached: parent, taken } = follow(document.root, selector.steps.slice(0, -1));
  if (taken < selector.steps.length - 1) return err({ kind: "no-parent", taken });
  const step = selector.steps.at(-1);
  if (step === undefined) return err({ kind: "no-parent", taken });
  const fragment = readFragment(body, parent, limits);
  if (!fragment.ok) return err({ kind: "conflict", conflict: fragment.error });
  const siblings = childrenOf(parent, document.root);
  const [target, another] = matchStep(siblings, step);
  if (another !== undefined) return conflict("cannot-insert", "the selector matches several elements");
  if (target !== undefined) {
    return finishPut(document, selector, replaceSpan(target, fragment.value.text), false, limits);
  }
  if (parent === undefined) return conflict("cannot-insert", "a document has one root element");
  const place = findPlace(siblings, step, fragment.value.name);
  if (place === undefined) return conflict("cannot-insert", "there are not so many elements before it");
  const splice =
    place === "last-in-parent"
      ? appendTo(parent, fragment.value.text)
      : replaceSpan({ start: place.at, end: place.at }, fragment.value.text);
  return finishPut(document, selector, splice, true, limits);
}

/** The body is an AttValue with its quotes (§7.7); white space around it is none of the value. */
export function putAttribute(
  document: ReadDocument,
  selector: NodeSelector,
  terminal: TerminalSelector & { readonly kind: "attribute" },
  body: string,
  limits: XmlLimits,
): Outcome {
  const { reached: element, taken } = follow(document.root, selector.steps);
  if (element === undefined || taken < selector.steps.length) return err({ kind: "no-parent", taken });
  const literal = body.trim();
  if (readAttributeValue(literal) === undefined) {
    return conflict("not-xml-att-value", "a value in quotes, without < and with & only in references");
  }
  const found = select(document.root, selector);
  if (found.kind === "attribute") {
    return finishPut(document, selector, replaceSpan(found.attribute.literal, literal), false, limits);
  }
  const name = nameForAttribute(element, terminal);
  if (name === undefined) return conflict("cannot-insert", "no such attribute can be written here");
  const at = element.startTagEnd;
  const before = ` ${name}=`;
  const put = { start: at + before.length, end: at + before.length + literal.length };
  const splice = { span: { start: at, end: at }, text: before + literal, put };
  return finishPut(document, selector, splice, true, limits);
}

/** §8.4. Undefined when the selector selects nothing. */
export function deleteNode(
  document: ReadDocument,
  selector: NodeSelector,
  limits: XmlLimits,
): Result<ReadDocument, ModifyFailure> | undefined {
  const found = select(document.root, selector);
  if (found.kind !== "element" && found.kind !== "attribute") return undefined;
  if (found.kind === "element" && found.element === document.root) {
    const phrase = "a document without a root element; delete the document instead";
    return err({ kind: "conflict", conflict: { kind: "schema-validation-error", phrase } });
  }
  const { start, end } = found.kind === "element" ? found.element : found.attribute;
  const text = document.text.slice(0, start) + document.text.slice(end);
  const located = locateXml(text, limits);
  if (!located.ok) return err({ kind: "unkept", error: located.error });
  if (select(located.value, selector).kind !== "nothing") {
    return conflict("cannot-delete", "the selector would select another node");
  }
  return ok({ text, root: located.value });
}

const replaceSpan = ({ start, end }: Span, text: string): Splice => ({
  span: { start, end },
  text,
  put: { start, end: start + text.length },
});

/** As the last thing inside `parent`; an empty-element tag is opened for it. */
function appendTo(parent: LocatedElement, text: string): Splice {
  if (parent.content !== undefined) {
    return replaceSpan({ start: parent.content.end, end: parent.content.end }, text);
  }
  const start = parent.startTagEnd;
  const closing = `</${parent.element.nodeName}>`;
  return {
    span: { start, end: parent.end },
    text: `>${text}${closing}`,
    put: { start: start + 1, end: start + 1 + text.length },
  };
}

function finishPut(
  { text }: ReadDocument,
  selector: NodeSelector,
  { span, text: inserted, put }: Splice,
  created: boolean,
  limits: XmlLimits,
): Outcome {
  const changed = text.slice(0, span.start) + inserted + text.slice(span.end);
  const located = locateXml(changed, limits);
  if (!located.ok) return err({ kind: "unkept", error: located.error });
  const selected = spanOf(select(located.value, selector));
  if (selected?.start !== put.start || selected.end !== put.end) {
    return conflict("cannot-insert", "the selector would not select what was put");
  }
  return ok({ text: changed, root: located.value, created });
}

/** What was put, for an attribute its value. */
function spanOf(selection: Selection): Span | undefined {
  if (selection.kind === "element") return selection.element;
  return selection.kind === "attribute" ? selection.attribute.literal : undefined;
}

/**
 * The name to write for a new attribute: one of a namespace needs a prefix that is bound to it where the element stands,
 * the client's own or another. None is declared: a client cannot set bindings but by putting an element (§7.10).
 */
function nameForAttribute(
  element: LocatedElement,
  { name: { namespace, localName }, prefix }: TerminalSelector & { readonly kind: "attribute" },
): string | undefined {
  if (prefix === "") return localName;
  if (prefix === "xml") return `xml:${localName}`;
  if (namespace === XMLNS_NAMESPACE || namespace === "") return undefined;
  const scope = namespacesInScope(element);
  if (scope.get(prefix) === namespace) return `${prefix}:${localName}`;
  const [other] = [...scope].find(([bound, name]) => bound !== "" && name === namespace) ?? [];
  return other === undefined ? undefined : `${other}:${localName}`;
}
