// The token that has to be proved before a frame can be stepped: a socket without a login, whose request carries one.

import { findBearerToken } from "../../src/auth/bearer";
import type { EpochMs } from "../../src/base/brand";
import type { Settings } from "../../src/contracts/settings";
import { isAuthenticated } from "../../src/home/authentication";
import type { Socket } from "../../src/home/state";
import type { Frame } from "../../src/sip/frame";
import { headerValues } from "../../src/sip/message";
import { parseMessage } from "../../src/sip/parser";

/** Undefined for what can be stepped at once. */
export function tokenIn(
  socket: Socket | undefined,
  frame: Frame,
  { tokens, limits }: Settings,
  now: EpochMs,
): string | undefined {
  if (tokens === undefined || socket === undefined || isAuthenticated(socket, now)) return undefined;
  const parsed = parseMessage(frame, { headerFields: limits.headerFields });
  if (!parsed.ok || parsed.value.kind !== "request") return undefined;
  const { value } = parsed;
  return (
    findBearerToken(headerValues(value, "authorization")) ??
    findBearerToken(headerValues(value, "proxy-authorization"))
  );
}
