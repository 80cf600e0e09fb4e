// GET and HEAD (RFC 4825 §8.3). What is returned is cut out of the stored text; declarations that an element
// inherits are not added to it.

import { locateXml } from "../xml/locate";
import type { Documents, XcapContext } from "./application-usage";
import { namespaceBindingDocument } from "./namespace-scope";
import { judgePrecondition } from "./precondition";
import type { Resource } from "./resource";
import { select } from "./select";
import { found, notModified, refused, type XcapRequest, type XcapResponse } from "./xcap-message";

interface Representation {
  readonly contentType: string;
  readonly body: string;
}

export function serveReading(
  request: XcapRequest,
  resource: Resource,
  documents: Documents,
  context: XcapContext,
): XcapResponse {
  const document = fetchDocument(resource, documents, context);
  const representation = document && represent(document.text, resource, context);
  if (document === undefined || representation === undefined) return refused(404);
  switch (judgePrecondition(request, document.etag, true)) {
    case "malformed":
      return refused(400);
    case "failed":
      return refused(412);
    case "not-modified":
      return notModified(document.etag);
    case "proceed":
      return found(representation.contentType, document.etag, representation.body);
  }
}

function fetchDocument(
  { usage, document }: Resource,
  documents: Documents,
  { user, xcapRoot, usages, hash }: XcapContext,
): { readonly etag: string; readonly text: string } | undefined {
  if (usage.kind === "stored") return documents.get(usage.auid, document.name);
  const text = usage.generate({ user, xcapRoot, usages, documents: documents.list() });
  return { etag: hash("SHA-256", text), text };
}

function represent(
  text: string,
  { usage, selector }: Resource,
  { limits }: XcapContext,
): Representation | undefined {
  if (selector === undefined) return { contentType: usage.contentType, body: text };
  const root = locateXml(text, limits.document);
  if (!root.ok) return undefined;
  const selection = select(root.value, selector);
  switch (selection.kind) {
    case "nothing":
      return undefined;
    case "element": {
      const { start, end } = selection.element;
      return { contentType: "application/xcap-el+xml", body: text.slice(start, end) };
    }
    case "attribute": {
      // §7.9: an AttValue, which has its quotes.
      const { start, end } = selection.attribute.literal;
      return { contentType: "application/xcap-att+xml", body: text.slice(start, end) };
    }
    case "namespaces": {
      const body = namespaceBindingDocument(selection.element);
      return { contentType: "application/xcap-ns+xml", body };
    }
  }
}
