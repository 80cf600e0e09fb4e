// Changes of a user's XCAP documents (RFC 5875 §4), told in XCAP diff documents (RFC 5874): which documents have which
// entity-tag, and what selected elements and attributes hold.
// Only the user sees it; what he may not read is not for this file to know (§4.7: it MUST NOT be told).
// We never patch. A subscriber may ask for that (§4.3, diff-processing), but it is a hint, and "no-patching" is the
// mode that every notifier must have, that answers any request, and that a subscriber must be ready for at any time
// (§4.7, §4.8): he fetches the document, by an entity-tag that says whether he has to. Patches would need a
// document's history here and an unbroken chain of NOTIFYs there, for documents of a few kilobytes.

import { seconds } from "../../base/brand";
import { err, ok, type Result } from "../../base/result";
import { type Parameters, parameter } from "../../sip/parameters";
import { decodeEscapes } from "../../sip/uri/escape";
import { appendElement, appendExactCopy, rootElement } from "../../xml/build";
import { parseXml } from "../../xml/parse";
import { attribute, childElements, isElement } from "../../xml/read";
import { serializeXml } from "../../xml/serialize";
import type { XmlElement } from "../../xml/tree";
import type { EventPackage } from "../event-package";
import type { XcapSelection } from "../xcap-selection";

export const xcapDiff: EventPackage = {
  name: "xcap-diff",
  // RFC 5875 §4.4, §4.6
  contentTypes: ["application/xcap-diff+xml"],
  // RFC 5875 §4.5
  defaultExpires: seconds(3600),
  minExpires: seconds(60),
  maxExpires: seconds(7200),
  audience: "owner",
};

/** The type that the body of a SUBSCRIBE must have (§4.4). */
export const XCAP_LIST_TYPE = "application/resource-lists+xml";

export type DiffProcessing = "no-patching" | "xcap-patching" | "aggregate";

/** What a subscriber would like: for the log, since we serve every one with no-patching. */
export function requestedDiffProcessing(eventParameters: Parameters): DiffProcessing {
  const mode = parameter(eventParameters, "diff-processing");
  // RFC 5875 §4.3: the default, also for a token that we do not understand.
  return mode === "xcap-patching" || mode === "aggregate" ? mode : "no-patching";
}

const RESOURCE_LISTS = "urn:ietf:params:xml:ns:resource-lists";
const XCAP_DIFF = "urn:ietf:params:xml:ns:xcap-diff";
const xcapDiffName = (name: string) => ({ namespace: XCAP_DIFF, name });

const MOST_SELECTIONS = 64;
const LONGEST_URI = 2048;

