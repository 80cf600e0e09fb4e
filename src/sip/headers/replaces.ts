// Replaces (RFC 3891 §6.1): the dialog that an INVITE is to take the place of.

import { err, ok, type Result } from "../../base/result";
import { formatParameters, type Parameters, parameter, parseParameters } from "../parameters";
import { isToken, trimWhite } from "../scan";
import { isCallId } from "./call-id";
import type { HeaderFailure } from "./header-failure";

export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  readonly earlyOnly: boolean;
  /** All parameters, those above included. */
  readonly parameters: Parameters;
}

/** Parses a Replaces value; to-tag and from-tag must both be there (RFC 3891 §6.1). */
export function parseReplaces(value: string): Result<Replaces, HeaderFailure> {
  const parsed = parseReplacesSyntax(value);
  if (parsed === undefined) return err("syntax");
  const { callId, parameters } = parsed;
  const toTag = parameter(parameters, "to-tag");
  const fromTag = parameter(parameters, "from-tag");
  const early = parameter(parameters, "early-only");
  // A quoted tag is off the grammar, and a peer that keeps the quotes would look for another dialog.
  if (/-tag[ \t]*=[ \t]*"/i.test(value)) return err("syntax");
  if (!isTag(toTag) || !isTag(fromTag) || typeof early === "string") return err("parts");
  return ok({ callId, toTag, fromTag, earlyOnly: early === null, parameters });
}

function isTag(value: string | null | undefined): value is string {
  return typeof value === "string" && isToken(value);
}

/** The grammar alone: what a relay has to see to, while missing tags are the target's to refuse. */
export function parseReplacesSyntax(
  value: string,
): { readonly callId: string; readonly parameters: Parameters } | undefined {
  // ";" is no word character, so the first one ends the Call-ID.
  const semicolon = value.indexOf(";");
  const callId = trimWhite(semicolon < 0 ? value : value.slice(0, semicolon));
  const parameters = semicolon < 0 ? [] : parseParameters(value, semicolon);
  return isCallId(callId) && parameters !== undefined ? { callId, parameters } : undefined;
}

export function formatReplaces({ callId, parameters }: Pick<Replaces, "callId" | "parameters">): string {
  return callId + formatParameters(parameters);
}
