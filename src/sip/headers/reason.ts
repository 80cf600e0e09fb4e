// Reason (RFC 3326 §2): why a request was sent, or what a CANCEL or BYE stands for.

import { err, ok, type Result } from "../../base/result";
import { type Parameters, parameter } from "../parameters";
import type { HeaderFailure } from "./header-failure";
import { splitList } from "./list";
import { formatQuotedString } from "./quoted-string";
import { parseTokenParameters } from "./token-parameters";

export interface Reason {
  /** `SIP`, `Q.850`: as written. */
  readonly protocol: string;
  readonly cause: number | undefined;
  readonly text: string | undefined;
  readonly parameters: Parameters;
}

export function parseReasons(value: string): Result<readonly Reason[], HeaderFailure> {
  const reasons: Reason[] = [];
  for (const item of splitList(value)) {
    const parsed = parseTokenParameters(item);
    if (parsed === undefined) return err("syntax");
    const { token: protocol, parameters } = parsed;
    const cause = parameter(parameters, "cause");
    if (cause !== undefined && !/^[0-9]{1,9}$/.test(cause ?? "")) return err("syntax");
    const text = parameter(parameters, "text") ?? undefined;
    reasons.push({ protocol, cause: cause == null ? undefined : Number(cause), text, parameters });
  }
  return ok(reasons);
}

/** `SIP;cause=200;text="Call completed elsewhere"` */
export function formatReason(protocol: string, cause: number, text?: string): string {
  const quoted = text === undefined ? "" : `;text=${formatQuotedString(text)}`;
  return `${protocol};cause=${cause}${quoted}`;
}