const SEPARATOR = "/~~/";
const ATTRIBUTE_STEP = /(?:^|\/)@[^/@[\]"'=]+$/;
const NAMESPACE_STEP = /(?:^|\/)namespace::\*$/;
const ORIGIN = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/;

/**
 * The selections of a SUBSCRIBE's body, each once, or in a few words why it has none. Of the list's format a flat
 * list of entries is read, and the rest is ignored (§4.4); so is an entry that can name nothing under `xcapRoot`:
 * it is like one whose resource does not exist, which is no error (§4.7). Never throws.
 *
 * @param xcapRoot with its scheme, and a slash at its end.
 */
export function readXcapSelections(body: string, xcapRoot: string): Result<readonly XcapSelection[], string> {
  const parsed = parseXml(body);
  if (!parsed.ok) return err(`${parsed.error.kind}: ${parsed.error.detail}`);
  if (!isElement(parsed.value, RESOURCE_LISTS, "resource-lists")) return err("no resource-lists");
  const entries = childElements(parsed.value, RESOURCE_LISTS, "list").flatMap((list) =>
    childElements(list, RESOURCE_LISTS, "entry"),
  );
  const uris = new Set(entries.map((entry) => attribute(entry, "uri") ?? ""));
  if (uris.size > MOST_SELECTIONS) return err(`${uris.size} entries`);
  if ([...uris].some((uri) => uri.length > LONGEST_URI)) return err("an entry too long");
  return ok([...uris].flatMap((uri) => readSelection(uri, xcapRoot) ?? []));
}

function readSelection(uri: string, xcapRoot: string): XcapSelection | undefined {
  const [reference = "", ...queries] = (belowRoot(uri, xcapRoot) ?? "").split("?");
  const at = reference.indexOf(SEPARATOR);
  const path = decodeEscapes(at === -1 ? reference : reference.slice(0, at));
  if (path === undefined || path === "") return undefined;
  if (at === -1) return { kind: path.endsWith("/") ? "collection" : "document", uri, path };
  const nodeSelector = reference.slice(at + SEPARATOR.length);
  const steps = decodeEscapes(nodeSelector);
  // §4.1: namespaces MUST NOT be subscribed to.
  if (steps === undefined || steps === "" || NAMESPACE_STEP.test(steps)) return undefined;
  const kind = ATTRIBUTE_STEP.test(steps) ? "attribute" : "element";
  return { kind, uri, path, nodeSelector, query: queries.join("?") };
}

/** §4.4: relative references are allowed, and are to the XCAP root. */
function belowRoot(uri: string, xcapRoot: string): string | undefined {
  const root = uri.startsWith("/") ? xcapRoot.replace(ORIGIN, "") : xcapRoot;
  if (uri.startsWith(root)) return uri.slice(root.length);
  return uri.startsWith("/") || ORIGIN.test(uri) ? undefined : uri;
}

/** A document that is there, was changed (both entity-tags), is new (no previous one), or is gone (no new one). */
export interface XcapDocumentState {
  /** Its URI relative to the XCAP root, escaped. */
  readonly sel: string;
  readonly previousEtag?: string;
  readonly newEtag?: string;
}

/** What of the user's XCAP resources is told. */
export type XcapDiffEntry =
  | ({ readonly kind: "document" } & XcapDocumentState)
  | {
      readonly kind: "element";
      readonly sel: string;
      /** Absent: it is gone. Withheld: it is there, and larger than a NOTIFY should be (§4.7). */
      readonly content?: XmlElement | "withheld";
    }
  | {
      readonly kind: "attribute";
      readonly sel: string;
      /** Absent: it is gone. */
      readonly value?: string;
    };

/**
 * Of `documents` those that are selected, each once (§4.7: no overlapping), in their order. All documents that are
 * there make the first NOTIFY and that after each SUBSCRIBE; those that changed, in the order they did, the others.
 */
export function selectDocuments(
  selections: readonly XcapSelection[],
  documents: readonly XcapDocumentState[],
): readonly XcapDiffEntry[] {
  return documents.flatMap((document) => {
    const sel = selectedAs(document.sel, selections);
    return sel === undefined ? [] : [{ ...document, kind: "document", sel }];
  });
}

/** §4.6: a document that was selected itself bears the name it was selected by. */
function selectedAs(sel: string, selections: readonly XcapSelection[]): string | undefined {
  const path = decodeEscapes(sel) ?? sel;
  const itself = selections.find((each) => each.kind === "document" && each.path === path);
  if (itself !== undefined) return itself.uri;
  const isInside = selections.some((each) => each.kind === "collection" && path.startsWith(each.path));
  return isInside ? sel : undefined;
}

/** An `application/xcap-diff+xml` document; without entries it says that nothing of what was selected is there. */
export function composeXcapDiff(xcapRoot: string, entries: readonly XcapDiffEntry[]): string {
  const root = rootElement(xcapDiffName("xcap-diff"), { attributes: { "xcap-root": xcapRoot } });
  for (const entry of entries) appendEntry(root, entry);
  return serializeXml(root);
}

function appendEntry(root: XmlElement, entry: XcapDiffEntry): void {
  const { sel } = entry;
  switch (entry.kind) {
    case "document": {
      const attributes = { "previous-etag": entry.previousEtag, sel, "new-etag": entry.newEtag };
      appendElement(root, xcapDiffName("document"), { attributes });
      return;
    }
    case "element": {
      const { content } = entry;
      const exists = content === undefined ? "0" : undefined;
      const element = appendElement(root, xcapDiffName("element"), { attributes: { sel, exists } });
      if (content !== undefined && content !== "withheld") appendExactCopy(element, content);
      return;
    }
    case "attribute": {
      // RFC 5875 §4.7 speaks of `exist`; its examples (appendix A.5) and the schema of RFC 5874 write `exists`.
      const attributes = { sel, exists: entry.value === undefined ? "0" : undefined };
      appendElement(root, xcapDiffName("attribute"), { attributes, text: entry.value ?? "" });
    }
  }
}
