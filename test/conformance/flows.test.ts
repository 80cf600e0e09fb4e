// Call flows printed in RFCs: every complete message parses, validates and is spliced without loss.

import { describe, expect, it } from "vitest";
import { parseText } from "../../src/sip/parser";
import { insertAt, spliceText } from "../../src/sip/splice";
import { validateRequest, validateResponse } from "../../src/sip/validate";
import { readJson } from "./read";

interface FlowMessage {
  readonly start_line: string;
  readonly message: string;
  readonly missing_as_published?: readonly string[];
}

interface Flow {
  readonly flow: string;
  readonly messages: readonly FlowMessage[];
}

const { flows } = readJson("./flows/flows.json") as { flows: readonly Flow[] };

/** Slips in the RFCs' print, by flow and place in it, and what becomes of such a message here. */
const slips: Readonly<Record<string, string>> = {
  // A folded Record-Route whose second line does not start with a space.
  "rfc3665 section 3.10 [3]": "header-field",
  // `To: <anonymous@example.com>` has no scheme.
  "rfc5626 section 9.1 [0]": "Malformed To",
  // A comma behind the last Route.
  "rfc7118 section 8.2 [5]": "Malformed Route",
  // CSeq says REFER.
  "rfc5589 section 6.1 [4]": "CSeq Method Mismatch",
  // `from-tag` is folded in the middle of the token.
  "rfc5589 section 8 [1]": "Malformed Replaces",
};

/** `Content-Length: --` and the like: the RFC leaves the number out. */
const elided = /^Content-Length: *-+\r\n/im;

function outcome(text: string): string {
  const parsed = parseText(text);
  if (!parsed.ok) return parsed.error;
  if (parsed.value.kind === "response") return validateResponse(parsed.value) ? "valid" : "dropped";
  return validateRequest(parsed.value)?.reason ?? "valid";
}

describe.each(flows)("$flow", ({ flow, messages }) => {
  it.each(messages.map((entry, index) => ({ ...entry, index })))("[$index] $start_line", (entry) => {
    const actual = outcome(entry.message.replace(elided, ""));
    const slip = slips[`${flow} [${entry.index}]`];
    // An RFC that leaves lines out prints no valid message.
    if (entry.missing_as_published !== undefined) expect(actual).toMatch(/^(Missing|dropped)/);
    else expect(actual).toBe(slip ?? "valid");
  });

  it.each(messages)("forwards $start_line", ({ message }) => {
    const parsed = parseText(message);
    if (!parsed.ok) return;
    const line = "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\n";
    const spliced = spliceText(parsed.value, [insertAt(parsed.value.headStart, line)]);
    expect(spliced.replace(line, "")).toBe(message);
  });
});
