// A SUBSCRIBE or REFER outside of any dialog that one of the user's devices answers itself (RFC 3515 §2.4, RFC 6665
// §4.4.1): one sent to a device's GRUU or Contact, and every REFER, which no home can carry out. The subscription that
// follows is between two devices, and its NOTIFYs pass as any request within a dialog does.

import type { Parcel } from "../contracts/parcel";
import type { DialogRow } from "../dialog/dialog-table";
import { tagOf } from "../sip/headers/tag";
import { headerValue, type SipRequest } from "../sip/message";
import { type LiveBinding, liveBindingsOf } from "./device";
import { isTerminated, openArriving, recordRouteOf } from "./dialogs";
import { deliverToPage, deviceOfPage, devicesFor, type Named } from "./messages/deliver";
import { answer } from "./reply";
import type { Socket } from "./state";
import type { Turn } from "./turn";

/**
 * Sends it to the device it names, or to the one that is preferred: several would each do what it asks, and a REFER
 * would make as many calls (RFC 3261 §16.6 leaves the choice of targets to the proxy).
 */
export function receiveForDevice(turn: Turn, parcel: Parcel, request: SipRequest, named: Named): void {
  const live = bindingsNamed(turn, parcel, named);
  // RFC 5627 §6.1: the device is no more, or its temporary GRUU is void.
  if (live === undefined) return answer(turn, parcel, request, 404);
  const [chosen] = [...live].sort(
    ({ binding: a }, { binding: b }) => b.q - a.q || b.registeredAt - a.registeredAt,
  );
  if (chosen === undefined) return answer(turn, parcel, request, 480);
  const { binding, socket } = chosen;
  const { uri: page, device } = binding;
  const opened = openArriving(turn, { request, from: parcel.from, page, device });
  if (!opened.ok) return answer(turn, parcel, request, opened.error.status);
  const note = {
    row: opened.value,
    forms: undefined,
    terminated: false,
    opens: true,
    recordRoute: recordRouteOf(turn, page),
  } as const;
  deliverToPage(turn, parcel, request, note, { device, socket: socket.id });
}

function bindingsNamed(
  turn: Turn,
  parcel: Parcel,
  { gruu, page }: Named,
): readonly LiveBinding[] | undefined {
  if (page !== undefined) {
    const device = deviceOfPage(turn, page);
    const live = device === undefined ? [] : liveBindingsOf(turn, device.id);
    return live.filter(({ binding }) => binding.uri === page);
  }
  // Of one device the page that came last, as for any request to it.
  return devicesFor(turn, parcel, gruu)?.flatMap(({ id }) => liveBindingsOf(turn, id).slice(-1));
}

/** A request in a dialog of no call, for a page that is here; one whose dialog is not known forms it. */
export function arriveInSubscription(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  row: DialogRow,
  socket: Socket,
  isKnown: boolean,
): void {
  const forms = isKnown ? undefined : { localTag: tagIn(request, "to"), remoteTag: tagIn(request, "from") };
  const note = {
    row: row.id,
    forms,
    terminated: isTerminated(request),
    ...(isKnown || row.page === "" ? {} : { recordRoute: recordRouteOf(turn, row.page) }),
  };
  deliverToPage(turn, parcel, request, note, { device: row.device, socket: socket.id });
}

/** Whether the request is within that very dialog, or would form another from its row (RFC 6665 §4.4.1). */
export const isNamedBy = (row: DialogRow, request: SipRequest): boolean =>
  row.localTag === tagIn(request, "to") && row.remoteTag === tagIn(request, "from");

const tagIn = (request: SipRequest, name: "from" | "to"): string =>
  tagOf(headerValue(request, name) ?? "") ?? "";
