// RLS services, `application/rls-services+xml` (RFC 4826 §4): which URIs stand for a list, which list, and for which
// event packages.

import { err, ok, type Result } from "../base/result";
import type { Refusal } from "../sip/refusal";
import { isToken } from "../sip/scan";
import { uriEquals } from "../sip/uri/equal";
import { parseUri } from "../sip/uri/uri";
import { parseXml } from "../xml/parse";
import { attribute, childElement, childElements, isElement, text } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import type { XmlError, XmlLimits } from "../xml/xml-error";
import { type FlatList, flattenLists, flattenReference, type ListLimits, type OwnerTree } from "./flat-list";
import { RESOURCE_LISTS, RLS_SERVICES } from "./namespace";

export interface RlsService {
  readonly uri: string;
  readonly list: /** <resource-list>: an absolute URI, as written. */
    | { readonly kind: "reference"; readonly anchor: string }
    /** <list>: the list itself. */
    | { readonly kind: "inline"; readonly element: XmlElement };
  /** Event types, compared byte by byte; undefined: all of them (§4.1). */
  readonly packages: readonly string[] | undefined;
}

export type RlsServicesError =
  | { readonly kind: "xml"; readonly error: XmlError }
  | { readonly kind: "not-rls-services"; readonly detail: string };

/**
 * The services of a document, in order. One without a URI or a list is no service and is passed over: it takes no
 * other with it. Never throws.
 */
export function readRlsServices(
  body: string,
  limits?: XmlLimits,
): Result<readonly RlsService[], RlsServicesError> {
  const parsed = parseXml(body, limits);
  if (!parsed.ok) return err({ kind: "xml", error: parsed.error });
  const root = parsed.value;
  if (!isElement(root, RLS_SERVICES, "rls-services")) {
    const detail = `${root.namespaceURI} ${root.localName}`.slice(0, 120);
    return err({ kind: "not-rls-services", detail });
  }
  return ok(childElements(root, RLS_SERVICES, "service").flatMap(readService));
}

function readService(element: XmlElement): readonly RlsService[] {
  const uri = attribute(element, "uri")?.trim();
  const list = readList(element);
  if (uri === undefined || list === undefined) return [];
  const packages = childElement(element, RLS_SERVICES, "packages");
  return [{ uri, list, packages: packages && readPackages(packages) }];
}

function readList(element: XmlElement): RlsService["list"] | undefined {
  const reference = childElement(element, RLS_SERVICES, "resource-list");
  if (reference !== undefined) return { kind: "reference", anchor: text(reference) };
  // By the schema of §4.2 <list> is of this namespace and only its content of the other; some clients take it for
  // the other's altogether.
  const list = childElement(element, RLS_SERVICES, "list") ?? childElement(element, RESOURCE_LISTS, "list");
  return list && { kind: "inline", element: list };
}

const readPackages = (packages: XmlElement): readonly string[] =>
  childElements(packages, RLS_SERVICES, "package")
    .map((element) => text(element).trim())
    .filter(isToken);

/**
 * §4.5: the service that a SUBSCRIBE's Request-URI names by URI equality, undefined when it names none; 489 when
 * the service is not for that event package.
 */
export function serviceFor(
  services: readonly RlsService[],
  requestUri: string,
  eventPackage: string,
): Result<RlsService | undefined, Refusal> {
  const service = services.find(({ uri }) => uri === requestUri) ?? findEqual(services, requestUri);
  const packages = service?.packages;
  if (packages === undefined || packages.includes(eventPackage)) return ok(service);
  return err({
    status: 489,
    ...(packages.length === 0 ? {} : { lines: [["Allow-Events", packages.join(", ")]] }),
  });
}

function findEqual(services: readonly RlsService[], requestUri: string): RlsService | undefined {
  const wanted = parseUri(requestUri);
  if (!wanted.ok) return undefined;
  return services.find(({ uri }) => {
    const offered = parseUri(uri);
    return offered.ok && uriEquals(offered.value, wanted.value);
  });
}

/** The service's list, flat; 502 when what it refers to is no list of the owner's (§4.5). */
export function resolveList(
  { list }: RlsService,
  tree: OwnerTree,
  limits?: ListLimits,
): Result<FlatList, Refusal> {
  if (list.kind === "inline") return ok(flattenLists([list.element], tree, limits));
  const resolved = flattenReference(list.anchor, tree, limits);
  return resolved === undefined ? err({ status: 502, reason: "No Such Resource List" }) : ok(resolved);
}
