// Why a text is not taken as XML, and the bounds it is held to.
// RFC 3863 §4.1 and every other document here is plain namespaced XML 1.0: a DTD has no use in any of
// them, and is how a few bytes become gigabytes. So there is none, nor an entity beyond the five of XML.

export interface XmlError {
  readonly kind: "doctype" | "entity" | "malformed" | "too-large" | "too-deep" | "too-many-nodes";
  /** For the log, never for the wire: may quote at most 120 characters of the input. */
  readonly detail: string;
}

export interface XmlLimits {
  /** UTF-16 code units of the whole text; never more than its octets in UTF-8. */
  readonly maxLength: number;
  /** Elements inside each other, the root counted. */
  readonly maxDepth: number;
  /** Elements, runs of text, comments, CDATA sections and processing instructions together. */
  readonly maxNodes: number;
  /** Attributes of all elements together, namespace declarations counted. */
  readonly maxAttributes: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  maxLength: 64 * 1024,
  maxDepth: 64,
  maxNodes: 4096,
  maxAttributes: 4096,
};

export const xmlError = (kind: XmlError["kind"], detail: string): XmlError => ({
  kind,
  detail: detail.slice(0, 120),
});
