// Documents that others wrote, read with the browser's own XML: bounded, without DTD and so without entities.

/** What a body of ours holds at most (the gateway's own bound is 48 KiB). */
const mostCharacters = 65_536;

/** The root, when the text is a document of that root; undefined for anything else. */
export function readXml(text: string, namespace: string, root: string): Element | undefined {
  if (text.length > mostCharacters || text.includes("<!DOCTYPE")) return undefined;
  try {
    const { documentElement } = new DOMParser().parseFromString(text, "application/xml");
    const is = documentElement?.namespaceURI === namespace && documentElement.localName === root;
    // What is malformed below the root is a `parsererror` within it in some browsers.
    return is && documentElement.getElementsByTagName("parsererror").length === 0
      ? documentElement
      : undefined;
  } catch {
    return undefined;
  }
}

/** The text of the first element of that name, trimmed; undefined where there is none. */
export function textOf(parent: Element, namespace: string, name: string): string | undefined {
  return parent.getElementsByTagNameNS(namespace, name)[0]?.textContent?.trim();
}

/** Text as it may stand in an element. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
