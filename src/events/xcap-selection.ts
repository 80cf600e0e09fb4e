// What a SUBSCRIBE to xcap-diff selects (RFC 5875 §4.1), as its row keeps it.

/** One resource that a subscriber wants to know of (§4.1). */
export type XcapSelection =
  | {
      /** A collection is all documents below it. */
      readonly kind: "collection" | "document";
      /** As the subscriber wrote it. */
      readonly uri: string;
      /** Below the XCAP root, without escapes: `resource-lists/users/sip:a@b.example/index`. */
      readonly path: string;
    }
  | {
      readonly kind: "element" | "attribute";
      /** As the subscriber wrote it; what is told of it bears this name, to the octet (§4.6). */
      readonly uri: string;
      /** Of the document it is in. */
      readonly path: string;
      /** With its escapes. */
      readonly nodeSelector: string;
      /** The query, which declares prefixes; "" for none. */
      readonly query: string;
    };
