// Which services, persons and devices a watcher is shown (RFC 5025 §3.3.1), before anything is said of what is in them.
// A set is made ready once: every URI in it is parsed once, not once for each occurrence.

import { uriEquals } from "../sip/uri/equal";
import { parseUri, type Uri } from "../sip/uri/uri";
import { childElement, elementsOf, isElement, text } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import type { Occurrence } from "./document";
import { DATA_MODEL, RPID } from "./namespace";
import type { Selector } from "./permissions";

/** Whether an occurrence is shown; `uri` is what its kind is known by, a service's contact or a device's deviceID. */
export type Selection = (occurrence: Occurrence, uri?: string) => boolean;

export function selectionOf(selectors: readonly Selector[]): Selection {
  if (selectors.some(({ by }) => by === "all")) return () => true;
  const classes = new Set(valuesOf(selectors, "class"));
  const ids = new Set(valuesOf(selectors, "occurrence-id"));
  const schemes = new Set(valuesOf(selectors, "service-uri-scheme"));
  const uris = [...valuesOf(selectors, "service-uri"), ...valuesOf(selectors, "deviceID")];
  const sameUri = sameAsOne(uris);
  return ({ element, id }, uri) =>
    (id !== undefined && ids.has(id)) ||
    elementsOf(element).some((child) => isElement(child, RPID, "class") && classes.has(token(child))) ||
    (uri !== undefined && (schemes.has(uri.split(":")[0] ?? "") || sameUri(uri)));
}

function valuesOf(selectors: readonly Selector[], wanted: Selector["by"]): readonly string[] {
  return selectors.flatMap((selector) =>
    selector.by !== "all" && selector.by === wanted ? selector.value : [],
  );
}

/** URI equivalence; what is no URI is equal to its own text alone. */
function sameAsOne(uris: readonly string[]): (uri: string) => boolean {
  const texts = new Set(uris);
  const parsed = uris.flatMap(parsedUri);
  return (uri) =>
    texts.has(uri) || parsedUri(uri).some((one) => parsed.some((other) => uriEquals(one, other)));
}

function parsedUri(uri: string): readonly Uri[] {
  const parsed = parseUri(uri);
  return parsed.ok ? [parsed.value] : [];
}

/** RFC 4479 §3.4: the URN by which services refer to the device. */
export function deviceIdOf({ element }: Occurrence): string | undefined {
  const deviceId = childElement(element, DATA_MODEL, "deviceID");
  return deviceId && text(deviceId).trim();
}

/** xs:token: runs of white space are one space, none at the ends (XML Schema part 2 §3.3.2). */
const token = (element: XmlElement): string =>
  text(element)
    .replace(/[ \t\r\n]+/g, " ")
    .trim();
