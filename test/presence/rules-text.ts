// Rulesets as text, for the tests of rules: the shells that each of them would have to print again.

import { readFileSync } from "node:fs";
import { type Ruleset, readRuleset } from "../../src/presence/ruleset";

/** A document printed in an RFC; test/conformance/documents/README.md says from where. */
export const printed = (name: string): string =>
  readFileSync(`${import.meta.dirname}/../conformance/documents/${name}`, "utf8");

export const ruleset = (inner: string): string =>
  `<cr:ruleset xmlns="urn:ietf:params:xml:ns:pres-rules" xmlns:cr="urn:ietf:params:xml:ns:common-policy"
  xmlns:ocp="urn:oma:xml:xdm:common-policy" xmlns:x="urn:example:x">${inner}</cr:ruleset>`;

export const rule = (conditions: string, actions = "", transformations = "", id = "a"): string =>
  `<cr:rule id="${id}"><cr:conditions>${conditions}</cr:conditions><cr:actions>${actions}</cr:actions>
  <cr:transformations>${transformations}</cr:transformations></cr:rule>`;

export const read = (source: string): Ruleset => {
  const result = readRuleset(source);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
