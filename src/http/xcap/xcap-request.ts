// From a request of HTTP to one of XCAP: where the XCAP root is, whose tree the path names, and the body as text.

import type { XcapCall } from "../../contracts/xcap-access";
import { type AddressOfRecord, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import { parseXcapPath } from "../../xcap/document-selector";

export const XCAP_PREFIX = "/xcap";

/** Of one document: each of its characters has at most three octets of UTF-8 for a unit that is counted. */
export const longestXcapBody = 3 * 64 * 1024;

/** The request below `<origin>/xcap`. */
export async function readXcapCall(request: Request): Promise<XcapCall> {
  const url = new URL(request.url);
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  return {
    method: request.method,
    path: url.pathname.slice(XCAP_PREFIX.length),
    query: url.search.slice(1),
    ifMatch: header("if-match"),
    ifNoneMatch: header("if-none-match"),
    contentType: header("content-type"),
    // Whoever has not logged in is asked to, whatever the body: it is not read.
    body: header("authorization") === undefined ? "" : await readBody(request),
    xcapRoot: `${url.origin}${XCAP_PREFIX}`,
  };
}

/** RFC 4825 §8.2.2: UTF-8, or it is for the home to refuse. A byte order mark is the engine's to judge. */
async function readBody(request: Request): Promise<string | undefined> {
  if (request.method !== "PUT") return "";
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await request.arrayBuffer());
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}

/** What a path says of whose it is. */
export type Tree =
  | { readonly kind: "user"; readonly aor: AddressOfRecord }
  /** The XUI is no address-of-record: nobody's. */
  | { readonly kind: "nobody" }
  /** The global tree, or nothing that could be anywhere. */
  | { readonly kind: "global" };

export function treeOf(path: string): Tree {
  const parsed = parseXcapPath(path);
  if (!parsed.ok || parsed.value.document.tree === "global") return { kind: "global" };
  const aor = parseAddressOfRecord(parsed.value.document.xui ?? "");
  return aor === undefined ? { kind: "nobody" } : { kind: "user", aor };
}
