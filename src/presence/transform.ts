// The privacy filter (RFC 5025 §3.3, §4): of a user's presence document, what one watcher is shown.
// A new document is built of what is granted, so that what nobody granted is not there: neither comments nor white
// space (which would count the parts left out), nor the declaration of a namespace that only they used.
// Always shown of an occurrence that is shown: contact, service-class, basic status and timestamp of a service,
// timestamp of a person, timestamp and deviceID of a device (§3.3.2), and its id.
// Applied twice it changes nothing more (§4), but for one case where the RFC contradicts itself: an occurrence
// that is shown for its class, to a watcher who may not see the class. Its class is hidden (§3.3.2.2).

import { appendCopy, type CopiedParts, copyRoot, removeUnusedNamespaces } from "../xml/copy";
import { elementsOf, isElement } from "../xml/read";
import { serializeXml } from "../xml/serialize";
import type { XmlElement } from "../xml/tree";
import { type Occurrence, readOwnDocument, type Tuple } from "./document";
import { DATA_MODEL, PIDF, RPID } from "./namespace";
import { isEverything, type Permissions, type PresenceAttribute } from "./permissions";
import { deviceIdOf, selectionOf } from "./select-occurrence";

/**
 * `body`, a document as composePresence or writePresenceDocument wrote it, cut down to `permissions`; unchanged when they
 * are everything. The same input gives the same text.
 */
export function transformPresence(body: string, permissions: Permissions | undefined): string {
  if (permissions === undefined || isEverything(permissions)) return body;
  const document = readOwnDocument(body);
  const root = copyRoot(document.root, { attributes: ["entity", "xml:lang"], content: "none" });
  const showsTuple = selectionOf(permissions.services);
  const showsPerson = selectionOf(permissions.persons);
  const showsDevice = selectionOf(permissions.devices);
  for (const tuple of document.tuples.filter((each) => showsTuple(each, each.contact))) {
    appendTuple(root, tuple, permissions);
  }
  const persons = document.persons.filter((each) => showsPerson(each));
  if (showsRootNotes(persons, permissions)) {
    for (const note of elementsOf(document.root).filter(isRootNote)) appendCopy(root, note, WHOLE);
  }
  for (const person of persons) appendOccurrence(root, person, "person", permissions);
  for (const device of document.devices.filter((each) => showsDevice(each, deviceIdOf(each)))) {
    appendOccurrence(root, device, "device", permissions);
  }
  removeUnusedNamespaces(root);
  return serializeXml(root);
}

const WHOLE: CopiedParts = { content: "all" };
const isRootNote = (child: XmlElement): boolean => isElement(child, PIDF, "note");

/** RFC 4479 §5: notes of the root are those of each person that has none of its own. */
const showsRootNotes = (persons: readonly Occurrence[], permissions: Permissions): boolean =>
  (permissions.allAttributes || permissions.attributes.includes("note")) &&
  persons.some(({ notes }) => notes.length === 0);

function appendTuple(root: XmlElement, tuple: Tuple, permissions: Permissions): void {
  const copy = appendCopy(root, tuple.element, shell(permissions));
  for (const child of elementsOf(tuple.element)) {
    if (isElement(child, PIDF, "status")) appendStatus(copy, child, permissions);
    else appendAttribute(copy, child, "tuple", permissions);
  }
}

/** Whatever else a status holds has no permission of its own. */
function appendStatus(tuple: XmlElement, status: XmlElement, permissions: Permissions): void {
  const copy = appendCopy(tuple, status, shell(permissions));
  for (const child of elementsOf(status)) {
    if (permissions.allAttributes) appendCopy(copy, child, WHOLE);
    else if (isElement(child, PIDF, "basic")) appendCopy(copy, child, { attributes: [], content: "text" });
  }
}

