// What a SUBSCRIBE to xcap-diff selects (RFC 5875 §4.4): a flat list of URIs in its body, below the XCAP root that the
// subscriber reaches this gateway by.

import { err, ok, type Result } from "../../base/result";
import type { Parcel } from "../../contracts/parcel";
import { readXcapSelections, XCAP_LIST_TYPE } from "../../events/packages/xcap-diff";
import type { XcapInterest } from "../../events/subscription";
import type { XcapSelection } from "../../events/xcap-selection";
import { parseContentType } from "../../sip/headers/content-type";
import { parseEvent } from "../../sip/headers/event";
import { body, headerValue, type SipRequest } from "../../sip/message";
import type { Refusal } from "../../sip/refusal";
import { parseAddressOfRecord } from "../../sip/uri/address-of-record";
import { realmOf, type Turn } from "../turn";
import { XCAP_DIFF_EVENT } from "./xcap-diff";

/** Characters of all URIs of one SUBSCRIBE: they are kept in the subscription's row. */
const MOST_CHARACTERS = 16 * 1024;

/** Undefined for another event, and for a refresh that leaves the list as it is. */
export function readInterest(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  isRefresh: boolean,
): Result<XcapInterest | undefined, Refusal> {
  const event = parseEvent(headerValue(request, "event") ?? "");
  // Others are refused by who they are, whatever they bring (processSubscribe).
  const isOwners = event.ok && event.value.package === XCAP_DIFF_EVENT && parcel.from === turn.state.aor;
  if (!isOwners) return ok(undefined);
  const list = body(request);
  if (list === "") return isRefresh ? ok(undefined) : err({ status: 400, reason: "Missing Resource List" });
  const type = parseContentType(headerValue(request, "content-type") ?? "");
  if (!type.ok || type.value.type !== XCAP_LIST_TYPE) {
    return err({ status: 415, lines: [["Accept", XCAP_LIST_TYPE]] });
  }
  const root = xcapRootFor(turn, parcel);
  const read = readXcapSelections(list, root);
  if (!read.ok) return err({ status: 400, reason: "Bad Resource List" });
  const selections = read.value.map((selection) => ownPath(turn, selection));
  const size = selections.reduce((sum, { uri, path }) => sum + uri.length + path.length, 0);
  return size > MOST_CHARACTERS ? err({ status: 413 }) : ok({ root, selections });
}

/** The gateway as the subscriber's own socket has named it, which is where his HTTP goes. */
function xcapRootFor({ state, ...turn }: Turn, { key }: Parcel): string {
  const socket = state.sockets.get(state.forwards.get(key)?.socket ?? "");
  if (socket === undefined) return `https://${realmOf({ state, ...turn })}/xcap/`;
  const { scheme, host } = socket.facts;
  return `${scheme === "ws" ? "http" : "https"}://${host}/xcap/`;
}

/** However the XUI is written, as in a request of HTTP. */
function ownPath({ state }: Turn, selection: XcapSelection): XcapSelection {
  const [auid = "", tree, xui = "", ...name] = selection.path.split("/");
  if (tree !== "users" || parseAddressOfRecord(xui) !== state.aor) return selection;
  return { ...selection, path: [auid, tree, `sip:${state.aor}`, ...name].join("/") };
}
