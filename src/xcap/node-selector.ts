// Node selectors (RFC 4825 §6.3): a path of steps to one element, and perhaps an attribute of it or its namespace
// bindings. Read after decoding, as the grammar wants it. A step that the grammar knows only as an
// extension-selector is one this server does not understand, and answered 404 (§8).

import { err, ok, type Result } from "../base/result";
import { QUALIFIED_NAME } from "../xml/name";
import type { NamespaceBindings } from "./namespace-bindings";

/** An expanded name (Namespaces in XML §2.1); "" for no namespace. */
export interface ExpandedName {
  readonly namespace: string;
  readonly localName: string;
}

export interface AttributeTest {
  readonly name: ExpandedName;
  readonly value: string;
}

export interface Step {
  /** Undefined for `*`. */
  readonly name: ExpandedName | undefined;
  /** From 1. */
  readonly position: number | undefined;
  readonly attribute: AttributeTest | undefined;
  /** As received, decoded. */
  readonly text: string;
}

export type TerminalSelector =
  | { readonly kind: "attribute"; readonly name: ExpandedName; readonly prefix: string }
  | { readonly kind: "namespaces" };

export interface NodeSelector {
  /** At least one. */
  readonly steps: readonly Step[];
  readonly terminal: TerminalSelector | undefined;
}

export type SelectorFailure = "syntax" | "unbound-prefix" | "extension" | "too-many-steps";

interface Expansion {
  readonly bindings: NamespaceBindings;
  /** For element names without a prefix; attribute names without one are in no namespace. */
  readonly defaultNamespace: string;
}

const STEP = new RegExp(
  `^(\\*|${QUALIFIED_NAME})(?:\\[([0-9]+)\\])?(?:\\[@(${QUALIFIED_NAME})=("[^"<]*"|'[^'<]*')\\])?$`,
  "u",
);
const ATTRIBUTE = new RegExp(`^@(${QUALIFIED_NAME})$`, "u");
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));/g;
const PREDEFINED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

export function parseNodeSelector(
  text: string,
  expansion: Expansion,
  maxSteps: number,
): Result<NodeSelector, SelectorFailure> {
  const segments = splitSteps(text);
  if (segments.length > maxSteps) return err("too-many-steps");
  if (segments.some((segment) => segment === "")) return err("syntax");
  const last = segments.at(-1) ?? "";
  const terminal = readTerminal(last, expansion);
  if (terminal?.ok === false) return terminal;
  const steps: Step[] = [];
  for (const segment of terminal === undefined ? segments : segments.slice(0, -1)) {
    const step = readStep(segment, expansion);
    if (!step.ok) return step;
    steps.push(step.value);
  }
  return steps.length === 0 ? err("syntax") : ok({ steps, terminal: terminal?.value });
}

/** At the slashes outside of attribute values: decoded, a value may hold one. */
function splitSteps(text: string): readonly string[] {
  const segments: string[] = [];
  let quote: string | undefined;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === quote) quote = undefined;
    else if (quote === undefined && /["']/.test(character) && text[at - 1] === "=") quote = character;
    else if (quote === undefined && character === "/") {
      segments.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...segments, text.slice(from)];
}

function readTerminal(
  segment: string,
  expansion: Expansion,
): Result<TerminalSelector, SelectorFailure> | undefined {
  if (segment === "namespace::*") return ok({ kind: "namespaces" });
  const name = ATTRIBUTE.exec(segment)?.[1];
  if (name === undefined) return undefined;
  const expanded = expand(name, "", expansion.bindings);
  if (expanded === undefined) return err("unbound-prefix");
  return ok({ kind: "attribute", name: expanded, prefix: prefixOf(name) });
}

function readStep(segment: string, { bindings, defaultNamespace }: Expansion): Result<Step, SelectorFailure> {
  const match = STEP.exec(segment);
  if (match === null) return err("extension");
  const [, test = "", position, attributeName, literal] = match;
  const name = test === "*" ? undefined : expand(test, defaultNamespace, bindings);
  const tested = attributeName === undefined ? undefined : expand(attributeName, "", bindings);
  if ((test !== "*" && name === undefined) || (attributeName !== undefined && tested === undefined)) {
    return err("unbound-prefix");
  }
  const value = literal === undefined ? undefined : readAttributeValue(literal);
  if (literal !== undefined && value === undefined) return err("syntax");
  return ok({
    name,
    position: position === undefined ? undefined : Number(position),
    attribute: tested === undefined || value === undefined ? undefined : { name: tested, value },
    text: segment,
  });
}

function expand(
  name: string,
  defaultNamespace: string,
  bindings: NamespaceBindings,
): ExpandedName | undefined {
  const prefix = prefixOf(name);
  if (prefix === "") return { namespace: defaultNamespace, localName: name };
  const namespace = bindings.get(prefix);
  return namespace === undefined ? undefined : { namespace, localName: name.slice(prefix.length + 1) };
}

const prefixOf = (name: string): string => (name.includes(":") ? name.slice(0, name.indexOf(":")) : "");

/** The value that an AttValue (XML 1.0 §2.3), quotes included, stands for; undefined when it is none. */
export function readAttributeValue(literal: string): string | undefined {
  if (!/^(?:"[^"<]*"|'[^'<]*')$/.test(literal)) return undefined;
  const inner = literal.slice(1, -1);
  if (inner.replace(REFERENCE, "").includes("&")) return undefined;
  let whole = true;
  const value = inner.replace(REFERENCE, (_all, named?: string, decimal?: string, hexadecimal?: string) => {
    if (named !== undefined) return PREDEFINED[named] ?? "";
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    whole &&= isXmlCharacter(code);
    return isXmlCharacter(code) ? String.fromCodePoint(code) : "";
  });
  return whole ? value : undefined;
}

/** XML 1.0 §2.2 Char. */
const isXmlCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
