// The browser's XML, for tests on Node: what the page does with it is little enough for the gateway's own parser.

import { DOMParser, ParseError } from "@xmldom/xmldom";
import { vi } from "vitest";

/** As a browser does: a document for whatever comes, with `parsererror` as its root where it is malformed. */
class NodeDomParser {
  parseFromString(text: string, type: string): unknown {
    try {
      return new DOMParser({ onError: throwIt }).parseFromString(text, type);
    } catch {
      return new DOMParser().parseFromString("<parsererror/>", "application/xml");
    }
  }
}

const throwIt = (_: string, message: string): never => {
  throw new ParseError(message);
};

export const stubDomParser = (): void => void vi.stubGlobal("DOMParser", NodeDomParser);
