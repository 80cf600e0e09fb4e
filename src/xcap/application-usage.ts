// What an application usage tells the server (RFC 4825 §5): its name, type and default namespace, and what its
// documents must keep to. A stored usage holds what users write; a generated one is a single document that the
// server makes.

import type { Hash } from "../auth/digest";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { XmlElement } from "../xml/tree";
import type { XmlLimits } from "../xml/xml-error";
import type { Conflict } from "./conflict";

interface UsageBase {
  readonly auid: string;
  /** MIME type of its documents (§5.3). */
  readonly contentType: string;
  /** For names without a prefix in node selectors (§5.2). */
  readonly defaultNamespace: string;
  /** Namespaces whose every element it can validate (§12). */
  readonly namespaces: readonly string[];
}

export interface StoredUsage extends UsageBase {
  readonly kind: "stored";
  /** File name of the one document a user may have, where the usage allows one only. */
  readonly onlyDocument?: string;
  /** What is wrong with a document, schema first, then uniqueness, then the rest (§8.2.5). */
  readonly validate: (root: XmlElement, facts: ValidationFacts) => Conflict | undefined;
}

export interface GeneratedUsage extends UsageBase {
  readonly kind: "generated";
  readonly tree: "global" | "users";
  readonly document: string;
  readonly generate: (facts: GenerationFacts) => string;
}

export type ApplicationUsage = StoredUsage | GeneratedUsage;

export interface ValidationFacts {
  readonly user: AddressOfRecord;
  /** Without a final slash: `https://example.com/xcap`. */
  readonly xcapRoot: string;
  /** Reads the texts of the owner's other documents of this usage. */
  readonly otherDocuments: () => readonly string[];
  /** Whether a URI is taken in its domain by anything but the owner's own services. */
  readonly isUriTaken: (uri: string) => boolean;
}

export interface GenerationFacts {
  readonly user: AddressOfRecord;
  readonly xcapRoot: string;
  readonly usages: readonly ApplicationUsage[];
  readonly documents: readonly DocumentEntry[];
}

/** One stored document of the owner. */
export interface DocumentEntry {
  readonly auid: string;
  /** Folders and file name, decoded: `index`. */
  readonly name: string;
  /** Without quotes. */
  readonly etag: string;
}

/** The owner's documents, as they are when the request is served. */
export interface Documents {
  readonly get: (auid: string, name: string) => { readonly etag: string; readonly text: string } | undefined;
  readonly list: () => readonly DocumentEntry[];
}

export interface XcapContext {
  /** `applicationUsages`, as a rule. */
  readonly usages: readonly ApplicationUsage[];
  /** The authenticated user, whose home directory `documents` is. */
  readonly user: AddressOfRecord;
  /** Without a final slash. */
  readonly xcapRoot: string;
  /** The tag of a document that this request changes, unused so far; opaque, without quotes. */
  readonly newEtag: string;
  readonly hash: Hash;
  /** Whether a URI is taken in its domain by anything but the owner's own services (RFC 4826 §4.4.5). */
  readonly isUriTaken: (uri: string) => boolean;
  readonly limits: XcapLimits;
}

export interface XcapLimits {
  /** Of one document; `maxLength` bounds each body too. */
  readonly document: XmlLimits;
  readonly maxDocuments: number;
  /** Of path and of query, in characters. */
  readonly maxUriLength: number;
  readonly maxSteps: number;
}
