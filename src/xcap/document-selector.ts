// The path of an XCAP URI behind the XCAP root (RFC 4825 §6, §6.2): document selector, `~~`, node selector.
// The path is split before it is decoded, so that an encoded slash never makes a segment.

import { err, ok, type Result } from "../base/result";
import { decodePercent, encodeSegment } from "./percent-encoding";

export interface DocumentSelector {
  readonly auid: string;
  readonly tree: "global" | "users";
  /** Decoded; undefined in the global tree. */
  readonly xui: string | undefined;
  /** Folders, if any, and file name, decoded, with slashes between them: `index`, `work/index`. */
  readonly name: string;
}

export interface XcapPath {
  readonly document: DocumentSelector;
  /** Decoded; undefined for a document URI. */
  readonly nodeSelector: string | undefined;
  /** The part behind `~~/` as received. */
  readonly encodedNodeSelector: string | undefined;
}

/** `bad-escape`: the URI cannot be read (400). `no-document`: it names nothing that could be here (404). */
export type PathFailure = "bad-escape" | "no-document";

const SEPARATOR = "~~";
const longestSegment = 256;
/** Nothing a log, a header or a row would stumble over. */
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

export function parseXcapPath(path: string): Result<XcapPath, PathFailure> {
  const raw = path.replace(/^\//, "").split("/");
  const segments: string[] = [];
  for (const segment of raw) {
    const decoded = decodePercent(segment);
    if (decoded === undefined) return err("bad-escape");
    // RFC 4825 §6: the first "~~" is the separator; later ones belong to the node selector.
    if (decoded === SEPARATOR) break;
    segments.push(decoded);
  }
  const document = readDocumentSelector(segments);
  if (document === undefined) return err("no-document");
  if (segments.length === raw.length) {
    return ok({ document, nodeSelector: undefined, encodedNodeSelector: undefined });
  }
  const encodedNodeSelector = raw.slice(segments.length + 1).join("/");
  const nodeSelector = decodePercent(encodedNodeSelector);
  return nodeSelector === undefined ? err("bad-escape") : ok({ document, nodeSelector, encodedNodeSelector });
}

function readDocumentSelector(segments: readonly string[]): DocumentSelector | undefined {
  const [auid = "", tree, ...below] = segments;
  if (!segments.every(isName)) return undefined;
  if (tree === "global" && below.length > 0) {
    return { auid, tree, xui: undefined, name: below.join("/") };
  }
  const [xui, ...names] = below;
  if (tree !== "users" || xui === undefined || names.length === 0) return undefined;
  return names.some((name) => name.includes("/")) ? undefined : { auid, tree, xui, name: names.join("/") };
}

const isName = (segment: string): boolean =>
  segment !== "" &&
  segment !== "." &&
  segment !== ".." &&
  segment.length <= longestSegment &&
  !CONTROL.test(segment);

/** The URI of a document, or of the home directory when `name` is empty, below the XCAP root. */
export function documentUri(xcapRoot: string, { auid, tree, xui, name }: DocumentSelector): string {
  const segments = [auid, tree, ...(xui === undefined ? [] : [xui]), ...name.split("/")];
  return `${xcapRoot}/${segments.map(encodeSegment).join("/")}`;
}
