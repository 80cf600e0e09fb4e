// A request for this home's user, from another home or from this one (RFC 3261 §16): the callee's half of the
// trapezoid. What arrives here was authenticated by the home that sent it.

import { invariant } from "../base/invariant";
import type { Parcel } from "../contracts/parcel";
import { gruuOf } from "../flow/gruu";
import { pageOfUri } from "../flow/page-parameter";
import { hasToTag } from "../proxy/admit";
import { withoutIdentity } from "../proxy/privacy";
import { branchOf } from "../sip/headers/via";
import { headerValue, type SipRequest } from "../sip/message";
import { parseMessage } from "../sip/parser";
import { parseUri } from "../sip/uri/uri";
import { callOfParcel } from "./calls/calls";
import { stepIncoming } from "./calls/incoming-call";
import { takeCall } from "./calls/take-call";
import { receiveForDevice } from "./device-subscription";
import { receiveSubscribe } from "./events/watch";
import { receiveInDialog } from "./in-dialog";
import { deliver, type Named } from "./messages/deliver";
import { answer, reply } from "./reply";
import { reachableAccount } from "./tenancy";
import { log, type Turn } from "./turn";

/** Takes one parcel; its reply is among the effects of this step or of a later one. */
export function receiveParcel(turn: Turn, parcel: Parcel): void {
  const { state } = turn;
  const known = state.replies.get(parcel.key);
  if (known !== undefined) return reply(turn, parcel, known);
  // The same parcel on a second call while the first is at work: the first one's reply serves both.
  const isAtWork =
    state.deliveries.has(parcel.key) ||
    state.parked.has(parcel.key) ||
    callOfParcel(state, "callee", parcel.key) !== undefined;
  if (isAtWork) return reply(turn, parcel, { kind: "pending", key: parcel.key });
  if (state.tenancy?.kind === "alias") {
    return reply(turn, parcel, { kind: "moved", key: parcel.key, to: state.tenancy.of });
  }
  const parsed = parseMessage(parcel.frame);
  if (!parsed.ok || parsed.value.kind !== "request") {
    log(turn, "unreadable parcel", { from: parcel.from });
    return reply(turn, parcel, { kind: "abandoned", key: parcel.key });
  }
  // It was stored before this memory began, and the call that brought it never heard so.
  if (state.storedKeys.has(parcel.key)) return answer(turn, parcel, parsed.value, 202);
  const hidden = withoutIdentity(parsed.value);
  if (hidden === undefined) return receiveRequest(turn, parcel, parsed.value);
  const rest = parseMessage(hidden);
  invariant(rest.ok && rest.value.kind === "request", "a request less a header field parses");
  receiveRequest(turn, { ...parcel, frame: hidden }, rest.value);
}

function receiveRequest(turn: Turn, parcel: Parcel, request: SipRequest): void {
  if (request.method === "CANCEL") return receiveCancel(turn, parcel, request);
  if (parcel.hops > turn.ports.settings.limits.hops) return answer(turn, parcel, request, 483);
  // RFC 3261 §16.5: no such user.
  const account = reachableAccount(turn);
  if (account === undefined) return answer(turn, parcel, request, 404);
  // Within a dialog the table judges alone: whoever is blocked in the middle of a call can still hang up.
  if (hasToTag(request)) return receiveInDialog(turn, parcel, request);
  const { gruu, page } = namedIn(turn, request);
  const isToWatch = request.method === "SUBSCRIBE" && gruu === undefined && page === undefined;
  // What a blocked watcher is told is for presence-rules.ts to say: perhaps a falsehood.
  if (!isToWatch && account.blocked.includes(parcel.from)) return answer(turn, parcel, request, 403);
  switch (request.method) {
    case "SUBSCRIBE":
      // Of the user the home is the notifier, of a device the device.
      return isToWatch
        ? receiveSubscribe(turn, parcel, request)
        : receiveForDevice(turn, parcel, request, { gruu, page });
    case "INVITE":
      return takeCall(turn, parcel, request, { gruu, page });
    case "REFER":
      return receiveForDevice(turn, parcel, request, { gruu, page });
    default:
      return deliver(turn, parcel, request, { gruu, page });
  }
}

/** RFC 3261 §9.2: it names the INVITE by its branch; who has none to cancel is told so. */
function receiveCancel(turn: Turn, parcel: Parcel, request: SipRequest): void {
  const key = `${branchOf(headerValue(request, "via") ?? "") ?? ""} INVITE`;
  const call = callOfParcel(turn.state, "callee", key);
  if (call === undefined || call.parcel.from !== parcel.from) return answer(turn, parcel, request, 481);
  answer(turn, parcel, request, 200);
  const reason = headerValue(request, "reason");
  stepIncoming(turn, call.id, { kind: "cancelled", ...(reason === undefined ? {} : { reason }) });
}

/** RFC 5627 §5.1: a GRUU names one device of the user, a Contact that has left its home one page. */
function namedIn(turn: Turn, request: SipRequest): Named {
  const nobody = { gruu: undefined, page: undefined };
  if (!request.requestUri.includes(";")) return nobody;
  const uri = parseUri(request.requestUri);
  if (!uri.ok || uri.value.kind !== "sip") return nobody;
  const { keyring } = turn.ports;
  return {
    gruu: gruuOf(keyring.seal("gruu"), uri.value),
    page: pageOfUri(keyring.seal("contact"), uri.value)?.page,
  };
}
