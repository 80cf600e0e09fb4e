// PUT and DELETE (RFC 4825 §8.2, §8.4). The order of judgements: what is refused whatever the body (404, 403,
// 415), the preconditions (RFC 9110 §13.2.1 wants them after those and before the content), the content, the
// insertion, the result.

import { parseContentType } from "../sip/headers/content-type";
import { parameter } from "../sip/parameters";
import { type LocatedElement, locateXml } from "../xml/locate";
import type { XmlError } from "../xml/xml-error";
import type { Documents, StoredUsage, XcapContext } from "./application-usage";
import type { Conflict } from "./conflict";
import { documentUri } from "./document-selector";
import { deleteNode, type ModifyFailure, putAttribute, putElement, type ReadDocument } from "./modify";
import type { NodeSelector } from "./node-selector";
import { encodeSegment } from "./percent-encoding";
import { judgePrecondition } from "./precondition";
import type { Resource } from "./resource";
import { select } from "./select";
import {
  changed,
  conflicting,
  refused,
  type Touched,
  type XcapRequest,
  type XcapResponse,
} from "./xcap-message";

/** One request to change something, with all it is judged by. */
export interface Writing {
  readonly request: XcapRequest;
  readonly resource: Resource;
  readonly usage: StoredUsage;
  readonly documents: Documents;
  readonly context: XcapContext;
}

interface StoredDocument {
  readonly etag: string;
  readonly text: string;
}

const BYTE_ORDER_MARK = /^\uFEFF/;
const ENCODING = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/;

export function servePut(writing: Writing): XcapResponse {
  const { request, resource, usage, documents, context } = writing;
  const { selector, document } = resource;
  const stored = documents.get(usage.auid, document.name);
  const type = judgeContentType(request.contentType, expectedType(usage, selector));
  if (type !== undefined) return type;
  if (selector !== undefined && stored === undefined) return noParent(writing, 0);
  const condition = judgeConditions(request, stored?.etag);
  if (condition !== undefined) return condition;
  if (request.body.length > context.limits.document.maxLength) return refused(413);
  return selector === undefined || stored === undefined
    ? putDocument(writing, stored)
    : putNode(writing, selector, stored);
}

export function serveDelete(writing: Writing): XcapResponse {
  const { request, resource, usage, documents, context } = writing;
  const { selector, document } = resource;
  const stored = documents.get(usage.auid, document.name);
  if (stored === undefined) return refused(404);
  const read = selector && readStored(stored.text, context);
  // RFC 9110 §13.2.1: what is not there is 404, whatever the conditions.
  if (selector !== undefined && (!read || select(read.root, selector).kind === "nothing"))
    return refused(404);
  const condition = judgeConditions(request, stored.etag);
  if (condition !== undefined) return condition;
  if (selector === undefined || read === undefined) {
    const touched: Touched = { node: "document", operation: "remove", selector: undefined, query: "" };
    const { auid, name } = document;
    return changed(200, undefined, { kind: "delete", auid, name, previousEtag: stored.etag, touched });
  }
  const modified = deleteNode(read, selector, context.limits.document);
  if (modified === undefined) return refused(404);
  if (!modified.ok) return answerFailure(writing, modified.error, "cannot-delete");
  return finish(writing, stored, modified.value, "remove");
}

function putDocument(writing: Writing, stored: StoredDocument | undefined): XcapResponse {
  const { request, resource, usage, documents, context } = writing;
  const { name } = resource.document;
  if (stored === undefined) {
    if (usage.onlyDocument !== undefined && name !== usage.onlyDocument) {
      return conflicting({
        kind: "constraint-failure",
        phrase: `the only document is ${usage.onlyDocument}`,
      });
    }
    const own = documents.list().filter(({ auid }) => auid === usage.auid);
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    // §8.2.1: nothing makes a folder but a document that is there already, so an unknown one is not there.
    if (folder !== "" && !own.some((entry) => entry.name.startsWith(folder))) return noParent(writing, 0);
    // §6.2: no document is called like a folder beside it.
    if (own.some((entry) => entry.name.startsWith(`${name}/`))) {
      return conflicting({ kind: "constraint-failure", phrase: "a folder has this name" });
    }
    if (documents.list().length >= context.limits.maxDocuments) return refused(507);
  }
  const text = request.body.replace(BYTE_ORDER_MARK, "");
  const encoding = ENCODING.exec(text)?.[1] ?? "UTF-8";
  if (encoding.toUpperCase() !== "UTF-8") return conflicting({ kind: "not-utf-8" });
  const root = locateXml(text, context.limits.document);
  if (!root.ok) return answerUnread(root.error, "not-well-formed", 413);
  return finish(writing, stored, { text, root: root.value }, stored === undefined ? "create" : "replace");
}

function putNode(writing: Writing, selector: NodeSelector, stored: StoredDocument): XcapResponse {
  const { request, context } = writing;
  const read = readStored(stored.text, context);
  if (read === undefined) return noParent(writing, 0);
  const limits = context.limits.document;
  const { terminal } = selector;
  const modified =
    terminal?.kind === "attribute"
      ? putAttribute(read, selector, terminal, request.body, limits)
      : putElement(read, selector, request.body, limits);
  if (!modified.ok) {
    const unread = terminal?.kind === "attribute" ? "not-xml-att-value" : "not-xml-frag";
    return answerFailure(writing, modified.error, unread);
  }
  return finish(writing, stored, modified.value, modified.value.created ? "create" : "replace");
}

