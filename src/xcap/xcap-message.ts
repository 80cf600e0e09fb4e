// Requests and responses of the engine as plain data: HTTP is spoken by whoever calls it.

import { CONFLICT_CONTENT_TYPE, type Conflict, conflictDocument } from "./conflict";

export interface XcapRequest {
  readonly method: string;
  /** Behind the XCAP root, from its slash on, as received. */
  readonly path: string;
  /** Without its `?`, as received; "" for none. */
  readonly query: string;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly contentType?: string | undefined;
  /** Decoded as UTF-8; octets that are none are answered with `notUtf8`. */
  readonly body: string;
}

export type XcapStatus = 200 | 201 | 304 | 400 | 403 | 404 | 405 | 409 | 412 | 413 | 414 | 415 | 507;

export interface XcapResponse {
  readonly status: XcapStatus;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** What is to be stored before the response is sent. */
  readonly change?: XcapChange;
}

export type XcapChange =
  | {
      readonly kind: "put";
      readonly auid: string;
      readonly name: string;
      readonly etag: string;
      /** Undefined for a new document. */
      readonly previousEtag: string | undefined;
      readonly text: string;
      readonly contentType: string;
      readonly touched: Touched;
    }
  | {
      readonly kind: "delete";
      readonly auid: string;
      readonly name: string;
      readonly previousEtag: string;
      readonly touched: Touched;
    };

/** What a notifier tells (RFC 5875 §4.1). */
export interface Touched {
  readonly node: "document" | "element" | "attribute";
  readonly operation: "create" | "replace" | "remove";
  /** Node selector and query as received, percent-encoded; undefined for a document. */
  readonly selector: string | undefined;
  readonly query: string;
}

/** RFC 4825 §9: network caches do not know that one resource changes others. */
const NO_CACHE = ["Cache-Control", "no-cache"] as const;

export function found(contentType: string, etag: string, body: string): XcapResponse {
  return { status: 200, headers: [["Content-Type", contentType], ["ETag", `"${etag}"`], NO_CACHE], body };
}

/** RFC 4825 §8.2.7, §8.5: no content, and the tag of the document while there is one. */
export function changed(status: 200 | 201, etag: string | undefined, change?: XcapChange): XcapResponse {
  const headers = etag === undefined ? [NO_CACHE] : [["ETag", `"${etag}"`] as const, NO_CACHE];
  return change === undefined ? { status, headers } : { status, headers, change };
}

export const notModified = (etag: string): XcapResponse => ({
  status: 304,
  headers: [["ETag", `"${etag}"`], NO_CACHE],
});

export const refused = (status: Exclude<XcapStatus, 200 | 201 | 304 | 405 | 409>): XcapResponse => ({
  status,
  headers: [],
});

export const notAllowed = (allow: string): XcapResponse => ({ status: 405, headers: [["Allow", allow]] });

export const conflicting = (conflict: Conflict): XcapResponse => ({
  status: 409,
  headers: [["Content-Type", CONFLICT_CONTENT_TYPE]],
  body: conflictDocument(conflict),
});

/** RFC 4825 §8.2.2: for the caller that found octets which are not UTF-8. */
export const notUtf8 = (): XcapResponse => conflicting({ kind: "not-utf-8" });
