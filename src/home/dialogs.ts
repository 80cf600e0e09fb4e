// The dialogs of this home's pages outside of calls, as its proxy keeps them (dialog/dialog-table.ts): opened by a
// SUBSCRIBE or REFER that leaves or arrives, formed by its answer or its first NOTIFY, ended with their usage or their
// page.

import { type Millis, seconds, toMillis } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import type { DialogChange, DialogRow } from "../dialog/dialog-table";
import { afterRequest, openingRefused, removePage } from "../dialog/end-dialog";
import { formDialog, openHalfDialog, prolong } from "../dialog/form-dialog";
import { type Usage, usageOf } from "../dialog/usage";
import { mintRouteToken, routeValue } from "../flow/route-token";
import { parseContacts } from "../sip/headers/contact";
import { parseDeltaSeconds } from "../sip/headers/integer";
import { parseSubscriptionState } from "../sip/headers/subscription-state";
import { tagOf } from "../sip/headers/tag";
import { headerValue, headerValues, type SipRequest, type SipResponse } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { agreedWithin } from "./calls/call-dialogs";
import { applyDialogs, openDialogs } from "./dialog-rows";
import { subscribedBy, tellNotifiers } from "./notifiers";
import { isPageOpen } from "./page";
import type { Delivery, Device, Socket } from "./state";
import { putSocket, realmOf, type Turn } from "./turn";

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
  /** Our Record-Route value: its token is for the page that subscribes. */
  readonly recordRoute: string;
  readonly page: string;
}

/** A SUBSCRIBE or REFER leaves: its half-dialog is there before it does (design "Dialogs"). */
export function openSubscription(
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
  openDialogs(turn, opened.value);
  return ok({ dialog: rowOf(opened.value), recordRoute: recordRouteOf(turn, page), page });
}

export interface ArrivingSubscription {
  readonly request: SipRequest;
  readonly from: AddressOfRecord;
  readonly page: string;
  readonly device: string;
}

/** A SUBSCRIBE or REFER arrives for one of our pages; the value is its half-dialog's row. */
export function openArriving(
  turn: Turn,
  { request, from, page, device }: ArrivingSubscription,
): Result<string, Refusal> {
  const usage = usageOf(request);
  if (usage === undefined) return err({ status: 400, reason: "Bad Event" });
  const opened = openHalfDialog(
    turn.state.dialogs,
    {
      id: turn.ports.entropy.token(),
      callId: headerValue(request, "call-id") ?? "",
      openedBy: "remote",
      tag: tagOf(headerValue(request, "from") ?? "") ?? "",
      page,
      device,
      remoteAor: from,
      usage,
    },
    turn.now,
  );
  if (!opened.ok) return opened;
  applyDialogs(turn, opened.value);
  return ok(rowOf(opened.value));
}

const rowOf = (changes: readonly DialogChange[]): string =>
  changes.findLast((change) => change.kind === "putDialog")?.row.id ?? "";

/** Our Record-Route value: its token is for one of our pages. */
export function recordRouteOf(turn: Turn, page: string): string {
  const token = mintRouteToken(turn.ports.keyring.seal("route"), { aor: turn.state.aor, page });
  return routeValue(token, realmOf(turn));
}

/**
 * The final answer to the request that opened a half-dialog, undefined when there will be none: a 2xx forms the dialog,
 * anything else ends what it had opened.
 */
export function settleOpening(turn: Turn, id: string, response: SipResponse | undefined): void {
  const row = turn.state.dialogs.get(id);
  const [usage] = row?.usages ?? [];
  if (row === undefined || usage === undefined) return;
  if (response === undefined || response.status >= 300 || isWithoutSubscription(response)) {
    return applyDialogs(turn, openingRefused(turn.state.dialogs, row));
  }
  const answererTag = tagOf(headerValue(response, "to") ?? "");
  if (answererTag !== undefined) formFrom(turn, row, usage, answererTag, expiresOf(response));
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
  const { forms, terminated } = dialog;
  // RFC 6665 §4.2.2: whether a NOTIFY without an answer ends the subscription its notifier says, and ours tries again.
  const isUnanswered = status === undefined || status === 408;
  if (request.method === "NOTIFY" && isUnanswered && !terminated) return;
  const isTaken = status !== undefined && status >= 200 && status < 300;
  // What is taken ends no subscription, and asks for none.
  const usage = isTaken && !terminated && forms === undefined ? undefined : usageOf(request);
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
  const terminated = isTerminated(request);
  const isTaken = response !== undefined && response.status >= 200 && response.status < 300;
  // RFC 6665 §4.4.1: a NOTIFY of our page forms the dialog too, should the page's 200 come after it.
  if (request.method === "NOTIFY" && row.state === "half" && usage !== undefined && isTaken && !terminated) {
    formFrom(turn, row, usage, tagOf(headerValue(request, "from") ?? "") ?? "", undefined);
  }
  const outcome = {
    method: request.method,
    status: response?.status,
    terminated,
    ...(usage === undefined ? {} : { usage }),
  };
  applyDialogs(turn, afterRequest(turn.state.dialogs.get(id) ?? row, outcome, turn.now));
  if (!isTaken) return;
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

/**
 * The subscriptions of a page end; its calls have longer to wait for it (absent-page.ts). Notifiers hear of it, or
 * whoever reloads a page often would use up what one watcher may have there.
 */
export function endPage(turn: Turn, page: string): void {
  const rows = turn.state.dialogs.ofPage(page);
  for (const row of rows) turn.state.missed.delete(row.id);
  tellNotifiers(turn, "gone", subscribedBy(rows));
  applyDialogs(turn, removePage(turn.state.dialogs, page));
  if (turn.state.dialogs.ofPage(page).length === 0) turn.state.lostPages.delete(page);
}

function formFrom(
  turn: Turn,
  row: DialogRow,
  usage: Usage,
  answererTag: string,
  lifetime: Millis | undefined,
): void {
  const { callId } = row;
  const id = turn.ports.entropy.token();
  const [localTag, remoteTag] =
    row.openedBy === "local" ? [row.localTag ?? "", answererTag] : [answererTag, row.remoteTag ?? ""];
  const formed = formDialog(
    turn.state.dialogs,
    { id, callId, localTag, remoteTag, usage, state: "confirmed", lifetime },
    turn.now,
  );
  if (formed.ok) applyDialogs(turn, formed.value);
}

/** RFC 4488 §4: the REFER was taken, and no NOTIFY will tell of it. */
const isWithoutSubscription = (response: SipResponse): boolean =>
  /^false\b/i.test(headerValue(response, "refer-sub") ?? "");

/** The NOTIFY that ends its subscription (RFC 6665 §4.4.1). */
export function isTerminated(request: SipRequest): boolean {
  if (request.method !== "NOTIFY") return false;
  const value = headerValue(request, "subscription-state") ?? "";
  // All but the last of a subscription say something else.
  if (!/^\s*t/i.test(value)) return false;
  const state = parseSubscriptionState(value);
  return state.ok && state.value.state === "terminated";
}

function contactOf(request: SipRequest): string | undefined {
  const contacts = parseContacts(headerValues(request, "contact"));
  return contacts.ok && contacts.value !== "*" ? contacts.value[0]?.nameAddr.uri : undefined;
}

function expiresOf(response: SipResponse): Millis | undefined {
  const expires = parseDeltaSeconds(headerValue(response, "expires") ?? "");
  return expires === undefined ? undefined : toMillis(seconds(expires));
}