function appendOccurrence(
  root: XmlElement,
  { element }: Occurrence,
  component: "person" | "device",
  permissions: Permissions,
): void {
  const copy = appendCopy(root, element, shell(permissions));
  for (const child of elementsOf(element)) appendAttribute(copy, child, component, permissions);
}

/** The element around attributes: its id, and the language that its notes may have from it. */
const shell = ({ allAttributes }: Permissions): CopiedParts => ({
  attributes: allAttributes ? undefined : ["id", "xml:lang"],
  content: "none",
});

type Component = "tuple" | "person" | "device";

function appendAttribute(
  copy: XmlElement,
  child: XmlElement,
  component: Component,
  permissions: Permissions,
): void {
  if (permissions.allAttributes) appendCopy(copy, child, WHOLE);
  else if (isElement(child, RPID, "user-input")) appendUserInput(copy, child, permissions);
  else if (isAlwaysShown(child, component)) appendCopy(copy, child, alwaysShown(child));
  else if (isGranted(child, component, permissions)) appendCopy(copy, child, WHOLE);
}

/** RFC 5025 §3.3.2. */
const ALWAYS_SHOWN: Readonly<Record<Component, readonly (readonly [namespace: string, name: string])[]>> = {
  tuple: [
    [PIDF, "contact"],
    [PIDF, "timestamp"],
    [RPID, "service-class"],
  ],
  person: [[DATA_MODEL, "timestamp"]],
  device: [
    [DATA_MODEL, "timestamp"],
    [DATA_MODEL, "deviceID"],
  ],
};

const isAlwaysShown = (child: XmlElement, component: Component): boolean =>
  ALWAYS_SHOWN[component].some(([namespace, name]) => isElement(child, namespace, name));

/** A service-class has its value in child elements; the others are text, and whatever else is in them is not theirs. */
function alwaysShown(child: XmlElement): CopiedParts {
  if (isElement(child, RPID, "service-class")) return WHOLE;
  return { attributes: isElement(child, PIDF, "contact") ? ["priority"] : [], content: "text" };
}

/** The components that each permission is about (RFC 5025 §3.3.2.1 to §3.3.2.13), in RPID unless noted below. */
const CONTROLLED: Readonly<Record<PresenceAttribute, readonly Component[]>> = {
  activities: ["person"],
  class: ["tuple", "person", "device"],
  deviceID: ["tuple"],
  mood: ["person"],
  "place-is": ["person"],
  "place-type": ["person"],
  privacy: ["tuple", "person"],
  relationship: ["tuple"],
  sphere: ["person"],
  "status-icon": ["tuple", "person"],
  "time-offset": ["person"],
  note: ["tuple", "person", "device"],
};

function isGranted(child: XmlElement, component: Component, permissions: Permissions): boolean {
  // RFC 5025 §3.3.2.14: what has a permission of its own is not unknown, wherever it stands.
  if (child.namespaceURI === PIDF || child.namespaceURI === DATA_MODEL || child.namespaceURI === RPID) {
    return permissions.attributes.some(
      (name) => CONTROLLED[name].includes(component) && isElement(child, namespaceOf(name, component), name),
    );
  }
  return permissions.unknownAttributes.some(({ namespace, name }) => isElement(child, namespace, name));
}

function namespaceOf(name: PresenceAttribute, component: Component): string {
  if (name === "deviceID") return DATA_MODEL;
  if (name === "note") return component === "tuple" ? PIDF : DATA_MODEL;
  return RPID;
}

/** RFC 5025 §3.3.2.12. What it calls "since" became `last-input` in RFC 4480 §3.14. */
function appendUserInput(copy: XmlElement, child: XmlElement, { userInput }: Permissions): void {
  switch (userInput) {
    case "false":
      return;
    case "bare":
      appendCopy(copy, child, { attributes: [], content: "text" });
      return;
    case "thresholds":
      appendCopy(copy, child, { attributes: ["idle-threshold"], content: "text" });
      return;
    case "full":
      appendCopy(copy, child, WHOLE);
  }
}
