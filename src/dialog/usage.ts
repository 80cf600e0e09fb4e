// Dialog usages (RFC 5057): which usage of a dialog a request belongs to (§5.3), and what a final response
// takes away with it (§5.1 Table 2 and its notes, §5.2 for a timeout).
//
// A transaction timeout and a 408 are judged alike (note 4). 3xx destroys nothing: the request is tried again.

import { parseEvent } from "../sip/headers/event";
import { headerValue, type SipMessage } from "../sip/message";

/** What shares a dialog. A dialog has at most one invite usage and any number of subscriptions. */
export type Usage =
  | { readonly kind: "invite" }
  | { readonly kind: "subscription"; readonly event: string; readonly id?: string };

/** The subscription a message is about, by its Event (RFC 6665 §4.5.2); a REFER's is implicit (RFC 3515 §2.4.4). */
export function usageOf(message: SipMessage): Usage | undefined {
  if (message.kind === "request" && message.method === "REFER")
    return { kind: "subscription", event: "refer" };
  const event = parseEvent(headerValue(message, "event") ?? "");
  if (!event.ok) return undefined;
  const { package: name, id } = event.value;
  return id === undefined ? { kind: "subscription", event: name } : { kind: "subscription", event: name, id };
}

/** What a final response ends: only its own transaction, the usage it belongs to, or the dialog with all usages. */
export type Impact = "transaction" | "usage" | "dialog";

/** RFC 5057 Table 2. An unknown code counts as the x00 of its class. */
export const impactTable: Readonly<Record<number, Impact>> = {
  400: "transaction",
  401: "transaction",
  402: "transaction",
  403: "transaction",
  404: "dialog",
  405: "usage",
  406: "transaction",
  407: "transaction",
  408: "transaction",
  410: "dialog",
  412: "transaction",
  413: "transaction",
  414: "transaction",
  415: "transaction",
  416: "dialog",
  417: "transaction",
  420: "transaction",
  421: "transaction",
  422: "transaction",
  423: "transaction",
  428: "transaction",
  429: "transaction",
  436: "transaction",
  437: "transaction",
  438: "transaction",
  480: "usage",
  481: "usage",
  482: "dialog",
  483: "dialog",
  484: "dialog",
  485: "dialog",
  486: "transaction",
  487: "transaction",
  488: "transaction",
  489: "usage",
  491: "transaction",
  493: "transaction",
  494: "transaction",
  500: "transaction",
  501: "usage",
  502: "dialog",
  503: "transaction",
  504: "transaction",
  505: "transaction",
  513: "transaction",
  580: "transaction",
  600: "transaction",
  603: "transaction",
  604: "dialog",
  606: "transaction",
};

/** RFC 5057 §5.3: the kind of usage a request belongs to, none for OPTIONS, MESSAGE and unknown methods. */
export function usageKindOf(method: string): Usage["kind"] | undefined {
  if (inviteMethods.has(method)) return "invite";
  return subscriptionMethods.has(method) ? "subscription" : undefined;
}

const inviteMethods: ReadonlySet<string> = new Set([
  "INVITE",
  "UPDATE",
  "PRACK",
  "ACK",
  "CANCEL",
  "BYE",
  "INFO",
]);
const subscriptionMethods: ReadonlySet<string> = new Set(["SUBSCRIBE", "NOTIFY", "REFER"]);

/** Methods without which their usage cannot go on; INFO, UPDATE and PRACK can be missed (note 3). */
const integralMethods: ReadonlySet<string> = new Set(["INVITE", "SUBSCRIBE", "NOTIFY"]);

/**
 * What the final response `status` to an in-dialog request of `method` destroys. A 2xx destroys nothing but
 * for BYE; that the subscription of a NOTIFY ends with `terminated` is not in the status and judged elsewhere.
 */
export function impactOf(status: number, method: string): Impact {
  if (method === "BYE") return impactOnBye(status);
  // Note 8 says it of 481: a CANCEL goes from hop to hop, and no answer to it tells of the dialog.
  if (status < 400 || method === "CANCEL") return "transaction";
  const impact = tableImpact(status);
  if (hasNoUsage(method)) return impact === "usage" ? "transaction" : impact;
  switch (status) {
    case 405:
    case 501:
      return integralMethods.has(method) ? impact : "transaction";
    case 408:
      return timeoutImpact(method);
    case 489:
      return method === "SUBSCRIBE" || method === "NOTIFY" ? impact : "transaction";
    default:
      return impact;
  }
}

/**
 * What an in-dialog request that nobody answered destroys (RFC 5057 §5.2, RFC 3261 §12.2.1.2). For a refresh
 * SUBSCRIBE RFC 6665 §4.1.2.2 decides, the later text: the subscription lives until it expires.
 */
export function timeoutImpact(method: string): Impact {
  if (method === "SUBSCRIBE" || method === "CANCEL") return "transaction";
  return hasNoUsage(method) ? "transaction" : "usage";
}

/** §5.3: these can at most destroy a dialog. A REFER that failed has not made the usage it asked for (note 6). */
const hasNoUsage = (method: string): boolean => usageKindOf(method) === undefined || method === "REFER";

function tableImpact(status: number): Impact {
  return impactTable[status] ?? impactTable[Math.floor(status / 100) * 100] ?? "transaction";
}

/**
 * RFC 3261 §15.1.1: who sends a BYE has left, whatever the answer; only one that will be sent again, with
 * credentials, leaves the call as it is. RFC 5057 §5.5: the other usages live on, unless the dialog is lost.
 */
function impactOnBye(status: number): Impact {
  if (status < 200 || status === 401 || status === 407) return "transaction";
  return status >= 400 && tableImpact(status) === "dialog" ? "dialog" : "usage";
}

/**
 * Whether two usages are the same one. RFC 6665 §8.2.1: event and id compare byte by byte, and an id never
 * equals none. RFC 3515 §2.4.6 excepts the first REFER of a dialog, whose NOTIFYs may carry an id or not.
 */
export function isSameUsage(one: Usage, other: Usage): boolean {
  if (one.kind === "invite" || other.kind === "invite") return one.kind === other.kind;
  if (one.event !== other.event) return false;
  if (one.event === "refer" && (one.id === undefined || other.id === undefined)) return true;
  return one.id === other.id;
}
