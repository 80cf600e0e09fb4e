// Why a call is over, by what SIP says of it: a status that refuses it, the Reason (RFC 3326) of a CANCEL or BYE.

import type { CallEnd } from "../contract";

export interface Reason {
  readonly protocol: string;
  readonly cause: number | undefined;
  readonly text: string | undefined;
}

/** The first value of a Reason field; undefined where there is none that can be read. */
export function readReason(field: string | undefined): Reason | undefined {
  const [, protocol, parameters = ""] =
    /^\s*([\w.-]{1,32})\s*((?:;[^\r\n]*)?)$/.exec(field?.slice(0, 512) ?? "") ?? [];
  if (protocol === undefined) return undefined;
  const [, cause] = /;\s*cause\s*=\s*(\d{1,4})/i.exec(parameters) ?? [];
  const [, quoted, token] = /;\s*text\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))/i.exec(parameters) ?? [];
  const text = quoted?.replace(/\\(.)/g, "$1") ?? token;
  return { protocol, cause: cause === undefined ? undefined : Number(cause), text };
}

/** Of a final answer to our INVITE; `hasRung`: it rang somewhere before. */
export function endOfRefusal(status: number, reason: string, hasRung: boolean): CallEnd {
  switch (status) {
    case 486:
    case 600:
      return { kind: "busy" };
    case 603:
    case 607:
      return { kind: "declined" };
    case 487:
      return { kind: "cancelled" };
    case 408:
    case 480:
      return hasRung ? { kind: "no-answer" } : { kind: "unreachable", status };
    case 404:
    case 410:
    case 430:
    case 502:
    case 503:
    case 504:
      return { kind: "unreachable", status };
    default:
      return { kind: "refused", status, reason };
  }
}

/** Of a CANCEL of a call that rings here: another device may have dealt with it. */
export function endOfCancel(field: string | undefined): CallEnd {
  const reason = readReason(field);
  if (reason?.protocol.toUpperCase() !== "SIP") return { kind: "cancelled" };
  if (reason.cause === 200) return { kind: "answered-elsewhere" };
  if (reason.cause === 600 || reason.cause === 603) return { kind: "declined" };
  return { kind: "cancelled" };
}

/** What the BYE of this page says where no media passes, and what it means when it is heard. */
export const mediaFailedReason = 'SIP;cause=488;text="No media path"';

/** Homes write so in the BYE they say for a page that is gone (src/home/calls/absent-page.ts). */
const gatewayCauses: readonly number[] = [408, 410, 480, 481, 503];

/** Of a BYE that came. */
export function endOfBye(field: string | undefined): CallEnd {
  const reason = readReason(field);
  if (reason?.cause === 488) return { kind: "media-failed" };
  const isGateway = reason?.protocol.toUpperCase() === "SIP" && gatewayCauses.includes(reason.cause ?? 0);
  return { kind: "hung-up", by: isGateway ? "gateway" : "them", reason: reason?.text };
}
