// A server in memory around the engine: what a change says is stored, as its caller has to.

import { createHash } from "node:crypto";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import type { ApplicationUsage, StoredUsage, XcapContext } from "../../src/xcap/application-usage";
import { applicationUsages } from "../../src/xcap/application-usages";
import { DEFAULT_XCAP_LIMITS, serveXcap } from "../../src/xcap/serve-xcap";
import type { XcapRequest, XcapResponse } from "../../src/xcap/xcap-message";

export type Asked = Partial<XcapRequest>;

export interface TestServer {
  readonly ask: (method: string, path: string, more?: Asked) => XcapResponse;
  /** The stored text, by `auid name`. */
  readonly texts: Map<string, { etag: string; text: string }>;
}

const parsed = parseAddressOfRecord("alice@example.com");
if (parsed === undefined) throw new Error("no address-of-record");
const user: AddressOfRecord = parsed;

/** A usage whose documents may be anything in `defaultNamespace`: the RFC's examples have such ones. */
export const openUsage = (auid: string, defaultNamespace: string): StoredUsage => ({
  kind: "stored",
  auid,
  contentType: "application/xml",
  defaultNamespace,
  namespaces: [],
  validate: () => undefined,
});

export function startServer(
  context: Partial<XcapContext> = {},
  more: readonly ApplicationUsage[] = [],
): TestServer {
  const texts = new Map<string, { etag: string; text: string }>();
  let version = 0;
  const documents = {
    get: (auid: string, name: string) => texts.get(`${auid} ${name}`),
    list: () =>
      [...texts].map(([key, { etag }]) => {
        const space = key.indexOf(" ");
        return { auid: key.slice(0, space), name: key.slice(space + 1), etag };
      }),
  };
  const ask = (method: string, target: string, asked: Asked = {}): XcapResponse => {
    const [path = "", ...query] = target.split("?");
    version += 1;
    const response = serveXcap({ method, path, query: query.join("?"), body: "", ...asked }, documents, {
      user,
      usages: [...applicationUsages, ...more],
      xcapRoot: "http://xcap.example.com",
      newEtag: `v${version}`,
      hash: (_algorithm, text) => createHash("sha256").update(text).digest("hex"),
      isUriTaken: () => false,
      limits: DEFAULT_XCAP_LIMITS,
      ...context,
    });
    const { change } = response;
    if (change?.kind === "put") texts.set(`${change.auid} ${change.name}`, change);
    if (change?.kind === "delete") texts.delete(`${change.auid} ${change.name}`);
    return response;
  };
  return { ask, texts };
}

export const header = (response: XcapResponse, name: string): string | undefined =>
  response.headers.find(([each]) => each === name)?.[1];

/** The element under xcap-error, and its attributes and content, as written. */
export const conflictOf = (response: XcapResponse): string | undefined =>
  response.status === 409 && header(response, "Content-Type") === "application/xcap-error+xml"
    ? /<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><([a-z0-9-]+)/.exec(response.body ?? "")?.[1]
    : undefined;

/** A node selector as a client writes it into a URI. */
export const encode = (selector: string): string =>
  selector
    .split("/")
    .map((step) => encodeURIComponent(step).replace(/%40/g, "@").replace(/%3A/g, ":"))
    .join("/");
export const ELEMENT = { contentType: "application/xcap-el+xml" } as const;
export const ATTRIBUTE = { contentType: "application/xcap-att+xml" } as const;
