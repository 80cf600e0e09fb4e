// Presence documents (PIDF, RFC 3863; activities, RFC 4480), read and written with the browser's own XML.

const pidf = "urn:ietf:params:xml:ns:pidf";
const dataModel = "urn:ietf:params:xml:ns:pidf:data-model";
const rpid = "urn:ietf:params:xml:ns:pidf:rpid";

export const pidfType = "application/pidf+xml";

/** The activities this page can state; of others it shows the name. */
export type Activity = "away" | "busy";

export interface Presence {
  /** `open`: a message would be taken now (RFC 3863 §4.1.4). */
  readonly basic: "open" | "closed";
  /** The first activity's element name, such as `busy` or `on-the-phone`. */
  readonly activity: string | undefined;
  readonly note: string | undefined;
}

export interface OwnPresence {
  readonly activity: Activity | undefined;
  readonly note: string;
}

/** Undefined for what is no presence document. */
export function readPresence(body: string): Presence | undefined {
  const document = new DOMParser().parseFromString(body, "application/xml");
  if (document.documentElement.namespaceURI !== pidf) return undefined;
  const basics = [...document.getElementsByTagNameNS(pidf, "basic")];
  const note =
    document.getElementsByTagNameNS(dataModel, "note")[0] ?? document.getElementsByTagNameNS(pidf, "note")[0];
  return {
    basic: basics.some((basic) => basic.textContent?.trim() === "open") ? "open" : "closed",
    activity: document.getElementsByTagNameNS(rpid, "activities")[0]?.firstElementChild?.localName,
    note: note?.textContent?.trim() || undefined,
  };
}

/** The document a device publishes about its user; `device` is an instance-id and makes the ids unique. */
export function writePresence(aor: string, device: string, { activity, note }: OwnPresence): string {
  const document = window.document.implementation.createDocument(pidf, "presence");
  const add = (parent: Element, namespace: string, name: string, text = ""): Element => {
    const element = document.createElementNS(namespace, name);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const root = document.documentElement;
  root.setAttribute("entity", `sip:${aor}`);
  const tuple = add(root, pidf, "tuple");
  tuple.setAttribute("id", `t${device.slice(0, 8)}`);
  add(add(tuple, pidf, "status"), pidf, "basic", "open");
  const person = add(root, dataModel, "dm:person");
  person.setAttribute("id", `p${device.slice(0, 8)}`);
  if (activity !== undefined) add(add(person, rpid, "rpid:activities"), rpid, `rpid:${activity}`);
  if (note !== "") add(person, dataModel, "dm:note", note);
  return new XMLSerializer().serializeToString(document);
}
