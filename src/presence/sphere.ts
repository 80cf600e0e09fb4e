// The sphere that rules are judged by (RFC 5025 §3.1.2): what all publications that state one agree on. The value is RPID's
// (RFC 4480 §3.11): the name of the element inside, or free text as its own example §4 has it.

import type { EpochMs } from "../base/brand";
import { parseDateTime } from "../xml/date-time";
import { attribute, elementsOf, isElement, text } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import type { PresenceDocument } from "./document";
import { RPID } from "./namespace";

/** Undefined when no document states a sphere that holds `now`, or two state different ones. */
export function sphereOf(documents: readonly PresenceDocument[], now: EpochMs): string | undefined {
  const stated = documents
    .flatMap(({ persons }) => persons)
    .flatMap(({ extensions }) => extensions.filter((child) => isElement(child, RPID, "sphere")))
    .filter((sphere) => holds(sphere, now))
    .map(stateOf);
  const [first, ...others] = new Set(stated);
  return first === "" || others.length > 0 ? undefined : first;
}

/** RFC 4480 §3.1: from and until say when an element holds. One that cannot be read says never. */
function holds(sphere: XmlElement, now: EpochMs): boolean {
  const [from, until] = ["from", "until"].map((name) => {
    const written = attribute(sphere, name);
    return written === undefined ? undefined : (parseDateTime(written) ?? Number.NaN);
  });
  return (from === undefined || from <= now) && (until === undefined || now < until);
}

/** Rules compare spheres without case (RFC 4745 §7.3). */
function stateOf(sphere: XmlElement): string {
  const [element] = elementsOf(sphere);
  return (element?.localName ?? text(sphere).trim()).toLowerCase();
}
