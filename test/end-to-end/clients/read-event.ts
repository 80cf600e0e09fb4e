// What a page reads from the body of a NOTIFY with what a browser has, a DOMParser, and none of the gateway's code: the
// documents of presence (RFC 3863, 4480), dialogs (RFC 4235), waiting messages (RFC 3842) and lists (RFC 4662), each
// in a few words that a test can compare.

interface Part {
  readonly contentType: string;
  readonly contentId: string;
  readonly body: string;
}

/** Reads the NOTIFYs of one subscription in their order: what a list says is the sum of its parts. */
export function eventReader(): (contentType: string, body: string) => string {
  const readList = listReader();
  return (contentType, body) => {
    if (body === "") return "nothing";
    return isOfType("multipart/related", contentType)
      ? readList(partsOf(contentType, body))
      : readDocument(contentType, body);
  };
}

const isOfType = (type: string, contentType: string): boolean =>
  contentType.split(";", 1)[0]?.trim().toLowerCase() === type;

function readDocument(contentType: string, body: string): string {
  if (isOfType("application/pidf+xml", contentType)) return readPresence(parse(body));
  if (isOfType("application/dialog-info+xml", contentType)) return readDialogs(parse(body));
  if (isOfType("application/simple-message-summary", contentType)) return readMessages(body);
  return contentType;
}

function parse(text: string): Document {
  const document = new DOMParser().parseFromString(text, "application/xml");
  const error = document.querySelector("parsererror");
  if (error !== null) throw new TypeError(error.textContent ?? "no XML");
  return document;
}

const all = (document: Document, name: string): Element[] => [...document.getElementsByTagNameNS("*", name)];

/** `open`, `open lunch`, `closed on-the-phone`. */
function readPresence(document: Document): string {
  const activities = all(document, "activities").flatMap(({ children }) => [...children]);
  return [
    ...all(document, "basic").map(({ textContent }) => textContent),
    ...all(document, "note").map(({ textContent }) => textContent),
    ...activities.map(({ localName }) => localName),
  ].join(" ");
}

/** The states of all dialogs, with the event that ended each; `idle` for none. */
function readDialogs(document: Document): string {
  const states = all(document, "state").map((state) => {
    const event = state.getAttribute("event");
    return event === null ? state.textContent : `${state.textContent} ${event}`;
  });
  return states.length === 0 ? "idle" : states.join(", ");
}

/** `yes 2/0`: new and old texts. */
function readMessages(body: string): string {
  const field = (name: string): string => new RegExp(`^${name}: *(\\S+)`, "im").exec(body)?.[1] ?? "";
  return `${field("Messages-Waiting")} ${field("Text-Message")}`.trim();
}

/** Each resource of the list by its user: `bob: active open; carol: terminated noresource`. */
function listReader(): (parts: readonly Part[]) => string {
  const table = new Map<string, string>();
  let last: number | undefined;
  return ([root, ...others]) => {
    const list = parse(root?.body ?? "").documentElement;
    const version = Number(list.getAttribute("version"));
    // RFC 4662 §5.6.2: a part that does not follow what is known is of no use.
    if (list.getAttribute("fullState") === "true") table.clear();
    else if (version !== (last ?? Number.NaN) + 1) return `version ${version} after ${last}`;
    last = version;
    for (const resource of list.getElementsByTagNameNS("*", "resource")) {
      table.set(userOf(resource.getAttribute("uri") ?? ""), readResource(resource, others));
    }
    return [...table].map(([user, said]) => `${user}: ${said}`).join("; ");
  };
}

const userOf = (uri: string): string => uri.replace(/^sip:/, "").replace(/@.*$/, "");

function readResource(resource: Element, parts: readonly Part[]): string {
  const instance = resource.getElementsByTagNameNS("*", "instance")[0];
  if (instance === undefined) return "unknown";
  const part = parts.find(({ contentId }) => contentId === instance.getAttribute("cid"));
  const said = part === undefined ? [] : [readDocument(part.contentType, part.body)];
  const reason = instance.getAttribute("reason");
  return [instance.getAttribute("state"), ...(reason === null ? [] : [reason]), ...said].join(" ");
}

/** RFC 2046 §5.1, as far as a page needs it. */
function partsOf(contentType: string, body: string): readonly Part[] {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1] ?? "";
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((text) => {
      const [head = "", ...rest] = text.split("\r\n\r\n");
      const field = (name: string): string => new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1] ?? "";
      return {
        contentType: field("Content-Type"),
        contentId: field("Content-ID").replace(/^<|>$/g, ""),
        body: rest.join("\r\n\r\n"),
      };
    });
}
