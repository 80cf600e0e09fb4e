// The actions and transformations of one rule, as RFC 5025 §7 writes them. What is not known, by name or by value,
// grants nothing (RFC 5025 §8).

import { attribute, childElements, elementsOf, isElement, text } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import { PRES_RULES } from "./namespace";
import {
  ATTRIBUTES,
  type AttributeName,
  combinePermissions,
  HANDLINGS,
  highest,
  NO_PERMISSIONS,
  type Permissions,
  type PresenceAttribute,
  type Selector,
  type SubHandling,
  USER_INPUTS,
} from "./permissions";

/** `sub-handling` under `actions`; block is what a rule without one says (RFC 5025 §3.2.1). */
export function readSubHandling(actions: readonly XmlElement[]): SubHandling {
  const said = actions.flatMap((each) => childElements(each, PRES_RULES, "sub-handling")).map(token);
  return highest(
    HANDLINGS,
    HANDLINGS.filter((handling) => said.includes(handling)),
  );
}

export function readPermissions(transformations: readonly XmlElement[]): Permissions {
  const provided = transformations
    .flatMap(elementsOf)
    .filter(({ namespaceURI }) => namespaceURI === PRES_RULES);
  return combinePermissions(provided.map(readPermission));
}

function readPermission(element: XmlElement): Permissions {
  switch (element.localName) {
    case "provide-services":
      return { ...NO_PERMISSIONS, services: readSelectors(element, "all-services", SERVICE_SELECTORS) };
    case "provide-persons":
      return { ...NO_PERMISSIONS, persons: readSelectors(element, "all-persons", PERSON_SELECTORS) };
    case "provide-devices":
      return { ...NO_PERMISSIONS, devices: readSelectors(element, "all-devices", DEVICE_SELECTORS) };
    case "provide-user-input":
      return { ...NO_PERMISSIONS, userInput: USER_INPUTS.find((word) => word === token(element)) ?? "false" };
    case "provide-unknown-attribute":
      return { ...NO_PERMISSIONS, unknownAttributes: isTrue(element) ? readAttributeName(element) : [] };
    case "provide-all-attributes":
      // Of an empty type: there is no way to write that it is false.
      return { ...NO_PERMISSIONS, allAttributes: true };
    default:
      return { ...NO_PERMISSIONS, attributes: isTrue(element) ? readAttribute(element) : [] };
  }
}

type Selection = Exclude<Selector["by"], "all">;

const PERSON_SELECTORS: readonly Selection[] = ["class", "occurrence-id"];
const DEVICE_SELECTORS: readonly Selection[] = [...PERSON_SELECTORS, "deviceID"];
const SERVICE_SELECTORS: readonly Selection[] = [...PERSON_SELECTORS, "service-uri", "service-uri-scheme"];

function readSelectors(element: XmlElement, all: string, known: readonly Selection[]): readonly Selector[] {
  return elementsOf(element).flatMap((member): readonly Selector[] => {
    if (isElement(member, PRES_RULES, all)) return [{ by: "all" }];
    const by = known.find((name) => isElement(member, PRES_RULES, name));
    const value = token(member);
    return by === undefined || value === "" ? [] : [{ by, value }];
  });
}

function readAttribute({ localName }: XmlElement): readonly PresenceAttribute[] {
  return ATTRIBUTES.filter((name) => localName === `provide-${name}`);
}

function readAttributeName(element: XmlElement): readonly AttributeName[] {
  const name = attribute(element, "name") ?? "";
  const namespace = attribute(element, "ns") ?? "";
  return name === "" || namespace === "" ? [] : [{ namespace, name }];
}

/** xs:boolean. */
const isTrue = (element: XmlElement): boolean => ["true", "1"].includes(token(element));

/** xs:token: runs of white space are one space, none at the ends (XML Schema part 2 §3.3.2). */
const token = (element: XmlElement): string =>
  text(element)
    .replace(/[ \t\r\n]+/g, " ")
    .trim();
