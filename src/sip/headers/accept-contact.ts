// Accept-Contact and Reject-Contact (RFC 3841 §9.2): the features a caller wants or does not want.

import { err, ok, type Result } from "../../base/result";
import { type Parameters, parseParameters } from "../parameters";
import type { HeaderFailure } from "./header-failure";
import { splitList } from "./list";

/** The feature parameters of each ac-value, in order; `require` and `explicit` are among them. */
export function parseAcceptContact(value: string): Result<readonly Parameters[], HeaderFailure> {
  const list: Parameters[] = [];
  for (const item of splitList(value)) {
    const parameters = item.startsWith("*") ? parseParameters(item, 1) : undefined;
    if (parameters === undefined) return err("syntax");
    list.push(parameters);
  }
  return ok(list);
}
