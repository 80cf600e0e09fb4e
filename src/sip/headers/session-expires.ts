// Session-Expires (RFC 4028 §4).

import { err, ok, type Result } from "../../base/result";
import { type Parameters, parameter } from "../parameters";
import { parseDeltaSecondsField } from "./delta-seconds";
import type { HeaderFailure } from "./header-failure";

export interface SessionExpires {
  /** Seconds. */
  readonly interval: number;
  readonly refresher: "uac" | "uas" | undefined;
  readonly parameters: Parameters;
}

export function parseSessionExpires(value: string): Result<SessionExpires, HeaderFailure> {
  const parsed = parseDeltaSecondsField(value);
  if (!parsed.ok) return parsed;
  const { value: interval, comment, parameters } = parsed.value;
  const refresher = parameter(parameters, "refresher")?.toLowerCase();
  const hasRefresher = parameter(parameters, "refresher") !== undefined;
  if (comment !== undefined || (hasRefresher && refresher !== "uac" && refresher !== "uas")) {
    return err("syntax");
  }
  return ok({ interval, refresher: refresher as SessionExpires["refresher"], parameters });
}
