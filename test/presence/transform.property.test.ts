// RFC 5025 §4 as properties: a filtered document is a presence document, a part of the whole, and stays as it is.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { composePresence } from "../../src/presence/compose";
import { readPresenceDocument, writePresenceDocument } from "../../src/presence/document";
import { ATTRIBUTES, type Permissions, type Selector, USER_INPUTS } from "../../src/presence/permissions";
import { transformPresence } from "../../src/presence/transform";
import { parseXml } from "../../src/xml/parse";
import { elementsOf } from "../../src/xml/read";
import type { XmlElement } from "../../src/xml/tree";
import { printed } from "./rules-text";

/** A document as a home keeps it. */
const own = (body: string): string => {
  const document = readPresenceDocument(body);
  if (!document.ok) throw new Error(JSON.stringify(document.error));
  return writePresenceDocument(document.value, "sip:someone@example.com");
};

const root = (text: string): XmlElement => {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
};

describe("RFC 5025 §4: D = F(D)", () => {
  const composed = composePresence({
    entity: "sip:someone@example.com",
    publications: [
      { id: "a", createdAt: epochMs(1), body: own(printed("presence-rfc4480-4-05.xml")) },
      { id: "b", createdAt: epochMs(2), body: own(printed("presence-rfc4479-7.1-06.xml")) },
    ],
    registration: { reachable: true, since: undefined },
    dialogs: [],
  });
  const ids = ["bs35r9", "eg92n8", "p1", "pc147", "pc122", "sg89ae"];
  const selectors = fc.oneof(
    fc.constant<readonly Selector[]>([{ by: "all" }]),
    fc.array(
      fc.oneof(
        fc.constantFrom(...ids).map((value): Selector => ({ by: "occurrence-id", value })),
        fc
          .constantFrom("sip", "mailto", "im")
          .map((value): Selector => ({ by: "service-uri-scheme", value })),
        fc.constant<Selector>({ by: "deviceID", value: "mac:8asd7d7d70" }),
        fc.constant<Selector>({ by: "service-uri", value: "sip:someone@example.com" }),
        fc.constantFrom("email", "calendar").map((value): Selector => ({ by: "class", value })),
      ),
      { maxLength: 3 },
    ),
  );
  const permissions: fc.Arbitrary<Permissions> = fc.record({
    services: selectors,
    persons: selectors,
    devices: selectors,
    attributes: fc.subarray([...ATTRIBUTES]),
    userInput: fc.constantFrom(...USER_INPUTS),
    unknownAttributes: fc.subarray([{ namespace: "urn:ietf:params:xml:ns:pidf:caps", name: "servcaps" }]),
    allAttributes: fc.boolean(),
  });

  /** Each element as the path to it, with its attributes and its own text. */
  const paths = (element: XmlElement, above = ""): readonly string[] => {
    const attributes = [...element.attributes]
      .filter(({ name }) => !name.startsWith("xmlns"))
      .map(({ name, value }) => ` ${name}=${value}`);
    const path = `${above}/${element.namespaceURI} ${element.localName} ${element.getAttribute("id") ?? ""}`;
    const children = elementsOf(element);
    const text = children.length === 0 ? element.textContent : "";
    return [
      `${path} ${text}`,
      ...attributes.map((each) => path + each),
      ...children.flatMap((child) => paths(child, path)),
    ];
  };

  it("what is shown is a presence document, and nothing in it was not in the whole one", () => {
    const whole = new Set(paths(root(composed)));
    fc.assert(
      fc.property(permissions, (granted) => {
        const text = transformPresence(composed, granted);
        expect(readPresenceDocument(text)).toMatchObject({
          ok: true,
          value: { entity: "sip:someone@example.com" },
        });
        expect(paths(root(text)).filter((path) => !whole.has(path))).toEqual([]);
        expect(transformPresence(composed, granted)).toBe(text);
      }),
    );
  });

  it("filtered twice is filtered once, if a class that is asked for is shown", () => {
    fc.assert(
      fc.property(permissions, (granted) => {
        const asks = [granted.services, granted.persons, granted.devices]
          .flat()
          .some(({ by }) => by === "class");
        fc.pre(!asks || granted.allAttributes || granted.attributes.includes("class"));
        const once = transformPresence(composed, granted);
        expect(transformPresence(once, granted)).toBe(once);
      }),
    );
  });

  it("more permissions never show less", () => {
    fc.assert(
      fc.property(permissions, fc.subarray([...ATTRIBUTES]), (granted, more) => {
        const before = paths(root(transformPresence(composed, granted)));
        const attributes = [...granted.attributes, ...more];
        const after = new Set(paths(root(transformPresence(composed, { ...granted, attributes }))));
        // An element that was empty has something in it now, so only its path counts.
        expect(before.filter((path) => ![...after].some((each) => each.startsWith(path.trimEnd())))).toEqual(
          [],
        );
      }),
    );
  });
});