/** §8.2.5 on the document as it would be, then the change. */
function finish(
  { resource, usage, documents, context }: Writing,
  stored: StoredDocument | undefined,
  { text, root }: ReadDocument,
  operation: Touched["operation"],
): XcapResponse {
  const { auid, name } = resource.document;
  const broken = validate(usage, root, name, documents, context);
  if (broken !== undefined) return conflicting(broken);
  // Nothing changed, so the tag does not: whoever holds the document holds this one.
  if (stored?.text === text) return changed(200, stored.etag);
  const terminal = resource.selector?.terminal;
  const node =
    resource.selector === undefined ? "document" : terminal === undefined ? "element" : "attribute";
  const query = resource.selector === undefined ? "" : resource.query;
  return changed(operation === "create" ? 201 : 200, context.newEtag, {
    kind: "put",
    auid,
    name,
    etag: context.newEtag,
    previousEtag: stored?.etag,
    text,
    contentType: usage.contentType,
    touched: { node, operation, selector: resource.encodedSelector, query },
  });
}

function validate(
  usage: StoredUsage,
  root: LocatedElement,
  name: string,
  documents: Documents,
  { user, xcapRoot, isUriTaken }: XcapContext,
): Conflict | undefined {
  const otherDocuments = (): readonly string[] =>
    documents
      .list()
      .filter((entry) => entry.auid === usage.auid && entry.name !== name)
      .flatMap((entry) => documents.get(entry.auid, entry.name)?.text ?? []);
  return usage.validate(root.element, { user, xcapRoot, otherDocuments, isUriTaken });
}

function readStored(text: string, { limits }: XcapContext): ReadDocument | undefined {
  const root = locateXml(text, limits.document);
  return root.ok ? { text, root: root.value } : undefined;
}

function expectedType(usage: StoredUsage, selector: NodeSelector | undefined): string {
  if (selector === undefined) return usage.contentType;
  return selector.terminal === undefined ? "application/xcap-el+xml" : "application/xcap-att+xml";
}

/** §8.2.2. A charset that is named must be the one that everything here is in. */
function judgeContentType(value: string | undefined, expected: string): XcapResponse | undefined {
  const parsed = parseContentType(value ?? "");
  if (!parsed.ok || parsed.value.type !== expected) return refused(415);
  const charset = parameter(parsed.value.parameters, "charset") ?? "utf-8";
  return charset.toLowerCase() === "utf-8" ? undefined : conflicting({ kind: "not-utf-8" });
}

function judgeConditions(request: XcapRequest, etag: string | undefined): XcapResponse | undefined {
  const outcome = judgePrecondition(request, etag, false);
  if (outcome === "proceed") return undefined;
  return refused(outcome === "malformed" ? 400 : 412);
}

function answerFailure(
  writing: Writing,
  failure: ModifyFailure,
  unread: "not-xml-frag" | "not-xml-att-value" | "cannot-delete",
): XcapResponse {
  switch (failure.kind) {
    case "conflict":
      return conflicting(failure.conflict);
    case "no-parent":
      return noParent(writing, failure.taken);
    case "unkept":
      return answerUnread(failure.error, unread, 507);
  }
}

/** A body over the limit is 413; a small one that makes the document outgrow it is refused for want of room, 507. */
function answerUnread(
  error: XmlError,
  unread: "not-well-formed" | "not-xml-frag" | "not-xml-att-value" | "cannot-delete",
  tooLarge: 413 | 507,
): XcapResponse {
  switch (error.kind) {
    case "too-large":
      return refused(tooLarge);
    case "malformed":
    case "entity":
      return conflicting({ kind: unread, phrase: error.detail });
    // Well-formed, and yet not kept here: a rule of this server's own, which no schema states.
    case "doctype":
      return conflicting({ kind: "constraint-failure", phrase: "no document type declaration is taken" });
    case "too-deep":
    case "too-many-nodes":
      return conflicting({ kind: "constraint-failure", phrase: `${error.kind}: ${error.detail}` });
  }
}

/**
 * §8.2.1, §11.1: the URI of the closest ancestor that is there, after `taken` steps: an element, the document, or the
 * home directory.
 */
function noParent({ resource, usage, documents, context }: Writing, taken: number): XcapResponse {
  const { document, selector, query } = resource;
  const isThere = documents.get(usage.auid, document.name) !== undefined;
  const uri = documentUri(context.xcapRoot, isThere ? document : { ...document, name: "" });
  if (taken === 0 || selector === undefined) return conflicting({ kind: "no-parent", ancestor: uri });
  const steps = selector.steps.slice(0, taken).map(({ text }) => encodeSegment(text));
  const suffix = query === "" ? "" : `?${query}`;
  return conflicting({ kind: "no-parent", ancestor: `${uri}/~~/${steps.join("/")}${suffix}` });
}
