// A user's XCAP client at his home on the virtual network, behind the login.

import { serveXcapRequest } from "../../../src/home/xcap/xcap-documents";
import { encodeSegment } from "../../../src/xcap/percent-encoding";
import type { XcapRequest, XcapResponse } from "../../../src/xcap/xcap-message";
import type { VirtualNetwork } from "./virtual-network";

export const xcapRoot = "https://example.com/xcap";

const types: Readonly<Record<string, string>> = {
  "pres-rules": "application/auth-policy+xml",
  "pidf-manipulation": "application/pidf+xml",
  "resource-lists": "application/resource-lists+xml",
  "rls-services": "application/rls-services+xml",
};

/** Asks at the home of `user`; what follows has happened when it returns. */
export function askXcap(
  network: VirtualNetwork,
  user: string,
  method: string,
  document: string,
  parts: Partial<XcapRequest> = {},
): XcapResponse {
  const [auid = "", ...name] = document.split("/");
  const request: XcapRequest = {
    method,
    path: `/${auid}/users/${encodeSegment(`sip:${user}`)}/${name.join("/")}`,
    query: "",
    contentType: types[auid],
    body: "",
    ...parts,
  };
  const response = network.administer(user, (turn) => serveXcapRequest(turn, request, xcapRoot));
  network.settle();
  return response;
}

export const putXcap = (network: VirtualNetwork, user: string, document: string, body: string): number =>
  askXcap(network, user, "PUT", document, { body }).status;

export const deleteXcap = (network: VirtualNetwork, user: string, document: string): number =>
  askXcap(network, user, "DELETE", document).status;

const everything =
  "<pr:provide-services><pr:all-services/></pr:provide-services>" +
  "<pr:provide-persons><pr:all-persons/></pr:provide-persons>" +
  "<pr:provide-devices><pr:all-devices/></pr:provide-devices><pr:provide-all-attributes/>";

/** A rule of a presence authorization document (RFC 5025 §9.8 shows one). */
export const rule = (
  handling: "allow" | "block" | "polite-block" | "confirm",
  conditions: string,
  transformations = everything,
  id = "a",
): string =>
  `<cr:rule id="${id}"><cr:conditions>${conditions}</cr:conditions>` +
  `<cr:actions><pr:sub-handling>${handling}</pr:sub-handling></cr:actions>` +
  `<cr:transformations>${transformations}</cr:transformations></cr:rule>`;

export const ruleset = (...rules: readonly string[]): string =>
  '<?xml version="1.0" encoding="UTF-8"?><cr:ruleset xmlns:cr="urn:ietf:params:xml:ns:common-policy" ' +
  `xmlns:pr="urn:ietf:params:xml:ns:pres-rules">${rules.join("")}</cr:ruleset>`;

export const identity = (user: string): string => `<cr:identity><cr:one id="sip:${user}"/></cr:identity>`;
