// From a request's URI to the resource it names, and whether this user may reach it (RFC 4825 §8, §5.7): known
// usage, own tree, a node selector that can be read. What is refused here is refused before any document is looked
// at.

import { err, ok, type Result } from "../base/result";
import { parseAddressOfRecord } from "../sip/uri/address-of-record";
import type { ApplicationUsage, XcapContext } from "./application-usage";
import { type DocumentSelector, parseXcapPath } from "./document-selector";
import { parseNamespaceBindings } from "./namespace-bindings";
import { type NodeSelector, parseNodeSelector, type SelectorFailure } from "./node-selector";
import { notAllowed, refused, type XcapRequest, type XcapResponse } from "./xcap-message";

export interface Resource {
  readonly usage: ApplicationUsage;
  /** With the user's canonical XUI. */
  readonly document: DocumentSelector;
  readonly selector: NodeSelector | undefined;
  /** As received. */
  readonly encodedSelector: string | undefined;
  readonly query: string;
}

const READING = "GET, HEAD";
const ALL = "GET, HEAD, PUT, DELETE";

export const isReading = (method: string): boolean => method === "GET" || method === "HEAD";

export function locateResource(
  request: XcapRequest,
  { user, usages, limits }: XcapContext,
): Result<Resource, XcapResponse> {
  const { method, query } = request;
  if (Math.max(request.path.length, query.length) > limits.maxUriLength) return err(refused(414));
  const path = parseXcapPath(request.path);
  if (!path.ok) return err(refused(path.error === "bad-escape" ? 400 : 404));
  const { document, nodeSelector, encodedNodeSelector: encodedSelector } = path.value;
  const usage = usages.find(({ auid }) => auid === document.auid);
  if (usage === undefined) return err(refused(404));
  const stranger = judgeTree(document, usage, user, method);
  if (stranger !== undefined) return err(stranger);
  const selector = readSelector(nodeSelector, query, usage.defaultNamespace, limits.maxSteps);
  if (!selector.ok) return err(selector.error);
  const allow = allowedMethods(usage, selector.value);
  if (!allow.split(", ").includes(method)) return err(notAllowed(allow));
  const own = document.tree === "users" ? { ...document, xui: `sip:${user}` } : document;
  return ok({ usage, document: own, selector: selector.value, encodedSelector, query });
}

/** RFC 4825 §5.7: users write and read their own documents; global ones are read by all, written by none. */
function judgeTree(
  { tree, xui, name }: DocumentSelector,
  usage: ApplicationUsage,
  user: string,
  method: string,
): XcapResponse | undefined {
  // Whether another user exists is not told: §8 would have 404 for those who do not.
  if (tree === "users" && parseAddressOfRecord(xui ?? "") !== user) return refused(403);
  if (usage.kind === "generated" && usage.tree === tree && usage.document === name) return undefined;
  if (usage.kind === "stored" && tree === "users") return undefined;
  // RFC 4826 §4.4.9: the index of all users' services is for resource list servers.
  if (usage.auid === "rls-services") return refused(403);
  return refused(isReading(method) ? 404 : 403);
}

function readSelector(
  text: string | undefined,
  query: string,
  defaultNamespace: string,
  maxSteps: number,
): Result<NodeSelector | undefined, XcapResponse> {
  if (text === undefined) return ok(undefined);
  const bindings = parseNamespaceBindings(query);
  if (bindings === undefined) return err(refused(400));
  const selector = parseNodeSelector(text, { bindings, defaultNamespace }, maxSteps);
  return selector.ok ? selector : err(refused(selectorStatus(selector.error)));
}

/** RFC 4825 §8: an unbound prefix is 400, an extension-selector that is not understood is 404. */
function selectorStatus(failure: SelectorFailure): 400 | 404 | 414 {
  switch (failure) {
    case "syntax":
    case "unbound-prefix":
      return 400;
    case "extension":
      return 404;
    case "too-many-steps":
      return 414;
  }
}

/** RFC 4825 §8.1, §8.2, §8.4: no POST; namespace bindings and generated documents are only read. */
const allowedMethods = (usage: ApplicationUsage, selector: NodeSelector | undefined): string =>
  usage.kind === "generated" || selector?.terminal?.kind === "namespaces" ? READING : ALL;
