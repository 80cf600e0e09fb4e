// The dialogs of this home's pages, as its proxy keeps them (dialog/dialog-table.ts): opened by a SUBSCRIBE that
// leaves, formed by its answer or its first NOTIFY, ended with their usage or their page.

import { type Millis, seconds, toMillis } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import { type DialogRow, dialogsOfPage } from "../dialog/dialog-table";
import { afterRequest, openingRefused, removePage } from "../dialog/end-dialog";
import { formDialog, openHalfDialog, prolong } from "../dialog/form-dialog";
import type { Usage } from "../dialog/usage";
import { mintRouteToken, routeValue } from "../flow/route-token";
import { parseContacts } from "../sip/headers/contact";
import { parseEvent } from "../sip/headers/event";
import { parseDeltaSeconds } from "../sip/headers/integer";
import { tagOf } from "../sip/headers/tag";
import {
  headerValue,
  headerValues,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../sip/message";
import type { Refusal } from "../sip/refusal";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { agreedWithin } from "./call-dialogs";
import { applyDialogs } from "./dialog-rows";
import { isPageOpen } from "./page";
import type { Delivery, Device, Socket } from "./state";
import { putSocket, realmOf, type Turn } from "./turn";

/** The subscription a message is about, by its Event (RFC 6665 §4.5.2). */
export function usageOf(message: SipMessage): Usage | undefined {
  const event = parseEvent(headerValue(message, "event") ?? "");
  if (!event.ok) return undefined;
  const { package: name, id } = event.value;
  return id === undefined ? { kind: "subscription", event: name } : { kind: "subscription", event: name, id };
}

/** Characters of a page's name, which is kept in its socket's attachment: as of a Contact that registers. */
const longestPage = 512;

/** The page that a request opens a dialog for: the one known, or the one its Contact names. */
export function pageOf(socket: Socket, request: SipRequest): string | undefined {
  const contact = contactOf(request);
  const page = socket.page ?? contact;
  return contact === undefined || page === undefined || page.length > longestPage ? undefined : page;
}

export interface OpenedDialog {
  readonly dialog: string;
  /** Our Record-Route line: its token is for the page that subscribes. */
  readonly recordRoute: string;
}

/** A SUBSCRIBE leaves: its half-dialog is a row before it does (design "Dialogs"). */
export function openSubscribeDialog(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  to: AddressOfRecord,
): Result<OpenedDialog, Refusal> {
  const usage = usageOf(request);
  const page = pageOf(socket, request);
  if (usage === undefined || page === undefined) {
    return err({ status: 400, reason: "Bad Event or Contact" });
  }
  if (socket.page === undefined) putSocket(turn, { ...socket, page });
  const opened = openHalfDialog(
    turn.state.dialogs,
    {
      id: turn.ports.entropy.token(),
      callId: headerValue(request, "call-id") ?? "",
      openedBy: "local",
      tag: tagOf(headerValue(request, "from") ?? "") ?? "",
      page,
      device: socket.bindings.at(-1)?.device ?? "",
      remoteAor: to,
      usage,
    },
    turn.now,
  );
  if (!opened.ok) return opened;
  applyDialogs(turn, opened.value);
  const dialog = opened.value.findLast((change) => change.kind === "putDialog")?.row.id ?? "";
  const token = mintRouteToken(turn.ports.keyring.seal("route"), { aor: turn.state.aor, page });
  return ok({ dialog, recordRoute: `Record-Route: ${routeValue(token, realmOf(turn))}\r\n` });
}

/** The final answer to that SUBSCRIBE: a 2xx forms the dialog, anything else ends what it had opened. */
export function settleSubscribeDialog(turn: Turn, id: string, response: SipResponse): void {
  const row = turn.state.dialogs.get(id);
  const [usage] = row?.usages ?? [];
  if (row === undefined || usage === undefined) return;
  if (response.status >= 300) return applyDialogs(turn, openingRefused(turn.state.dialogs, row));
  const remoteTag = tagOf(headerValue(response, "to") ?? "");
  if (remoteTag === undefined) return;
  formFrom(turn, row, usage, remoteTag, expiresOf(response));
}

/** What the final answer to an INVITE within a dialog, given by our page, does to the dialog. */
export function concludeWithin(turn: Turn, id: string, request: SipRequest, status: number): void {
  const row = turn.state.dialogs.get(id);
  if (row === undefined) return;
  applyDialogs(turn, afterRequest(row, { method: request.method, status }, turn.now));
}

/** What the answer to a request within a dialog, delivered to its page, does to the dialog. */
export function concludeInDialog(
  turn: Turn,
  { dialog, request }: Delivery,
  status: number | undefined,
): void {
  const row = dialog === undefined ? undefined : turn.state.dialogs.get(dialog.row);
  if (dialog === undefined || row === undefined) return;
  const { usage, forms, terminated } = dialog;
  // RFC 6665 §4.2.2: whether a NOTIFY without an answer ends the subscription its notifier says, and ours tries again.
  const isUnanswered = status === undefined || status === 408;
  if (request.method === "NOTIFY" && isUnanswered && !terminated) return;
  const isTaken = status !== undefined && status >= 200 && status < 300;
  if (forms !== undefined && usage !== undefined && isTaken && !terminated) {
    formFrom(turn, row, usage, forms.remoteTag, undefined);
  }
  const outcome = { method: request.method, status, terminated, ...(usage === undefined ? {} : { usage }) };
  applyDialogs(turn, afterRequest(turn.state.dialogs.get(row.id) ?? row, outcome, turn.now));
  const lives = turn.state.dialogs.get(row.id);
  if (isTaken && lives?.call !== undefined) agreedWithin(turn, lives, request, request);
}

/** What the answer to a request that our own page sent within a dialog does to the dialog. */
export function concludeOwnInDialog(
  turn: Turn,
  id: string,
  usage: Usage | undefined,
  request: SipRequest,
  response: SipResponse | undefined,
): void {
  const row = turn.state.dialogs.get(id);
  if (row === undefined) return;
  const outcome = {
    method: request.method,
    status: response?.status,
    ...(usage === undefined ? {} : { usage }),
  };
  applyDialogs(turn, afterRequest(row, outcome, turn.now));
  if (response === undefined || response.status >= 300) return;
  const lives = turn.state.dialogs.get(id) ?? row;
  if (lives.call !== undefined) return agreedWithin(turn, lives, request, response);
  applyDialogs(turn, prolong(lives, expiresOf(response), turn.now));
}

/** The device is away: the dialogs of its pages that are gone end (design "They belong to the page"). */
export function endDialogsOf(turn: Turn, device: Device): void {
  const pages = new Set(
    [...turn.state.dialogs.values()].filter((row) => row.device === device.id).map((row) => row.page),
  );
  for (const page of pages) if (!isPageOpen(turn, page)) endPage(turn, page);
}

/** The subscriptions of a page end; its calls have longer to wait for it (absent-page.ts). */
export function endPage(turn: Turn, page: string): void {
  for (const row of dialogsOfPage(turn.state.dialogs, page)) turn.state.missed.delete(row.id);
  applyDialogs(turn, removePage(turn.state.dialogs, page));
  if (dialogsOfPage(turn.state.dialogs, page).length === 0) turn.state.lostPages.delete(page);
}

function formFrom(
  turn: Turn,
  row: DialogRow,
  usage: Usage,
  remoteTag: string,
  lifetime: Millis | undefined,
): void {
  const { callId, localTag = "" } = row;
  const id = turn.ports.entropy.token();
  const formed = formDialog(
    turn.state.dialogs,
    { id, callId, localTag, remoteTag, usage, state: "confirmed", lifetime },
    turn.now,
  );
  if (formed.ok) applyDialogs(turn, formed.value);
}

function contactOf(request: SipRequest): string | undefined {
  const contacts = parseContacts(headerValues(request, "contact"));
  return contacts.ok && contacts.value !== "*" ? contacts.value[0]?.nameAddr.uri : undefined;
}

function expiresOf(response: SipResponse): Millis | undefined {
  const expires = parseDeltaSeconds(headerValue(response, "expires") ?? "");
  return expires === undefined ? undefined : toMillis(seconds(expires));
}
