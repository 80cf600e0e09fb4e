// Detailed conflict reports: the bodies of 409 (RFC 4825 §11).

import { appendElement, rootElement } from "../xml/build";
import { serializeXml } from "../xml/serialize";
import { XCAP_ERROR } from "./namespaces";

export const CONFLICT_CONTENT_TYPE = "application/xcap-error+xml";

/** `phrase` is for people. */
export type Conflict =
  | { readonly kind: PlainConflictKind; readonly phrase?: string }
  /** `ancestor`: the URI of the closest parent that is there. */
  | { readonly kind: "no-parent"; readonly ancestor?: string; readonly phrase?: string }
  | { readonly kind: "uniqueness-failure"; readonly exists: readonly Duplicate[]; readonly phrase?: string };

export type PlainConflictKind =
  | "not-well-formed"
  | "not-xml-frag"
  | "schema-validation-error"
  | "not-xml-att-value"
  | "cannot-insert"
  | "cannot-delete"
  | "constraint-failure"
  | "not-utf-8";

export interface Duplicate {
  /** A node selector from the root element on, percent-encoded, with its query when it has prefixes. */
  readonly field: string;
  /** Values that would be unique. */
  readonly alternatives: readonly string[];
}

/** The `application/xcap-error+xml` document. */
export function conflictDocument(conflict: Conflict): string {
  const root = rootElement({ namespace: XCAP_ERROR, name: "xcap-error" });
  const attributes = conflict.phrase === undefined ? {} : { phrase: conflict.phrase };
  const error = appendElement(root, { namespace: XCAP_ERROR, name: conflict.kind }, { attributes });
  if (conflict.kind === "no-parent" && conflict.ancestor !== undefined) {
    appendElement(error, { namespace: XCAP_ERROR, name: "ancestor" }, { text: conflict.ancestor });
  }
  if (conflict.kind === "uniqueness-failure") {
    for (const { field, alternatives } of conflict.exists) {
      const exists = appendElement(
        error,
        { namespace: XCAP_ERROR, name: "exists" },
        { attributes: { field } },
      );
      for (const text of alternatives) {
        appendElement(exists, { namespace: XCAP_ERROR, name: "alt-value" }, { text });
      }
    }
  }
  return serializeXml(root);
}
