// Resource List Meta-Information, `application/rlmi+xml` (RFC 4662 §5): which resources a list has, and for each the
// state of the virtual subscription to it. The states' own documents are other parts of the same body (multipart.ts).
// The reader is lenient about what it does not know and strict about what a subscriber acts on: version, fullState,
// and the state, reason and cid that belong together (§5.5).

import { err, ok, type Result } from "../base/result";
import { appendElement, rootElement } from "../xml/build";
import { parseXml } from "../xml/parse";
import { attribute, childElements, isElement } from "../xml/read";
import { serializeXml } from "../xml/serialize";
import type { XmlElement } from "../xml/tree";
import type { XmlError, XmlLimits } from "../xml/xml-error";
import { appendDisplayNames, type DisplayName, readDisplayNames } from "./display-name";
import { RLMI } from "./namespace";

export const RLMI_TYPE = "application/rlmi+xml";

export interface Rlmi {
  /** The list's, typically the one that was subscribed to (§5.2). */
  readonly uri: string;
  /** 0 for the first NOTIFY of a subscription, then one more for each. */
  readonly version: number;
  /** Whether every resource of the list is here. */
  readonly fullState: boolean;
  /** Content-ID of a part about the list as a whole, without angle brackets. */
  readonly cid?: string;
  readonly names: readonly DisplayName[];
  readonly resources: readonly RlmiResource[];
}

export interface RlmiResource {
  readonly uri: string;
  readonly names: readonly DisplayName[];
  /** None while the state is not known (§4.5). */
  readonly instances: readonly RlmiInstance[];
}

/** One notifier of the resource (§5.5). */
export interface RlmiInstance {
  /** Unique within its resource only. */
  readonly id: string;
  readonly state: "active" | "pending" | "terminated";
  /** As in Subscription-State; there when `terminated`. */
  readonly reason?: string;
  /** Content-ID of the part with the resource's state, without angle brackets; there when `active`. */
  readonly cid?: string;
}

export type RlmiError =
  | { readonly kind: "xml"; readonly error: XmlError }
  | { readonly kind: "not-rlmi" | "bad-list" | "bad-resource" | "bad-instance"; readonly detail: string };

const largestVersion = 4_294_967_295;

/** The document as text. */
export function formatRlmi(rlmi: Rlmi): string {
  const root = rootElement(rlmiName("list"), {
    attributes: {
      uri: rlmi.uri,
      version: String(rlmi.version),
      fullState: String(rlmi.fullState),
      ...(rlmi.cid === undefined ? {} : { cid: rlmi.cid }),
    },
  });
  appendDisplayNames(root, rlmiName("name"), rlmi.names);
  for (const { uri, names, instances } of rlmi.resources) {
    const resource = appendElement(root, rlmiName("resource"), { attributes: { uri } });
    appendDisplayNames(resource, rlmiName("name"), names);
    for (const instance of instances) {
      appendElement(resource, rlmiName("instance"), { attributes: { ...instance } });
    }
  }
  return serializeXml(root);
}

const rlmiName = (name: string) => ({ namespace: RLMI, name });

/** Reads an `application/rlmi+xml` part. Never throws. */
export function readRlmi(body: string, limits?: XmlLimits): Result<Rlmi, RlmiError> {
  const parsed = parseXml(body, limits);
  if (!parsed.ok) return err({ kind: "xml", error: parsed.error });
  const root = parsed.value;
  if (!isElement(root, RLMI, "list")) return fault("not-rlmi", `${root.namespaceURI} ${root.localName}`);
  const uri = attribute(root, "uri");
  const version = readVersion(attribute(root, "version"));
  const fullState = readBoolean(attribute(root, "fullState"));
  if (uri === undefined) return fault("bad-list", "no uri");
  if (version === undefined) return fault("bad-list", "version");
  if (fullState === undefined) return fault("bad-list", "fullState");
  const cid = attribute(root, "cid");
  const resources: RlmiResource[] = [];
  for (const element of childElements(root, RLMI, "resource")) {
    const resource = readResource(element);
    if (!resource.ok) return resource;
    resources.push(resource.value);
  }
  const names = readDisplayNames(root, rlmiName("name"));
  return ok({ uri, version, fullState, ...(cid === undefined ? {} : { cid }), names, resources });
}

function readResource(element: XmlElement): Result<RlmiResource, RlmiError> {
  const uri = attribute(element, "uri");
  if (uri === undefined) return fault("bad-resource", "no uri");
  const instances: RlmiInstance[] = [];
  for (const child of childElements(element, RLMI, "instance")) {
    const instance = readInstance(child);
    if (!instance.ok) return instance;
    instances.push(instance.value);
  }
  return ok({ uri, names: readDisplayNames(element, rlmiName("name")), instances });
}

function readInstance(element: XmlElement): Result<RlmiInstance, RlmiError> {
  const id = attribute(element, "id");
  const state = attribute(element, "state");
  const reason = attribute(element, "reason");
  const cid = attribute(element, "cid");
  if (id === undefined) return fault("bad-instance", "no id");
  if (state !== "active" && state !== "pending" && state !== "terminated") {
    return fault("bad-instance", `state ${state}`);
  }
  // RFC 4662 §5.5: a reason MUST be there when terminated, a cid when active.
  if (state === "terminated" && reason === undefined) return fault("bad-instance", "no reason");
  if (state === "active" && cid === undefined) return fault("bad-instance", "no cid");
  return ok({
    id,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(cid === undefined ? {} : { cid }),
  });
}

/** xs:unsignedInt */
function readVersion(written: string | undefined): number | undefined {
  const digits = written?.trim() ?? "";
  const version = /^\+?[0-9]{1,10}$/.test(digits) ? Number(digits) : undefined;
  return version !== undefined && version <= largestVersion ? version : undefined;
}

/** xs:boolean */
function readBoolean(written: string | undefined): boolean | undefined {
  const word = written?.trim();
  if (word === "true" || word === "1") return true;
  return word === "false" || word === "0" ? false : undefined;
}

const fault = (kind: Exclude<RlmiError["kind"], "xml">, detail: string): Result<never, RlmiError> =>
  err({ kind, detail: detail.slice(0, 120) });
